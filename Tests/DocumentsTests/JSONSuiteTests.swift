import Documents
import Foundation
import Testing

/// The public JSON test suite, read in place beside the project.
private let suite: URL = {
    let shared = ProcessInfo.processInfo.environment["REVOKE_SHARED"].map { URL(filePath: $0) }
    let beside = URL(filePath: #filePath).appending(path: "../../../../shared").standardized
    return (shared ?? beside).appending(path: "suites/json")
}()

private let isThere = FileManager.default.fileExists(atPath: suite.path)

@Suite struct JSONSuiteTests {
    @Test("accepts y_, refuses n_, survives i_ of the public suite")
    func publicSuite() throws {
        guard isThere else {
            print("SKIPPED: the public JSON suite is not at \(suite.path)")
            return
        }
        let files = try FileManager.default.contentsOfDirectory(at: suite, includingPropertiesForKeys: nil)
        #expect(files.count > 250)
        for file in files where file.pathExtension == "json" {
            let bytes = [UInt8](try Data(contentsOf: file))
            let parsed = try? JSON(parsing: bytes)
            switch file.lastPathComponent.prefix(2) {
            case "y_": #expect(parsed != nil, "\(file.lastPathComponent) must be accepted")
            case "n_": #expect(parsed == nil, "\(file.lastPathComponent) must be refused")
            default: break
            }
        }
    }
}

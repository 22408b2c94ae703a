import Foundation
import Testing

@Suite struct ConnectorsCommandTests {
    @Test("begins a folder that passes its own check, and says what is wrong once it is spoilt")
    func new() async throws {
        let bench = try Workbench()
        let folder = bench.folder.appending(path: "acme")
        let made = try await bench.revoke("connectors", "new", "acme", "--folder", bench.folder.path)
        #expect(made.code == 0, "\(made.errors)")
        let check = ["connectors", "check", folder.path]
        let right = try await bench.start(check + ["--exchanges"]).end()
        #expect(right.code == 0, "\(right.errors)")
        #expect(right.output.contains("9 exchanges, all as they claim"))

        let file = folder.appending(path: "exchanges/api-key-revoke.http")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("DELETE /keys/k1", with: "DELETE /keys/k2").utf8).write(to: file)
        #expect(try await bench.start(check).end().code == 0)
        let wrong = try await bench.start(check + ["--exchanges"]).end()
        #expect(wrong.code == 64)
        #expect(
            wrong.errors.replacing("\n  ", with: " ").contains("the path is /keys/k1, not /keys/k2"), "\(wrong.errors)")

        try Data("format: 1\nid: acme\ntitle: Acme\n".utf8).write(to: folder.appending(path: "vendor.yaml"))
        let vendor = try await bench.start(check).end()
        #expect(vendor.code == 64)
        let said = vendor.errors.replacing("\n  ", with: " ")
        #expect(said.contains("vendor.yaml:1:1: error: 'fingerprints' is missing in the vendor"), "\(said)")
    }
}

import ConnectorKit
import Foundation
import Testing

@Suite("The program's own connectors")
struct OwnManifestTests {
    @Test("load without an issue", arguments: manifests)
    func loads(_ own: WorkedManifest) throws {
        let manifest = try Manifest(yaml: own.yaml, file: "connector.yaml", folder: own.folder)
        #expect(manifest.id == own.folder)
    }

    /// Named after their folders.
    static let manifests: [WorkedManifest] = {
        let connectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "connectors").path(percentEncoded: false)
        let paths = FileManager.default.subpaths(atPath: connectors) ?? []
        return paths.filter { $0.hasSuffix("/connector.yaml") }.sorted().compactMap { path in
            let folder = path.split(separator: "/")[0]
            return FileManager.default.contents(atPath: connectors + "/" + path).map {
                WorkedManifest(file: "\(folder).yaml", yaml: String(decoding: $0, as: UTF8.self))
            }
        }
    }()
}

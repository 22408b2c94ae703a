import ConnectorKit
import Testing

@Suite("Worked manifests", .enabled(if: SharedFolder.url != nil))
struct WorkedManifestTests {
    @Test("load without an issue", arguments: SharedFolder.manifests)
    func loads(_ worked: WorkedManifest) throws {
        let manifest = try Manifest(yaml: worked.yaml, file: worked.file, folder: worked.folder)
        #expect(manifest.id == worked.folder)
    }

    @Test("are all there")
    func count() {
        #expect(SharedFolder.manifests.count == 19)
    }
}

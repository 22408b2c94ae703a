import Foundation
import Testing

/// The folder of specifications beside the package, which is not part of it.
enum SharedFolder {
    /// `nil`, and said so once, where it is absent.
    static let url: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let url =
            ProcessInfo.processInfo.environment["REVOKE_SHARED"].map { URL(filePath: $0) }
            ?? package.deletingLastPathComponent().appending(path: "shared")
        let decoder = url.appending(path: "tools/manifest_check.py").path(percentEncoded: false)
        if FileManager.default.fileExists(atPath: decoder) { return url }
        print("SKIPPED: there is no \(decoder), so the worked manifests are not tested; set REVOKE_SHARED")
        return nil
    }()

    /// The worked manifests by file name, in order; none where the folder is absent.
    static let manifests: [WorkedManifest] = {
        guard let folder = url?.appending(path: "design/manifests") else { return [] }
        let names = FileManager.default.subpaths(atPath: folder.path(percentEncoded: false)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
            let bytes = FileManager.default.contents(atPath: folder.appending(path: name).path(percentEncoded: false))
            return bytes.map { WorkedManifest(file: name, yaml: String(decoding: $0, as: UTF8.self)) }
        }
    }()
}

struct WorkedManifest: Codable, CustomTestStringConvertible {
    var file: String
    var yaml: String

    var testDescription: String { file }
    var folder: String { String(file.dropLast(".yaml".count)) }
}

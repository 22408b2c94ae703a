import Documents
import Foundation
import TestSupport

/// A folder of one's own with a configuration and a state, and `revoke` to be run there.
final class Workbench: Sendable {
    let folder: URL
    let configuration: URL
    let environment: [String: String]
    var state: URL { folder.appending(path: "state") }

    /// The configuration may be elsewhere; else it is written by ``configure(_:)``.
    init(configuration: String? = nil, environment: [String: String] = [:]) throws {
        // Short: a socket's name has 107 bytes.
        folder = URL(filePath: "/tmp/revoke-e2e-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        self.configuration = configuration.map { URL(filePath: $0) } ?? folder.appending(path: "config.yaml")
        self.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path, "TZ": "UTC",
        ].merging(environment) { $1 }
    }

    deinit {
        // What stays is in the folder for what is temporary.
        try? FileManager.default.removeItem(at: folder)
    }

    func configure(_ text: String) throws { try text.write(to: configuration, atomically: true, encoding: .utf8) }

    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> URL {
        let file = folder.appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file
    }

    func start(_ arguments: [String], shell: String? = nil) throws -> RevokeProcess {
        let places = ["--config", configuration.path, "--state-dir", state.path]
        return try RevokeProcess(arguments + places, environment: environment, folder: folder, shell: shell)
    }

    func revoke(_ arguments: String..., shell: String? = nil) async throws -> RevokeProcess.End {
        try await start(arguments, shell: shell).end()
    }

    /// Every file of the state folder, the database's journal included, as bytes.
    func stateBytes() throws -> Data {
        let names = try FileManager.default.subpathsOfDirectory(atPath: state.path)
        return try names.sorted().reduce(into: Data()) { all, name in
            var isFolder: ObjCBool = false
            let path = state.appending(path: name).path
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
                all += try Data(contentsOf: URL(filePath: path))
            }
        }
    }
}

extension JSON {
    /// The outcome of each authorization of a run, by id.
    var outcomes: [String: String] {
        items.reduce(into: [:]) { $0[$1["id"]?.string ?? ""] = $1["outcome"]?.string }
    }

    var items: [JSON] { self["authorizations"]?.array ?? [] }
    var ids: [String] { items.compactMap { $0["id"]?.string } }
    var run: String { self["run"]?.string ?? "" }

    func coverage(_ surface: String) -> String? {
        self["coverage"]?.array?.first { $0["surface"]?.string == surface }?["state"]?.string
    }
}

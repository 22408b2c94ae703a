import ConnectorKit
import Connectors
import Cryptography
import Foundation
import Reporting
import Synchronization

/// The built-in connectors and those of folders from outside, which come first.
final class ConnectorCatalog: Sendable {
    /// Folders of `$REVOKE_CONNECTORS_PATH` by id.
    private let folders: [String: URL]
    private let loaded = Mutex<[String: Connector]>([:])
    let ids: [String]

    init(path: String?) {
        var folders: [String: URL] = [:]
        for place in (path ?? "").split(separator: ":") {
            let base = URL(filePath: String(place))
            // A place that is not there has no connectors.
            for name in (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
            where folders[name] == nil {
                let folder = base.appending(path: name)
                if FileManager.default.fileExists(atPath: folder.appending(path: "connector.yaml").path) {
                    folders[name] = folder
                }
            }
        }
        self.folders = folders
        ids = Set(Catalog.entries.map(\.id)).union(folders.keys).sorted()
    }

    func folder(_ id: String) -> URL? { folders[id] }

    func connector(_ id: String) throws -> Connector? {
        if let known = loaded.withLock({ $0[id] }) { return known }
        guard let connector = try load(id) else { return nil }
        loaded.withLock { $0[id] = connector }
        return connector
    }

    /// All connectors by id, read side by side.
    func all() async throws -> [Connector] {
        try await withThrowingTaskGroup(of: (String, Connector?).self) { group in
            for id in ids { group.addTask { (id, try self.connector(id)) } }
            var read: [String: Connector] = [:]
            for try await (id, connector) in group { read[id] = connector }
            return ids.compactMap { read[$0] }
        }
    }

    private func load(_ id: String) throws -> Connector? {
        guard let folder = folders[id] else { return try Catalog.connector(id) }
        return try Self.connector(in: folder)
    }

    /// Reads a connector's folder; data alone, as code is compiled in.
    ///
    /// - Parameters:
    ///   - shown: the folder as the reader named it.
    ///   - coded: what the program has in Swift of that folder, where it is an author's copy of a built-in one.
    static func connector(in folder: URL, shown: String? = nil, coded: [any CodedSurface] = []) throws -> Connector {
        let file = folder.appending(path: "connector.yaml")
        let shown = shown.map { ($0.hasSuffix("/") ? String($0.dropLast()) : $0) + "/connector.yaml" } ?? file.path
        let text = try String(contentsOf: file, encoding: .utf8)
        let name = folder.standardizedFileURL.lastPathComponent
        return Connector(
            try Manifest(yaml: text, file: shown, folder: name, digest: SHA256.digest(of: text).hex), coded: coded)
    }

    /// Reads the recorded exchanges of a connector's folder, in the order of their names.
    static func exchanges(in folder: URL, shown: String) throws -> [Exchange] {
        let place = folder.appending(path: "exchanges")
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.hasSuffix(".http") }
        return try names.sorted().map { name in
            let text = try String(contentsOf: place.appending(path: name), encoding: .utf8)
            return try Exchange(text, file: "\(shown)/exchanges/\(name)")
        }
    }
}

import ConnectorKit
import Foundation
import Reporting

/// Which connector folders from outside were allowed, by digest: one line each in a file of the state folder.
struct Trust: Sendable {
    let file: URL

    func allows(_ connector: Connector) -> Bool {
        // No file: nothing was trusted yet.
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").contains { $0 == line(connector) }
    }

    func add(_ connector: Connector) throws {
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let before = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            try Data((before + line(connector) + "\n").utf8).write(to: file, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        } catch {
            throw Complaint.failure("not-written", "\(file.path) cannot be written: \(error.localizedDescription)")
        }
    }

    private func line(_ connector: Connector) -> Substring { "\(connector.id) \(connector.manifest.digest)"[...] }
}

internal import Authorizations
package import ConnectorKit
package import Foundation
internal import Transport

/// Who lives in the sandbox: one account for each connector, and how a configuration reaches them.
package struct SandboxWorld: Sendable {
    package let accounts: [SandboxAccount]

    package init(_ entries: [(connector: Connector, exchanges: [Exchange])]) {
        accounts = entries.map { SandboxAccount($0.connector, $0.exchanges) }
    }

    /// Writes `config.yaml` with all accounts, and each secret into a file of its own beside it.
    package func writeConfig(to file: URL, port: Int) throws {
        let folder = file.deletingLastPathComponent()
        let secrets = folder.appending(path: "secrets")
        try FileManager.default.createDirectory(
            at: secrets, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var text = "accounts:\n"
        for account in accounts {
            let writer = ConfigWriter(account: account, port: port, secrets: secrets)
            text += try writer.entry()
        }
        try Data(text.utf8).write(to: file, options: .atomic)
    }
}

/// Writes one account's entry; `revoke sandbox` and the tests read it as any other configuration.
private struct ConfigWriter {
    let account: SandboxAccount
    let port: Int
    let secrets: URL

    func entry() throws -> String {
        var lines = [
            "  - name: \(account.id)", "    connector: \(account.id)",
            "    base_url: http://127.0.0.1:\(port)/\(account.id)",
        ]
        let settings = account.settings.sorted { $0.key < $1.key }.map { name, values in
            let value =
                account.isList(name) ? "[\(values.map(quoted).joined(separator: ", "))]" : quoted(values.first ?? "")
            return "\(name): \(value)"
        }
        // The vendors' limits are not the sandbox's: nobody wants to wait minutes to try something.
        let budgets = account.connector.manifest.budgets.filter { $0.budget.limit.rate != nil }.map {
            "\($0.name): 60000/1m"
        }
        if !budgets.isEmpty { lines.append("    budgets: {\(budgets.joined(separator: ", "))}") }
        if !settings.isEmpty { lines.append("    settings: {\(settings.joined(separator: ", "))}") }
        let names = account.connector.manifest.credentials.map(\.name)
        if let own = names.first(where: { $0 != "held" }), let kind = account.kinds[own] {
            lines += ["    credential:", "      kind: \(kind)", "      secret: \(try secret(own, kind))"]
        }
        var others: [String] = []
        for name in names.dropFirst() {
            guard let kind = account.kinds[name], name != "held" else { continue }
            // What is made of a value in hand alone needs nothing here.
            if account.parts(of: name, kind: kind).isEmpty { continue }
            others.append("      \(name): {kind: \(kind), secret: \(try secret(name, kind))}")
        }
        let inHand = account.inHand.sorted { $0.key < $1.key }.flatMap(\.value).map { $0.reveal { $0 } }
        if !inHand.isEmpty {
            try write(inHand.joined(separator: "\n"), "\(account.id)-held")
            others.append("      held: {secret: {file: secrets/\(account.id)-held}}")
        }
        if !others.isEmpty { lines += ["    credentials:"] + others }
        return lines.joined(separator: "\n") + "\n"
    }

    private func secret(_ credential: String, _ kind: String) throws -> String {
        let parts = account.parts(of: credential, kind: kind)
        let places = try parts.map { part in
            let name = "\(account.id)-\(credential)-\(part)"
            try write(account.parts[credential]?[part]?.reveal { $0 } ?? "", name)
            return (part, "{file: secrets/\(name)}")
        }
        if places.count == 1 { return places[0].1 }
        return "{" + places.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
    }

    private func write(_ text: String, _ name: String) throws {
        let file = secrets.appending(path: name)
        // Nobody else may read it at any moment, so it is made with its mode, not given it afterwards.
        try? FileManager.default.removeItem(at: file)
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
        }
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension SandboxAccount {
    fileprivate func isList(_ setting: String) -> Bool {
        connector.manifest.settings.contains { $0.name == setting && $0.isList }
    }

    /// In the order of the manifest; `token` for a bearer in place of a kind that gets one.
    fileprivate func parts(of credential: String, kind: String) -> [String] {
        let declaration = connector.manifest.credentials.first { $0.name == credential }?.declaration
        guard let found = declaration?.accepts.first(where: { $0.name == kind }) else { return ["token"] }
        return connector.manifest.parts(of: found, for: credential)
    }
}

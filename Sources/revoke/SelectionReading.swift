import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Reporting

extension SelectionOptions {
    /// Checks every filter against what is known: a mistyped one is an error and never widens the set.
    func selection(_ configuration: Configuration, _ catalog: ConnectorCatalog, _ store: Store?) async throws
        -> Selection
    {
        var selection = Selection()
        let names = configuration.accounts.map(\.name)
        for name in account where !names.contains(name) { throw Complaint.unknownAccount(name, known: names) }
        for id in connector + excludeConnector where !catalog.ids.contains(id) {
            throw Complaint.unknownConnector(id, known: catalog.ids)
        }
        let configured = Set(configuration.accounts.flatMap(\.connectors))
        for id in connector where !configured.contains(id) {
            throw Complaint.connectorWithoutAccount(id, configured: configured.sorted())
        }
        selection.accounts = Set(account)
        selection.connectors = Set(connector)
        selection.excludedConnectors = Set(excludeConnector)
        for text in kind {
            guard let kind = Kind(rawValue: text) else { throw Complaint.unknownKind(text) }
            selection.kinds.insert(kind)
        }
        for text in authorization { selection.authorizations.insert(try await id(text, store)) }
        selection.holders = holder
        selection.owners = owner
        selection.olderThan = try Self.duration(olderThan, "--older-than")
        selection.unusedFor = try Self.duration(unusedFor, "--unused-for")
        selection.includesUnconfirmed = includeUnconfirmed
        // What a long id names says where to look.
        if selection.accounts.isEmpty, !selection.authorizations.isEmpty {
            let named = Set(selection.authorizations.compactMap { $0.split(separator: "/").first.map(String.init) })
            if named.isSubset(of: names) { selection.accounts = named }
        }
        return selection
    }

    /// The options as they were typed, each a word, for the next command.
    var words: [String] {
        func each(_ name: String, _ values: [String]) -> [String] { values.flatMap { [name, $0] } }
        return each("--account", account) + each("--connector", connector)
            + each("--exclude-connector", excludeConnector)
            + each("--kind", kind) + each("--authorization", authorization) + each("--holder", holder)
            + each("--owner", owner)
            + each("--older-than", olderThan.map { [$0] } ?? []) + each("--unused-for", unusedFor.map { [$0] } ?? [])
            + (includeUnconfirmed ? ["--include-unconfirmed"] : [])
    }

    private func id(_ text: String, _ store: Store?) async throws -> String {
        guard let number = Int(text) else {
            guard text.contains("/") else { throw Complaint.notAnAuthorization(text) }
            return text
        }
        guard let id = try await store?.authorization(number: number) else { throw Complaint.unknownNumber(number) }
        return id
    }

    private static func duration(_ text: String?, _ option: String) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = Duration(manifest: text) else { throw Complaint.notADuration(text, option: option) }
        return duration
    }
}

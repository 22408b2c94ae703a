internal import Authorizations
package import ConnectorKit
internal import Coordination

/// Reads `config.yaml` and notes every mistake it meets, so that all are seen at once.
package struct ConfigurationReader {
    private let file: String
    /// The manifest of a connector; `nil` where there is none of that id.
    private let manifest: (String) -> Manifest?
    private let connectorIDs: [String]
    private var issues: [ConfigurationIssue] = []

    package init(file: String, connectorIDs: [String], manifest: @escaping (String) -> Manifest?) {
        self.file = file
        self.manifest = manifest
        self.connectorIDs = connectorIDs
    }

    package mutating func read(_ text: String) throws(ConfigurationError) -> Configuration {
        let document = YAMLDocument(text)
        for problem in document.problems { note(problem.message, line: problem.line, column: problem.column) }
        var configuration = Configuration(file: file)
        if let root = document.root {
            let keys = members(root, of: "the configuration", known: ["accounts", "keep", "limits"])
            configuration.accounts = accounts(keys["accounts"])
            configuration.keeps = keeps(keys["keep"], accounts: configuration.accounts)
            configuration.limits = limits(keys["limits"])
        }
        if !issues.isEmpty { throw ConfigurationError(issues: issues.sorted()) }
        return configuration
    }

    // MARK: Nodes

    mutating func note(_ message: String, at node: YAMLNode) { note(message, line: node.line, column: node.column) }

    private mutating func note(_ message: String, line: Int, column: Int) {
        issues.append(ConfigurationIssue(file: file, line: line, column: column, message: message))
    }

    /// The members of a mapping by key; unknown keys are noted with the nearest right one.
    mutating func members(_ node: YAMLNode?, of what: String, known: [String]?) -> [String: YAMLNode] {
        guard let node else { return [:] }
        guard case .mapping(let members) = node.content else {
            if case .scalar("", isPlain: true) = node.content { return [:] }
            note("\(what) must be a mapping, such as 'key: value'", at: node)
            return [:]
        }
        return members.reduce(into: [:]) { result, member in
            guard let key = member.key.text else { return }
            if let known, !known.contains(key) {
                note("'\(key)' is not a key of \(what)" + Suggestion.hint(for: key, among: known), at: member.key)
            } else {
                result[key] = member.value
            }
        }
    }

    mutating func items(_ node: YAMLNode?, _ what: String) -> [YAMLNode] {
        guard let node else { return [] }
        switch node.content {
        case .list(let items): return items
        case .scalar("", isPlain: true): return []
        default:
            note("'\(what)' must be a list: begin each entry with '- '", at: node)
            return []
        }
    }

    mutating func text(_ node: YAMLNode?, _ what: String) -> String? {
        guard let node else { return nil }
        guard let text = node.text, !text.isEmpty else {
            note("'\(what)' must be a single value that is not empty", at: node)
            return nil
        }
        return text
    }

    mutating func number(_ node: YAMLNode?, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let node, let text = text(node, what) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let upper = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
            note("'\(what)' is '\(text)'; write a whole number from \(range.lowerBound)\(upper)", at: node)
            return nil
        }
        return number
    }

    func place(_ node: YAMLNode) -> String { "\(file):\(node.line)" }

    // MARK: The parts of a configuration

    private mutating func accounts(_ node: YAMLNode?) -> [Account] {
        var names: Set<String> = []
        return items(node, "accounts").compactMap { entry in
            let account = account(entry)
            if let account, !names.insert(account.name).inserted {
                note("there are two accounts named '\(account.name)'; give one of them another name", at: entry)
            }
            return account
        }
    }

    private mutating func account(_ node: YAMLNode) -> Account? {
        let keys = members(
            node, of: "an account",
            known: [
                "name", "connector", "connectors", "base_url", "hosts", "settings", "prefer", "budgets", "credential",
                "credentials",
            ])
        guard let name = text(keys["name"], "name") else {
            if keys["name"] == nil { note("'name' is missing in this account", at: node) }
            return nil
        }
        if !name.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }) {
            note(
                "'\(name)' is no name for an account: use lower case letters, digits and hyphens",
                at: keys["name"] ?? node)
        }
        let connectors = connectors(keys, node)
        var account = Account(name: name, connectors: connectors, place: place(node))
        let manifests = connectors.compactMap(manifest)
        account.baseURL = address(keys["base_url"], "base_url")
        account.hosts = hosts(keys["hosts"], manifests)
        account.settings = settings(keys["settings"], manifests)
        if let prefer = text(keys["prefer"], "prefer") {
            account.prefersDisable = prefer == "disable"
            if prefer != "disable" && prefer != "revoke" {
                note("'prefer' is '\(prefer)'; write disable or revoke", at: keys["prefer"] ?? node)
            }
        }
        account.budgets = budgets(keys["budgets"], manifests)
        account.credential = credential(keys["credential"], nil, manifests)
        for (name, value) in members(keys["credentials"], of: "'credentials'", known: nil).sorted(by: {
            $0.key < $1.key
        }) {
            account.credentials[name] = credential(value, name, manifests)
        }
        return account
    }

    private mutating func connectors(_ keys: [String: YAMLNode], _ node: YAMLNode) -> [String] {
        var nodes = items(keys["connectors"], "connectors")
        if let one = keys["connector"] { nodes.insert(one, at: 0) }
        if nodes.isEmpty { note("'connector' is missing in this account: which product is it?", at: node) }
        return nodes.compactMap { node in
            guard let id = text(node, "connector") else { return nil }
            if connectorIDs.contains(id) { return id }
            let hint = Suggestion.hint(for: id, among: connectorIDs)
            note(
                "no connector is called '\(id)'" + (hint.isEmpty ? "; all of them: revoke connectors list" : hint),
                at: node)
            return nil
        }
    }

    private mutating func keeps(_ node: YAMLNode?, accounts: [Account]) -> [Keep] {
        items(node, "keep").compactMap { entry in
            let known = ["account", "connector", "kind", "id", "holder", "reason"]
            let keys = members(entry, of: "an entry of 'keep'", known: known)
            guard let reason = text(keys["reason"], "reason") else {
                if keys["reason"] == nil { note("'reason' is missing: why is it kept?", at: entry) }
                return nil
            }
            var keep = Keep(reason: reason, place: place(entry))
            keep.account = text(keys["account"], "account")
            keep.connector = text(keys["connector"], "connector")
            keep.kind = text(keys["kind"], "kind")
            keep.id = text(keys["id"], "id")
            keep.holder = text(keys["holder"], "holder")
            if keep.words.isEmpty {
                note(
                    "this entry of 'keep' would keep everything: say which account, connector, kind, id or holder",
                    at: entry)
            }
            if let name = keep.account, !accounts.contains(where: { $0.name == name }) {
                note(
                    "no account is called '\(name)'" + Suggestion.hint(for: name, among: accounts.map(\.name)),
                    at: keys["account"] ?? entry)
            }
            if let id = keep.connector, !connectorIDs.contains(id) {
                note(
                    "no connector is called '\(id)'" + Suggestion.hint(for: id, among: connectorIDs),
                    at: keys["connector"] ?? entry)
            }
            if let kind = keep.kind, Kind(rawValue: kind) == nil {
                note(
                    "'\(kind)' is no kind of authorization"
                        + Suggestion.hint(for: kind, among: Kind.allCases.map(\.rawValue)), at: keys["kind"] ?? entry)
            }
            return keep
        }
    }

    private mutating func limits(_ node: YAMLNode?) -> Limits {
        let keys = members(node, of: "'limits'", known: ["max", "max_percent"])
        return Limits(
            max: number(keys["max"], "max", in: 0...Int.max),
            maxPercent: number(keys["max_percent"], "max_percent", in: 0...100))
    }
}

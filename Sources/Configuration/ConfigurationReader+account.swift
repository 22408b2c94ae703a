internal import Authorizations
internal import ConnectorKit
internal import Transport

extension ConfigurationReader {
    mutating func address(_ node: YAMLNode?, _ what: String) -> String? {
        guard let node, let text = text(node, what) else { return nil }
        guard let address = Address(text) else {
            note("'\(what)' is '\(text)'; write an address such as https://example.com", at: node)
            return nil
        }
        if address.origin.scheme != "https", !address.origin.isLoopback {
            note("'\(what)' is http, which is allowed towards this computer only; write https://", at: node)
            return nil
        }
        return text
    }

    /// The keys are host names of the manifest.
    mutating func hosts(_ node: YAMLNode?, _ manifests: [Manifest]) -> [String: String] {
        guard let node else { return [:] }
        let known = manifests.flatMap { manifest in
            manifest.hosts.compactMap { $0.url.literal.flatMap { Address($0) }?.origin.host }
        }
        let isOpen = manifests.contains { $0.hosts.contains { $0.url.literal == nil } || !$0.prepare.isEmpty }
        return members(node, of: "'hosts'", known: isOpen ? nil : known).compactMapValues { address($0, "hosts") }
    }

    mutating func settings(_ node: YAMLNode?, _ manifests: [Manifest]) -> [String: [String]] {
        guard let node else { return [:] }
        let declared = manifests.flatMap(\.settings)
        var result: [String: [String]] = [:]
        for (name, value) in members(node, of: "'settings'", known: declared.map(\.name)) {
            guard let setting = declared.first(where: { $0.name == name }) else { continue }
            let nodes: [YAMLNode] = if case .list(let items) = value.content { items } else { [value] }
            if nodes.count > 1, !setting.isList { note("'\(name)' takes one value", at: value) }
            for node in nodes {
                guard let text = text(node, name) else { continue }
                if let problem = setting.problem(with: text) { note(problem, at: node) }
                result[name, default: []].append(text)
            }
        }
        return result
    }

    mutating func budgets(_ node: YAMLNode?, _ manifests: [Manifest]) -> [String: Account.Quota] {
        guard let node else { return [:] }
        let known = manifests.flatMap { $0.budgets.map(\.name) }
        var result: [String: Account.Quota] = [:]
        for (name, value) in members(node, of: "'budgets'", known: known) {
            guard let text = text(value, name) else { continue }
            let parts = text.split(separator: "/", maxSplits: 1)
            if parts.count == 2, let count = Int(parts[0]), count > 0, let period = Duration(manifest: String(parts[1]))
            {
                result[name] = Account.Quota(count: count, period: period)
            } else {
                note("'\(text)' is not a rate; write 60/1m", at: value)
            }
        }
        return result
    }

    /// - Parameter name: the manifest's name of a further credential; `nil` for the account's own.
    mutating func credential(_ node: YAMLNode?, _ name: String?, _ manifests: [Manifest]) -> CredentialSource? {
        guard let node else { return nil }
        let keys = members(node, of: "a credential", known: ["kind", "secret"])
        let isHeld = name == AccountSession.heldName
        let declarations = manifests.compactMap { manifest -> CredentialDeclaration? in
            if let name { return manifest.credentials.first { $0.name == name }?.declaration }
            return manifest.credentials.first?.declaration
        }
        if let name, !isHeld, declarations.isEmpty, !manifests.isEmpty {
            let known = manifests.flatMap { $0.credentials.dropFirst().map(\.name) } + [AccountSession.heldName]
            note(
                "'\(name)' is not one of the connector's credentials" + Suggestion.hint(for: name, among: known),
                at: node)
        }
        let kinds = declarations.flatMap { $0.accepts.map(\.name) }
        let yieldsBearer = declarations.contains { $0.accepts.contains(where: \.yieldsBearer) }
        let known = isHeld ? ["held", "bearer"] : Array(Set(kinds + (yieldsBearer ? ["bearer"] : []))).sorted()
        let kind = text(keys["kind"], "kind") ?? (isHeld ? "held" : nil)
        guard let kind else {
            if keys["kind"] == nil {
                note("'kind' is missing in this credential: one of \(known.joined(separator: ", "))", at: node)
            }
            return nil
        }
        if !known.isEmpty, !known.contains(kind) {
            let hint = Suggestion.hint(for: kind, among: known)
            note(
                "'\(kind)' is no credential of this connector"
                    + (hint.isEmpty ? "; it takes \(known.joined(separator: ", "))" : hint), at: keys["kind"] ?? node)
        }
        guard let secret = keys["secret"] else {
            note(
                "'secret' is missing in this credential: where is it kept? {env: NAME}, {file: PATH}, {command: […]} or {vault: NAME}",
                at: node)
            return nil
        }
        guard let parts = parts(secret) else { return nil }
        return CredentialSource(kind: kind, parts: parts, place: place(secret))
    }

    private static let sources = ["env", "file", "command", "vault"]

    private mutating func parts(_ node: YAMLNode) -> CredentialSource.Parts? {
        guard case .mapping(let members) = node.content, !members.isEmpty else {
            note(
                "a secret is never written here: say where it is kept, {env: NAME}, {file: PATH}, {command: […]} or {vault: NAME}",
                at: node)
            return nil
        }
        let isNested = members.contains { if case .mapping = $0.value.content { true } else { false } }
        guard isNested else { return source(node).map { .single($0) } }
        var parts: [String: SecretSource] = [:]
        for member in members {
            if let name = member.key.text, let source = source(member.value) { parts[name] = source }
        }
        return parts.isEmpty ? nil : .named(parts)
    }

    private mutating func source(_ node: YAMLNode) -> SecretSource? {
        guard case .mapping(let entries) = node.content, entries.count == 1, let key = entries[0].key.text else {
            note("say where this secret is kept with exactly one of env, file, command, vault", at: node)
            return nil
        }
        let value = entries[0].value
        switch key {
        case "env": return text(value, "env").map { .env($0) }
        case "file": return text(value, "file").map { .file($0) }
        case "vault": return text(value, "vault").map { .vault($0) }
        case "command":
            let words = items(value, "command").compactMap { text($0, "command") }
            if words.isEmpty {
                note("'command' must be a list of words: [pass, show, acme]", at: value)
                return nil
            }
            return .command(words)
        default:
            note(
                "'\(key)' is not a place for a secret" + Suggestion.hint(for: key, among: Self.sources),
                at: entries[0].key)
            return nil
        }
    }
}

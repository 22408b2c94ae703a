internal import Authorizations
internal import Documents

/// Reads a manifest and notes every issue that it meets, so that an author sees all of them at once.
///
/// What reads a value returns a placeholder where it notes an issue: a file with an issue yields no manifest, so nobody
/// ever sees one.
struct ManifestReader {
    let file: String
    private var noted: Set<ManifestIssue> = []
    /// Where which name was found unbound: what surface and connector give to several operations is told once.
    private var unbound: Set<ManifestIssue> = []

    /// In the order written, those that `prepare` adds at the end; the first is the default.
    var hosts: [String] = []
    var settings: [String: Manifest.Setting] = [:]
    var settingNodes: [(name: String, node: YAMLNode)] = []
    var credentials: [String] = []
    /// The hosts to which a credential may go.
    var credentialHosts: [String: Set<String>] = [:]
    var budgets: [String] = []
    var connectorHeaders: [ReadHeader] = []
    var connectorRedact: [String] = []

    var listNodes: [(name: String, key: YAMLNode, node: YAMLNode)] = []
    var lists: [String: Manifest.List] = [:]
    var listScopes: [String: Set<String>] = [:]
    /// Lists whose reading has begun.
    var openLists: Set<String> = []
    /// What every list may use.
    var listBase: Set<String> = []

    var usedNames: Set<String> = []
    var usedBudgets: Set<String> = []
    var usedLists: Set<String> = []
    var boundNames: Set<String> = []
    /// Names that tell the items of the surface at hand apart.
    var itemNames: Set<String> = []

    static let builtInNames: Set<String> = ["reason", "run", "sent_at", "count"]

    init(file: String) { self.file = file }

    var issues: [ManifestIssue] {
        noted.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    }

    /// The account's own credential: the first one, as `held` is a value in hand.
    var mainCredential: String? { credentials.first { $0 != "held" } }

    mutating func note(_ message: String, at node: YAMLNode) { note(message, line: node.line, column: node.column) }

    mutating func note(_ message: String, line: Int, column: Int) {
        noted.insert(ManifestIssue(file: file, line: line, column: column, message: message))
    }

    mutating func noteUnbound(_ name: String, _ scope: Set<String>, at node: YAMLNode) {
        guard unbound.insert(ManifestIssue(file: file, line: node.line, column: node.column, message: name)).inserted
        else {
            return
        }
        let known = scope.sorted()
        let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
        note("nothing binds '\(name)' here" + (hint ?? "; known: \(known.prefix(8).joined(separator: ", "))"), at: node)
    }

    /// The members of a mapping whose keys are closed.
    mutating func keys(_ node: YAMLNode, _ home: ManifestHome, called name: String? = nil) -> Members {
        let name = name ?? home.rawValue
        guard let members = node.members else {
            note((name.contains("'") ? name : "'\(name)'") + " must be a mapping", at: node)
            return Members(node)
        }
        var read = Members(node)
        for member in members where !home.keys.contains(member.name) {
            var hint = ""
            if let nearest = Suggestion.nearest(to: member.name, among: home.keys) {
                hint = "; did you mean '\(nearest)'?"
                read.misspelt.insert(nearest)
            } else if let other = ManifestHome.others(with: member.name, than: home) {
                hint = "; it belongs in \(other)"
            }
            note("unknown key '\(member.name)' in \(name)\(hint)", at: member.key)
        }
        return read
    }

    /// The members of a mapping whose keys are free.
    mutating func members(_ node: YAMLNode?) -> [YAMLNode.Member] {
        guard let node else { return [] }
        guard let members = node.members else {
            note("found \(node.shown) where a mapping is expected", at: node)
            return []
        }
        return members
    }

    mutating func items(_ node: YAMLNode?) -> [YAMLNode] {
        guard let node else { return [] }
        guard let items = node.items else {
            note("found \(node.shown) where a list is expected", at: node)
            return []
        }
        return items
    }

    mutating func require(_ wanted: [String], in members: Members, of name: String) {
        for key in wanted where members.lacks(key) {
            note("'\(key)' is missing in \(name)", at: members.node)
        }
    }

    mutating func text(_ node: YAMLNode?) -> String {
        guard let node else { return "" }
        guard let text = node.text, node.scalar != .null else {
            note("found \(node.text == nil ? node.shown : "nothing") where a text is expected", at: node)
            return ""
        }
        return text
    }

    mutating func texts(_ node: YAMLNode?) -> [String] { items(node).map { text($0) } }

    mutating func bool(_ node: YAMLNode?) -> Bool? {
        guard let node else { return nil }
        guard case .bool(let value) = node.scalar else {
            note("\(node.shown) is neither true nor false", at: node)
            return nil
        }
        return value
    }

    mutating func count(_ node: YAMLNode?, atLeast least: Int = 1) -> Int? {
        guard let node else { return nil }
        guard case .number = node.scalar, let value = node.scalar?.int, value >= least else {
            note("\(node.shown) is not a number from \(least) up", at: node)
            return nil
        }
        return value
    }

    mutating func choice(_ node: YAMLNode?, among words: [String], _ what: String) -> String? {
        guard let node else { return nil }
        if let text = node.text, words.contains(text) { return text }
        let hint = node.text.flatMap { Suggestion.nearest(to: $0, among: words) }.map { "; did you mean '\($0)'?" }
        note("\(node.shown) is not a \(what)" + (hint ?? "; one of \(words.joined(separator: ", "))"), at: node)
        return nil
    }

    mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ node: YAMLNode?, _ what: String, as type: Choice.Type = Choice.self
    ) -> Choice? {
        choice(node, among: Choice.allCases.map(\.rawValue), what).flatMap(Choice.init(rawValue:))
    }

    /// One of the names that the manifest declares under `kind`.
    mutating func known(_ node: YAMLNode?, among names: [String], _ kind: String, listing listsNames: Bool = false)
        -> String?
    {
        guard let node else { return nil }
        if let text = node.text, names.contains(text) { return text }
        var hint = Suggestion.hint(for: node.text ?? "", among: names)
        if hint.isEmpty, listsNames {
            hint = "; known: \(names.isEmpty ? "none" : names.sorted().joined(separator: ", "))"
        }
        note("\(node.shown) is not one of the \(kind)\(hint)", at: node)
        return nil
    }

    mutating func localized(_ node: YAMLNode?, _ what: String) -> LocalizedText? {
        guard let node else { return nil }
        let members = Members(node)
        guard Set(members.values.keys) == ["en", "fr"] else {
            note("'\(what)' is read by people: it needs both 'en' and 'fr'", at: node)
            return nil
        }
        return LocalizedText(en: text(members["en"]), fr: text(members["fr"]))
    }

    mutating func duration(_ node: YAMLNode?) -> Duration? {
        guard let node else { return nil }
        if let duration = node.text.flatMap(Duration.init(manifest:)) { return duration }
        note("\(node.shown) is not a duration; write 30s, 2m, 36h or 7d", at: node)
        return nil
    }
}

extension Duration {
    /// `500ms`, `30s`, `2m`, `36h`, `7d`.
    package init?(manifest text: String) {
        guard let match = text.wholeMatch(of: /([1-9][0-9]{0,8})(ms|s|m|h|d)/), let count = Int(match.output.1) else {
            return nil
        }
        switch match.output.2 {
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        case "m": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3600)
        default: self = .seconds(count * 86400)
        }
    }
}

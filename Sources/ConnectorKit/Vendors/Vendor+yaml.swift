internal import Authorizations

extension Vendor {
    /// Reads `vendor.yaml`, or throws everything that is wrong with it.
    ///
    /// `folder` is the name of its folder, which the id must equal.
    package init(yaml: String, file: String, folder: String? = nil) throws(ManifestError) {
        var reader = ManifestReader(file: file)
        let vendor = reader.vendor(YAMLDocument(yaml), folder: folder)
        guard let vendor, reader.issues.isEmpty else { throw ManifestError(issues: reader.issues) }
        self = vendor
    }
}

extension ManifestReader {
    private static let vendorKeys = ["format", "id", "title", "aliases", "sources", "fingerprints"]
    private static let markKeys = ["client", "app", "host", "service_account"]

    fileprivate mutating func vendor(_ document: YAMLDocument, folder: String?) -> Vendor? {
        for problem in document.problems { note(problem.message, line: problem.line, column: problem.column) }
        guard let root = document.root else { return nil }
        let top = closed(root, Self.vendorKeys, called: "the vendor")
        require(["format", "id", "title", "sources", "fingerprints"], in: top, of: "the vendor")
        checkFormat(top, folder)
        return Vendor(
            id: identifier(top["id"]), title: text(top["title"]), aliases: texts(top["aliases"]),
            sources: texts(top["sources"]), fingerprints: items(top["fingerprints"]).compactMap { fingerprint($0) })
    }

    private mutating func fingerprint(_ node: YAMLNode) -> Vendor.Fingerprint? {
        let members = closed(node, Self.markKeys + ["in", "confidence", "source"], called: "fingerprint")
        require(["confidence", "source"], in: members, of: "fingerprint")
        let given = Self.markKeys.filter(members.has)
        guard let kind = given.first, given.count == 1, let value = members[kind] else {
            if node.isMapping { note("a fingerprint is one of \(Self.markKeys.joined(separator: ", "))", at: node) }
            return nil
        }
        guard let mark = mark(kind, value, members) else { return nil }
        let confidence = choice(members["confidence"], "confidence", as: Confidence.self) ?? .low
        return Vendor.Fingerprint(mark: mark, confidence: confidence, source: text(members["source"]))
    }

    private mutating func mark(_ kind: String, _ node: YAMLNode, _ members: Members) -> Vendor.Fingerprint.Mark? {
        let value = text(node)
        if kind == "client" {
            require(["in"], in: members, of: "fingerprint: whose client ids are meant?")
            return .client(value, connector: identifier(members["in"]))
        }
        if let other = members["in"] { note("'in' says whose client ids are meant; it belongs to 'client'", at: other) }
        switch kind {
        case "app": return .app(value)
        case "host":
            if value.wholeMatch(of: /(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+/) == nil {
                note("\(node.shown) is not a host; write hooks.acme.com or *.acme.com, in lower case", at: node)
            }
            return .host(value)
        default:
            if !value.contains("@") { note("\(node.shown) is not the address of a service account", at: node) }
            return .serviceAccount(value)
        }
    }

    /// The members of a mapping with these keys alone.
    private mutating func closed(_ node: YAMLNode, _ keys: [String], called name: String) -> Members {
        var read = Members(node)
        guard let members = node.members else {
            note("\(name) must be a mapping", at: node)
            return read
        }
        for member in members where !keys.contains(member.name) {
            let nearest = Suggestion.nearest(to: member.name, among: keys)
            nearest.map { _ = read.misspelt.insert($0) }
            note(
                "unknown key '\(member.name)' in \(name)\(Suggestion.hint(for: member.name, among: keys))",
                at: member.key)
        }
        return read
    }
}

internal import Documents

extension ManifestReader {
    mutating func condition(_ node: YAMLNode?, _ scope: Set<String>) -> Condition? {
        guard let node else { return nil }
        if let items = node.items {
            return Condition(alternatives: items.flatMap { condition($0, scope)?.alternatives ?? [] })
        }
        guard let members = node.members else {
            note("a condition maps places to tests, as in {/state: active}", at: node)
            return nil
        }
        return Condition(alternatives: [
            members.map { Condition.Requirement(place: place($0.key), test: test($0.value, scope)) }
        ])
    }

    mutating func test(_ node: YAMLNode, _ scope: Set<String>) -> Test {
        if let items = node.items { return .oneOf(items.map { scalar($0, scope) }) }
        guard let members = node.members else { return .equals(scalar(node, scope)) }
        if members.isEmpty { note("a test is missing; one of \(ManifestHome.tests.joined(separator: ", "))", at: node) }
        let tests = members.map { test(named: $0, scope) }
        return tests.count == 1 ? tests[0] : .all(tests)
    }

    private mutating func scalar(_ node: YAMLNode, _ scope: Set<String>) -> JSONTemplate {
        if node.scalar == nil { note("found \(node.shown) where a value is expected", at: node) }
        return json(node, scope)
    }

    private mutating func test(named member: YAMLNode.Member, _ scope: Set<String>) -> Test {
        let value = member.value
        switch member.name {
        case "not": return .not(test(value, scope))
        case "present": return .present(bool(value) ?? true)
        case "empty": return .empty(bool(value) ?? true)
        case "matches": return pattern(value).map(Test.matches) ?? .present(true)
        case "starts_with": return .startsWith(template(value, scope))
        case "ends_with": return .endsWith(template(value, scope))
        case "after": return .after(template(value, scope))
        default:
            let hint = Suggestion.nearest(to: member.name, among: ManifestHome.tests).map { "; did you mean '\($0)'?" }
            note(
                "'\(member.name)' is not a test" + (hint ?? "; one of \(ManifestHome.tests.joined(separator: ", "))"),
                at: member.key)
            return .present(true)
        }
    }

    mutating func verdict(_ node: YAMLNode?, _ scope: Set<String>) -> Verdict? {
        node.map { Verdict(clauses: clauses($0, scope)) }
    }

    private mutating func clauses(_ node: YAMLNode, _ scope: Set<String>) -> [Verdict.Clause] {
        switch node.content {
        case .list(let items): return items.flatMap { clauses($0, scope) }
        case .scalar:
            if let status = Self.status(node) { return [Verdict.Clause(statuses: [status])] }
            note("\(node.shown) is not a status; write 204, [200, 204], 4xx or {status: …, where: …}", at: node)
            return []
        case .mapping:
            let keys = keys(node, .verdict)
            var clause = Verdict.Clause(statuses: [.hundreds(2)], condition: condition(keys["where"], scope))
            clause.headers = members(keys["header"]).map { (name: $0.name, test: test($0.value, scope)) }
            if let status = keys["status"] {
                clause.statuses = (status.items ?? [status]).compactMap { item in
                    let read = Self.status(item)
                    if read == nil { note("\(item.shown) is not a status", at: status) }
                    return read
                }
            }
            return [clause]
        }
    }

    private static func status(_ node: YAMLNode) -> Verdict.Status? {
        if case .number = node.scalar, let code = node.scalar?.int, (100..<600).contains(code) { return .code(code) }
        return switch node.text {
        case "any": .any
        case "2xx": .hundreds(2)
        case "3xx": .hundreds(3)
        case "4xx": .hundreds(4)
        case "5xx": .hundreds(5)
        default: nil
        }
    }

    /// A status that says only that we are not let in cannot show that a thing is gone.
    mutating func refuseShutDoors(_ verdict: Verdict?, at node: YAMLNode?, auth: Operation.Auth, as what: String) {
        guard let verdict, let node, case .named(let name) = auth, name == mainCredential else { return }
        for status in verdict.bareStatuses where [.code(401), .code(403), .hundreds(4), .any].contains(status) {
            note(
                "\(status) with the account's own credential says that we are not let in, not that it is \(what)",
                at: node)
        }
    }
}

extension Verdict {
    /// Statuses that count without any condition.
    var bareStatuses: [Status] { clauses.filter(\.isBare).flatMap(\.statuses) }
}

extension Verdict.Status: CustomStringConvertible {
    package var description: String {
        switch self {
        case .code(let code): String(code)
        case .hundreds(let hundreds): "\(hundreds)xx"
        case .any: "any"
        }
    }
}

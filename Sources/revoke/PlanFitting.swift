import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Reporting

/// Holds a plan against the accounts as they are now: connector, its digest, hosts, identity.
struct PlanFitting {
    /// What differs, one line each, by account.
    var differences: [String: [String]] = [:]

    init(_ plan: Plan, _ inventory: Inventory) {
        for planned in plan.accounts {
            let visited = inventory.visited.first {
                $0.visit.account.name == planned.name && $0.visit.connector.id == planned.connector
            }
            let lines = Self.differences(planned, visited)
            if !lines.isEmpty { differences[planned.name, default: []] += lines }
        }
    }

    func fits(_ account: String) -> Bool { differences[account] == nil }

    var lines: [String] { differences.sorted { $0.key < $1.key }.flatMap(\.value) }

    private static func differences(_ planned: Plan.Account, _ visited: Visited?) -> [String] {
        guard let visited else {
            return ["\(planned.name): there is no such account with the connector '\(planned.connector)' now"]
        }
        guard let session = visited.session else {
            return ["\(planned.name): it could not be entered: \(visited.failure?.reason ?? "")"]
        }
        let now = Plan.Account(session)
        var lines: [String] = []
        if now.identity != planned.identity {
            lines.append(
                "\(planned.name): the plan was made for \(planned.identity), and you are signed in as \(now.identity)")
        }
        if Set(now.hosts) != Set(planned.hosts) {
            lines.append(
                "\(planned.name): the plan was made for \(planned.hosts.joined(separator: ", ")), and it is \(now.hosts.joined(separator: ", ")) now"
            )
        }
        if now.connectorDigest != planned.connectorDigest {
            lines.append("\(planned.name): the connector '\(planned.connector)' has changed since the plan was made")
        }
        return lines
    }
}

extension Workplace {
    /// The accounts that a plan names, as the configuration has them now.
    func visits(of plan: Plan, _ configuration: Configuration) throws -> [Visit] {
        try plan.accounts.compactMap { planned in
            guard let account = configuration.accounts.first(where: { $0.name == planned.name }),
                account.connectors.contains(planned.connector),
                let connector = try catalog.connector(planned.connector)
            else { return nil }
            return Visit(account: account, connector: connector)
        }
    }
}

extension Plan {
    /// Reads exactly the kinds that the plan has, what is opted in included.
    var selection: Selection {
        var selection = Selection()
        selection.kinds = Set(items.map(\.authorization.kind))
        selection.optedIn = Set(items.map { "\($0.authorization.account)/\($0.authorization.surface)" })
        return selection
    }

    /// The keep-list rules also in plans that were made before it.
    mutating func keep(_ keeps: [Keep]) {
        for index in items.indices {
            let authorization = items[index].authorization
            let connector = account(of: authorization)?.connector ?? ""
            guard items[index].action != .keep,
                let keep = keeps.first(where: { $0.covers(authorization, connector: connector) })
            else { continue }
            items[index].action = .keep
            items[index].because = [keep.reason]
        }
    }
}

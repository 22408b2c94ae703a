package import Authorizations
package import Foundation

/// Which authorizations are meant: values of one criterion are alternatives, different criteria must all hold.
package struct Selection: Sendable {
    package var connectors: Set<String> = []
    package var excludedConnectors: Set<String> = []
    package var accounts: Set<String> = []
    package var kinds: Set<Kind> = []
    /// Long ids.
    package var authorizations: Set<String> = []
    package var holders: [String] = []
    package var owners: [String] = []
    package var olderThan: Duration?
    package var unusedFor: Duration?
    package var includesUnconfirmed = false
    /// Surfaces that are read although they are opted into only, as `account/surface`; `nil` where the kinds tell.
    package var optedIn: Set<String>?

    package init() {}

    /// What the vendor does not tell matches no criterion on it.
    package enum Match: Sendable, Hashable {
        case yes
        case no
        case notTold
    }

    package func includes(account: String, connector: String) -> Bool {
        (accounts.isEmpty || accounts.contains(account)) && (connectors.isEmpty || connectors.contains(connector))
            && !excludedConnectors.contains(connector)
    }

    package func match(_ authorization: Authorization, now: Date) -> Match {
        if !authorizations.isEmpty, !authorizations.contains(authorization.id) { return .no }
        if !kinds.isEmpty, !kinds.contains(authorization.kind) { return .no }
        if !holders.isEmpty {
            guard authorization.vendorID != nil, let holder = authorization.holder else { return .no }
            if !holders.contains(where: { $0.lowercased() == holder.lowercased() }) { return .no }
        }
        if !owners.isEmpty {
            guard authorization.vendorID != nil, let owner = authorization.owner else { return .no }
            if !owners.contains(where: { $0.lowercased() == owner.lowercased() }) { return .no }
        }
        let ages = [(olderThan, authorization.createdAt), (unusedFor, authorization.lastUsedAt)]
        if authorization.vendorID == nil { return ages.contains { $0.0 != nil } ? .no : .yes }
        // It was left out for want of a date only where everything that is told matches.
        var isTold = true
        for case (let least?, let since) in ages {
            guard let since else {
                isTold = false
                continue
            }
            if since > now.addingTimeInterval(-least.timeInterval) { return .no }
        }
        return isTold ? .yes : .notTold
    }

    /// Whether it chooses among what was listed, and not only among what is read.
    package var choosesItems: Bool {
        !authorizations.isEmpty || !holders.isEmpty || !owners.isEmpty || olderThan != nil || unusedFor != nil
    }
}

extension Duration {
    package var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}

/// One entry of the keep-list: what is never revoked.
///
/// All its fields must hold.
package struct Keep: Sendable, Hashable {
    package var account: String?
    package var connector: String?
    package var kind: String?
    /// The vendor's id or the long one.
    package var id: String?
    package var holder: String?
    package var reason: String
    package var place: String

    package init(reason: String, place: String) {
        self.reason = reason
        self.place = place
    }

    package func covers(_ authorization: Authorization, connector: String) -> Bool {
        func holds(_ wanted: String?, _ found: String?) -> Bool { wanted == nil || wanted == found }
        guard holds(account, authorization.account), holds(self.connector, connector),
            holds(kind, authorization.kind.rawValue)
        else {
            return false
        }
        if let id, id != authorization.vendorID, id != authorization.id { return false }
        if let holder, holder.lowercased() != authorization.holder?.lowercased() { return false }
        return true
    }

    /// How it is written, for saying that it matches nothing.
    package var words: String {
        [("account", account), ("connector", connector), ("kind", kind), ("id", id), ("holder", holder)]
            .compactMap { name, value in value.map { "\(name): \($0)" } }.joined(separator: ", ")
    }
}

/// Caps of a run: over one, nothing is sent.
package struct Limits: Sendable, Hashable {
    /// The most that may be ended.
    package var max: Int?
    /// The most that may be ended, as a share of all that was listed.
    package var maxPercent: Int?

    package init(max: Int? = nil, maxPercent: Int? = nil) {
        self.max = max
        self.maxPercent = maxPercent
    }
}

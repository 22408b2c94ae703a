package import Authorizations
internal import ConnectorKit
package import Documents

/// What an account lets us see and end, found out before anything else.
package struct AccountCheck: Sendable {
    package struct Place: Sendable {
        package var id: String
        package var canList: Bool
        package var canRevoke: Bool
        /// The vendor's own limit, and permanent.
        package var isByNature: Bool
        /// Scopes, roles, plans, settings.
        package var missing: [String]
        package var note: LocalizedText?
    }

    package var name: String
    package var connector: String
    package var identity: String?
    package var title: String?
    package var isReachable: Bool
    /// Why not, or what is to be known about the identity.
    package var note: String?
    /// Hosts that may be reached there.
    package var hosts: [String]
    package var surfaces: [Place]

    package var json: JSON {
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        return .object([
            "name": .string(name), "connector": .string(connector), "identity": text(identity), "title": text(title),
            "reachable": .bool(isReachable), "note": text(note), "hosts": .array(hosts.map { .string($0) }),
            "surfaces": .array(
                surfaces.map { place in
                    .object([
                        "id": .string(place.id), "can_list": .bool(place.canList), "can_revoke": .bool(place.canRevoke),
                        "missing": .array(place.missing.map { .string($0) }),
                        "note": place.note.map { .string($0.en) } ?? .null,
                    ])
                }),
        ])
    }

    /// Checks accounts side by side, in the order given.
    package static func all(_ visits: [Visit], _ taker: InventoryTaker) async throws -> [AccountCheck] {
        try await withThrowingTaskGroup(of: (Int, AccountCheck).self) { group in
            for (index, visit) in visits.enumerated() {
                group.addTask { (index, try await of(visit, taker)) }
            }
            return try await group.reduce(into: [(Int, AccountCheck)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(
                \.1)
        }
    }

    private static func of(_ visit: Visit, _ taker: InventoryTaker) async throws -> AccountCheck {
        let visited = try await taker.enter(visit)
        guard let session = visited.session else {
            return AccountCheck(
                name: visit.account.name, connector: visit.connector.id, identity: nil, title: nil, isReachable: false,
                note: visited.failure?.reason, hosts: [], surfaces: [])
        }
        let places = await withTaskGroup(of: (Int, Place).self) { group in
            for (index, surface) in session.manifest.surfaces.enumerated() {
                group.addTask { (index, await place(surface, session)) }
            }
            return await group.reduce(into: [(Int, Place)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return AccountCheck(
            name: visit.account.name, connector: visit.connector.id, identity: session.identity.name,
            title: session.identity.title,
            isReachable: true, note: session.identity.note, hosts: session.hosts, surfaces: places)
    }

    private static func place(_ surface: Surface, _ session: AccountSession) async -> Place {
        let coverage = await session.peek(surface)
        let scopes = session.identity.scopes
        func missing(_ needs: [[String]]) -> [String] {
            guard let scopes else { return [] }
            return needs.filter { $0.allSatisfy { !scopes.contains($0) } }.map {
                "scope " + $0.joined(separator: " or ")
            }
        }
        let toList = missing(surface.needs.list)
        let toRevoke = missing(surface.needs.revoke)
        let isSeen = coverage.state == .seen || coverage.state == .partial
        var all = toList + toRevoke.filter { !toList.contains($0) }
        if coverage.state == .forbidden || coverage.state == .notConfigured {
            all += [surface.needs.role.map { "role: \($0.en)" }, surface.needs.plan.map { "plan: \($0.en)" }].compactMap
            { $0 }
        }
        if coverage.state != .seen, coverage.state != .partial, let note = coverage.note, all.isEmpty,
            !coverage.byNature
        {
            all.append(note.en)
        }
        return Place(
            id: session.shownID(of: surface), canList: isSeen && toList.isEmpty,
            canRevoke: surface.action(prefersDisable: false).ends && toRevoke.isEmpty
                && (isSeen || surface.given != nil),
            isByNature: coverage.byNature, missing: all, note: coverage.note)
    }
}

package import Authorizations
package import ConnectorKit
internal import Foundation
internal import Synchronization

/// One account at one connector, as a run sees it.
package struct Visit: Sendable, Identifiable {
    package var account: Account
    package var connector: Connector

    package init(account: Account, connector: Connector) {
        self.account = account
        self.connector = connector
    }

    package var id: String { account.connectors.count > 1 ? "\(account.name)/\(connector.id)" : account.name }
    var surfacePrefix: String { account.connectors.count > 1 ? connector.id + ":" : "" }
}

/// An account that was entered, or why it could not be.
package struct Visited: Sendable {
    package var visit: Visit
    package var session: AccountSession?
    package var failure: EntranceFailure?
}

/// Everything that stands at the accounts of a run, and what of it could not be seen.
package struct Inventory: Sendable {
    package var visited: [Visited]
    package var authorizations: [Authorization]
    package var coverage: [Coverage]

    package func session(of authorization: Authorization) -> AccountSession? { visited(of: authorization)?.session }

    package func connector(of authorization: Authorization) -> Connector? {
        visited(of: authorization)?.visit.connector
    }

    private func visited(of authorization: Authorization) -> Visited? {
        visited.first { entry in
            entry.visit.account.name == authorization.account
                && authorization.surface.hasPrefix(entry.visit.surfacePrefix)
        }
    }

    /// Not one account could be entered although there were some.
    package var isLockedOut: Bool { !visited.isEmpty && visited.allSatisfy { $0.session == nil } }
}

/// What an inventory tells while it is taken.
package enum InventoryEvent: Sendable {
    case entered(account: String)
    case refused(account: String, EntranceFailure)
    case found(account: String, Int)
    case listed(Coverage)
}

/// Reads all surfaces of all accounts, many at once.
package struct InventoryTaker: Sendable {
    private let services: EntranceServices
    private let tell: @Sendable (InventoryEvent) -> Void

    package init(services: EntranceServices, tell: @escaping @Sendable (InventoryEvent) -> Void = { _ in }) {
        self.services = services
        self.tell = tell
    }

    package func take(_ visits: [Visit], _ selection: Selection) async throws
        -> Inventory
    {
        let parts = try await withThrowingTaskGroup(of: (Int, Visited, [Authorization], [Coverage]).self) { group in
            for (index, visit) in visits.enumerated() {
                group.addTask {
                    let visited = try await self.enter(visit)
                    let (found, coverage) = try await self.list(visited, selection)
                    return (index, visited, found, coverage)
                }
            }
            return try await group.reduce(into: [(Int, Visited, [Authorization], [Coverage])]()) { $0.append($1) }
        }
        .sorted { $0.0 < $1.0 }
        let all = parts.count == 1 ? parts[0].2 : parts.flatMap(\.2)
        return Inventory(visited: parts.map(\.1), authorizations: all, coverage: parts.flatMap(\.3))
    }

    /// Enters the accounts without listing anything.
    package func enter(_ visits: [Visit]) async throws -> Inventory {
        let visited = try await withThrowingTaskGroup(of: (Int, Visited).self) { group in
            for (index, visit) in visits.enumerated() { group.addTask { (index, try await self.enter(visit)) } }
            return try await group.reduce(into: [(Int, Visited)]()) { $0.append($1) }
        }
        return Inventory(visited: visited.sorted { $0.0 < $1.0 }.map(\.1), authorizations: [], coverage: [])
    }

    package func enter(_ visit: Visit) async throws -> Visited {
        do {
            let session = try await Entrance(account: visit.account, connector: visit.connector, services: services)
                .enter()
            tell(.entered(account: visit.id))
            return Visited(visit: visit, session: session, failure: nil)
        } catch let failure as EntranceFailure {
            tell(.refused(account: visit.id, failure))
            return Visited(visit: visit, session: nil, failure: failure)
        }
    }

    private func list(_ visited: Visited, _ selection: Selection) async throws -> ([Authorization], [Coverage]) {
        let manifest = visited.visit.connector.manifest
        let surfaces = manifest.surfaces.filter { selection.kinds.isEmpty || selection.kinds.contains($0.kind) }
        guard let session = visited.session else {
            return (
                [],
                surfaces.map { surface in
                    let reason = visited.failure?.reason ?? ""
                    return Coverage(
                        account: visited.visit.account.name, surface: visited.visit.surfacePrefix + surface.id,
                        state: surface.unlistable == nil ? .failed : .unlistable, byNature: surface.unlistable != nil,
                        note: surface.unlistable ?? LocalizedText(en: reason, fr: reason))
                }
            )
        }
        let found = Found(surfaces: surfaces.count)
        let coverage = try await withThrowingTaskGroup(of: (Int, Coverage).self) { group in
            for (index, surface) in surfaces.enumerated() {
                group.addTask {
                    if surface.isOptIn, !self.asksFor(surface, session, selection) {
                        return (index, session.optedOut(surface))
                    }
                    let coverage = await session.discover(surface) { new in
                        found.lists.withLock { lists in
                            if lists[index].isEmpty { lists[index] = new } else { lists[index] += new }
                        }
                        self.tell(.found(account: visited.visit.id, new.count))
                    }
                    try Task.checkCancellation()
                    self.tell(.listed(coverage))
                    return (index, coverage)
                }
            }
            return try await group.reduce(into: [(Int, Coverage)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let held = try await session.valuesInHand(surfaces)
        // Parents answer in any order; people and digests want the same order each time.
        var authorizations: [Authorization] = []
        var lists = found.taken()
        for index in lists.indices {
            let first = authorizations.count
            // Moved, not copied: there may be very many.
            if first == 0 { swap(&authorizations, &lists[index]) } else { authorizations += lists[index] }
            lists[index] = []
            authorizations[first...].sort { $0.id < $1.id }
        }
        authorizations += held
        return (authorizations, coverage)
    }

    /// What was found of each surface, by tasks that run side by side.
    private final class Found: Sendable {
        let lists: Mutex<[[Authorization]]>

        init(surfaces: Int) { lists = Mutex(Array(repeating: [], count: surfaces)) }

        /// Hands the lists out and keeps none: there may be very many authorizations.
        func taken() -> [[Authorization]] {
            lists.withLock { lists in
                defer { lists = [] }
                return lists
            }
        }
    }

    private func asksFor(_ surface: Surface, _ session: AccountSession, _ selection: Selection) -> Bool {
        let place = "\(session.account.name)/\(session.shownID(of: surface))"
        if let optedIn = selection.optedIn { return optedIn.contains(place) }
        return selection.kinds.contains(surface.kind)
            || selection.authorizations.contains { $0.hasPrefix(place + "/") }
    }
}

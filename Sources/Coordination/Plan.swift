package import Authorizations
package import ConnectorKit
package import Foundation

/// What a run would do, in the order in which people see it.
///
/// Sealed by ``digest`` once it is made.
package struct Plan: Sendable {
    package struct Account: Sendable, Hashable {
        package var name: String
        package var connector: String
        package var connectorDigest: String
        package var hosts: [String]
        package var identity: String
    }

    package struct Item: Sendable, Identifiable {
        package var authorization: Authorization
        /// The same on every screen, in the report and in `--authorization 20`.
        package var number: Int
        package var action: Action
        package var phase: Phase
        package var isReversible: Bool
        /// Why it is kept, or matched.
        package var because: [String]
        /// Asked for before everything automatic.
        package var isBefore: Bool

        package var id: String { authorization.id }
    }

    /// SHA-256 in hex of the canonical JSON without this key.
    package var digest: String
    package var accounts: [Account]
    package var createdAt: Date
    package var expiresAt: Date
    package var vendor: String?
    package var items: [Item]
    package var coverage: [Coverage]
    /// Effects for people, by `account/surface`.
    package var effects: [String: [LocalizedText]]

    /// How long a plan may be applied.
    package static let lifetime: TimeInterval = 24 * 3600

    /// The account at the connector that an authorization stands at: where one account has several, its surface says which.
    package func account(of authorization: Authorization) -> Account? {
        accounts.first {
            $0.name == authorization.account
                && (authorization.surface.hasPrefix($0.connector + ":") || !authorization.surface.contains(":"))
        }
    }

    package var numberToEnd: Int { items.count { $0.action.ends } }

    package func effects(of item: Item) -> [LocalizedText] {
        effects[item.authorization.account + "/" + item.authorization.surface] ?? []
    }

    /// Accounts where keys would be ended, and none is known to be the one that this tool signs in with.
    package var accountsWithoutOwnCredential: [String] {
        let keys: Set<Kind> = [.apiKey, .accessToken, .serviceAccountKey]
        // Lazily: of very many items no copy is made.
        let ended = items.lazy.filter {
            $0.action.ends && keys.contains($0.authorization.kind) && !$0.authorization.id.hasPrefix("key/")
        }
        let known = Set(items.lazy.filter { $0.phase == .ownCredential }.map(\.authorization.account))
        return Set(ended.map(\.authorization.account)).subtracting(known).sorted()
    }

    package func count(_ action: Action) -> Int { items.count { $0.action == action } }
}

/// Makes a plan of an inventory: selection, keep-list, actions, phases, numbers.
package struct PlanMaker: Sendable {
    package var selection: Selection
    package var keeps: [Keep]
    package var now: Date

    package init(selection: Selection, keeps: [Keep], now: Date) {
        self.selection = selection
        self.keeps = keeps
        self.now = now
    }

    package struct Made: Sendable {
        package var plan: Plan
        /// How many were left out because the vendor does not tell what was asked for.
        package var notTold: Int
        /// Entries of the keep-list that match nothing.
        package var idleKeeps: [Keep]
    }

    package func make(of inventory: Inventory, ownCredentials: Set<String>) throws -> Made {
        var items: [Plan.Item] = []
        var notTold = 0
        var used: Set<Keep> = []
        items.reserveCapacity(inventory.authorizations.count)
        for authorization in inventory.authorizations {
            let connector = inventory.connector(of: authorization)?.id ?? ""
            let keep = keeps.first { $0.covers(authorization, connector: connector) }
            for entry in keeps where entry.covers(authorization, connector: connector) { used.insert(entry) }
            switch selection.match(authorization, now: now) {
            case .no: continue
            case .notTold:
                notTold += 1
                continue
            case .yes: break
            }
            guard let session = inventory.session(of: authorization),
                let surface = session.surface(authorization.surface)
            else { continue }
            items.append(item(authorization, surface, session, keep, isOwn: ownCredentials.contains(authorization.id)))
        }
        for index in items.indices { items[index].number = index + 1 }
        var plan = Plan(
            digest: "", accounts: inventory.visited.compactMap { $0.session.map { Plan.Account($0) } }, createdAt: now,
            expiresAt: now.addingTimeInterval(Plan.lifetime), vendor: nil, items: items, coverage: inventory.coverage,
            effects: Self.effects(inventory))
        plan.digest = PlanDocument.digest(of: plan)
        return Made(plan: plan, notTold: notTold, idleKeeps: keeps.filter { !used.contains($0) })
    }

    private func item(
        _ authorization: Authorization, _ surface: Surface, _ session: AccountSession, _ keep: Keep?, isOwn: Bool
    ) -> Plan.Item {
        var action = surface.action(prefersDisable: session.account.prefersDisable)
        if surface.confidence == .low, !selection.includesUnconfirmed, action.ends { action = .manual }
        if keep != nil { action = .keep }
        let change = action == .disable ? surface.disable : surface.revoke
        let isReversible: Bool
        switch action {
        case .disable: isReversible = change?.undo != nil || surface.undo != nil
        case .revoke: isReversible = surface.undo != nil
        case .manual, .keep: isReversible = false
        }
        return Plan.Item(
            authorization: authorization, number: 0, action: action, phase: isOwn ? .ownCredential : surface.phase,
            isReversible: isReversible, because: keep.map { [$0.reason] } ?? [], isBefore: false)
    }

    private static func effects(_ inventory: Inventory) -> [String: [LocalizedText]] {
        var effects: [String: [LocalizedText]] = [:]
        for session in inventory.visited.compactMap(\.session) {
            for surface in session.manifest.surfaces {
                let texts = [surface.effects, surface.beyond, surface.comesBack].compactMap { $0 }
                if !texts.isEmpty { effects[session.account.name + "/" + session.shownID(of: surface)] = texts }
            }
        }
        return effects
    }
}

extension Plan.Account {
    package init(_ session: AccountSession) {
        self.init(
            name: session.account.name, connector: session.manifest.id, connectorDigest: session.manifest.digest,
            hosts: session.hosts, identity: session.identity.name)
    }
}

extension Surface {
    /// Revoke if it can be, else disable, else by hand; disable first where the account prefers it.
    package func action(prefersDisable: Bool) -> Action {
        if disable != nil, prefersDisable || revoke == nil { return .disable }
        return revoke != nil ? .revoke : .manual
    }
}

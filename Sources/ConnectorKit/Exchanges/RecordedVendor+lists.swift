internal import Authorizations
package import Documents
internal import Transport

extension RecordedVendor {
    /// Reads the recorded lists, and makes every request that can be made of what stands in them.
    mutating func readLists(_ inHand: [String: [Secret]]) async throws {
        for surface in connector.manifest.surfaces where !surface.isCoded {
            switch surface.discover?.source {
            case .list(let list)?:
                if let discover = surface.discover { try await readLists(of: surface, discover, list) }
            case .assumed?: try assume(surface)
            case .coded?, nil: break
            }
            // One value may be ended in several ways: it is the same thing at each of the surfaces that claim it.
            let all = inHand.sorted { $0.key < $1.key }.flatMap(\.value)
            for (number, secret) in all.enumerated() where surface.discover == nil && surface.claims(secret) {
                items.append(held(secret, "in hand \(number + 1)", surface))
            }
        }
        for surface in connector.manifest.surfaces where surface.isCoded {
            // Only its own Swift knows how an answer changes once something has ended, so nothing stands there.
            if let empty = exchange(surface.id, [.discover], [.empty]) { await expectRecorded(empty) }
        }
        for claim in [Exchange.Claim.list, .empty] {
            for exchange in exchanges where exchange.shows == claim { await expectEntries(exchange) }
        }
        for exchange in exchanges { await expectEntrance(exchange) }
        for surface in connector.manifest.surfaces { await expectWrites(surface) }
        // What fits any value comes last.
        for surface in connector.manifest.surfaces { await expectUnknown(surface) }
    }

    private func held(_ secret: Secret, _ id: String, _ surface: Surface) -> Item {
        var scope = session.base
        scope.local["secret"] = .secret(secret)
        scope.local["url"] = .secret(secret)
        scope.bind(groupsOf: secret, surface)
        return Item(id: id, surface: surface.id, vendorID: id, names: [:], secret: secret, scope: scope)
    }

    private mutating func readLists(of surface: Surface, _ discover: Discover, _ list: ListOperation) async throws {
        let own = exchanges.filter { $0.surface == surface.id && $0.operation == .discover }
        var seen: Set<String> = []
        for exchange in own where exchange.shows == .list {
            let scope = scope(of: exchange)
            if let asked = await first(list, in: scope), seen.insert(asked.asked.key).inserted {
                try add(exchange, surface, discover, list, scope)
                await expect(list, in: scope, role: .listing(listings.count - 1))
                await expectFurtherPages(exchange)
            }
        }
        guard let empty = own.first(where: { $0.shows == .empty }) else { return }
        // Parents of which nothing was recorded have nothing.
        for parent in try parents(discover.forEach) {
            if let asked = await first(list, in: parent), seen.insert(asked.asked.key).inserted {
                await expect(list, in: parent, role: .recorded(empty, pair: 0))
            }
        }
    }

    private mutating func add(
        _ exchange: Exchange, _ surface: Surface, _ discover: Discover, _ list: ListOperation, _ scope: Scope
    ) throws {
        let answer = answer(of: exchange, as: list.operation.answer)
        var listing = Listing(
            surface: surface.id, exchange: exchange, places: [], operation: list, isXML: list.operation.answer == .xml,
            totals: list.totals, scope: scope)
        for placed in list.places(in: answer.document ?? .null, scope, isText: answer.isText, session: session) ?? [] {
            guard let found = try session.found(placed.item, surface, discover) else { continue }
            listing.places.append((found.authorization.id, placed.pointer))
            add(found, surface)
        }
        listings.append(listing)
    }

    /// Things that nobody lists: one for each parent.
    private mutating func assume(_ surface: Surface) throws {
        guard let discover = surface.discover else { return }
        for parent in try parents(discover.forEach) {
            let item = ListItem(document: .null, scope: parent, headers: [], isText: false)
            if let found = try session.found(item, surface, discover) { add(found, surface) }
        }
    }

    private mutating func add(_ found: FoundItem, _ surface: Surface) {
        let id = found.authorization.id
        if items.contains(where: { $0.id == id }) { return }
        var names: [String: String] = [:]
        for (name, value) in found.scope.shared.merging(found.scope.local, uniquingKeysWith: { $1 }) {
            if let text = value.json?.scalarText { names[name] = text }
        }
        items.append(
            Item(
                id: id, surface: surface.id, vendorID: found.authorization.vendorID ?? id, names: names,
                scope: found.scope))
    }

    /// Items that stand in a document of the listing's shape.
    package func items(in document: JSON, as listing: Listing) -> Set<String>? {
        guard let surface = surface(listing.surface), let discover = surface.discover,
            let places = listing.operation.places(in: document, listing.scope, isText: listing.isXML, session: session)
        else { return nil }
        return Set(places.compactMap { try? session.found($0.item, surface, discover)?.authorization.id })
    }

    /// Of an item that was disabled: what of its entry in a list is different then.
    package func differenceWhenDisabled(_ listing: Listing) -> [(pointer: JSONPointer, value: JSON)]? {
        guard let surface = surface(listing.surface), let discover = surface.discover,
            let disabled = exchange(surface.id, [.verifyDisabled], [.dead]),
            let id = disabled.vendorID(discover)
        else { return nil }
        func entry(_ exchange: Exchange) -> JSON? {
            let answer = answer(of: exchange, as: listing.operation.operation.answer)
            let places = listing.operation.places(
                in: answer.document ?? .null, scope(of: exchange), isText: answer.isText, session: session)
            return places?.first { (try? session.found($0.item, surface, discover)?.authorization.vendorID) == id }?
                .item.document
        }
        let alive =
            [exchange(surface.id, [.verifyDisabled], [.alive])].compactMap(\.self)
            + listings.filter { $0.surface == surface.id }.map(\.exchange)
        guard let new = entry(disabled), let old = alive.lazy.compactMap(entry).first else { return nil }
        return new.differences(from: old)
    }

    private func answer(of exchange: Exchange, as kind: Operation.Answer) -> ReadAnswer {
        let answered = exchange.pairs[0].answered
        return ReadAnswer(
            Response(
                status: answered.status, headers: answered.headers, body: Array(answered.body.utf8), address: address),
            as: kind)
    }

    func scope(of exchange: Exchange) -> Scope {
        session.base.binding(exchange.values.filter { $0.value != .string(Exchange.secret) })
    }

    private func parents(_ forEach: ForEach?) throws -> [Scope] {
        guard let forEach, let list = connector.manifest.lists.first(where: { $0.name == forEach.list })?.list else {
            return [session.base]
        }
        let entries: [Scope]
        switch list.source {
        case .values(let values): entries = values.map { bound($0, list) }
        case .setting(let name):
            entries = (session.base.json(name)?.array ?? []).compactMap(\.scalarText).map { bound($0, list) }
        case .request(let operation):
            entries = exchanges.filter { $0.operation == .list(list.name) && $0.shows == .list }.flatMap { exchange in
                let answer = answer(of: exchange, as: operation.operation.answer)
                let places =
                    operation.places(
                        in: answer.document ?? .null, scope(of: exchange), isText: answer.isText, session: session)
                    ?? []
                return places.map { placed in
                    var scope = placed.item.scope
                    session.bind(list.bind, from: placed.item.document, [], placed.item.isText, to: &scope)
                    session.bindSecrets(list.secrets, from: placed.item, to: &scope)
                    return scope
                }
            }
        }
        return entries.filter { forEach.condition?.holds(for: $0.document, in: $0) ?? true }
    }

    private func bound(_ value: String, _ list: Manifest.List) -> Scope {
        list.bind.first.map { session.base.binding([$0.name: .string(value)]) } ?? session.base
    }
}

extension ListOperation {
    fileprivate var totals: [Paging.Source] {
        var totals = expect.map { [Paging.Source.place($0)] } ?? []
        switch next {
        case .offset(_, _, _, let total?), .page(_, _, _, _, _, let total?): totals.append(total)
        default: break
        }
        return totals
    }
}

extension JSON {
    /// The leaves that are different here, by their places.
    fileprivate func differences(from other: JSON, at tokens: [String] = []) -> [(pointer: JSONPointer, value: JSON)] {
        if self == other { return [] }
        if case (.object(let new), .object(let old)) = (self, other) {
            return new.members.flatMap { $0.value.differences(from: old[$0.key] ?? .null, at: tokens + [$0.key]) }
        }
        return [(JSONPointer(tokens: tokens), self)]
    }
}

internal import Authorizations
internal import Documents
internal import Foundation
internal import Transport

extension AccountSession {
    /// Reads everything that stands under one parent, all pages.
    ///
    /// With details the answer is for an inventory, which may be very large: what the vendor sent is let go page by page.
    func read(_ surface: Surface, _ discover: Discover, under parent: Scope, withDetails: Bool) async throws
        -> ParentReading
    {
        if let coded = coded[surface.id] {
            return try await read(surface, coded, under: parent, withDetails: withDetails)
        }
        guard case .list(let list) = discover.source else {
            let item = ListItem(document: .null, scope: parent, headers: [], isText: false)
            return ParentReading(
                items: try [found(item, surface, discover)].compactMap { $0 }, received: 1, expected: nil,
                isCapped: false)
        }
        var log: [ListItem] = []
        var found: [FoundItem] = []
        let letsGo = withDetails && discover.detail == nil && discover.fold == nil
        var kept: [Authorization] = []
        let (received, expected) = try await ListWalker(session: self, list: list, scope: parent).walk { page in
            if discover.fold != nil {
                log += page.items
                return
            }
            for item in page.items {
                guard let one = try self.found(item, surface, discover) else { continue }
                if letsGo { kept.append(one.authorization) } else { found.append(one) }
            }
        }
        if let fold = discover.fold {
            found = try folded(log, fold).compactMap { try self.found($0, surface, discover) }
        }
        let isCapped = list.cap.map { received >= $0 } ?? false
        if letsGo {
            return ParentReading(
                authorizations: Self.joined(kept, \.self), received: received, expected: expected, isCapped: isCapped)
        }
        found = Self.joined(found, \.authorization)
        if withDetails, let detail = discover.detail { found = await detailed(found, detail, surface) }
        return ParentReading(items: found, received: received, expected: expected, isCapped: isCapped)
    }

    /// Of an event log the newest entry for each key decides; where it meets `over` there is nothing.
    private func folded(_ items: [ListItem], _ fold: Discover.Fold) -> [ListItem] {
        var newest: [String: (item: ListItem, moment: JSON)] = [:]
        var order: [String] = []
        for item in items {
            let source = source(item.document, item.headers, item.isText, item.scope)
            guard let key = fold.by.value(from: source)?.scalarText else { continue }
            let moment = fold.newest.value(from: source) ?? .null
            if let known = newest[key] {
                if Self.isLater(moment, than: known.moment) { newest[key] = (item, moment) }
            } else {
                newest[key] = (item, moment)
                order.append(key)
            }
        }
        return order.compactMap { newest[$0]?.item }
            .filter { !fold.over.holds(for: $0.document, in: $0.scope, asText: $0.isText) }
    }

    private static func isLater(_ one: JSON, than other: JSON) -> Bool {
        if let one = Moment.date(one), let other = Moment.date(other) { return one > other }
        return (one.scalarText ?? "") > (other.scalarText ?? "")
    }

    /// An item as an authorization; `nil` where the vendor gave it no id at all.
    func found(_ item: ListItem, _ surface: Surface, _ discover: Discover) throws -> FoundItem? {
        var scope = item.scope
        bindSecrets(discover.secrets, from: item, to: &scope)
        bind(discover.keep, from: item.document, item.headers, item.isText, to: &scope)
        let source = source(item.document, item.headers, item.isText, scope)
        guard let idField = discover.fields.first(where: { $0.name == "id" })?.field,
            let id = idField.value(from: source),
            let vendorID = id.scalarText, !vendorID.isEmpty
        else { throw ListFailure.failed(reason: "an item has no id") }
        var authorization = authorization(surface, vendorID: vendorID, in: scope)
        scope.bind("id", id)
        for (name, field) in discover.fields where name != "id" {
            guard let value = field.value(from: source) else { continue }
            authorization.set(name, value)
            if value.scalarText != nil { scope.bind(name, value) }
        }
        authorization.values = kept(surface, scope)
        authorization.parent = parentKey(surface, scope)
        return FoundItem(authorization: authorization, document: item.document, scope: scope, isText: item.isText)
    }

    /// One that nothing but its identity is known of.
    func authorization(_ surface: Surface, vendorID: String, in scope: Scope) -> Authorization {
        let under = surface.discover?.under.map { scope.text($0) ?? "" } ?? []
        let shown = shownID(of: surface)
        let path = ([account.name, shown] + (under + [vendorID]).map(\.percentEncoded)).joined(separator: "/")
        return Authorization(
            id: path, account: account.name, surface: shown, kind: surface.kind, vendorID: vendorID, title: vendorID)
    }

    /// Bound names that later requests of the surface use: all that a plan needs to carry.
    func kept(_ surface: Surface, _ scope: Scope) -> [String: JSON] {
        var values = linked(surface)
        for name in names(of: surface).later {
            guard case .plain(let value)? = scope.local[name] else { continue }
            // A text id stands in the authorization already.
            if name == "id", value.string != nil { continue }
            values[name] = value
        }
        return values
    }

    /// Equal for what one listing shows together.
    func parentKey(_ surface: Surface, _ scope: Scope) -> String {
        names(of: surface).parent.map { scope.text($0)?.percentEncoded ?? "" }.joined(separator: "/")
    }

    /// Items equal in what identifies them are one; their lists are joined.
    private static func joined<Item>(_ items: [Item], _ authorization: WritableKeyPath<Item, Authorization>) -> [Item] {
        if items.count < 2 || Set(items.lazy.map { $0[keyPath: authorization].id }).count == items.count {
            return items
        }
        var index: [String: Int] = [:]
        var result: [Item] = []
        for item in items {
            let one = item[keyPath: authorization]
            if let known = index[one.id] {
                result[known][keyPath: authorization].join(one)
            } else {
                index[one.id] = result.count
                result.append(item)
            }
        }
        return result
    }

    /// One more read for each item; an item whose read fails keeps what the list said.
    private func detailed(_ items: [FoundItem], _ detail: Discover.Detail, _ surface: Surface) async -> [FoundItem] {
        await withTaskGroup(of: (Int, FoundItem).self) { group in
            var result = items
            var next = 0
            func start() {
                guard next < items.count else { return }
                let (index, item) = (next, items[next])
                next += 1
                group.addTask { (index, await self.detailed(item, detail, surface)) }
            }
            for _ in 0..<24 { start() }
            while let (index, item) = await group.next() {
                result[index] = item
                start()
            }
            return result
        }
    }

    private func detailed(_ item: FoundItem, _ detail: Discover.Detail, _ surface: Surface) async -> FoundItem {
        guard let answer = try? await sharedRead(detail.operation, in: item.scope), answer.isGood,
            let document = answer.document
        else { return item }
        var item = item
        let source = source(document, answer.headers, answer.isText, item.scope)
        for (name, field) in detail.fields {
            guard let value = field.value(from: source) else { continue }
            item.authorization.set(name, value)
            if value.scalarText != nil, item.scope[name] == nil { item.scope.bind(name, value) }
        }
        bind(detail.keep, from: document, answer.headers, answer.isText, to: &item.scope)
        item.authorization.values = kept(surface, item.scope)
        return item
    }
}

extension Authorization {
    /// Takes one field of manifest 2.7.
    mutating func set(_ name: String, _ value: JSON) {
        switch name {
        case "title": title = value.texts.first ?? title
        case "holder": holder = value.texts.first
        case "client": client = value.texts.first
        case "owner": owner = value.texts.first
        case "scopes": scopes = value.texts
        case "created_at": createdAt = Moment.date(value)
        case "last_used_at": lastUsedAt = Moment.date(value)
        case "expires_at": expiresAt = Moment.date(value)
        case "target": targets = value.texts.map(Redaction.maskAddress)
        case "state": state = value.texts.first
        case "hint": hint = value.texts.first
        default: break
        }
    }

    mutating func join(_ other: Authorization) {
        scopes += other.scopes.filter { !scopes.contains($0) }
        targets += other.targets.filter { !targets.contains($0) }
    }
}

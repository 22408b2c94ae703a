internal import Authorizations
package import Documents
internal import Foundation
internal import Transport

extension RecordedVendor {
    /// The first page of a list.
    func first(_ list: ListOperation, in scope: Scope) async -> Expected? {
        await expected(list.operation, in: scope, role: .listing(-1), extra: PageCursor.first(of: list.next))
    }

    mutating func expect(_ list: ListOperation, in scope: Scope, role: Role) async {
        add(await expected(list.operation, in: scope, role: role, extra: PageCursor.first(of: list.next)))
    }

    private mutating func add(_ one: Expected?) {
        if let one { expected.append(one) }
    }

    /// The same request in every play: its file says how it is asked.
    mutating func expectRecorded(_ exchange: Exchange, admission: Admission? = nil, role: Role? = nil) async {
        var admitted = admission
        if admitted == nil, let own = connector.manifest.credentials.first?.name {
            admitted = await self.admission(own)
        }
        for (number, pair) in exchange.pairs.enumerated() {
            var asked = pair.asked
            asked.headers.fields = asked.headers.fields.filter { field in
                !["Authorization", "Host", "Content-Type"].contains { field.name.caseInsensitiveEquals($0) }
            }
            let role = role ?? .recorded(exchange, pair: number)
            expected.append(Expected(asked: asked, role: role, admission: admitted ?? .anybody))
        }
    }

    /// A named list, as the engine asks for it under the exchange's values.
    mutating func expectEntries(_ exchange: Exchange) async {
        guard case .list(let name) = exchange.operation,
            case .request(let list)? = connector.manifest.lists.first(where: { $0.name == name })?.list.source
        else { return }
        await expect(list, in: scope(of: exchange), role: .recorded(exchange, pair: 0))
        await expectFurtherPages(exchange)
    }

    /// Pages behind the first are asked for as they were recorded.
    mutating func expectFurtherPages(_ exchange: Exchange) async {
        let first = expected.count
        await expectRecorded(exchange)
        if first < expected.count { expected.remove(at: first) }
    }

    /// How an account is entered: prepare, whoami, tokens.
    mutating func expectEntrance(_ exchange: Exchange) async {
        let manifest = connector.manifest
        switch exchange.operation {
        case .prepare:
            let asks = manifest.prepare.map(\.operation.auth)
            let isOpen = asks.allSatisfy { $0 == .none }
            await expectRecorded(exchange, admission: isOpen ? .anybody : nil)
        case .whoAmI where exchange.shows == .identity:
            let before = expected.count
            if let operation = manifest.whoAmI?.operation {
                add(await expected(operation, in: session.base, role: .recorded(exchange, pair: 0)))
            }
            if expected.count == before { await expectRecorded(exchange) }
        case .token(let name) where exchange.shows == .token:
            let kinds = manifest.credentials.first { $0.name == name }?.declaration.accepts ?? []
            let from = kinds.lazy.compactMap { if case .exchange(let from, _, _, _) = $0 { from } else { nil } }.first
            let isGrant = exchange.pairs.contains { $0.asked.body.contains("grant_type=") }
            var admission: Admission? = isGrant ? .anybody : nil
            if !isGrant, let from { admission = await self.admission(from) }
            await expectRecorded(exchange, admission: admission, role: .token(exchange, credential: name))
        default: break
        }
    }

    /// Everything that may be asked about the things of a surface.
    mutating func expectWrites(_ surface: Surface) async {
        for item in items where item.surface == surface.id { await expect(about: item, id: item.id, surface) }
        if let bulk = surface.revoke?.bulk, let some = items.first(where: { $0.surface == surface.id }) {
            var scope = ending(some.scope)
            scope.local[bulk.name] = .plain(.string(Exchange.secret))
            add(await expected(bulk.operation, in: scope, role: .bulk(surface: surface.id)))
        }
    }

    /// A value in hand that nobody knows is as good as one that has ended.
    mutating func expectUnknown(_ surface: Surface) async {
        guard let given = surface.given?.secret else { return }
        var scope = session.base
        scope.local["secret"] = .secret(Secret(Exchange.secret))
        for name in given.groupNames { scope.local[name] = .plain(.string(Exchange.secret)) }
        let unknown = Item(
            id: "", surface: surface.id, vendorID: "", names: [:], secret: Secret(Exchange.secret), scope: scope)
        await expect(about: unknown, id: nil, surface)
    }

    private func ending(_ scope: Scope) -> Scope {
        scope.binding(["run": .string(Exchange.secret), "reason": .string(Exchange.secret)])
    }

    private mutating func expect(about item: Item, id: String?, _ surface: Surface) async {
        let scope = ending(item.scope)
        // First: a step that reads the same is answered by what stands there at the moment.
        for (verify, ending) in [(surface.verify, Ending.revoke), (surface.disable?.verify, .disable)] {
            if case .request(let operation, _, _)? = verify?.form {
                add(await expected(operation, in: scope, role: .probe(item: id, surface: surface.id, ending)))
            }
        }
        if let disable = surface.disable { await expect(disable.steps, .disable, item, id, scope) }
        if let revoke = surface.revoke { await expect(revoke.steps, .revoke, item, id, scope) }
        if let undo = surface.undo?.steps ?? surface.disable?.undo { await expect(undo, .undo, item, id, scope) }
        if let detail = surface.discover?.detail, let id {
            add(await expected(detail.operation, in: scope, role: .detail(item: id, surface: surface.id)))
        }
        if let describe = surface.given?.describe, item.secret != nil {
            add(await expected(describe.operation, in: scope, role: .description(item: id, surface: surface.id)))
        }
    }

    private mutating func expect(_ steps: [Step], _ ending: Ending, _ item: Item, _ id: String?, _ scope: Scope) async {
        var scope = scope
        for (number, step) in steps.enumerated() {
            // What an earlier step takes is known only then: it stands for anything.
            var role = Role.change(
                item: id, surface: item.surface, ending, step: number, isLast: number == steps.count - 1)
            let isOfItems = step.edits.contains { edit in
                switch edit {
                case .dropItems, .add: true
                case .dropMembers, .set: false
                }
            }
            if isOfItems, let listing = listings.firstIndex(where: { one in one.places.contains { $0.item == id } }) {
                role = .document(listing: listing, ending, step: number)
            }
            var one = await expected(step.operation, in: scope, role: role, edits: step.edits)
            one?.mustHold = step.edits.compactMap { edit in
                guard case .set(let pointer, let template) = edit, let value = try? template.rendered(in: scope).value
                else { return nil }
                return (pointer, value)
            }
            add(one)
            for (name, _) in step.take { scope.local[name] = .plain(.string(Exchange.secret)) }
        }
    }
}

extension RecordedVendor {
    /// How the engine would ask; `nil` where a name has no value here, so that it would not ask at all.
    private func expected(
        _ operation: Operation, in scope: Scope, role: Role, extra: PageParameters = PageParameters(),
        edits: [Edit] = []
    ) async -> Expected? {
        let plain = try? session.builder.build(operation, in: scope, extra: extra) { document in
            // A document that is only known later is whatever comes.
            if document == .string(Exchange.secret) { return }
            for edit in edits {
                if case .dropItems = edit { continue }
                try? edit.apply(to: &document, in: scope)
            }
        }
        guard let plain else { return nil }
        guard let (marked, admission) = await signed(plain, operation) else { return nil }
        var asked = Exchange.Asked(marked)
        asked.headers = plain.headers
        asked.headers["Content-Type"] = nil
        return Expected(asked: asked, role: role, admission: admission)
    }

    /// The request with marks where a credential writes into it, and who may send it.
    private func signed(_ request: Request, _ operation: Operation) async -> (Request, Admission)? {
        guard case .none = operation.auth else {
            guard let name = request.credential.name else { return nil }
            guard let real = await session.signed(request) else { return (request, .credential(name, exact: nil)) }
            let exact = Exchange.Asked(real)
            if let key = exact.headers["Authorization"]?.accessKey { return (request, .signature(accessKey: key)) }
            return (await masked.signed(request) ?? request, .credential(name, exact: exact))
        }
        return (request, .anybody)
    }

    /// Only what stands in a header can be told without the request.
    private func admission(_ name: String) async -> Admission {
        guard let plain = connector.manifest.hosts.first.flatMap({ session.builder.hosts[$0.name] }) else {
            return .credential(name, exact: nil)
        }
        var request = Request(.read, "GET", plain, credential: .named(name))
        request.hostName = connector.manifest.hosts.first?.name
        guard let real = await session.signed(request) else { return .credential(name, exact: nil) }
        if let key = real.headers["Authorization"]?.accessKey { return .signature(accessKey: key) }
        var asked = Exchange.Asked(real)
        asked.method = ""
        return .credential(name, exact: asked)
    }
}

extension CredentialUse {
    fileprivate var name: String? {
        switch self {
        case .none: nil
        case .named(let name, _), .held(let name, _): name
        }
    }
}

extension String {
    /// Of an AWS signature, whose key made it.
    package var accessKey: String? {
        guard hasPrefix("AWS4-HMAC-SHA256 Credential=") else { return nil }
        return drop { $0 != "=" }.dropFirst().split(separator: "/").first.map(String.init)
    }
}

extension Exchange.Asked {
    init(_ request: Request) {
        self.init(
            method: request.method, target: request.address.target.replacing("%3Csecret%3E", with: Exchange.secret),
            headers: request.headers, body: String(decoding: request.body ?? [], as: UTF8.self))
    }

    /// Requests with another key are never the same.
    package var key: String { method + " " + target + "\n" + body }
}

extension AccountSession {
    /// As the credential in use would send it; `nil` where a token must be got first.
    fileprivate func signed(_ request: Request) async -> Request? {
        guard let credential = try? keyring.wanted(for: request), !credential.isRenewable else { return nil }
        return try? await credential.sign(request, now: now())
    }
}

extension RecordedVendor {
    /// Which items stand in a document that was written to `target`, as the steps that take them out of it see it; items
    /// of other documents are left out.
    package func standing(in document: JSON, as listing: Listing, at target: String) -> [String: Bool] {
        guard let surface = surface(listing.surface) else { return [:] }
        let steps = (surface.revoke?.steps ?? []) + (surface.disable?.steps ?? [])
        let taken = steps.flatMap(\.take).map(\.name)
        var standing: [String: Bool] = [:]
        for item in items where listing.places.contains(where: { $0.item == item.id }) {
            var scope = ending(item.scope)
            for name in taken { scope.local[name] = .plain(.string(Exchange.secret)) }
            for step in steps {
                let drops = step.edits.filter { if case .dropItems = $0 { true } else { false } }
                guard !drops.isEmpty, let request = try? session.builder.build(step.operation, in: scope),
                    request.address.target == target
                else { continue }
                var copy = document
                standing[item.id] = drops.allSatisfy { (try? $0.apply(to: &copy, in: scope)) != nil }
            }
        }
        return standing
    }
}

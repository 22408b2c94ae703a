package import Authorizations
internal import Cryptography
package import Documents
internal import Foundation
package import Transport

/// Carries out an exchange's operation with the engine's own code, over a network that is handed in.
package struct Replay: Sendable {
    package enum Result: Sendable {
        /// Of a list: the ids, in order.
        case ids([String])
        /// Of a write: what was answered to each.
        case answers([Answer])
        case reading(Reading)
        case identity(AccountSession.Identity)
        /// Of a detail or a description: what could be read of it.
        case fields([String: JSON])
        case token
        /// The names that prepare bound.
        case bound([String: JSON])
    }

    let connector: Connector
    let exchange: Exchange
    let network: any Transport
    let manner: Manner
    /// Every value of a credential or in hand that was used; none of them may be shown anywhere.
    package let secrets: ReplaySecrets

    package enum Manner: Sendable, Hashable {
        /// As it was recorded.
        case recorded
        /// Without a way to write.
        case dryRun
        /// At an address that stands in for all of the vendor's.
        case elsewhere(String)
    }

    /// The signing key is a PEM that signs where a credential wants a JWT.
    package init(
        _ exchange: Exchange, of connector: Connector, over network: any Transport, signingKey: String,
        manner: Manner = .recorded
    ) {
        self.manner = manner
        self.exchange = exchange
        self.connector = connector
        self.network = network
        secrets = ReplaySecrets(exchange, connector.manifest, signingKey: signingKey)
    }

    package func run() async throws -> Result {
        switch exchange.operation {
        case .prepare: return try await prepared()
        case .whoAmI:
            let entrance = try entrance()
            var threshold = try threshold(of: entrance)
            return .identity(try await entrance.identity(&threshold))
        case .token(let name): return try await token(name)
        case .list(let name): return try await list(name)
        case .discover: return try await discover()
        case .detail, .describe: return try await details()
        case .revoke: return try await end(by: .revoke)
        case .disable: return try await end(by: .disable)
        case .undo: return try await end(by: .undo)
        case .bulk: return try await bulk()
        case .verify: return try await verify(after: .revoke)
        case .verifyDisabled: return try await verify(after: .disable)
        }
    }

    private struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    private func surface() throws -> Surface {
        guard let id = exchange.surface, let surface = connector.manifest.surfaces.first(where: { $0.id == id }) else {
            throw Missing(description: "there is no surface '\(exchange.surface ?? "")'")
        }
        return surface
    }
}

extension Replay {
    package static let account = "account"
    package static let run = "RUN"

    private func entrance() throws -> Entrance {
        let (network, secrets) = (network, secrets)
        let services = EntranceServices(
            network: { _ in network }, retrying: { $0 }, readOnly: { ReadOnlyTransport($0) },
            parts: { _, name, _ in secrets.parts[name] ?? [:] }, keep: { _, _, _, _ in }, digest: Self.digest,
            now: { Date() }, isDryRun: manner == .dryRun)
        return Entrance(account: account(), connector: connector, services: services)
    }

    /// Settings come from the exchange's values; credentials are of the first kind that is sent as it is.
    private func account() -> Account {
        var account = Account(name: Self.account, connectors: [connector.id])
        if case .elsewhere(let address) = manner { account.baseURL = address }
        for setting in connector.manifest.settings {
            guard let value = exchange.values[setting.name] else { continue }
            account.settings[setting.name] = value.array?.compactMap(\.scalarText) ?? value.scalarText.map { [$0] }
        }
        for (name, kind) in secrets.kinds {
            let source = CredentialSource(kind: kind, parts: .single(.env("")))
            if name == connector.manifest.credentials.first?.name {
                account.credential = source
            } else {
                account.credentials[name] = source
            }
        }
        return account
    }

    /// In place of prepare, whoami and lists stands what the exchange says is bound.
    private func threshold(of entrance: Entrance) throws -> Entrance.Threshold {
        var threshold = try entrance.threshold()
        let values = exchange.values.filter { !secrets.names.contains($0.key) }
        threshold.bind(values, connector.manifest, else: exchange.pairs.first.map { "https://\($0.asked.host)" })
        return threshold
    }

    private func session() throws -> AccountSession {
        let entrance = try entrance()
        return entrance.session(try threshold(of: entrance), AccountSession.Identity(name: "", isConfirmed: false))
    }

    /// What stands for the keyed digest of a secret.
    static let digest: @Sendable (String) -> String = { String(SHA256.digest(of: $0).hex.prefix(32)) }

    private func authorization(_ surface: Surface, id: JSON?, in session: AccountSession) -> Authorization {
        let vendorID = id?.scalarText == Exchange.secret ? exchange.vendorID(surface.discover) : id?.scalarText
        let under = surface.discover?.under.map { exchange.values[$0]?.scalarText ?? session.base.text($0) ?? "" } ?? []
        let path = ([Self.account, surface.id] + (under + [vendorID ?? "-"]).map(\.percentEncoded)).joined(
            separator: "/")
        var authorization = Authorization(
            id: path, account: Self.account, surface: surface.id, kind: surface.kind, vendorID: vendorID,
            title: vendorID ?? surface.id)
        authorization.values = exchange.values.filter { !secrets.names.contains($0.key) }
        if let id { authorization.values["id"] = id }
        return authorization
    }
}

extension Replay {
    private func prepared() async throws -> Result {
        let entrance = try entrance()
        var threshold = try entrance.threshold()
        try await entrance.prepare(&threshold)
        return .bound(threshold.scope.local.compactMapValues(\.json))
    }

    private func token(_ name: String) async throws -> Result {
        let session = try session()
        guard let host = session.keyring.someHost(of: name), let address = session.builder.hosts[host] else {
            throw Missing(description: "there is no credential '\(name)'")
        }
        let values = exchange.values.compactMapValues(\.scalarText)
        let request = Request(.read, "GET", address, credential: .named(name, values: values))
        _ = try await session.keyring.wanted(for: request)?.sign(request, now: Date())
        return .token
    }

    private func list(_ name: String) async throws -> Result {
        let session = try session()
        guard let list = connector.manifest.lists.first(where: { $0.name == name })?.list,
            case .request(let operation) = list.source,
            let first = list.bind.first?.name
        else { throw Missing(description: "there is no list '\(name)' with a request") }
        var ids: [String] = []
        try await ListWalker(session: session, list: operation, scope: session.base).walk { page in
            for item in page.items {
                var scope = item.scope
                session.bind(list.bind, from: item.document, item.headers, item.isText, to: &scope)
                if let id = scope.text(first), !ids.contains(id) { ids.append(id) }
            }
        }
        return .ids(ids)
    }

    private func discover() async throws -> Result {
        let (surface, session) = (try surface(), try session())
        guard let discover = surface.discover else { throw Missing(description: "the surface has no list") }
        let reading = try await session.read(surface, discover, under: session.base, withDetails: false)
        return .ids(reading.items.compactMap(\.authorization.vendorID))
    }

    /// What the recorded list shows, with every field that the manifest names.
    package func found() async throws -> [Authorization] {
        let (surface, session) = (try surface(), try session())
        guard let discover = surface.discover else { return [] }
        return try await session.read(surface, discover, under: session.base, withDetails: false).items.map(
            \.authorization)
    }

    private func details() async throws -> Result {
        let (surface, session) = (try surface(), try session())
        let operation: Operation
        let fields: [(name: String, field: Field)]
        if exchange.operation == .detail {
            guard let detail = surface.discover?.detail else { throw Missing(description: "the surface has no detail") }
            (operation, fields) = (detail.operation, detail.fields + detail.keep)
        } else {
            guard let describe = surface.given?.describe else {
                throw Missing(description: "the surface has no description")
            }
            (operation, fields) = describe
        }
        var scope = session.base
        for (name, value) in secrets.inHand { scope.bind(name, secret: value) }
        if let secret = secrets.inHandSecret { scope.bind(groupsOf: secret, surface) }
        let answer = try await session.read(operation, in: scope)
        guard answer.isGood, let document = answer.document else { return .fields([:]) }
        session.bind(fields, from: document, answer.headers, answer.isText, to: &scope)
        let values = fields.compactMap { name, _ in scope.local[name]?.json.map { (name, $0) } }
        return .fields(Dictionary(values) { first, _ in first })
    }

    private func end(by ending: Ending) async throws -> Result {
        let (surface, session) = (try surface(), try session())
        let authorization = authorization(surface, id: exchange.values["id"], in: session)
        return .answers([try await session.end(authorization, by: ending, secret: secrets.inHandSecret, run: Self.run)])
    }

    private func bulk() async throws -> Result {
        let (surface, session) = (try surface(), try session())
        guard let bulk = surface.revoke?.bulk, let entries = exchange.values[bulk.name]?.array else {
            throw Missing(description: "'values' must hold what is ended together")
        }
        let items = entries.indices.map { index in
            let isSecret = entries[index].scalarText == Exchange.secret
            return (
                authorization: authorization(surface, id: isSecret ? nil : entries[index], in: session),
                secret: isSecret ? secrets.another(index, for: surface) : nil
            )
        }
        return .answers(try await session.end(items, of: surface, run: Self.run))
    }

    private func verify(after ending: Ending) async throws -> Result {
        let (surface, session) = (try surface(), try session())
        let authorization = authorization(surface, id: exchange.values["id"], in: session)
        switch session.proof(of: surface, after: ending)?.form {
        case .listing:
            return .reading(try await session.list(again: authorization, after: ending).reading(of: authorization.id))
        case .request:
            let sent = exchange.values["sent_at"].flatMap { Moment.date($0) }
            return .reading(
                try await session.probe(authorization, after: ending, secret: secrets.inHandSecret, sentAt: sent))
        case .nothing, nil: throw Missing(description: "the surface cannot be verified")
        }
    }
}

extension Keyring {
    fileprivate func someHost(of credential: String) -> String? {
        manifest.credentials.first { $0.name == credential }.map {
            $0.declaration.hosts.first ?? manifest.hosts[0].name
        }
    }
}

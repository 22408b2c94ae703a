internal import Authorizations
package import ConnectorKit

extension Conformance {
    /// Fields of a list that no recorded item has: misspelt places, or lists that show too little.
    package func idleFields(in exchanges: [Exchange]) async -> [String] {
        var idle: [String] = []
        for surface in connector.manifest.surfaces {
            guard let discover = surface.discover, case .list = discover.source else { continue }
            // A title may well be the id.
            var seen: Set<String> = ["id", "title"]
            for exchange in exchanges where exchange.surface == surface.id && exchange.operation == .discover {
                let network = ExchangeTransport(exchange)
                let replay = Replay(exchange, of: connector, over: network, signingKey: TestKey.pem)
                for one in (try? await replay.found()) ?? [] { seen.formUnion(one.namesOfFields) }
            }
            let missing = discover.fields.map(\.name).filter { !seen.contains($0) }
            if !missing.isEmpty {
                idle.append("\(connector.id)/\(surface.id): no recorded item has \(missing.joined(separator: ", "))")
            }
        }
        return idle
    }
}

extension Authorization {
    /// Names of manifest 2.7 that have a value.
    fileprivate var namesOfFields: Set<String> {
        let texts = [
            "holder": holder, "client": client, "owner": owner, "state": state, "hint": hint,
        ]
        let dates = ["created_at": createdAt, "last_used_at": lastUsedAt, "expires_at": expiresAt]
        var names = Set(texts.filter { $0.value != nil }.keys).union(dates.filter { $0.value != nil }.keys)
        if !scopes.isEmpty { names.insert("scopes") }
        if !targets.isEmpty { names.insert("target") }
        return names
    }
}

internal import Authorizations
internal import Documents

/// Invented credentials and values in hand for one exchange, each unlike any other text.
package struct ReplaySecrets: Sendable {
    /// Names under which the exchange has a value in hand.
    let names: Set<String>
    /// Name → value in hand.
    let inHand: [String: String]
    /// Credential → the kind that the account is configured with.
    let kinds: [String: String]
    /// Credential → part → value.
    let parts: [String: [String: Secret]]

    init(_ exchange: Exchange, _ manifest: Manifest, signingKey: String) {
        let surface = manifest.surfaces.first { $0.id == exchange.surface }
        var inHand: [String: String] = [:]
        if exchange.values["secret"] != nil { inHand["secret"] = Self.value(of: surface, seed: 1) }
        if let given = surface?.given, given.url != nil, let url = exchange.values["url"]?.scalarText {
            inHand["url"] = url
        }
        self.inHand = inHand
        let groups =
            surface?.given?.secret?.groupNames.filter { exchange.values[$0]?.scalarText == Exchange.secret } ?? []
        names = Set(inHand.keys).union(groups)
        var kinds: [String: String] = [:]
        var parts: [String: [String: Secret]] = [:]
        for (name, declaration) in manifest.credentials where name != AccountSession.heldName {
            guard let kind = Self.kind(name, declaration, exchange) else { continue }
            kinds[name] = kind.name
            parts[name] = manifest.parts(of: kind, for: name).reduce(into: [:]) { parts, part in
                let given = exchange.values[part]?.scalarText
                parts[part] = Secret(part == "private_key" ? signingKey : given ?? Self.part(part, of: name))
            }
        }
        (self.kinds, self.parts) = (kinds, parts)
    }

    /// For a token the kind that gets it so; else one that is sent as it is, a bearer in place of one that must be got.
    private static func kind(_ name: String, _ declaration: CredentialDeclaration, _ exchange: Exchange)
        -> CredentialKind?
    {
        if case .token(name) = exchange.operation {
            let form = exchange.pairs.first.map { Pairs.parse($0.asked.body) } ?? []
            let grant = form.first { $0.name == "grant_type" }?.value
            let found = declaration.accepts.first { kind in
                switch (kind, grant) {
                case (.oauthRefresh, "refresh_token"), (.clientCredentials, "client_credentials"): true
                case (.jwt, let grant?): grant.hasSuffix("jwt-bearer")
                case (.exchange, nil): true
                default: false
                }
            }
            return found ?? declaration.accepts.first
        }
        let direct = declaration.accepts.first { kind in
            switch kind {
            case .bearer, .header, .query, .body, .path, .basic, .sigv4: true
            case .jwt(_, _, let tokens, _, _): tokens == nil
            case .oauthRefresh, .clientCredentials, .exchange: false
            }
        }
        if let direct { return direct }
        return declaration.accepts.contains(where: \.yieldsBearer) ? .bearer(token: .token) : nil
    }

    private static func part(_ name: String, of credential: String) -> String {
        "EXAMPLE-\(credential)-\(name)-q7Zt2Kx9Lm4Vb8Nw"
    }

    private static func value(of surface: Surface?, seed: Int) -> String {
        surface?.given?.secret?.sample(seed: seed) ?? "EXAMPLE-in-hand-\(seed)-q7Zt2Kx9Lm4Vb8Nw"
    }

    var inHandSecret: Secret? { (inHand["secret"] ?? inHand["url"]).map { Secret($0) } }

    func another(_ index: Int, for surface: Surface) -> Secret { Secret(Self.value(of: surface, seed: index + 2)) }

    /// Everything that may not be shown; an address in hand may, as it is no secret of a credential.
    package var all: [String] {
        parts.values.flatMap(\.values).map { $0.reveal { $0 } }.filter {
            $0.hasPrefix("EXAMPLE-") || $0.hasPrefix("-----")
        } + [inHand["secret"]].compactMap(\.self)
    }
}

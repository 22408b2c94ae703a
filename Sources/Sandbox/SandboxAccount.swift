package import Authorizations
package import ConnectorKit
internal import Cryptography
internal import Documents

/// One account of the sandbox: a connector's id is its name, and every secret of it is invented.
package struct SandboxAccount: Sendable, Identifiable {
    package let id: String
    package let connector: Connector
    package let exchanges: [Exchange]
    package let settings: [String: [String]]
    /// Credential → the kind that the configuration names.
    package let kinds: [String: String]
    /// Credential → part → value, of every kind that the connector takes.
    package let parts: [String: [String: Secret]]
    /// Surface → values in hand, which stand until they are revoked.
    package let inHand: [String: [Secret]]

    package init(_ connector: Connector, _ exchanges: [Exchange]) {
        id = connector.id
        self.connector = connector
        self.exchanges = exchanges
        let manifest = connector.manifest
        let values = RecordedValues(manifest, exchanges).values
        settings = manifest.settings.reduce(into: [:]) { settings, setting in
            let value = values[setting.name]
            if let list = value?.array {
                settings[setting.name] = list.compactMap(\.scalarText)
            } else if let text = value?.scalarText ?? Self.invented(setting) {
                settings[setting.name] = [text]
            }
        }
        var kinds: [String: String] = [:]
        var parts: [String: [String: Secret]] = [:]
        for (name, declaration) in manifest.credentials where name != "held" {
            if let kind = Self.kind(declaration) {
                kinds[name] = kind
            }
            for kind in declaration.accepts {
                for part in manifest.parts(of: kind, for: name) where parts[name]?[part] == nil {
                    // What stands in a recorded address is no secret, and must be that very text.
                    let recorded = exchanges.lazy.filter { $0.operation == .token(name) }.compactMap {
                        $0.values[part]?.scalarText
                    }.first
                    parts[name, default: [:]][part] = Secret(recorded ?? Self.invented(part))
                }
            }
            if kinds[name] == "bearer", parts[name]?["token"] == nil {
                parts[name, default: [:]]["token"] = Secret(Self.invented("token"))
            }
        }
        (self.kinds, self.parts) = (kinds, parts)
        inHand = manifest.surfaces.enumerated().reduce(into: [:]) { inHand, entry in
            let (number, surface) = entry
            // Other seeds for each surface: shapes that begin alike would else yield the same thing twice.
            let seeds = (2 * number + 1)...(2 * number + 2)
            let invented = surface.given?.secret.map { pattern in seeds.compactMap { pattern.sample(seed: $0) } } ?? []
            // A value in hand that names a listed thing is that thing.
            let own = surface.discover == nil ? invented : []
            let addresses =
                surface.given?.url == nil
                ? [] : exchanges.filter { $0.surface == surface.id }.compactMap { $0.values["url"]?.scalarText }
            let all = own + addresses.sorted()
            if !all.isEmpty { inHand[surface.id] = Array(Set(all)).sorted().map { Secret($0) } }
        }
    }

    /// A bearer where one is taken, else the first kind; nothing where a token is got with another credential.
    private static func kind(_ declaration: CredentialDeclaration) -> String? {
        let isExchanged = declaration.accepts.contains { if case .exchange = $0 { true } else { false } }
        if declaration.accepts.contains(where: { $0.name == "bearer" }) { return "bearer" }
        if isExchanged { return nil }
        return declaration.accepts.contains(where: \.yieldsBearer) ? "bearer" : declaration.accepts.first?.name
    }

    private static func invented(_ setting: Manifest.Setting) -> String? {
        if setting.isOptional || setting.defaultValue != nil { return nil }
        return setting.oneOf?.first ?? setting.pattern?.sample() ?? setting.name
    }

    private static func invented(_ part: String) -> String { "sandbox-\(part)-\([UInt8].random(count: 12).hex)" }

    /// The account as the engine sees it.
    var account: Account {
        var account = Account(name: id, connectors: [id])
        account.settings = settings
        for (name, kind) in kinds {
            let source = CredentialSource(kind: kind, parts: .single(.env("")))
            if name == connector.manifest.credentials.first?.name {
                account.credential = source
            } else {
                account.credentials[name] = source
            }
        }
        return account
    }
}

/// One account at one vendor, as the configuration describes it.
///
/// It holds no secret, only where each is kept.
package struct Account: Sendable, Hashable, Identifiable {
    package var name: String
    /// Usually one; several where one sign-in serves several connectors.
    package var connectors: [String]
    /// Stands in for scheme, host and port of every host of the connector.
    package var baseURL: String?
    /// Host name → address that stands in for it.
    package var hosts: [String: String] = [:]
    package var settings: [String: [String]] = [:]
    package var prefersDisable = false
    /// Quotas of the manifest that the vendor changed for this account: requests in a period.
    package var budgets: [String: Quota] = [:]
    package var credential: CredentialSource?
    /// Further credentials, by the name that the manifest gives them; `held` names values in hand.
    package var credentials: [String: CredentialSource] = [:]
    /// Where it stands in the configuration: `config.yaml:3`.
    package var place: String

    package var id: String { name }

    package struct Quota: Sendable, Hashable {
        package var count: Int
        package var period: Duration

        package init(count: Int, period: Duration) {
            self.count = count
            self.period = period
        }
    }

    package init(name: String, connectors: [String], place: String = "") {
        self.name = name
        self.connectors = connectors
        self.place = place
    }
}

/// The kind of a credential and where its parts are kept.
package struct CredentialSource: Sendable, Hashable {
    package enum Parts: Sendable, Hashable {
        case single(SecretSource)
        case named([String: SecretSource])
    }

    package var kind: String
    package var parts: Parts
    package var place: String

    package init(kind: String, parts: Parts, place: String = "") {
        self.kind = kind
        self.parts = parts
        self.place = place
    }
}

/// Where a secret is kept.
///
/// Never on the command line.
package enum SecretSource: Sendable, Hashable {
    case env(String)
    case file(String)
    case command([String])
    case vault(String)
}

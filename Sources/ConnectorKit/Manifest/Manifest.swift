package import Authorizations
package import Transport

/// What `connector.yaml` says, checked: names, hosts, credentials, budgets and lists are all resolved.
package struct Manifest: Sendable, Identifiable {
    package struct Setting: Sendable {
        package enum Shape: String, Sendable, CaseIterable {
            case text, host, url
        }

        package var name: String
        package var about: LocalizedText
        package var defaultValue: String?
        package var isOptional = false
        /// Without a value, query, form and header entries that use it are left out.
        package var isLeftOutWhenAbsent = false
        package var pattern: Pattern?
        package var oneOf: [String]?
        package var shape: Shape = .text
        package var isList = false

        package init(name: String, about: LocalizedText) {
            self.name = name
            self.about = about
        }
    }

    package struct BudgetDeclaration: Sendable {
        package enum Scope: Sendable, Hashable {
            case vendor, account, host, operation
            /// For each value of a bound name.
            case name(String)
        }

        package var scope: Scope
        package var limit: Budget

        package init(scope: Scope, limit: Budget) {
            self.scope = scope
            self.limit = limit
        }
    }

    /// What answers mean vendor-wide.
    package struct Errors: Sendable {
        package var slowDown: Verdict?
        package var unauthorized: Verdict?
        package var forbidden: Verdict?
        package var gone: Verdict?
        package var already: Verdict?
        package var unavailable: Verdict?
        package var refused: Verdict?
        package var failed: Verdict?
        package var reason: [Place] = []

        package init() {}
    }

    package struct Preparation: Sendable {
        package var operation: Operation
        package var require: Condition?
        package var bind: [(name: String, field: Field)] = []
        package var hosts: [AddedHost] = []

        package init(operation: Operation) { self.operation = operation }
    }

    /// A host whose address an answer gives.
    package struct AddedHost: Sendable {
        package var name: String
        package var at: Place
        /// Domains of which the host must be one, or below one; empty where `require` vouches for the answer.
        package var within: [String]

        package init(name: String, at: Place, within: [String]) {
            self.name = name
            self.at = at
            self.within = within
        }
    }

    package struct WhoAmI: Sendable {
        package var operation: Operation
        package var identity: Field
        package var title: Field?
        package var scopes: Field?
        package var bind: [(name: String, field: Field)] = []

        package init(operation: Operation, identity: Field) {
            self.operation = operation
            self.identity = identity
        }
    }

    /// A named enumeration whose entries bind names for what stands below it.
    package struct List: Sendable {
        package enum Source: Sendable {
            case request(ListOperation)
            case values([String])
            case setting(String)
        }

        package var name: String
        package var forEach: ForEach?
        package var source: Source
        /// The first identifies the entry.
        ///
        /// For `values` and `setting` the field is not used.
        package var bind: [(name: String, field: Field)] = []
        package var secrets: [(name: String, field: Field)] = []

        package init(name: String, source: Source) {
            self.name = name
            self.source = source
        }
    }

    package var id: String
    package var title: String
    package var sources: [String]
    /// In the order written; the first is the default.
    package var hosts: [(name: String, url: Template)]
    package var settings: [Setting] = []
    /// In the order written; the first is the account's `credential`.
    package var credentials: [(name: String, declaration: CredentialDeclaration)] = []
    package var errors = Errors()
    package var budgets: [(name: String, budget: BudgetDeclaration)] = []
    /// Budgets that no operation names count for every request.
    package var commonBudgets: [String] = []
    package var limitHeaders = LimitHeaders()
    package var redact: [String] = []
    package var prepare: [Preparation] = []
    package var whoAmI: WhoAmI?
    package var lists: [(name: String, list: List)] = []
    package var surfaces: [Surface]
    /// SHA-256 of the file's bytes, in hex.
    package var digest: String

    package init(
        id: String, title: String, sources: [String], hosts: [(name: String, url: Template)], surfaces: [Surface],
        digest: String
    ) {
        self.id = id
        self.title = title
        self.sources = sources
        self.hosts = hosts
        self.surfaces = surfaces
        self.digest = digest
    }
}

/// One credential of a manifest: the kinds it may be, and the hosts it may go to.
package struct CredentialDeclaration: Sendable {
    package var accepts: [CredentialKind]
    package var hosts: [String]

    package init(accepts: [CredentialKind], hosts: [String]) {
        self.accepts = accepts
        self.hosts = hosts
    }
}

/// Manifest 2.10.
///
/// Names in templates that are not settings or bound names are parts of the account's secret.
package indirect enum CredentialKind: Sendable {
    package struct TokenRequest: Sendable {
        package enum ClientAuth: String, Sendable, CaseIterable {
            case basic, form
        }

        package var url: Template
        package var clientAuth: ClientAuth = .basic
        package var scopes: [String] = []
        package var audience: Template?
        package var form: [(name: Template, value: Template)] = []
        /// Where `accounts login` sends people.
        package var authorizeURL: Template?
        /// Where `accounts login` gets a code for another device.
        package var deviceURL: Template?

        package init(url: Template) { self.url = url }
    }

    case bearer(token: Template)
    case header([(name: String, value: Template)])
    case query([(name: Template, value: Template)])
    case body([(name: Template, value: Template)])
    case path(prefix: Template)
    case basic(user: Template, password: Template, formEncoded: Bool)
    case oauthRefresh(TokenRequest)
    case clientCredentials(TokenRequest)
    /// `sendAs` client assertion instead of bearer; `tokens` where the JWT is exchanged for a token.
    case jwt(
        claims: [(name: String, value: JSONTemplate)], lifetime: Duration, tokens: TokenRequest?, scopes: [String],
        asClientAssertion: Bool)
    case exchange(from: String, operation: Operation, token: Place, expires: Place?)
    case sigv4(region: Template, services: [String: String])

    /// As the manifest and the configuration call it.
    package var name: String {
        switch self {
        case .bearer: "bearer"
        case .header: "header"
        case .query: "query"
        case .body: "body"
        case .path: "path"
        case .basic: "basic"
        case .oauthRefresh: "oauth_refresh"
        case .clientCredentials: "client_credentials"
        case .jwt: "jwt"
        case .exchange: "exchange"
        case .sigv4: "sigv4"
        }
    }

    package static let names = [
        "bearer", "header", "basic", "query", "body", "path", "oauth_refresh", "client_credentials", "jwt", "exchange",
        "sigv4",
    ]
}

/// A kind of mapping of the manifest, with the keys that may stand in it.
enum ManifestHome: String, CaseIterable {
    case top
    case setting
    case credential
    case credentialKind = "credential kind"
    case errors
    case budget
    case limitHeaders = "limit_headers"
    case preparation = "prepare step"
    case whoAmI = "whoami"
    case list
    case surface
    case needs
    case residual
    case discover
    case fields
    case field
    case detail
    case fold
    case outerLevel = "outer level"
    case next
    case given
    case describe
    case addedHost = "added host"
    case revoke
    case disable
    case undo
    case step
    case bulk
    case results
    case verify
    case manual
    case fallback
    case drop
    case dropContainer = "drop list"
    case add
    case verdict
    case graphql
    case forEach = "for_each"
    case cursor

    var keys: [String] { Self.keys[self] ?? [] }

    /// Other mappings in which `key` would be right, as a message names them.
    static func others(with key: String, than home: Self) -> String? {
        let others = allCases.filter { $0 != home && $0.keys.contains(key) }.map(\.rawValue).sorted()
        return others.isEmpty ? nil : others.prefix(2).joined(separator: " or ")
    }

    static let bodies = ["form", "json", "graphql", "xml", "text"]
    static let verdicts = words("refused gone already conflict pending done")
    static let tests = words("not present empty matches starts_with ends_with after")

    private static let request = words(
        """
        request host auth headers query form json graphql xml text effect idempotent answer budget redact allow_empty \
        fallback
        """)
    private static let listing = request + words("items as outer slots where empty expect cap next")
    private static let stepping = request + words("take drop set add") + verdicts + words("within every")

    private static let keys: [Self: [String]] = [
        .top: words(
            """
            format id title sources hosts settings credentials headers errors budgets limit_headers redact prepare \
            whoami lists surfaces
            """),
        .setting: words("about default pattern one_of type optional absent list"),
        .credential: words("accepts hosts"),
        .credentialKind: words(
            """
            kind hosts headers query form user password encode prefix token token_url authorize_url device_url scopes \
            audience client_auth claims lifetime send_as from request expires region services
            """),
        .errors: words("slow_down unauthorized forbidden gone already unavailable refused failed reason"),
        .budget: words("per rate concurrent"),
        .limitHeaders: words("limit remaining reset retry_after"),
        .preparation: request + words("require bind hosts"),
        .whoAmI: request + words("identity title scopes bind"),
        .list: listing + words("for_each bind secrets values setting"),
        .surface: words(
            """
            id kind phase actor confidence needs credential_kinds opt_in effects beyond comes_back residual host auth \
            headers answer query form redact discover given unlistable revoke disable undo verify manual
            """),
        .needs: words("list revoke role plan"),
        .residual: words("for note"),
        .discover: listing + words("for_each under partial fold fields keep secrets detail assumed"),
        .fields: words("id title holder client owner scopes created_at last_used_at expires_at target state hint"),
        .field: words("at all text header each in where match split map pairs digest relative"),
        .detail: request + words("fields keep"),
        .fold: words("by newest over"),
        .outerLevel: words("items as where bind slots"),
        .next: words("cursor last offset limit size total page from pages link url query form json header while stop"),
        .given: words("secret url except near scan describe"),
        .describe: request + ["fields"],
        .addedHost: words("at within"),
        .revoke: stepping + words("first steps bulk"),
        .disable: stepping + words("steps verify undo"),
        .undo: stepping + ["steps"],
        .step: stepping,
        .bulk: request + words("of as join max done refused gone results"),
        .results: words("items done gone refused"),
        .verify: request + words("dead alive list none within after every"),
        .manual: words("link steps proof"),
        .fallback: listing + verdicts + words("when dead alive fields"),
        .drop: words("from where in members"),
        .dropContainer: words("at where"),
        .add: words("to value"),
        .verdict: words("status where header"),
        .graphql: words("query variables"),
        .forEach: words("list where"),
        .cursor: ["header"],
    ]

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

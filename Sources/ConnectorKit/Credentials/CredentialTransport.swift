package import Authorizations
internal import Documents
internal import Foundation
internal import Synchronization
package import Transport

/// Adds an account's credential to a request, for the hosts that the manifest binds it to and for no other.
///
/// A token that must be got first is got here, below the dry run's refusal of writes: asking for a token changes
/// nothing that the account holds.
package struct CredentialTransport: Transport {
    private let next: any Transport
    private let keyring: Keyring

    package init(_ next: any Transport, keyring: Keyring) {
        self.next = next
        self.keyring = keyring
    }

    package func send(_ request: Request) async throws -> Response {
        guard let wanted = try keyring.wanted(for: request) else { return try await next.send(request) }
        let signed = try await wanted.sign(request, now: Date())
        let response = try await next.send(signed)
        // A token may have been ended or have expired meanwhile: once, with a new one.
        guard response.status == 401, wanted.isRenewable else { return response }
        try await wanted.renew()
        return try await next.send(wanted.sign(request, now: Date()))
    }
}

/// The credentials of one account at one connector, and the tokens got with them.
package final class Keyring: Sendable {
    /// What is needed to sign in: found out when it is first needed, so that a missing secret stops only what needs it.
    package typealias Parts =
        @Sendable (_ credential: String, _ source: CredentialSource) async throws -> [String: Secret]

    let account: Account
    let manifest: Manifest
    let settings: Scope
    /// Sends token requests; not wrapped by the credential transport itself.
    let transport: any Transport
    private let parts: Parts
    /// Keeps a refresh token that the vendor replaced; called with the account's name, the credential's and the new value.
    let keep: @Sendable (_ credential: String, _ part: String, _ value: Secret) throws -> Void
    private let tokens = Mutex<[String: TokenSource]>([:])
    private let resolved = Mutex<[String: Task<[String: Secret], any Error>]>([:])
    private let known = Mutex<[String: [String: Secret]]>([:])
    private let origins: Mutex<[String: Set<Origin>]>
    /// Builds requests of `exchange` credentials; set once the hosts are known.
    let builder: Mutex<RequestBuilder?>

    init(
        account: Account, manifest: Manifest, settings: Scope, transport: any Transport, parts: @escaping Parts,
        keep: @escaping @Sendable (String, String, Secret) throws -> Void
    ) {
        self.account = account
        self.manifest = manifest
        self.settings = settings
        self.transport = transport
        self.parts = parts
        self.keep = keep
        origins = Mutex([:])
        builder = Mutex(nil)
    }

    /// Tells which addresses the hosts have, prepare's included.
    func learn(_ builder: RequestBuilder) {
        origins.withLock { origins in
            for (name, declaration) in manifest.credentials {
                origins[name] = Set(declaration.hosts.compactMap { builder.hosts[$0]?.origin })
            }
            let all = Set(builder.hosts.values.map(\.origin))
            origins["held"] = origins["held"].map { $0.isEmpty ? all : $0 } ?? all
        }
        self.builder.withLock { $0 = builder }
    }

    /// The credential of the account's configuration under that name.
    func source(_ name: String) -> CredentialSource? {
        name == manifest.credentials.first?.name ? account.credential : account.credentials[name]
    }

    /// The kind that the account uses for a credential of the manifest.
    func kind(_ name: String) -> CredentialKind? {
        guard let declaration = manifest.credentials.first(where: { $0.name == name })?.declaration else { return nil }
        // The configuration holds values in hand; how they are sent is the manifest's to say.
        if name == AccountSession.heldName { return declaration.accepts.first }
        guard let source = source(name) else {
            // Nothing in the configuration: only a credential that is made of bound names or of another one.
            return declaration.accepts.first { if case .exchange = $0 { true } else { declaration.accepts.count == 1 } }
        }
        return declaration.accepts.first { $0.name == source.kind && $0.fits(source) }
            ?? declaration.accepts.first { $0.name == source.kind }
            ?? (source.kind == "bearer" && declaration.accepts.contains(where: \.yieldsBearer)
                ? .bearer(token: .token) : nil)
    }

    func secrets(_ name: String) async throws -> [String: Secret] {
        guard let source = source(name) else { return [:] }
        // Every request asks: what is known needs no task to wait for.
        if let parts = known.withLock({ $0[name] }) { return parts }
        let task = resolved.withLock { resolved in
            if let task = resolved[name] { return task }
            let task = Task { [parts] in try await parts(name, source) }
            resolved[name] = task
            return task
        }
        let fetched = try await task.value
        known.withLock { $0[name] = fetched }
        return fetched
    }

    /// All parts of the account's credentials, values in hand left out.
    func ownSecrets() async -> [Secret] {
        var all: [Secret] = []
        for name in manifest.credentials.map(\.name) where name != AccountSession.heldName {
            // What cannot be had signs nobody in.
            if let parts = try? await secrets(name) { all += parts.values }
        }
        return all
    }

    func wanted(for request: Request) throws -> SigningCredential? {
        let name: String
        let held: Secret?
        let values: [String: String]
        switch request.credential {
        case .none: return nil
        case .named(let wanted, let bound): (name, held, values) = (wanted, nil, bound)
        case .held(let wanted, let secret): (name, held, values) = (wanted, secret, [:])
        }
        guard origins.withLock({ $0[name]?.contains(request.address.origin) ?? false }) else {
            throw TransportError.credentialNotForHost(credential: name, host: request.address.origin.host)
        }
        let kind = kind(name) ?? (name == "held" ? .bearer(token: .secret) : nil)
        guard let kind else {
            throw TransportError.noToken(
                credential: name, host: request.address.origin.host,
                reason: "account '\(account.name)' has no credential '\(name)'")
        }
        return SigningCredential(name: name, kind: kind, held: held, values: values, keyring: self)
    }

    /// The source of a credential's tokens; one for each distinct set of values.
    func tokenSource(_ name: String, _ values: [String: String], make: () -> TokenSource) -> TokenSource {
        let key = name + " " + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        return tokens.withLock { tokens in
            if let source = tokens[key] { return source }
            let source = make()
            tokens[key] = source
            return source
        }
    }
}

extension CredentialKind {
    /// Whether the parts of a configuration are those that this kind's templates name.
    func fits(_ source: CredentialSource) -> Bool {
        guard case .named(let parts) = source.parts else { return true }
        let names = Set(templateNames)
        return names.isEmpty || Set(parts.keys).isSubset(of: names)
            || parts.keys.contains { names.contains($0) } && parts.count <= names.count
    }

    /// Sends an OAuth access token in the end, so that one given as `bearer` does as well.
    package var yieldsBearer: Bool {
        switch self {
        case .bearer, .oauthRefresh, .clientCredentials, .exchange: true
        case .jwt(_, _, _, _, let asClientAssertion): !asClientAssertion
        case .header, .query, .body, .path, .basic, .sigv4: false
        }
    }
}

extension Template {
    static let token = Template(parts: [.variable("token", isReserved: false)])
    static let secret = Template(parts: [.variable("secret", isReserved: false)])
}

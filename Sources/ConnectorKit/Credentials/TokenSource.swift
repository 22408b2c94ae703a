internal import Authorizations
internal import Documents
internal import Foundation
internal import Synchronization
internal import Transport

/// Access tokens of one credential: got when needed, shared by all requests, renewed before they expire.
actor TokenSource {
    private struct Token {
        var text: String
        var expiresAt: Date?
    }

    private let credential: SigningCredential
    private var token: Token?
    private var renewal: Task<Token, any Error>?
    /// A refresh token that the vendor gave in place of the configured one.
    private var refreshToken: Secret?

    init(_ credential: SigningCredential) { self.credential = credential }

    func token() async throws -> String {
        // A minute is kept in hand, so that a token does not expire on its way.
        if let token, token.expiresAt.map({ $0 > Date().addingTimeInterval(60) }) ?? true { return token.text }
        if let renewal { return try await renewal.value.text }
        let renewal = Task { try await obtain() }
        self.renewal = renewal
        defer { self.renewal = nil }
        let new = try await renewal.value
        token = new
        return new.text
    }

    func expire() { token = nil }

    private func obtain() async throws -> Token {
        switch credential.kind {
        case .exchange(let from, let operation, let token, let expires):
            return try await exchange(from, operation, token: token, expires: expires)
        case .oauthRefresh(let request):
            let stored = try await credential.keyring.secrets(credential.name)
            guard let refresh = refreshToken ?? stored["refresh_token"] ?? stored[""] else {
                throw failure("the part 'refresh_token' is missing", host: "")
            }
            return try await ask(request, [("grant_type", "refresh_token"), ("refresh_token", refresh.reveal { $0 })])
        case .clientCredentials(let request):
            return try await ask(request, [("grant_type", "client_credentials")])
        case .jwt(let claims, let lifetime, .some(let request), let scopes, _):
            let url = try await credential.text(request.url)
            let jwt = try await JSONWebToken(claims, lifetime: lifetime, scopes: scopes, audience: url).signed(
                for: credential, now: Date())
            return try await ask(
                request, [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", jwt)],
                signsIn: false)
        default: throw failure("it needs no token", host: "")
        }
    }

    private func failure(_ reason: String, host: String) -> TransportError {
        .noToken(credential: credential.name, host: host, reason: reason)
    }

    /// RFC 6749 section 5: a form to the token endpoint.
    private func ask(
        _ tokens: CredentialKind.TokenRequest, _ grant: [(String, String)], signsIn: Bool = true
    ) async throws -> Token {
        let scope = try await credential.scope()
        guard let original = Address(try tokens.url.rendered(.path, in: scope).text) else {
            throw RequestRefusal.malformedAddress
        }
        let address = credential.keyring.builder.withLock { $0?.tokenAddress(original) } ?? original
        var form = grant
        if !tokens.scopes.isEmpty, grant[0].1 != "refresh_token", signsIn {
            form.append(("scope", tokens.scopes.joined(separator: " ")))
        }
        if let audience = tokens.audience { form.append(("audience", try audience.rendered(.text, in: scope).text)) }
        for (name, value) in tokens.form {
            let key = try name.rendered(.text, in: scope).text
            // What the manifest says comes instead: some vendors have a grant type of their own.
            form.removeAll { $0.0 == key }
            form.append((key, try value.rendered(.text, in: scope).text))
        }
        var request = Request(
            .read, "POST", address, headers: [.init("Accept", "application/json")], label: "POST token endpoint")
        if signsIn { form += Self.signIn(scope, tokens.clientAuth, &request) }
        SigningCredential.add(form, to: &request)
        let response = try await credential.keyring.transport.send(request)
        let answer = (try? JSON(parsing: response.body)) ?? .null
        guard response.status == 200, let text = answer["access_token"]?.string else {
            let words = (answer["error_description"] ?? answer["error"])?.scalarText ?? ""
            throw failure("HTTP \(response.status) \(Redaction.maskRandom(in: words))", host: address.origin.host)
        }
        try keepRotated(answer["refresh_token"]?.string, grant)
        let seconds = answer["expires_in"]?.scalarText.flatMap(Double.init)
        return Token(text: text, expiresAt: seconds.map { Date().addingTimeInterval($0) })
    }

    private func keepRotated(_ new: String?, _ grant: [(String, String)]) throws {
        guard let new, grant[0].1 == "refresh_token", grant[1].1 != new else { return }
        refreshToken = Secret(new)
        try credential.keyring.keep(credential.name, "refresh_token", Secret(new))
    }

    /// How the client says who it is: RFC 6749 section 2.3.1.
    private static func signIn(
        _ scope: Scope, _ way: CredentialKind.TokenRequest.ClientAuth, _ request: inout Request
    ) -> [(String, String)] {
        func part(_ name: String) -> String? {
            if case .secret(let secret)? = scope[name] { secret.reveal { $0 } } else { nil }
        }
        guard let id = part("client_id") else { return [] }
        guard let secret = part("client_secret") else { return [("client_id", id)] }
        if way == .form { return [("client_id", id), ("client_secret", secret)] }
        let pair = Data("\(id.formEncoded):\(secret.formEncoded)".utf8).base64EncodedString()
        request.headers["Authorization"] = "Basic " + pair
        return []
    }

    /// A token got with another credential of the same account.
    private func exchange(_ from: String, _ operation: Operation, token: Place, expires: Place?) async throws -> Token {
        var operation = operation
        operation.auth = .named(from)
        operation.effect = .read
        guard let builder = credential.keyring.builder.withLock({ $0 }) else {
            throw failure("the hosts are not known yet", host: "")
        }
        var request = try builder.build(operation, in: try await credential.scope())
        request.draws = []
        let transport = CredentialTransport(credential.keyring.transport, keyring: credential.keyring)
        let answer = ReadAnswer(try await transport.send(request), as: operation.answer)
        guard answer.isGood, let document = answer.document, let text = token.value(in: document)?.scalarText else {
            throw failure("HTTP \(answer.status)", host: request.address.origin.host)
        }
        let end = expires.flatMap { $0.value(in: document) }
        return Token(text: text, expiresAt: end.flatMap(Self.expiry))
    }

    /// Seconds from now, or a point in time.
    private static func expiry(_ value: JSON) -> Date? {
        if let seconds = value.scalarText.flatMap(Double.init), seconds < 100_000_000 {
            return Date().addingTimeInterval(seconds)
        }
        return Moment.date(value)
    }
}

internal import Authorizations
internal import Cryptography
internal import Documents
internal import Foundation
internal import Synchronization
internal import Transport

/// One credential at the moment of use: it turns a request into a signed one.
struct SigningCredential: Sendable {
    let name: String
    let kind: CredentialKind
    /// The value in hand, for `held`.
    let held: Secret?
    /// Bound names of the operation.
    let values: [String: String]
    let keyring: Keyring

    /// Whether a 401 may be cured by a new token.
    var isRenewable: Bool {
        switch kind {
        case .oauthRefresh, .clientCredentials, .exchange: true
        case .jwt(_, _, let tokens, _, _): tokens != nil
        default: false
        }
    }

    func renew() async throws { await tokens().expire() }

    func sign(_ request: Request, now: Date) async throws -> Request {
        var request = request
        switch kind {
        case .bearer(let token):
            request.headers["Authorization"] = "Bearer " + (try await text(token))
        case .header(let headers):
            for (name, value) in headers { request.headers[name] = try await text(value) }
        case .query(let pairs):
            let query = try await rendered(pairs).map { $0.0.percentEncoded + "=" + $0.1.percentEncoded }.joined(
                separator: "&")
            let separator = request.address.text.contains("?") ? "&" : "?"
            request.address = try address(request.address.text + separator + query, request)
        case .body(let pairs):
            Self.add(try await rendered(pairs), to: &request)
        case .path(let prefix):
            // Before the vendor's path, behind that of an address which stands in for it.
            let base = keyring.base(of: request)
            let path = request.address.target.dropFirst(base.count)
            let origin = request.address.origin.description
            request.address = try address(origin + base + (try await text(prefix)) + path, request)
        case .basic(let user, let password, let formEncoded):
            var parts = (try await text(user), try await text(password))
            if formEncoded { parts = (parts.0.formEncoded, parts.1.formEncoded) }
            request.headers["Authorization"] = "Basic " + Data("\(parts.0):\(parts.1)".utf8).base64EncodedString()
        case .oauthRefresh, .clientCredentials, .exchange:
            request.headers["Authorization"] = "Bearer " + (try await tokens().token())
        case .jwt(let claims, let lifetime, let exchange, let scopes, let asClientAssertion):
            if exchange != nil {
                request.headers["Authorization"] = "Bearer " + (try await tokens().token())
            } else {
                let jwt = try await JSONWebToken(claims, lifetime: lifetime, scopes: scopes, audience: nil).signed(
                    for: self, now: now)
                if asClientAssertion {
                    Self.add(ClientAssertion.pairs(jwt), to: &request)
                } else {
                    request.headers["Authorization"] = "Bearer " + jwt
                }
            }
        case .sigv4(let region, let services):
            let parts = try await keyring.secrets(name)
            let service = services[request.hostName ?? ""] ?? services.values.sorted().first ?? ""
            request = try AWSSignature(region: try await text(region), service: service, parts: parts).sign(
                request, at: now)
        }
        return request
    }

    private func tokens() -> TokenSource {
        keyring.tokenSource(name, values) { TokenSource(self) }
    }

    private func address(_ text: String, _ request: Request) throws -> Address {
        guard let address = Address(text), address.origin == request.address.origin else {
            throw RequestRefusal.malformedAddress
        }
        return address
    }

    /// A template of the credential: settings, bound names and the parts of the secret.
    func text(_ template: Template) async throws -> String { try template.rendered(.text, in: try await scope()).text }

    func scope() async throws -> Scope {
        var scope = keyring.settings
        for (name, value) in values { scope.local[name] = .plain(.string(value)) }
        if let held {
            scope.local["secret"] = .secret(held)
            return scope
        }
        let parts = try await keyring.secrets(name)
        for (name, secret) in parts where !name.isEmpty { scope.local[name] = .secret(secret) }
        // Given plainly, it is the one part that the kind asks for.
        if let only = parts[""] {
            for name in kind.partNames where scope[name] == nil { scope.local[name] = .secret(only) }
        }
        return scope
    }

    private func rendered(_ pairs: [(name: Template, value: Template)]) async throws -> [(String, String)] {
        let scope = try await scope()
        return try pairs.map {
            (try $0.name.rendered(.text, in: scope).text, try $0.value.rendered(.text, in: scope).text)
        }
    }

    /// Merges pairs into the form or the JSON body.
    static func add(_ pairs: [(String, String)], to request: inout Request) {
        if request.headers["Content-Type"]?.contains("json") == true,
            case .object(var object)? = try? JSON(parsing: request.body ?? [])
        {
            for (name, value) in pairs { object[name] = .string(value) }
            request.body = JSON.object(object).bytes
            return
        }
        let form = pairs.map { $0.0.formEncoded + "=" + $0.1.formEncoded }.joined(separator: "&")
        let body = String(decoding: request.body ?? [], as: UTF8.self)
        request.body = Array((body.isEmpty ? form : body + "&" + form).utf8)
        if request.headers["Content-Type"] == nil {
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        }
    }
}

/// RFC 7523: a client that shows a JWT instead of a secret.
enum ClientAssertion {
    static func pairs(_ jwt: String) -> [(String, String)] {
        [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", jwt),
        ]
    }
}

/// A signed JWT, RFC 7519, by the key of the credential's part `private_key`.
struct JSONWebToken: Sendable {
    let claims: [(name: String, value: JSONTemplate)]
    let lifetime: Duration
    let scopes: [String]
    let audience: String?

    init(_ claims: [(name: String, value: JSONTemplate)], lifetime: Duration, scopes: [String], audience: String?) {
        self.claims = claims
        self.lifetime = lifetime
        self.scopes = scopes
        self.audience = audience
    }

    func signed(for credential: SigningCredential, now: Date) async throws -> String {
        var scope = try await credential.scope()
        scope.local["scopes"] = .plain(.string(scopes.joined(separator: " ")))
        let issued = Int(now.timeIntervalSince1970)
        var body = JSONObject()
        for (name, value) in claims {
            // A claim made of an optional setting without a value is left out: a service account that acts for nobody.
            if value.names.contains(where: { scope[$0] == nil && credential.keyring.isSetting($0) }) { continue }
            body[name] = try value.rendered(in: scope).value
        }
        body["iat"] = .number(issued)
        body["exp"] = .number(issued + Int(lifetime.components.seconds))
        body["jti"] = .string([UInt8].random(count: 16).hex)
        if body["aud"] == nil, let audience { body["aud"] = .string(audience) }
        guard case .secret(let key)? = scope["private_key"] else {
            throw TransportError.noToken(
                credential: credential.name, host: "", reason: "the part 'private_key' is missing")
        }
        var header = JSONObject([("typ", .string("JWT"))])
        if case .secret(let id)? = scope["private_key_id"] ?? scope["key_id"] {
            header["kid"] = .string(id.reveal { $0 })
        }
        return try key.reveal { pem in
            let signer = try Self.signer(Array(pem.utf8))
            header["alg"] = .string(signer.algorithm.rawValue)
            return try signer.compactJWS(header: JSON.object(header).text, payload: JSON.object(body).text)
        }
    }
}

extension JSONWebToken {
    /// The algorithm follows from the key: RSA or an elliptic curve.
    private static func signer(_ pem: [UInt8]) throws -> SigningKey {
        do { return try SigningKey(pem: pem, for: .rs256) } catch SigningKeyError.otherKind {
            return try SigningKey(pem: pem, for: .es256)
        }
    }
}

extension Keyring {
    func isSetting(_ name: String) -> Bool { manifest.settings.contains { $0.name == name } }

    /// The path of the account's own address that stands in for the vendor's, without a slash at its end.
    func base(of request: Request) -> String {
        let addresses = builder.withLock { builder in
            builder.map { [$0.baseURL].compactMap(\.self) + $0.ownHosts.values } ?? []
        }
        let paths = addresses.filter { $0.origin == request.address.origin }.map(\.target.droppingLastSlash)
        return paths.first { !$0.isEmpty && request.address.target.hasPrefix($0 + "/") } ?? ""
    }
}

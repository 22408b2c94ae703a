internal import Documents
internal import Transport

/// Manifest 2.10.
extension ManifestReader {
    private static let credentialKeys: [String: (needed: [String], optional: [String])] = [
        "bearer": ([], ["token"]),
        "header": (["headers"], []),
        "query": (["query"], []),
        "body": (["form"], []),
        "path": (["prefix"], []),
        "basic": (["user", "password"], ["encode"]),
        "oauth_refresh": (["token_url"], ["client_auth", "scopes", "form", "authorize_url", "device_url"]),
        "client_credentials": (["token_url"], ["client_auth", "scopes", "audience", "form"]),
        "jwt": (["claims"], ["lifetime", "token_url", "scopes", "send_as"]),
        "exchange": (["from", "request", "token"], ["form", "expires"]),
        "sigv4": (["region", "services"], []),
    ]

    mutating func credential(_ member: YAMLNode.Member) -> CredentialDeclaration {
        let name = "credential '\(member.name)'"
        let members = Members(member.value)
        var allowed: [String] = []
        for node in items(members["hosts"]) {
            if let host = known(node, among: hosts, "hosts") { allowed.append(host) }
        }
        if !members.has("hosts"), let first = hosts.first { allowed = [first] }
        credentialHosts[member.name] = Set(allowed)
        let kinds: [CredentialKind]
        if let accepts = members["accepts"] {
            _ = keys(member.value, .credential, called: name)
            kinds = items(accepts).compactMap { kind($0, of: name, host: allowed.first) }
        } else {
            kinds = kind(member.value, of: name, host: allowed.first).map { [$0] } ?? []
        }
        return CredentialDeclaration(accepts: kinds, hosts: allowed)
    }

    private mutating func kind(_ node: YAMLNode, of name: String, host: String?) -> CredentialKind? {
        let keys = keys(node, .credentialKind, called: name)
        guard keys.has("kind") else {
            require(["kind"], in: keys, of: name)
            return nil
        }
        guard let kind = choice(keys["kind"], among: CredentialKind.names, "kind of credential"),
            let (needed, optional) = Self.credentialKeys[kind]
        else { return nil }
        require(needed, in: keys, of: "\(name) of kind '\(kind)'")
        let own = needed + optional + ["kind", "hosts"]
        for member in node.members ?? [] where ManifestHome.credentialKind.keys.contains(member.name) {
            if !own.contains(member.name) { note("'\(member.name)' says nothing about kind '\(kind)'", at: member.key) }
        }
        switch kind {
        case "oauth_refresh": return .oauthRefresh(tokens(keys))
        case "client_credentials": return .clientCredentials(tokens(keys))
        case "jwt": return jwt(keys)
        case "exchange": return exchange(keys, host: host)
        case "sigv4": return sigv4(keys)
        default: return simple(kind, keys)
        }
    }

    /// Names in a credential's templates may be parts of the account's secret, so that none is unknown.
    private mutating func part(_ node: YAMLNode?) -> Template {
        node.map { template($0, nil) } ?? Template(literal: "")
    }

    private mutating func simple(_ kind: String, _ keys: Members) -> CredentialKind {
        switch kind {
        case "header": return .header(headers(keys["headers"], nil).map { (name: $0.name, value: $0.value) })
        case "query": return .query(parameters(keys["query"], nil).map { (name: $0.name, value: $0.value) })
        case "body": return .body(parameters(keys["form"], nil).map { (name: $0.name, value: $0.value) })
        case "path": return .path(prefix: part(keys["prefix"]))
        case "basic":
            let encoding = choice(keys["encode"], among: ["form"], "value of 'encode'")
            return .basic(user: part(keys["user"]), password: part(keys["password"]), formEncoded: encoding != nil)
        default:
            let token = keys["token"].map { part($0) } ?? Template(parts: [.variable("token", isReserved: false)])
            return .bearer(token: token)
        }
    }

    private mutating func url(_ node: YAMLNode?, _ key: String) -> Template {
        if let node, node.text?.hasPrefix("https://") != true { note("'\(key)' must begin with https://", at: node) }
        return part(node)
    }

    private mutating func tokens(_ keys: Members) -> CredentialKind.TokenRequest {
        var tokens = CredentialKind.TokenRequest(url: url(keys["token_url"], "token_url"))
        tokens.clientAuth = choice(keys["client_auth"], "way to show the client") ?? .basic
        tokens.scopes = texts(keys["scopes"])
        tokens.audience = keys["audience"].map { part($0) }
        tokens.form = parameters(keys["form"], nil).map { (name: $0.name, value: $0.value) }
        tokens.authorizeURL = keys["authorize_url"].map { url($0, "authorize_url") }
        tokens.deviceURL = keys["device_url"].map { url($0, "device_url") }
        return tokens
    }

    private mutating func jwt(_ keys: Members) -> CredentialKind {
        let claims = members(keys["claims"]).map { (name: $0.name, value: json($0.value, nil)) }
        let sendAs = choice(keys["send_as"], among: ["bearer", "client_assertion"], "value of 'send_as'")
        return .jwt(
            claims: claims, lifetime: duration(keys["lifetime"]) ?? .seconds(600),
            tokens: keys.has("token_url") ? tokens(keys) : nil, scopes: texts(keys["scopes"]),
            asClientAssertion: sendAs == "client_assertion")
    }

    private mutating func exchange(_ keys: Members, host: String?) -> CredentialKind? {
        let from = known(keys["from"], among: credentials, "credentials") ?? ""
        guard let node = keys["request"] else { return nil }
        guard let (verb, path) = node.text.flatMap(Self.verbAndPath), path.hasPrefix("/") else {
            note("\(node.shown) is not a request; write 'POST /path'", at: node)
            return nil
        }
        var address = node
        address.content = .scalar(path, isPlain: false)
        // Getting a token is part of signing in: without it nothing could be read, not even in a dry run.
        var operation = Operation(
            verb: verb, path: template(address, nil, in: .address), host: host ?? "", auth: .named(from),
            effect: .read, isIdempotent: true)
        operation.line = node.line
        operation.redact = connectorRedact
        operation.headers = connectorHeaders.map { (name: $0.name, value: $0.value) }
        if let form = keys["form"] {
            operation.body = .form(parameters(form, nil).map { (name: $0.name, value: $0.value) })
        }
        return .exchange(
            from: from, operation: operation, token: place(keys["token"]), expires: keys["expires"].map { place($0) })
    }

    private mutating func sigv4(_ keys: Members) -> CredentialKind {
        var services: [String: String] = [:]
        for member in members(keys["services"]) where known(member.key, among: hosts, "hosts") != nil {
            services[member.name] = text(member.value)
        }
        return .sigv4(region: part(keys["region"]), services: services)
    }
}

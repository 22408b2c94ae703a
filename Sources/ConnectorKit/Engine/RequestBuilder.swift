internal import Authorizations
internal import Documents
internal import Transport

/// A request ready to be sent, and what of it may be shown.
struct BuiltRequest: Sendable {
    var request: Request
    /// The JSON body, for edits before it is sent.
    var document: JSON?
}

/// Makes requests of a manifest's operations for one account: law 5 and section 5.3.
struct RequestBuilder: Sendable {
    /// Base address of each host, replacements of the account applied.
    var hosts: [String: Address]
    /// Origins that the account's configuration replaced, with what stands in their place.
    var replacements: [Origin: Address]
    /// The account's own, which stands in for every host.
    var baseURL: Address?
    /// The account's own for one host name.
    var ownHosts: [String: Address] = [:]
    var manifest: Manifest
    var account: String
    var judge: Judge
    /// Of each credential, the bound names that its templates use.
    var credentialNames: [String: [String]]
    /// Budgets that the account raised or lowered.
    var budgets: [String: Budget]
    var temporary: (@Sendable (Operation) -> (@Sendable (Response) -> Temporary?))

    /// - Parameters:
    ///   - extra: paging parameters, which replace those of the same name.
    ///   - address: a whole address that an answer gave, instead of the operation's path and query.
    func build(
        _ operation: Operation, in scope: Scope, extra: PageParameters = PageParameters(), address: Address? = nil,
        edit: ((inout JSON) throws(RequestRefusal) -> Void)? = nil
    ) throws(RequestRefusal) -> Request {
        let target: Address
        var shown: String?
        if let address {
            target = address
        } else {
            (target, shown) = try self.address(of: operation, in: scope, extra: extra)
        }
        var headers = Headers()
        for (name, value) in operation.headers where !isLeftOut(value, scope) {
            headers[name] = try value.rendered(.text, in: scope).text
        }
        for (name, value) in extra.headers { headers[name] = value }
        let body = try self.body(of: operation, in: scope, extra: extra, edit: edit)
        if let type = body?.type, headers["Content-Type"] == nil { headers["Content-Type"] = type }
        var request = Request(
            operation.effect, operation.verb, target, headers: headers, body: body?.bytes,
            credential: try credential(operation, scope), label: operation.label)
        request.shownAddress = shown
        request.hostName = operation.host
        request.draws = draws(operation, scope, host: target.origin)
        request.limitHeaders = manifest.limitHeaders
        request.discardsBody = operation.answer == .discard
        request.temporary = temporary(operation)
        if operation.effect == .read { request.redirects = 3 }
        return request
    }

    private func isLeftOut(_ template: Template, _ scope: Scope) -> Bool {
        !scope.leftOut.isEmpty && template.names.contains { scope.leftOut.contains($0) }
    }

    private func address(
        of operation: Operation, in scope: Scope, extra: PageParameters
    ) throws(RequestRefusal) -> (Address, shown: String?) {
        let path = try operation.path.rendered(.path, in: scope, allowEmpty: operation.allowEmpty)
        var text: String
        var shown: String
        if path.text.hasPrefix("http://") || path.text.hasPrefix("https://") {
            guard let address = Address(path.text).map(replaced) else { throw .malformedAddress }
            text = address.text
            shown = path.isSecret ? path.shown : address.text
        } else {
            guard let base = hosts[operation.host] else { throw .malformedAddress }
            let prefix = base.text.droppingLastSlash
            let separator = path.text.hasPrefix("/") ? "" : "/"
            text = prefix + separator + path.text
            shown = prefix + separator + path.shown
        }
        var query: [(String, String)] = []
        var isSecret = path.isSecret
        for (name, value) in operation.query where !isLeftOut(value, scope) {
            let key = try name.rendered(.text, in: scope).text
            if extra.query.contains(where: { $0.name == key }) { continue }
            if let bound = value.loneName, case .plain(.array(let items))? = scope[bound] {
                query += try Self.texts(items, of: bound, operation).map { (key, $0) }
                continue
            }
            let rendered = try value.rendered(.text, in: scope, allowEmpty: operation.allowEmpty)
            isSecret = isSecret || rendered.isSecret
            query.append((key, rendered.text))
        }
        query += extra.query.map { ($0.name, $0.value) }
        if !query.isEmpty {
            let pairs = query.map { $0.0.percentEncoded + "=" + $0.1.percentEncoded }.joined(separator: "&")
            text += (text.contains("?") ? "&" : "?") + pairs
        }
        guard let address = Address(text) else { throw .malformedAddress }
        guard allows(address.origin) else { throw .hostNotAllowed(host: address.origin.host) }
        return (address, isSecret ? shown : nil)
    }

    /// The items of a list that repeats a parameter: an empty one would leave it out, and so could mean everything.
    private static func texts(_ items: [JSON], of name: String, _ operation: Operation) throws(RequestRefusal)
        -> [String]
    {
        if items.isEmpty, !operation.allowEmpty.contains(name) { throw .empty(name: name) }
        var texts: [String] = []
        for item in items {
            guard let text = item.scalarText else { throw .notText(name: name) }
            if text.isEmpty { throw .empty(name: name) }
            if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw .controlCharacter(name: name) }
            texts.append(text)
        }
        return texts
    }

    /// An address in an answer or in hand that names a replaced host goes to the replacement, never to the original.
    func replaced(_ address: Address) -> Address {
        guard let base = replacements[address.origin] else { return address }
        let prefix = base.text.droppingLastSlash
        return Address(prefix + address.target) ?? address
    }

    /// A token endpoint is reached by its own grant request only; the account's `base_url` replaces its origin too.
    func tokenAddress(_ address: Address) -> Address {
        if let base = ownHosts[address.origin.host] ?? replacements[address.origin] ?? baseURL {
            Address(base.text.droppingLastSlash + address.target) ?? address
        } else {
            address
        }
    }

    func allows(_ origin: Origin) -> Bool { hosts.values.contains { $0.origin == origin } }

    private func credential(_ operation: Operation, _ scope: Scope) throws(RequestRefusal) -> CredentialUse {
        switch operation.auth {
        case .none: return .none
        case .held:
            guard case .secret(let secret)? = scope["secret"] else { throw .unbound(name: "secret") }
            return .held(name: "held", secret: secret)
        case .named(let name):
            return .named(name, values: credentialValues(name, scope))
        }
    }

    /// The bound names that a credential's templates use: a token is got for each distinct set of them.
    private func credentialValues(_ name: String, _ scope: Scope) -> [String: String] {
        guard let names = credentialNames[name], !names.isEmpty else { return [:] }
        return names.reduce(into: [:]) { values, name in
            switch scope[name] {
            case .secret(let secret)?: values[name] = secret.reveal { $0 }
            case .plain(let json)?: values[name] = json.scalarText
            case nil: break
            }
        }
    }

    private func draws(_ operation: Operation, _ scope: Scope, host: Origin) -> [Budget.Draw] {
        let names = manifest.commonBudgets + operation.budgets
        return names.compactMap { name in
            guard let declared = manifest.budgets.first(where: { $0.name == name })?.budget else { return nil }
            var limit = declared.limit
            if let own = budgets[name] {
                limit.rate = own.rate ?? limit.rate
                limit.concurrent = own.concurrent ?? limit.concurrent
            }
            let subject: String
            switch declared.scope {
            case .vendor: subject = manifest.id
            case .account: subject = account
            case .host: subject = "\(account) \(host)"
            case .operation: subject = "\(account) \(operation.label)"
            case .name(let bound): subject = "\(account) \(scope.text(bound) ?? "")"
            }
            return Budget.Draw(key: "\(manifest.id)/\(name)/\(subject)", budget: limit)
        }
    }
}

/// What paging adds to a request.
struct PageParameters: Sendable {
    var query: [(name: String, value: String)] = []
    var form: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var json: (pointer: JSONPointer, value: JSON)?
}

extension RequestBuilder {
    private func body(
        of operation: Operation, in scope: Scope, extra: PageParameters,
        edit: ((inout JSON) throws(RequestRefusal) -> Void)?
    ) throws(RequestRefusal) -> (bytes: [UInt8], type: String)? {
        switch operation.body {
        case nil:
            if !extra.form.isEmpty { return form(extra.form) }
            if let json = extra.json {
                var document = JSON.object(JSONObject())
                json.pointer.set(json.value, in: &document)
                return (document.bytes, "application/json")
            }
            return nil
        case .form(let entries):
            var pairs: [(name: String, value: String)] = []
            for (name, value) in entries where !isLeftOut(value, scope) {
                let key = try name.rendered(.text, in: scope).text
                if extra.form.contains(where: { $0.name == key }) { continue }
                if let bound = value.loneName, case .plain(.array(let items))? = scope[bound] {
                    pairs += try Self.texts(items, of: bound, operation).map { (key, $0) }
                    continue
                }
                pairs.append((key, try value.rendered(.text, in: scope, allowEmpty: operation.allowEmpty).text))
            }
            return form(pairs + extra.form)
        case .json(let template):
            var document = try template.rendered(in: scope, allowEmpty: operation.allowEmpty).value
            if let json = extra.json { json.pointer.set(json.value, in: &document) }
            try edit?(&document)
            return (document.bytes, "application/json")
        case .graphql(let query, let variables):
            var document = JSONObject([("query", .string(query))])
            if let variables {
                document["variables"] = try variables.rendered(in: scope, allowEmpty: operation.allowEmpty).value
            }
            var body = JSON.object(document)
            if let json = extra.json { json.pointer.set(json.value, in: &body) }
            return (body.bytes, "application/json")
        case .xml(let template):
            return (Array(try template.rendered(.xml, in: scope).text.utf8), "application/xml")
        case .text(let template):
            return (Array(try template.rendered(.text, in: scope).text.utf8), "text/plain")
        }
    }

    private func form(_ pairs: [(name: String, value: String)]) -> (bytes: [UInt8], type: String) {
        let text = pairs.map { $0.name.formEncoded + "=" + $0.value.formEncoded }.joined(separator: "&")
        return (Array(text.utf8), "application/x-www-form-urlencoded")
    }
}

extension Operation {
    /// Verb and template, fit for logs: no value stands in it.
    package var label: String {
        verb + " "
            + path.parts.map { part in
                switch part {
                case .literal(let text): text
                case .variable(let name, let isReserved): isReserved ? "{+\(name)}" : "{\(name)}"
                }
            }.joined()
    }
}

extension String {
    var droppingLastSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}

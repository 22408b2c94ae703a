internal import Documents
internal import Transport

/// What a surface gives to all of its operations.
struct OperationDefaults {
    var host: String?
    var auth: Operation.Auth?
    var headers: [ManifestReader.ReadHeader] = []
    var query: [ManifestReader.ReadParameter] = []
    var form: [ManifestReader.ReadParameter] = []
    var answer: Operation.Answer?
    var redact: [String] = []
}

/// Where an operation stands: how messages call it, which names it may use, and what it may do.
struct OperationContext {
    enum Demand {
        case mustRead, mustWrite, either
    }

    var name: String
    var scope: Set<String>
    var defaults = OperationDefaults()
    var demand = Demand.mustRead

    func called(_ name: String, _ demand: Demand = .mustRead) -> Self {
        var context = self
        context.name = name
        context.demand = demand
        return context
    }
}

extension ManifestReader {
    static let readingVerbs: Set<String> = ["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "LIST", "SEARCH", "QUERY"]

    mutating func operation(_ keys: Members, in context: OperationContext) -> Operation {
        let line = requestLine(keys, context)
        let verb = line?.verb ?? "GET"
        let declared = choice(keys["effect"], among: ["read", "write"], "value of 'effect'").flatMap(
            Request.Effect.init(rawValue:))
        let effect = declared ?? (Self.readingVerbs.contains(verb) ? .read : .write)
        var operation = Operation(
            verb: verb, path: line?.path ?? Template(literal: "/"), host: host(keys["host"], context),
            auth: auth(keys["auth"], context), effect: effect,
            isIdempotent: bool(keys["idempotent"]) ?? !["POST", "PATCH"].contains(verb))
        operation.line = keys["request"]?.line ?? keys.node.line
        if let line {
            check(effect, of: verb, at: line.node, context)
            checkCredential(operation, keys, at: line.node, context)
        }
        operation.body = body(keys, effect: declared, context)
        operation.answer = choice(keys["answer"], "value of 'answer'") ?? context.defaults.answer ?? .json
        operation.redact = connectorRedact + context.defaults.redact + texts(keys["redact"])
        for node in items(keys["budget"]) {
            if let budget = known(node, among: budgets, "budgets") { operation.budgets.append(budget) }
        }
        usedBudgets.formUnion(operation.budgets)
        for node in items(keys["allow_empty"]) {
            operation.allowEmpty.append(text(node))
            use([text(node)], context.scope, at: node)
        }
        merge(keys, into: &operation, context)
        return operation
    }

    private mutating func requestLine(
        _ keys: Members, _ context: OperationContext
    ) -> (verb: String, path: Template, node: YAMLNode)? {
        guard let node = keys["request"] else {
            require(["request"], in: keys, of: context.name)
            return nil
        }
        guard let (verb, path) = node.text.flatMap(Self.verbAndPath) else {
            note("\(node.shown) is not a request; write 'GET /path'", at: node)
            return nil
        }
        if path.contains("?") { note("parameters belong under 'query', not into the request line", at: node) }
        if !path.hasPrefix("/"), !path.hasPrefix("{+") { note("the path must begin with '/' or '{+'", at: node) }
        var address = node
        address.content = .scalar(path, isPlain: false)
        let template = template(address, context.scope, in: .address)
        for name in template.names where settings[name]?.isLeftOutWhenAbsent == true {
            note("'\(name)' may be left out, so it cannot stand in a path", at: node)
        }
        return (verb, template, node)
    }

    static func verbAndPath(_ line: String) -> (verb: String, path: String)? {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !parts[1].contains(where: \.isWhitespace),
            parts[0].utf8.allSatisfy({ (0x41...0x5a).contains($0) })
        else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    private mutating func host(_ node: YAMLNode?, _ context: OperationContext) -> String {
        known(node, among: hosts, "hosts") ?? context.defaults.host ?? hosts.first ?? ""
    }

    mutating func auth(_ node: YAMLNode?) -> Operation.Auth? {
        let names = Set(credentials).union(["none", "held"])
        return known(node, among: names.sorted(), "credentials", listing: true).map { name in
            switch name {
            case "none": .none
            case "held": .held
            default: .named(name)
            }
        }
    }

    private mutating func auth(_ node: YAMLNode?, _ context: OperationContext) -> Operation.Auth {
        auth(node) ?? context.defaults.auth ?? mainCredential.map(Operation.Auth.named) ?? .none
    }

    private mutating func check(
        _ effect: Request.Effect, of verb: String, at node: YAMLNode, _ context: OperationContext
    ) {
        switch (context.demand, effect) {
        case (.mustRead, .write):
            note(
                "'\(verb)' writes, and \(context.name) may only read; say 'effect: read' if this request changes nothing",
                at: node)
        case (.mustWrite, .read):
            note(
                "'\(verb)' reads, so \(context.name) would change nothing; say 'effect: write' if it does", at: node)
        default: break
        }
    }

    private mutating func checkCredential(
        _ operation: Operation, _ keys: Members, at node: YAMLNode, _ context: OperationContext
    ) {
        let name: String
        switch operation.auth {
        case .none: return
        case .held:
            name = "held"
            if !context.scope.contains("secret") {
                note("'held' needs a value in hand: the surface has no 'given: {secret: …}'", at: keys["auth"] ?? node)
            }
        case .named(let credential): name = credential
        }
        // A whole URL names its own host, which is looked at when it is known.
        if case .variable(_, isReserved: true)? = operation.path.parts.first { return }
        let isKnown = hosts.contains(keys["host"]?.text ?? operation.host)
        if isKnown, let allowed = credentialHosts[name], !allowed.contains(operation.host) {
            note(
                """
                credential '\(name)' may not go to host '\(operation.host)'; add it to the credential's 'hosts' \
                or say 'auth: none'
                """, at: node)
        }
    }

    private mutating func body(_ keys: Members, effect: Request.Effect?, _ context: OperationContext) -> Operation.Body?
    {
        let given = ManifestHome.bodies.filter { keys.has($0) }
        if given.count > 1, let second = keys[given[1]] {
            note("a request has one body: '\(given[0])' or '\(given[1])'", at: second)
        }
        guard let kind = given.first, let node = keys[kind] else { return nil }
        switch kind {
        case "form": return .form(parameters(node, context.scope).map { (name: $0.name, value: $0.value) })
        case "json": return .json(json(node, context.scope))
        case "xml": return .xml(template(node, context.scope))
        case "text": return .text(template(node, context.scope))
        default: return graphql(node, keys, effect, context)
        }
    }

    private mutating func graphql(
        _ node: YAMLNode, _ keys: Members, _ effect: Request.Effect?, _ context: OperationContext
    ) -> Operation.Body {
        let members = self.keys(node, .graphql)
        require(["query"], in: members, of: "graphql")
        let query = text(members["query"])
        if let declared = keys["effect"], effect == .read, query.drop(while: \.isWhitespace).hasPrefix("mutation") {
            note("a GraphQL mutation is not a read", at: declared)
        }
        return .graphql(query: query, variables: members["variables"].map { json($0, context.scope) })
    }

    /// Adds what connector and surface give to every operation, where the operation does not say otherwise.
    private mutating func merge(_ keys: Members, into operation: inout Operation, _ context: OperationContext) {
        let defaults = context.defaults
        var headers = connectorHeaders
        for layer in [defaults.headers, self.headers(keys["headers"], context.scope)] {
            headers.removeAll { old in layer.contains { $0.name.caseInsensitiveEquals(old.name) } }
            headers += layer
        }
        for header in headers { use(header.value.names, context.scope, at: header.node) }
        operation.headers = headers.map { (name: $0.name, value: $0.value) }

        let query = merged(parameters(keys["query"], context.scope), over: defaults.query, context.scope)
        operation.query = query.map { (name: $0.name, value: $0.value) }

        var form = parameters(keys["form"], context.scope)
        switch operation.body {
        case .form?: form = merged(form, over: defaults.form, context.scope)
        case nil where !defaults.form.isEmpty && !["GET", "HEAD"].contains(operation.verb):
            form = merged([], over: defaults.form, context.scope)
        default: return
        }
        operation.body = .form(form.map { (name: $0.name, value: $0.value) })
    }

    private mutating func merged(
        _ own: [ReadParameter], over others: [ReadParameter], _ scope: Set<String>
    ) -> [ReadParameter] {
        let kept = others.filter { other in !own.contains { $0.name == other.name } }
        for parameter in kept { use(parameter.name.names + parameter.value.names, scope, at: parameter.node) }
        return kept + own
    }
}

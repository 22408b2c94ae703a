internal import Authorizations
internal import Documents

/// `discover` and `given`: how a surface's authorizations are found.
extension ManifestReader {
    /// Reads how a surface is listed, and adds every name that is bound on the way.
    mutating func discover(_ node: YAMLNode, in context: inout OperationContext) -> Discover? {
        let keys = keys(node, .discover)
        let forEach = forEach(keys["for_each"], &context.scope)
        var outer: [ListOperation.Level] = []
        let source: Discover.Source
        if let assumed = keys["assumed"] {
            source = .assumed(localized(assumed, "assumed") ?? LocalizedText(en: "", fr: ""))
            let idle = ["request", "items", "slots", "outer", "next"].compactMap { keys[$0] }
            if let first = idle.first { note("'assumed' stands instead of a request", at: first) }
        } else {
            context = context.called("discover")
            let list = listOperation(keys, in: &context)
            outer = list.outer
            source = .list(list)
        }
        let fold = keys["fold"].map { self.fold($0, context.scope) }
        let keep = bind(keys["keep"], &context.scope)
        let secrets = bind(keys["secrets"], &context.scope)
        if keys.lacks("fields") { note("'fields' is missing in discover", at: node) }
        let fields = keys["fields"].map { identifyingFields($0, &context.scope) } ?? []

        let parents = parentNames(of: forEach) + outer.compactMap { $0.bind.first?.name }
        var discover = Discover(source: source, fields: fields, under: under(keys["under"], context.scope) ?? parents)
        discover.forEach = forEach
        discover.keep = keep
        discover.secrets = secrets
        discover.fold = fold
        discover.partial = localized(keys["partial"], "partial")
        discover.detail = keys["detail"].map { detail($0, in: &context) }
        return discover
    }

    private mutating func fold(_ node: YAMLNode, _ scope: Set<String>) -> Discover.Fold {
        let keys = keys(node, .fold)
        require(["by", "newest", "over"], in: keys, of: "fold")
        return Discover.Fold(
            by: field(keys["by"], called: "by", scope), newest: field(keys["newest"], called: "newest", scope),
            over: condition(keys["over"], scope) ?? Condition(alternatives: []))
    }

    private mutating func identifyingFields(_ node: YAMLNode, _ scope: inout Set<String>) -> [(
        name: String, field: Field
    )] {
        let keys = keys(node, .fields)
        let fields = fields(node, scope)
        for member in node.members ?? [] where ManifestHome.fields.keys.contains(member.name) {
            declare(member.key, scope)
        }
        if keys.lacks("id") {
            note("'id' is missing in fields: by what does the vendor know it?", at: node)
        }
        scope.formUnion(fields.map(\.name))
        return fields
    }

    mutating func fields(_ node: YAMLNode, _ scope: Set<String>) -> [(name: String, field: Field)] {
        let keys = keys(node, .fields)
        return (keys.node.members ?? []).map { member in
            (name: member.name, field: field(member.value, called: member.name, scope))
        }
    }

    private mutating func under(_ node: YAMLNode?, _ scope: Set<String>) -> [String]? {
        guard let node else { return nil }
        return items(node).map { item in
            let name = text(item)
            use([name], scope, at: item)
            return name
        }
    }

    private mutating func detail(_ node: YAMLNode, in context: inout OperationContext) -> Discover.Detail {
        let keys = keys(node, .detail)
        context = context.called("detail")
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context, .fields)
        let fields = keys["fields"].map { self.fields($0, context.scope) } ?? []
        let keep = bind(keys["keep"], &context.scope)
        context.scope.formUnion(fields.map(\.name))
        return Discover.Detail(operation: operation, fields: fields, keep: keep)
    }

    mutating func given(_ node: YAMLNode, in context: inout OperationContext, isListed: Bool) -> Given {
        let keys = keys(node, .given)
        if keys.lacks("secret", "url") {
            note("'given' needs 'secret' or 'url': what does the value look like?", at: node)
        }
        var given = Given()
        given.secret = pattern(keys["secret"])
        given.url = pattern(keys["url"])
        given.except = pattern(keys["except"])
        given.near = texts(keys["near"])
        given.scans = bool(keys["scan"]) ?? true
        for pattern in [given.secret, given.url, given.except] { context.scope.formUnion(pattern?.groupNames ?? []) }
        if keys.has("secret") { context.scope.insert("secret") }
        if keys.has("url") { context.scope.formUnion(["url", "id"]) }
        if !isListed { context.scope.insert("id") }
        given.describe = keys["describe"].map { describe($0, in: context) }
        return given
    }

    private mutating func describe(
        _ node: YAMLNode, in context: OperationContext
    ) -> (operation: Operation, fields: [(name: String, field: Field)]) {
        let keys = keys(node, .describe)
        let context = context.called("describe")
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context, .fields)
        return (operation, keys["fields"].map { fields($0, context.scope) } ?? [])
    }

    /// Names that are the same for all items of one list, of which there are several.
    func sharedNames(of discover: Discover) -> Set<String> {
        guard case .list(let list) = discover.source, list.items.shape != .one else { return [] }
        return discover.forEach.flatMap { listScopes[$0.list] } ?? []
    }
}

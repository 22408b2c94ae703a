internal import Authorizations
internal import Documents

/// `prepare`, `whoami` and `lists`: what is read before any surface.
extension ManifestReader {
    mutating func preparation(_ node: YAMLNode, _ scope: inout Set<String>) -> Manifest.Preparation {
        let keys = keys(node, .preparation)
        let context = OperationContext(name: "prepare", scope: scope)
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context)
        var preparation = Manifest.Preparation(operation: operation)
        preparation.require = condition(keys["require"], scope)
        preparation.bind = bind(keys["bind"], &scope)
        preparation.hosts = members(keys["hosts"]).map { member in
            addedHost(member, isVouchedFor: keys.has("require"))
        }
        return preparation
    }

    private mutating func addedHost(_ member: YAMLNode.Member, isVouchedFor: Bool) -> Manifest.AddedHost {
        var at = member.value
        var within: [String] = []
        if at.isMapping {
            let keys = keys(at, .addedHost)
            require(["at"], in: keys, of: "added host '\(member.name)'")
            within = texts(keys["within"])
            at = keys["at"] ?? YAMLNode(line: at.line, column: at.column, content: .scalar("", isPlain: false))
        }
        if within.isEmpty, !isVouchedFor {
            note(
                """
                host '\(member.name)' comes from an answer: name its domain ('within') or what the answer must say \
                ('require')
                """, at: member.value)
        }
        return Manifest.AddedHost(name: member.name, at: place(at), within: within)
    }

    mutating func whoAmI(_ node: YAMLNode?, _ scope: inout Set<String>) -> Manifest.WhoAmI? {
        guard let node, node.text != "none" else { return nil }
        let keys = keys(node, .whoAmI)
        let context = OperationContext(name: "whoami", scope: scope)
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context)
        if keys.lacks("identity") {
            note("'identity' is missing in whoami: what names the account for good?", at: node)
        }
        var whoAmI = Manifest.WhoAmI(
            operation: operation, identity: field(keys["identity"], called: "identity", scope))
        whoAmI.title = keys["title"].map { field($0, called: "title", scope) }
        whoAmI.scopes = keys["scopes"].map { field($0, called: "scopes", scope) }
        whoAmI.bind = bind(keys["bind"], &scope)
        return whoAmI
    }

    /// Reads a list and those above it, once; yields the names that may be used below it.
    ///
    /// `nil` where the list is being read already, so that it stands above itself.
    @discardableResult
    mutating func readList(_ name: String) -> Set<String>? {
        guard lists[name] == nil, let entry = listNodes.first(where: { $0.name == name }) else {
            return listScopes[name]
        }
        guard openLists.insert(name).inserted else {
            note("list '\(name)' is for each of itself", at: entry.key)
            return nil
        }
        var scope = listBase
        let list = list(entry, &scope)
        lists[name] = list
        listScopes[name] = scope
        return scope
    }

    private mutating func list(
        _ entry: (name: String, key: YAMLNode, node: YAMLNode), _ scope: inout Set<String>
    ) -> Manifest.List {
        let name = "list '\(entry.name)'"
        let keys = keys(entry.node, .list, called: name)
        let forEach = forEach(keys["for_each"], &scope)
        require(["bind"], in: keys, of: name)
        var list: Manifest.List
        if keys.has("values") || keys.has("setting") {
            list = Manifest.List(name: entry.name, source: constants(keys, of: name))
            if let bound = keys["bind"] {
                declare(bound, scope)
                scope.insert(text(bound))
                list.bind = [(name: text(bound), field: Field(.at(.whole)))]
            }
        } else {
            var context = OperationContext(name: name, scope: scope)
            list = Manifest.List(name: entry.name, source: .request(listOperation(keys, in: &context)))
            scope = context.scope
            list.bind = bind(keys["bind"], &scope)
            list.secrets = bind(keys["secrets"], &scope)
        }
        list.forEach = forEach
        return list
    }

    private mutating func constants(_ keys: Members, of name: String) -> Manifest.List.Source {
        for key in ["request", "items", "slots", "outer", "next", "secrets"] {
            if let node = keys[key] {
                note("\(name) has no request: it takes 'values', 'setting' and 'bind' only", at: node)
            }
        }
        guard let node = keys["setting"] else { return .values(texts(keys["values"])) }
        if let values = keys["values"] { note("either 'values' or 'setting'", at: values) }
        guard let setting = known(node, among: settings.keys.sorted(), "settings") else { return .values([]) }
        usedNames.insert(setting)
        if settings[setting]?.isList == false {
            note("setting '\(setting)' holds one value; say 'list: true' there", at: node)
        }
        return .setting(setting)
    }
}

internal import Documents

extension ManifestReader {
    /// Reads how a list is asked for and walked, and adds the names that its outer levels bind.
    mutating func listOperation(_ keys: Members, in context: inout OperationContext) -> ListOperation {
        let before = context
        var operation = operation(keys, in: before)
        operation.fallback = fallback(of: keys, in: before, .list)
        var outer: [ListOperation.Level] = []
        for node in items(keys["outer"]) {
            let level = self.keys(node, .outerLevel)
            if level.lacks("items", "slots") { require(["items"], in: level, of: "outer level") }
            outer.append(self.level(level, &context.scope))
        }
        if keys.lacks("items", "slots") {
            note(
                "'items' is missing in \(before.name): where in the answer is the list? (\"\" is the whole answer)",
                at: keys.node)
        }
        if keys.lacks("next") {
            note(
                """
                'next' is missing in \(before.name): how does the list go on? write 'next: none' where the vendor \
                has no paging
                """, at: keys.node)
        }
        var innermost = keys
        innermost.values["bind"] = nil
        let items = level(innermost, &context.scope)
        var list = ListOperation(operation: operation, items: items, next: paging(keys["next"], before.scope))
        list.outer = outer
        list.empty = verdict(keys["empty"], before.scope)
        list.expect = keys["expect"].map { place($0) }
        list.cap = count(keys["cap"])
        return list
    }

    private mutating func level(_ keys: Members, _ scope: inout Set<String>) -> ListOperation.Level {
        var level = ListOperation.Level()
        if let items = keys["items"], let slots = keys["slots"] {
            note("either 'items' or 'slots'", at: items.line > slots.line ? items : slots)
        }
        level.items = keys["items"].map { place($0) }
        level.slots = members(keys["slots"]).map { (name: $0.name, place: place($0.value)) }
        level.shape = choice(keys["as"], "way to read items") ?? .list
        level.condition = condition(keys["where"], scope)
        level.bind = bind(keys["bind"], &scope)
        return level
    }

    /// Reads fields that bind names, each of which the next may use.
    mutating func bind(_ node: YAMLNode?, _ scope: inout Set<String>) -> [(name: String, field: Field)] {
        members(node).map { member in
            declare(member.key, scope)
            let field = field(member.value, called: member.name, scope)
            scope.insert(member.name)
            return (name: member.name, field: field)
        }
    }

    /// Checks a name that is about to be bound.
    mutating func declare(_ key: YAMLNode, _ scope: Set<String>) {
        let name = key.text ?? ""
        if !name.isBindable || Self.builtInNames.contains(name) {
            note("'\(name)' cannot be a name", at: key)
        } else if scope.contains(name) {
            note("'\(name)' is bound already; names are bound once", at: key)
        }
        boundNames.insert(name)
    }

    mutating func field(_ node: YAMLNode?, called name: String, _ scope: Set<String>) -> Field {
        guard let node, node.isMapping else { return Field(.at(place(node))) }
        let keys = keys(node, .field, called: "field '\(name)'")
        let sources = ["at", "all", "text", "header"].filter { keys.has($0) }
        if sources.count > 1 || keys.lacks("at", "all", "text", "header") {
            note("field '\(name)' needs exactly one of at, all, text, header", at: node)
        }
        var field = Field(source(keys, sources.first, called: name, scope))
        field.each = keys["each"].map { place($0) }
        field.split = keys["split"].map { text($0) }
        field.match = pattern(keys["match"])
        if let map = keys["map"] {
            field.map = Dictionary(members(map).map { ($0.name, text($0.value)) }) { $1 }
        }
        field.pairs = bool(keys["pairs"]) ?? false
        field.digest = bool(keys["digest"]) ?? false
        field.relative = bool(keys["relative"]) ?? false
        return field
    }

    private mutating func source(
        _ keys: Members, _ kind: String?, called name: String, _ scope: Set<String>
    ) -> Field.Source {
        if keys.has("in") || keys.has("where") {
            require(["in", "where", "at"], in: keys, of: "field '\(name)'")
            let condition = condition(keys["where"], scope) ?? Condition(alternatives: [])
            return .first(in: place(keys["in"]), where: condition, at: place(keys["at"]))
        }
        guard let kind, let node = keys[kind] else { return .at(.whole) }
        switch kind {
        case "all": return .all(items(node).map { place($0) })
        case "text": return .text(template(node, scope))
        case "header": return .header(text(node))
        default: return .at(place(node))
        }
    }

    /// Reads `for_each` and adds the names that are bound there.
    mutating func forEach(_ node: YAMLNode?, _ scope: inout Set<String>) -> ForEach? {
        guard let node else { return nil }
        var name: YAMLNode? = node
        var condition: Condition?
        if node.isMapping {
            let keys = keys(node, .forEach)
            require(["list"], in: keys, of: "for_each")
            name = keys["list"]
            condition = self.condition(keys["where"], scope)
        }
        guard let list = known(name, among: listNodes.map(\.name), "lists", listing: true) else { return nil }
        usedLists.insert(list)
        guard let names = readList(list) else { return nil }
        scope.formUnion(names)
        return ForEach(list: list, condition: condition)
    }

    /// The first name that each list above an item binds, outermost first.
    func parentNames(of forEach: ForEach?) -> [String] {
        guard let forEach, let list = lists[forEach.list] else { return [] }
        return parentNames(of: list.forEach) + (list.bind.first.map { [$0.name] } ?? [])
    }
}

internal import Documents
internal import Transport

/// `revoke`, `disable` and `undo`.
extension ManifestReader {
    mutating func change(
        _ node: YAMLNode, _ home: ManifestHome, in context: OperationContext, hasDisable: Bool = false
    ) -> Change {
        let name = home.rawValue
        let keys = keys(node, home)
        var change = Change(steps: [])
        if let first = keys["first"] {
            change.disablesFirst = choice(first, among: ["disable"], "value of 'first'") != nil
            if !hasDisable { note("'first: disable' needs 'disable' in the surface", at: first) }
        }
        if let steps = keys["steps"] {
            if keys.has("request") { note("either 'request' or 'steps'", at: steps) }
            change.steps = self.steps(steps, in: context)
            if !change.steps.contains(where: { $0.operation.effect == .write }) {
                note("no step writes, so \(name) would change nothing", at: steps)
            }
        } else if keys.has("request") {
            var scope = context.scope
            change.steps = [step(keys, in: context.called(name, .mustWrite), &scope)]
        } else if keys.lacks("request", "steps", "bulk") {
            require(["request"], in: keys, of: name)
        }
        change.bulk = keys["bulk"].map { bulk($0, in: context) }
        return change
    }

    private mutating func steps(_ node: YAMLNode, in context: OperationContext) -> [Step] {
        var scope = context.scope
        return items(node).map { item in
            var context = context.called("step", .either)
            context.scope = scope
            return step(keys(item, .step), in: context, &scope)
        }
    }

    private mutating func step(_ keys: Members, in context: OperationContext, _ scope: inout Set<String>) -> Step {
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context, .change)
        var step = Step(operation: operation)
        step.verdicts = changeVerdicts(keys, context)
        step.within = duration(keys["within"])
        step.every = duration(keys["every"])
        step.edits = edits(keys, context.scope)
        if operation.effect == .write, keys.lacks("done") {
            note("'done' is missing in \(context.name): which answer means accepted?", at: keys.node)
        }
        if let pending = keys["pending"], !keys.has("within") {
            note("'pending' needs 'within': how long to ask again", at: pending)
        }
        refuseShutDoors(step.verdicts.gone, at: keys["gone"], auth: operation.auth, as: "gone")
        if let json = keys["json"], !step.edits.isEmpty, json.text == nil, !json.isMapping {
            note("only a JSON body that is an object or a taken document can be changed", at: json)
        }
        step.take = bind(keys["take"], &scope)
        return step
    }

    mutating func changeVerdicts(_ keys: Members, _ context: OperationContext) -> ChangeVerdicts {
        var verdicts = ChangeVerdicts()
        verdicts.refused = verdict(keys["refused"], context.scope)
        verdicts.gone = verdict(keys["gone"], context.scope)
        verdicts.already = verdict(keys["already"], context.scope)
        verdicts.conflict = verdict(keys["conflict"], context.scope)
        verdicts.pending = verdict(keys["pending"], context.scope)
        verdicts.done = verdict(keys["done"], context.scope)
        return verdicts
    }

    /// In the order written.
    private mutating func edits(_ keys: Members, _ scope: Set<String>) -> [Edit] {
        (keys.node.members ?? []).flatMap { member -> [Edit] in
            switch member.name {
            case "drop": return drop(member.value, scope).map { [$0] } ?? []
            case "set": return members(member.value).map { .set(pointer($0.key), json($0.value, scope)) }
            case "add":
                let keys = self.keys(member.value, .add)
                require(["to", "value"], in: keys, of: "add")
                return [.add(to: pointer(keys["to"]), json(keys["value"] ?? keys.node, scope))]
            default: return []
            }
        }
    }

    private mutating func drop(_ node: YAMLNode, _ scope: Set<String>) -> Edit? {
        let keys = keys(node, .drop)
        require(["from"], in: keys, of: "drop")
        let from = pointer(keys["from"])
        guard let whereNode = keys["where"] else {
            require(["members"], in: keys, of: "drop")
            return .dropMembers(from: from, texts(keys["members"]))
        }
        if let members = keys["members"] { note("either 'where' or 'members'", at: members) }
        guard let condition = condition(whereNode, scope) else { return nil }
        if condition.names.isDisjoint(with: itemNames) {
            note("'drop' must use a name of the item, else it drops what belongs to others", at: whereNode)
        }
        guard let node = keys["in"] else { return .dropItems(in: nil, from: from, where: condition) }
        let outer = self.keys(node, .dropContainer)
        require(["at", "where"], in: outer, of: "drop")
        let holds = self.condition(outer["where"], scope) ?? Condition(alternatives: [])
        return .dropItems(in: Edit.Container(at: pointer(outer["at"]), condition: holds), from: from, where: condition)
    }

    private mutating func bulk(_ node: YAMLNode, in context: OperationContext) -> Bulk {
        let keys = keys(node, .bulk)
        require(["of", "as", "max"], in: keys, of: "bulk")
        if keys.lacks("done") {
            note("'done' is missing in bulk: which answer means accepted?", at: node)
        }
        var context = context.called("bulk", .mustWrite)
        let of = json(
            keys["of"] ?? YAMLNode(line: node.line, column: node.column, content: .mapping([])), context.scope)
        if let name = keys["as"] {
            declare(name, context.scope)
            context.scope.insert(text(name))
        }
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context, .change)
        var bulk = Bulk(operation: operation, of: of, name: keys["as"]?.text ?? "", max: count(keys["max"]) ?? 1)
        bulk.join = keys["join"].map { text($0) }
        bulk.done = verdict(keys["done"], context.scope)
        bulk.gone = verdict(keys["gone"], context.scope)
        bulk.refused = verdict(keys["refused"], context.scope)
        refuseShutDoors(bulk.gone, at: keys["gone"], auth: operation.auth, as: "gone")
        bulk.results = keys["results"].map { results($0, context.scope) }
        return bulk
    }

    private mutating func results(_ node: YAMLNode, _ scope: Set<String>) -> Bulk.Results {
        let keys = keys(node, .results)
        require(["items", "done"], in: keys, of: "results")
        var results = Bulk.Results(items: place(keys["items"]))
        results.done = condition(keys["done"], scope)
        results.gone = condition(keys["gone"], scope)
        results.refused = condition(keys["refused"], scope)
        return results
    }
}

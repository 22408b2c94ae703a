internal import Documents

extension ManifestReader {
    /// What stands around an operation, which decides what its fallback may replace.
    enum FallbackRole {
        case list, change, proof, fields, plain
    }

    /// Reads the operation once more with the fallback's keys in place of its own.
    mutating func fallback(of keys: Members, in context: OperationContext, _ role: FallbackRole = .plain) -> Fallback? {
        guard let node = keys["fallback"] else { return nil }
        let own = self.keys(node, .fallback)
        require(["request", "when"], in: own, of: "fallback")
        guard own.has("request"), let when = verdict(own["when"], context.scope) else { return nil }
        let members = keys.overridden(by: own)
        var context = context.called("fallback", context.demand)
        if role == .list {
            let list = listOperation(members, in: &context)
            return Fallback(when: when, operation: list.operation, list: list)
        }
        let operation = operation(members, in: context)
        switch role {
        case .change: return Fallback(when: when, operation: operation, verdicts: changeVerdicts(members, context))
        case .proof:
            return Fallback(
                when: when, operation: operation, dead: verdict(members["dead"], context.scope),
                alive: verdict(members["alive"], context.scope))
        case .fields:
            let fields = own["fields"].map { self.fields($0, context.scope) }
            return Fallback(when: when, operation: operation, fields: fields)
        case .list, .plain: return Fallback(when: when, operation: operation)
        }
    }
}

extension Members {
    /// With the members of `other` in place of one's own; a body replaces any body.
    fileprivate func overridden(by other: Members) -> Members {
        var members = self
        members.node = other.node
        members.values["fallback"] = nil
        if ManifestHome.bodies.contains(where: { other.has($0) }) {
            for body in ManifestHome.bodies { members.values[body] = nil }
        }
        for (key, value) in other.values where key != "when" { members.values[key] = value }
        return members
    }
}

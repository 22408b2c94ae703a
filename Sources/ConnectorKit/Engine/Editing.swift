internal import Documents

extension Edit {
    /// Changes a JSON body before it is sent.
    ///
    /// - Throws: ``RequestRefusal/nothingToDrop`` where no element matches: it is off already, and nothing is sent.
    func apply(to document: inout JSON, in scope: Scope) throws(RequestRefusal) {
        switch self {
        case .set(let pointer, let template):
            pointer.set(try template.rendered(in: scope).value, in: &document)
        case .add(let pointer, let template):
            var items = pointer.value(in: document)?.array ?? []
            items.append(try template.rendered(in: scope).value)
            pointer.set(.array(items), in: &document)
        case .dropMembers(let pointer, let names):
            guard case .object(var object)? = pointer.value(in: document) else { throw .nothingToDrop }
            for name in names { object[name] = nil }
            pointer.set(.object(object), in: &document)
        case .dropItems(let container, let pointer, let condition):
            guard let container else {
                if try !Self.drop(from: pointer, where: condition, in: &document, scope) { throw .nothingToDrop }
                return
            }
            guard case .array(var items)? = container.at.value(in: document) else { throw .nothingToDrop }
            var dropped = false
            for index in items.indices where container.condition.holds(for: items[index], in: scope) {
                if try Self.drop(from: pointer, where: condition, in: &items[index], scope) { dropped = true }
            }
            if !dropped { throw .nothingToDrop }
            container.at.set(.array(items), in: &document)
        }
    }

    private static func drop(
        from pointer: JSONPointer, where condition: Condition, in document: inout JSON, _ scope: Scope
    ) throws(RequestRefusal) -> Bool {
        guard case .array(let items)? = pointer.value(in: document) else { return false }
        let kept = items.filter { !condition.holds(for: $0, in: scope) }
        if kept.count == items.count { return false }
        pointer.set(.array(kept), in: &document)
        return true
    }
}

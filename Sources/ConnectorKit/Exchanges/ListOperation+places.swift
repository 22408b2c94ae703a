internal import Documents
internal import Transport

/// One item of a list, and where it stands in the answer.
struct PlacedItem {
    var item: ListItem
    var pointer: JSONPointer
    /// The item is made of a key and a value; what is below `/value` stands at the pointer itself.
    var isPair = false
}

extension ListOperation {
    /// The items of one answer with their places, as ``ListWalker`` finds them; `nil` where the list is missing.
    func places(in document: JSON, _ scope: Scope, isText: Bool, session: AccountSession) -> [PlacedItem]? {
        let start = ListItem(document: document, scope: scope, headers: [], isText: isText)
        var entries = [PlacedItem(item: start, pointer: JSONPointer())]
        for (depth, level) in (outer + [items]).enumerated() {
            var below: [PlacedItem] = []
            for entry in entries {
                guard let found = level.entries(of: entry) else {
                    if depth > 0 { continue }
                    return nil
                }
                for var one in found where level.holds(one.item) {
                    session.bind(level.bind, from: one.item.document, [], isText, to: &one.item.scope)
                    below.append(one)
                }
            }
            entries = below
        }
        return entries
    }
}

extension ListOperation.Level {
    fileprivate func holds(_ item: ListItem) -> Bool {
        shape == .group || condition?.holds(for: item.document, in: item.scope, asText: item.isText) ?? true
    }

    fileprivate func entries(of entry: PlacedItem) -> [PlacedItem]? {
        func placed(_ value: JSON, _ tokens: [String], isPair: Bool = false) -> PlacedItem {
            var one = entry
            one.item.document = value
            one.pointer.tokens += entry.isPair && tokens.first == "value" ? Array(tokens.dropFirst()) : tokens
            one.isPair = isPair
            return one
        }
        if !slots.isEmpty {
            return slots.compactMap { slot in
                guard let (pointer, value) = slot.place.find(in: entry.item.document), !value.isEmpty else {
                    return nil
                }
                return placed(.object(["key": .string(slot.name), "value": value]), pointer.tokens, isPair: true)
            }
        }
        guard let (pointer, value) = items?.find(in: entry.item.document) else { return nil }
        switch (shape, value) {
        case (.map, .object(let object)):
            return object.members.map { member in
                placed(
                    .object(["key": .string(member.key), "value": member.value]), pointer.tokens + [member.key],
                    isPair: true)
            }
        case (.one, _): return [placed(value, pointer.tokens)]
        case (.group, .array(let items)): return items.isEmpty ? [] : [placed(value, pointer.tokens)]
        case (.list, .array(let items)):
            return items.enumerated().map { placed($1, pointer.tokens + [String($0)]) }
        case (.list, .object), (.group, .object): return [placed(value, pointer.tokens)]
        case (.list, .string(let text)), (.group, .string(let text)):
            return text.allSatisfy(\.isWhitespace) ? [] : [placed(value, pointer.tokens)]
        default: return nil
        }
    }
}

extension Place {
    fileprivate func find(in document: JSON) -> (JSONPointer, JSON)? {
        for pointer in pointers {
            if let value = pointer.value(in: document), !value.isNull { return (pointer, value) }
        }
        return nil
    }
}

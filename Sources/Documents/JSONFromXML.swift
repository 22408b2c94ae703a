internal import Foundation

extension JSON {
    /// Reads XML as a tree of objects: an element with child elements or attributes is an object (child's local name →
    /// value, attribute → `@name`, text → `#text`), any other element is its text; a name that occurs more than once
    /// holds a list.
    ///
    /// Namespaces and prefixes are dropped. DTDs, and with them entities, are refused.
    package init(parsingXML bytes: [UInt8]) throws(XMLError) {
        let root = try ParsedElement(parsing: bytes)
        self = .object(JSONObject(uniqueMembers: [(root.name, JSON(root))]))
    }

    private init(_ element: ParsedElement) {
        let attributes = element.attributes.map { (key: "@" + $0.name, value: JSON.string($0.value)) }
        let children = element.children.map { (key: $0.name, value: JSON($0)) }
        if attributes.isEmpty && children.isEmpty {
            self = .string(element.text)
            return
        }
        var grouped: [(key: String, values: [JSON])] = []
        for (key, value) in attributes + children {
            if let index = grouped.firstIndex(where: { $0.key == key }) {
                grouped[index].values.append(value)
            } else {
                grouped.append((key, [value]))
            }
        }
        var object = grouped.map { (key: $0.key, value: $0.values.count == 1 ? $0.values[0] : JSON.array($0.values)) }
        let text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
        if !text.isEmpty { object.append(("#text", .string(text))) }
        self = .object(JSONObject(uniqueMembers: object))
    }
}

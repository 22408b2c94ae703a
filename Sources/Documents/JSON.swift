/// A JSON value.
///
/// Numbers keep their digits: nothing passes through a double on the way from vendor to vendor.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The number as it was written.
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    package static func number(_ value: Int) -> JSON { .number(String(value)) }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var int: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
    package var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
    package var object: JSONObject? { if case .object(let members) = self { members } else { nil } }
    package var isNull: Bool { self == .null }

    package subscript(key: String) -> JSON? { object?[key] }

    /// Absent, null, `""`, `[]` and `{}` are empty.
    package var isEmpty: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        case .bool, .number: false
        }
    }

    /// What stands for a scalar in a URL or a text: numbers as written, Booleans as `true` and `false`.
    package var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}

/// The members of an object in the order in which they were written; equal whatever the order.
package struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package private(set) var members: [(key: String, value: JSON)]

    package init(_ members: [(String, JSON)] = []) {
        self.members = []
        self.members.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }

    /// Takes members whose keys are known to differ.
    package init(uniqueMembers members: [(key: String, value: JSON)]) { self.members = members }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }
    package var keys: [String] { members.map(\.key) }

    package subscript(key: String) -> JSON? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    package static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.count == other.count && one.members.allSatisfy { other[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        for key in keys.sorted() { hasher.combine(key) }
    }
}

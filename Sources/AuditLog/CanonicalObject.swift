/// Writes one JSON object as RFC 8785 wants it: keys in order, no blanks, the shortest escapes.
///
/// Members are added in the order of their keys, which is the caller's duty and checked in debug builds; numbers are
/// integers only. What is `nil` is left out.
struct CanonicalObject {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var lastKey = ""

    init() { bytes.reserveCapacity(512) }

    /// The object, closed.
    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    mutating func add(_ key: String, _ value: String?) {
        guard let value else { return }
        begin(key)
        bytes.appendQuoted(value)
    }

    mutating func add(_ key: String, _ value: Int?) {
        guard let value else { return }
        begin(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func add(_ key: String, _ time: Timestamp?) {
        guard let time else { return }
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: time.bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(_ key: String, _ members: [String: String]) {
        var object = CanonicalObject()
        for (key, value) in members.sorted(by: { Self.precedes($0.key, $1.key) }) { object.add(key, value) }
        begin(key)
        bytes += object.finished()
    }

    mutating func add(_ key: String, _ members: [String: Int]) {
        var object = CanonicalObject()
        for (key, value) in members.sorted(by: { Self.precedes($0.key, $1.key) }) { object.add(key, value) }
        begin(key)
        bytes += object.finished()
    }

    mutating func add(_ key: String, _ objects: [CanonicalObject]) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        for (index, object) in objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += object.finished()
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// How `text` stands between the quotes of a string.
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.appendQuoted(text)
        return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }

    private mutating func begin(_ key: String) {
        assert(lastKey.isEmpty || Self.precedes(lastKey, key), "'\(key)' comes before '\(lastKey)'")
        assert({ lastKey = key }() == ())
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.appendQuoted(key)
        bytes.append(UInt8(ascii: ":"))
    }

    /// RFC 8785 orders keys by UTF-16 code units.
    private static func precedes(_ one: String, _ other: String) -> Bool {
        one.utf16.lexicographicallyPrecedes(other.utf16)
    }
}

extension [UInt8] {
    /// Appends `text` as a JSON string.
    fileprivate mutating func appendQuoted(_ text: String) {
        append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { appendEscaped(byte) }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): self += [UInt8(ascii: "\\"), byte]
        case 0x08: append(contentsOf: "\\b".utf8)
        case 0x09: append(contentsOf: "\\t".utf8)
        case 0x0a: append(contentsOf: "\\n".utf8)
        case 0x0c: append(contentsOf: "\\f".utf8)
        case 0x0d: append(contentsOf: "\\r".utf8)
        case ..<0x20: append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8 + Array(String(byte, radix: 16).utf8))
        default: append(byte)
        }
    }
}

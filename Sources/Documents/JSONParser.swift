/// Why bytes are not JSON.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package var reason: String
    /// Offset in bytes.
    package var offset: Int

    package var description: String { "not JSON: \(reason) at byte \(offset)" }
}

extension JSON {
    /// Reads RFC 8259 JSON.
    ///
    /// Of duplicate members the last counts; numbers keep their digits; a half of a surrogate pair becomes U+FFFD.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var parser = JSONParser(bytes: buffer)
            return try parser.document()
        }
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONParser {
    /// Deeper nesting is refused, as the parser calls itself.
    static let depthLimit = 512

    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    mutating func document() throws(JSONError) -> JSON {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { at = 3 }
        skipBlanks()
        let value = try value(depth: 0)
        skipBlanks()
        if at < bytes.count { throw error("text after the end") }
        return value
    }

    func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: at) }

    var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09 {
            at += 1
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        if depth > Self.depthLimit { throw error("nested deeper than \(Self.depthLimit)") }
        guard at < bytes.count else { throw error("it ends early") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let count = word.utf8CodeUnitCount
        guard at + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] })
        else { throw error("unknown word") }
        at += count
        return value
    }

    mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        at += 1
        var items: [JSON] = []
        skipBlanks()
        if byte == UInt8(ascii: "]") {
            at += 1
            return items
        }
        while true {
            skipBlanks()
            items.append(try value(depth: depth + 1))
            skipBlanks()
            switch byte {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"):
                at += 1
                return items
            default: throw error("',' or ']' is missing")
            }
        }
    }

    mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        at += 1
        var members: [(key: String, value: JSON)] = []
        skipBlanks()
        if byte == UInt8(ascii: "}") {
            at += 1
            return JSONObject()
        }
        while true {
            skipBlanks()
            guard byte == UInt8(ascii: "\"") else { throw error("a member's name is missing") }
            let key = try string()
            skipBlanks()
            guard byte == UInt8(ascii: ":") else { throw error("':' is missing") }
            at += 1
            skipBlanks()
            members.append((key, try value(depth: depth + 1)))
            skipBlanks()
            switch byte {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"):
                at += 1
                return Self.object(members)
            default: throw error("',' or '}' is missing")
            }
        }
    }

    /// Duplicates are rare, and finding them must not cost a hash for each of the usual small objects.
    static func object(_ members: [(key: String, value: JSON)]) -> JSONObject {
        let hasDuplicates: Bool
        if members.count <= 12 {
            hasDuplicates = members.indices.contains { i in members[..<i].contains { $0.key == members[i].key } }
        } else {
            hasDuplicates = Set(members.map(\.key)).count < members.count
        }
        guard hasDuplicates else { return JSONObject(uniqueMembers: members) }
        var last: [String: JSON] = [:]
        for (key, value) in members { last[key] = value }
        var seen: Set<String> = []
        return JSONObject(
            uniqueMembers: members.filter { seen.insert($0.key).inserted }.map { ($0.key, last[$0.key] ?? $0.value) })
    }

    mutating func number() throws(JSONError) -> String {
        let start = at
        func digits(_ parser: inout JSONParser) -> Int {
            let first = parser.at
            while (0x30...0x39).contains(parser.byte) { parser.at += 1 }
            return parser.at - first
        }
        if byte == UInt8(ascii: "-") { at += 1 }
        let isZero = byte == UInt8(ascii: "0")
        let count = digits(&self)
        guard count > 0, !(isZero && count > 1) else { throw error("not a value") }
        if byte == UInt8(ascii: ".") {
            at += 1
            guard digits(&self) > 0 else { throw error("digits are missing") }
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            at += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
            guard digits(&self) > 0 else { throw error("digits are missing") }
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        var isASCII: UInt8 = 0
        while at < bytes.count, bytes[at] >= 0x20, bytes[at] != 0x22, bytes[at] != 0x5c {
            isASCII |= bytes[at]
            at += 1
        }
        if byte == 0x22 {
            defer { at += 1 }
            if isASCII < 0x80 { return String(decoding: bytes[start..<at], as: UTF8.self) }
            return try text(bytes[start..<at])
        }
        return try escapedString(from: start)
    }

    func text(_ slice: Slice<UnsafeBufferPointer<UInt8>>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw error("not UTF-8") }
        return text
    }

    mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var result = try text(bytes[start..<at])
        while at < bytes.count {
            switch bytes[at] {
            case 0x22:
                at += 1
                return result
            case 0x5c: result.unicodeScalars.append(try escape())
            case 0..<0x20: throw error("control character in a text")
            default:
                let first = at
                while at < bytes.count, bytes[at] >= 0x20, bytes[at] != 0x22, bytes[at] != 0x5c { at += 1 }
                result += try text(bytes[first..<at])
            }
        }
        throw error("a text does not end")
    }

    mutating func escape() throws(JSONError) -> Unicode.Scalar {
        at += 1
        defer { at += 1 }
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hex4()
            guard unit & 0xfc00 == 0xd800 else { return Unicode.Scalar(unit) ?? "\u{fffd}" }
            // The second half of the pair, if it follows.
            let mark = at
            if at + 2 < bytes.count, bytes[at + 1] == 0x5c, bytes[at + 2] == UInt8(ascii: "u") {
                at += 2
                let low = try hex4()
                if low & 0xfc00 == 0xdc00 {
                    return Unicode.Scalar(0x10000 + ((unit & 0x3ff) << 10 | low & 0x3ff)) ?? "\u{fffd}"
                }
                at = mark
            }
            return "\u{fffd}"
        default: throw error("unknown escape")
        }
    }

    /// Four hexadecimal digits after the `u` at the current position; ends on the last of them.
    mutating func hex4() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            at += 1
            let digit: UInt32
            switch byte {
            case 0x30...0x39: digit = UInt32(byte) - 0x30
            case 0x41...0x46: digit = UInt32(byte) - 0x37
            case 0x61...0x66: digit = UInt32(byte) - 0x57
            default: throw error("four hexadecimal digits are missing")
            }
            unit = unit << 4 | digit
        }
        return unit
    }
}

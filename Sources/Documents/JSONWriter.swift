extension JSON {
    /// Compact text with members in their own order, numbers as they were written.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package var bytes: [UInt8] {
        var writer = JSONWriter(isCanonical: false)
        writer.write(self)
        return writer.bytes
    }

    /// RFC 8785: members sorted by UTF-16 code units, no blanks.
    ///
    /// Holds for whole numbers; others are left as written.
    package var canonicalBytes: [UInt8] {
        var writer = JSONWriter(isCanonical: true)
        writer.write(self)
        return writer.bytes
    }

    /// Two blanks for each level, one member or item a line; empty lists and lists of scalars on one line.
    package var prettyText: String {
        var writer = JSONWriter(isCanonical: false)
        writer.writePretty(self, indent: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Writes JSON piece by piece, so that a large document never stands in memory as a whole value.
package struct JSONWriter {
    package var bytes: [UInt8] = []
    private let isCanonical: Bool

    package init(isCanonical: Bool) { self.isCanonical = isCanonical }

    package mutating func write(_ value: JSON) {
        switch value {
        case .null: raw("null")
        case .bool(let value): raw(value ? "true" : "false")
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .string(let text): write(text)
        case .array(let items):
            bytes.append(0x5b)
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(0x2c) }
                write(item)
            }
            bytes.append(0x5d)
        case .object(let object):
            bytes.append(0x7b)
            let members = isCanonical ? object.members.sorted { $0.key.precedes($1.key) } : object.members
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(0x2c) }
                write(member.key)
                bytes.append(0x3a)
                write(member.value)
            }
            bytes.append(0x7d)
        }
    }

    package mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    package mutating func write(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: raw("\\\"")
            case 0x5c: raw("\\\\")
            case 0x08: raw("\\b")
            case 0x09: raw("\\t")
            case 0x0a: raw("\\n")
            case 0x0c: raw("\\f")
            case 0x0d: raw("\\r")
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                raw("\\u00")
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    mutating func writePretty(_ value: JSON, indent: Int) {
        func line(_ writer: inout JSONWriter, _ depth: Int) {
            writer.bytes.append(0x0a)
            writer.bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
        }
        switch value {
        case .array(let items) where items.contains { $0.array != nil || $0.object != nil }:
            bytes.append(0x5b)
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(0x2c) }
                line(&self, indent + 1)
                writePretty(item, indent: indent + 1)
            }
            line(&self, indent)
            bytes.append(0x5d)
        case .array(let items):
            bytes.append(0x5b)
            for (index, item) in items.enumerated() {
                if index > 0 { raw(", ") }
                write(item)
            }
            bytes.append(0x5d)
        case .object(let object) where !object.isEmpty:
            bytes.append(0x7b)
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(0x2c) }
                line(&self, indent + 1)
                write(member.key)
                raw(": ")
                writePretty(member.value, indent: indent + 1)
            }
            line(&self, indent)
            bytes.append(0x7d)
        default: write(value)
        }
    }
}

extension String {
    /// The order of RFC 8785: by UTF-16 code units.
    fileprivate func precedes(_ other: String) -> Bool { utf16.lexicographicallyPrecedes(other.utf16) }
}

internal import Authorizations
internal import Documents

/// Why a request was not made: nothing was sent.
///
/// Names the variable, never its value.
package enum RequestRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case unbound(name: String)
    case empty(name: String)
    case notText(name: String)
    case controlCharacter(name: String)
    case dotSegment(name: String)
    case unsafe(name: String, character: String)
    case hostNotAllowed(host: String)
    case malformedAddress
    case nothingToDrop

    package var description: String {
        switch self {
        case .unbound(let name): "'\(name)' has no value here, so the request was not made"
        case .empty(let name): "'\(name)' is empty, so the request was not made: it could mean everything"
        case .notText(let name): "'\(name)' is a list or an object and cannot stand in a text"
        case .controlCharacter(let name): "'\(name)' holds a control character"
        case .dotSegment(let name): "'\(name)' is '.' or '..', which would change the path"
        case .unsafe(let name, let character): "'\(name)' holds '\(character)', which would change the address"
        case .hostNotAllowed(let host): "\(host) is not one of the connector's hosts"
        case .malformedAddress: "the address could not be built"
        case .nothingToDrop: "there is nothing left to drop"
        }
    }
}

/// A template's text, and whether a secret went into it.
struct Rendered: Sendable {
    var text: String
    var isSecret = false
    /// The text with every secret replaced.
    var shown: String

    init(_ text: String, isSecret: Bool = false, shown: String? = nil) {
        self.text = text
        self.isSecret = isSecret
        self.shown = shown ?? text
    }
}

extension Template {
    /// What surrounds a value decides how it is encoded.
    enum Context {
        /// A path segment: `{name}` is percent-encoded.
        case path
        /// A value that is encoded as a whole later, a header, a text.
        case text
        case xml
    }

    /// - Parameter allowEmpty: names that may be missing or empty, and then stand for nothing.
    func rendered(_ context: Context, in scope: Scope, allowEmpty: [String] = []) throws(RequestRefusal) -> Rendered {
        if case .text = context, let literal { return Rendered(literal) }
        var text = ""
        var shown = ""
        var isSecret = false
        var last = ""
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let literal):
                // RFC 6570 section 3.1: as written, but for what no address can hold.
                let piece =
                    if case .path = context, !literal.utf8.allSatisfy({ $0 < 0x80 }) { literal.reservedEncoded } else {
                        literal
                    }
                text += piece
                shown += piece
            case .variable(let name, let isReserved):
                guard let value = try Self.value(name, in: scope, allowEmpty: allowEmpty) else { continue }
                let isWhole = index == 0 && parts.count == 1
                let piece = try Self.encode(
                    value.text, name, context, isReserved: isReserved, isWhole: isWhole, isFirst: index == 0)
                text += piece
                shown += value.isSecret ? Secret.placeholder : piece
                isSecret = isSecret || value.isSecret
                last = name
            }
        }
        // What stands beside a value may make of it what it is not by itself.
        if case .path = context, !last.isEmpty, text.hasDotSegment { throw .dotSegment(name: last) }
        return Rendered(text, isSecret: isSecret, shown: shown)
    }

    private static func value(_ name: String, in scope: Scope, allowEmpty: [String]) throws(RequestRefusal) -> Rendered?
    {
        guard let bound = scope[name] else {
            if allowEmpty.contains(name) { return nil }
            throw .unbound(name: name)
        }
        let rendered: Rendered
        switch bound {
        case .secret(let secret): rendered = secret.reveal { Rendered($0, isSecret: true) }
        case .plain(let json):
            guard let text = json.scalarText else {
                if json.isNull {
                    if allowEmpty.contains(name) { return nil }
                    throw .empty(name: name)
                }
                throw .notText(name: name)
            }
            rendered = Rendered(text)
        }
        if rendered.text.isEmpty {
            if allowEmpty.contains(name) { return nil }
            throw .empty(name: name)
        }
        return rendered
    }

    private static func encode(
        _ value: String, _ name: String, _ context: Context, isReserved: Bool, isWhole: Bool, isFirst: Bool
    ) throws(RequestRefusal) -> String {
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw .controlCharacter(name: name) }
        switch context {
        case .text: return value
        case .xml: return value.xmlEscaped
        case .path:
            guard isReserved else {
                return value.percentEncoded
            }
            for character in ["#", "\\"] where value.contains(character) {
                throw .unsafe(name: name, character: character)
            }
            let path = value.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            if path.count > 1, !(isWhole && isFirst) { throw .unsafe(name: name, character: "?") }
            return value.reservedEncoded
        }
    }
}

extension JSONTemplate {
    /// The value with every name replaced; a text that is one name keeps the type that the name was bound with.
    func rendered(in scope: Scope, allowEmpty: [String] = []) throws(RequestRefusal) -> (value: JSON, isSecret: Bool) {
        switch self {
        case .value(let value): return (value, false)
        case .text(let template):
            if let name = template.loneName, case .plain(let value)? = scope[name], !value.isNull, value != .string("")
            {
                return (value, false)
            }
            let rendered = try template.rendered(.text, in: scope, allowEmpty: allowEmpty)
            return (.string(rendered.text), rendered.isSecret)
        case .array(let items):
            var values: [JSON] = []
            var isSecret = false
            for item in items {
                let rendered = try item.rendered(in: scope, allowEmpty: allowEmpty)
                values.append(rendered.value)
                isSecret = isSecret || rendered.isSecret
            }
            return (.array(values), isSecret)
        case .object(let members):
            var object = JSONObject()
            var isSecret = false
            for (key, value) in members {
                let name = try key.rendered(.text, in: scope)
                let rendered = try value.rendered(in: scope, allowEmpty: allowEmpty)
                object[name.text] = rendered.value
                isSecret = isSecret || rendered.isSecret || name.isSecret
            }
            return (.object(object), isSecret)
        }
    }

    package var names: [String] {
        switch self {
        case .value: []
        case .text(let template): template.names
        case .array(let items): items.flatMap(\.names)
        case .object(let members): members.flatMap { $0.key.names + $0.value.names }
        }
    }
}

extension String {
    /// Whether `.` or `..`, percent-encoded or not, is a segment of the path.
    fileprivate var hasDotSegment: Bool {
        // Hot: asked for every request, so bytes and no pattern.
        utf8.prefix { $0 != UInt8(ascii: "?") }.split(separator: UInt8(ascii: "/")).contains { segment in
            var (rest, dots) = (segment, 0)
            while let first = rest.first {
                let isEncoded =
                    rest.count >= 3 && first == UInt8(ascii: "%")
                    && rest[rest.index(after: rest.startIndex)] == UInt8(ascii: "2")
                    && rest[rest.index(rest.startIndex, offsetBy: 2)] | 0x20 == UInt8(ascii: "e")
                guard isEncoded || first == UInt8(ascii: ".") else { return false }
                dots += 1
                if dots > 2 { return false }
                rest = rest.dropFirst(isEncoded ? 3 : 1)
            }
            return dots > 0
        }
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    private func encoded(keeping isKept: (UInt8) -> Bool) -> String {
        if utf8.allSatisfy(isKept) { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count * 2)
        for byte in utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Self.hexadecimal[Int(byte >> 4)])
                bytes.append(Self.hexadecimal[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 6570 simple expansion: everything but RFC 3986's unreserved characters is percent-encoded.
    package var percentEncoded: String { encoded(keeping: \.isUnreserved) }

    /// RFC 6570 reserved expansion: reserved characters and percent-encoded triplets stay.
    package var reservedEncoded: String {
        let bytes = Array(utf8)
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isTriplet =
                byte == UInt8(ascii: "%") && index + 2 < bytes.count && bytes[index + 1].isHexadecimal
                && bytes[index + 2].isHexadecimal
            if byte.isUnreserved || byte.isReserved || isTriplet {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), Self.hexadecimal[Int(byte >> 4)], Self.hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `application/x-www-form-urlencoded`: like ``percentEncoded``, but `*` stays and a blank is `+`.
    package var formEncoded: String {
        encoded { $0.isUnreserved && $0 != UInt8(ascii: "~") || $0 == UInt8(ascii: "*") || $0 == 0x20 }.replacing(
            " ", with: "+")
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }

    /// RFC 3986 section 2.2.
    fileprivate var isReserved: Bool { ":/?#[]@!$&'()*+,;=".utf8.contains(self) }

    fileprivate var isHexadecimal: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}

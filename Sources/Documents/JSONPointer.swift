/// A place in a JSON value, RFC 6901.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    package var tokens: [String]

    package init(tokens: [String] = []) { self.tokens = tokens }

    /// `nil` where the text is not a JSON Pointer: it must be empty or begin with `/`, and `~` must be followed by 0 or 1.
    package init?(_ text: String) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        tokens = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = ""
            var rest = part[...]
            while let tilde = rest.firstIndex(of: "~") {
                let after = rest.index(after: tilde)
                guard after < rest.endIndex, rest[after] == "0" || rest[after] == "1" else { return nil }
                token += rest[..<tilde] + (rest[after] == "0" ? "~" : "/")
                rest = rest[rest.index(after: after)...]
            }
            tokens.append(token + rest)
        }
    }

    package var description: String {
        tokens.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    /// The value there, `nil` where there is none.
    ///
    /// Array indices have no sign and no leading zero.
    package func value(in document: JSON) -> JSON? {
        var value = document
        for token in tokens {
            switch value {
            case .object(let members):
                guard let member = members[token] else { return nil }
                value = member
            case .array(let items):
                guard let index = Self.index(token), index < items.count else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }

    private static func index(_ token: String) -> Int? {
        guard token.utf8.allSatisfy({ (0x30...0x39).contains($0) }), token == "0" || !token.hasPrefix("0") else {
            return nil
        }
        return Int(token)
    }

    /// Replaces the value there, making objects on the way; `false` where the way is blocked by a scalar or a list's end.
    @discardableResult
    package func set(_ new: JSON, in document: inout JSON) -> Bool { Self.set(new, tokens[...], in: &document) }

    private static func set(_ new: JSON, _ tokens: ArraySlice<String>, in value: inout JSON) -> Bool {
        guard let token = tokens.first else {
            value = new
            return true
        }
        switch value {
        case .object(var members):
            value = .null
            var child = members[token] ?? .object(JSONObject())
            let done = set(new, tokens.dropFirst(), in: &child)
            if done { members[token] = child }
            value = .object(members)
            return done
        case .array(var items):
            guard let index = index(token), index < items.count else { return false }
            value = .null
            let done = set(new, tokens.dropFirst(), in: &items[index])
            value = .array(items)
            return done
        default: return false
        }
    }
}

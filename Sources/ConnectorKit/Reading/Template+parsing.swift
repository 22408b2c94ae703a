/// What is wrong with a template, one sentence for each variable that is wrong.
package struct TemplateError: Error, Hashable {
    package var messages: [String]
}

extension Template {
    /// Reads `{name}`, `{+name}`, and `{{` and `}}` for braces.
    package init(parsing text: String) throws(TemplateError) {
        var parts: [Part] = []
        var literal = ""
        var messages: [String] = []
        var rest = text[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            literal += rest[..<brace]
            let after = rest.index(after: brace)
            if after < rest.endIndex, rest[after] == rest[brace] {
                literal.append(rest[brace])
                rest = rest[rest.index(after: after)...]
                continue
            }
            guard rest[brace] == "{", let end = rest[after...].firstIndex(of: "}") else {
                throw TemplateError(
                    messages: messages + ["'\(rest[brace])' stands alone; write '{{' and '}}' for braces"])
            }
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
            do throws(TemplateError) {
                parts.append(try Self.variable(rest[after..<end]))
            } catch {
                messages += error.messages
            }
            rest = rest[rest.index(after: end)...]
        }
        literal += rest
        if !literal.isEmpty { parts.append(.literal(literal)) }
        if !messages.isEmpty { throw TemplateError(messages: messages) }
        self.parts = parts
    }

    /// A bound name, or one half of an address: `name.origin`, `name.path`.
    private static func isName(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, first.isBindable else { return false }
        return parts.count == 1 || (!parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x61...0x7a).contains($0) })
    }

    private static func variable(_ text: Substring) throws(TemplateError) -> Part {
        let isReserved = text.hasPrefix("+")
        let name = isReserved ? text.dropFirst() : text
        let message: String
        if let first = name.first, "#./;?&".contains(first) {
            message = "'{\(name)}': only {name} and {+name} are allowed; put parameters under 'query'"
        } else if name.contains(where: { ",*:".contains($0) }) {
            message = "'{\(name)}': one name and no modifier"
        } else if !isName(name) {
            message = "'{\(name)}' is not a name"
        } else {
            return .variable(String(name), isReserved: isReserved)
        }
        throw TemplateError(messages: [message])
    }
}

extension StringProtocol {
    /// Whether it can be a name in templates: a small letter, then small letters, digits and `_`.
    var isBindable: Bool {
        guard let first = utf8.first, (0x61...0x7a).contains(first) else { return false }
        return utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    }
}

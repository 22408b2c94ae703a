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
                throw TemplateError(messages: messages + ["'\(rest[brace])' stands alone; write '{{' and '}}' for braces"])
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

    private static func variable(_ text: Substring) throws(TemplateError) -> Part {
        let isReserved = text.hasPrefix("+")
        let name = isReserved ? text.dropFirst() : text
        let message: String
        if let first = name.first, "#./;?&".contains(first) {
            message = "'{\(name)}': only {name} and {+name} are allowed; put parameters under 'query'"
        } else if name.contains(where: { ",*:".contains($0) }) {
            message = "'{\(name)}': one name and no modifier"
        } else if name.wholeMatch(of: /[a-z][a-z0-9_]*(\.[a-z]+)?/) == nil {
            message = "'{\(name)}' is not a name"
        } else {
            return .variable(String(name), isReserved: isReserved)
        }
        throw TemplateError(messages: [message])
    }
}

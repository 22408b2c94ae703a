internal import Documents

/// Places, templates and patterns, and what is made of them.
extension ManifestReader {
    mutating func place(_ node: YAMLNode?) -> Place {
        guard let node else { return .whole }
        return Place((node.items ?? [node]).map { pointer($0) })
    }

    mutating func pointer(_ node: YAMLNode?) -> JSONPointer {
        guard let node else { return JSONPointer() }
        if let pointer = node.text.flatMap({ JSONPointer($0) }) { return pointer }
        let text = node.text ?? ""
        if text.hasPrefix("/") {
            note("'\(text)': '~' must be followed by 0 or 1 in a JSON Pointer", at: node)
        } else {
            note("\(node.shown) is not a JSON Pointer\(Self.pointerHint(text))", at: node)
        }
        return JSONPointer()
    }

    /// What other ways to name a place would be here.
    private static func pointerHint(_ text: String) -> String {
        guard text.wholeMatch(of: /[\w$.\[\]*@-]+/) != nil else { return "" }
        let path = text.replacing(/^\$\.?/, with: "").replacing(".", with: "/").replacing("[*]", with: "")
            .replacing("[", with: "/").replacing("]", with: "")
        return "; did you mean '/\(path)'?"
    }

    mutating func pattern(_ node: YAMLNode?) -> Pattern? {
        guard let node else { return nil }
        do throws(Pattern.Problem) {
            return try Pattern(text(node))
        } catch {
            switch error {
            case .lookAroundOrBackReference:
                note("look-around and back references are not allowed in patterns", at: node)
            case .nestedRepeat: note("a repeat without bound around another takes exponential time", at: node)
            case .malformed(let reason): note("not a pattern: \(reason)", at: node)
            }
            return nil
        }
    }

    /// Where a template stands, which decides what it may say.
    enum TemplatePlace {
        case address, value
    }

    /// Reads a template; its names are looked up in `scope` unless that is `nil`.
    mutating func template(_ node: YAMLNode, _ scope: Set<String>?, in place: TemplatePlace = .value) -> Template {
        guard let text = node.text, node.scalar != .null else {
            let hint =
                node.isMapping
                ? "; text with braces must stand in quotes" : node.text == nil ? "" : "; write \"\" for empty text"
            note("found \(node.text == nil ? node.shown : "nothing") where a text is expected\(hint)", at: node)
            return Template(literal: "")
        }
        let template: Template
        do throws(TemplateError) {
            template = try Template(parsing: text)
        } catch {
            for message in error.messages { note(message, at: node) }
            return Template(literal: "")
        }
        for case .variable(let name, isReserved: true) in template.parts where place == .value {
            note("'{+\(name)}' is allowed in 'request' and 'link' only", at: node)
        }
        use(template.names, scope, at: node)
        return template
    }

    /// Notes the names of a template that nothing binds.
    mutating func use(_ names: [String], _ scope: Set<String>?, at node: YAMLNode) {
        for name in names {
            usedNames.insert(name)
            if let dot = name.firstIndex(of: ".") { usedNames.insert(String(name[..<dot])) }
            if let scope, !scope.contains(name) { noteUnbound(name, scope, at: node) }
        }
    }

    mutating func json(_ node: YAMLNode, _ scope: Set<String>?) -> JSONTemplate {
        switch node.content {
        case .list(let items): return .array(items.map { json($0, scope) })
        case .mapping(let members):
            return .object(members.map { (key: template($0.key, scope), value: json($0.value, scope)) })
        case .scalar:
            guard case .string = node.scalar else { return .value(node.scalar ?? .null) }
            let template = template(node, scope)
            return template.literal.map { .value(.string($0)) } ?? .text(template)
        }
    }

    /// A name and its template, and where they stand.
    struct ReadParameter {
        var name: Template
        var value: Template
        var node: YAMLNode
    }

    struct ReadHeader {
        var name: String
        var value: Template
        var node: YAMLNode
    }

    /// Query or form: a list of values repeats the name.
    mutating func parameters(_ node: YAMLNode?, _ scope: Set<String>?) -> [ReadParameter] {
        members(node).flatMap { member in
            let name = template(member.key, scope)
            return (member.value.items ?? [member.value]).map { value in
                ReadParameter(name: name, value: template(value, scope), node: value)
            }
        }
    }

    mutating func headers(_ node: YAMLNode?, _ scope: Set<String>?) -> [ReadHeader] {
        members(node).map { member in
            if member.name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) == nil {
                note("'\(member.name)' cannot be the name of a header", at: member.key)
            }
            return ReadHeader(name: member.name, value: template(member.value, scope), node: member.value)
        }
    }
}

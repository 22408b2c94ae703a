package import Documents

/// Text with `{name}` and `{+name}`: RFC 6570 with two operators, one name each.
package struct Template: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case literal(String)
        /// `{name}`; `isReserved` for `{+name}`, which leaves reserved characters as they are.
        case variable(String, isReserved: Bool)
    }

    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }
    package init(literal: String) { parts = literal.isEmpty ? [] : [.literal(literal)] }

    package var names: [String] {
        parts.compactMap { if case .variable(let name, _) = $0 { name } else { nil } }
    }

    /// The name of a template that is one variable and nothing else, which keeps the type of what it was bound to.
    package var loneName: String? {
        if parts.count == 1, case .variable(let name, false) = parts[0] { name } else { nil }
    }

    /// The text of a template without variables.
    package var literal: String? {
        switch parts.count {
        case 0: ""
        case 1: if case .literal(let text) = parts[0] { text } else { nil }
        default: nil
        }
    }
}

/// JSON in which any text may be a template; an object's keys may be too.
package indirect enum JSONTemplate: Sendable {
    case value(JSON)
    case text(Template)
    case array([JSONTemplate])
    case object([(key: Template, value: JSONTemplate)])
}

extension Template {
    /// As the manifest writes it.
    package var shown: String {
        parts.map { part in
            switch part {
            case .literal(let text): text
            case .variable(let name, let isReserved): isReserved ? "{+\(name)}" : "{\(name)}"
            }
        }.joined()
    }
}

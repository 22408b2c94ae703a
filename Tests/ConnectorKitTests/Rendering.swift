import Documents

@testable import ConnectorKit

/// Values of the manifest as the text that they were written as, so that tests can compare them at a glance.
extension Template {
    var source: String {
        parts.map { part in
            switch part {
            case .literal(let text): text.replacing("{", with: "{{").replacing("}", with: "}}")
            case .variable(let name, let isReserved): isReserved ? "{+\(name)}" : "{\(name)}"
            }
        }.joined()
    }
}

extension JSONTemplate {
    var source: String {
        switch self {
        case .value(let value): value.string.map { "\"\($0)\"" } ?? value.scalarText ?? "null"
        case .text(let template): "\"\(template.source)\""
        case .array(let items): "[" + items.map(\.source).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\($0.key.source): \($0.value.source)" }.joined(separator: ", ") + "}"
        }
    }
}

extension Place {
    var source: String { pointers.map(\.description).joined(separator: " or ") }
}

extension Test {
    var source: String {
        switch self {
        case .equals(let value): value.source
        case .oneOf(let values): "[" + values.map(\.source).joined(separator: ", ") + "]"
        case .not(let test): "not \(test.source)"
        case .present(let value): "present \(value)"
        case .empty(let value): "empty \(value)"
        case .matches(let pattern): "matches \(pattern.text)"
        case .startsWith(let text): "starts_with \(text.source)"
        case .endsWith(let text): "ends_with \(text.source)"
        case .after(let text): "after \(text.source)"
        case .all(let tests): tests.map(\.source).joined(separator: " and ")
        }
    }
}

extension Condition {
    var source: String {
        alternatives.map { requirements in
            requirements.map { "\($0.place.source) \($0.test.source)" }.joined(separator: ", ")
        }.joined(separator: " | ")
    }
}

extension Verdict {
    var source: String {
        clauses.map { clause in
            let condition = clause.condition.map { " where \($0.source)" } ?? ""
            return clause.statuses.map(\.description).joined(separator: "/") + condition
        }.joined(separator: ", ")
    }
}

extension Operation {
    var requestLine: String { "\(verb) \(path.source)" }
    var headerLines: [String] { headers.map { "\($0.name): \($0.value.source)" } }
    var queryPairs: [String] { query.map { "\($0.name.source)=\($0.value.source)" } }
    var formPairs: [String]? {
        if case .form(let form) = body { form.map { "\($0.name.source)=\($0.value.source)" } } else { nil }
    }
    var jsonSource: String? { if case .json(let json) = body { json.source } else { nil } }
}

extension Edit {
    var source: String {
        switch self {
        case .dropItems(let container, let from, let condition):
            "drop \(from) where \(condition.source)"
                + (container.map { " in \($0.at) where \($0.condition.source)" } ?? "")
        case .dropMembers(let from, let members): "drop \(members) of \(from)"
        case .set(let pointer, let value): "set \(pointer) to \(value.source)"
        case .add(let pointer, let value): "add \(value.source) to \(pointer)"
        }
    }
}

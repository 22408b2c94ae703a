internal import Authorizations
internal import Documents
internal import Foundation
internal import Transport

extension Place {
    /// The first of its places that is there and not null.
    func value(in document: JSON) -> JSON? {
        for pointer in pointers {
            if let value = pointer.value(in: document), !value.isNull { return value }
        }
        return nil
    }
}

extension Condition {
    func holds(for document: JSON, in scope: Scope, asText: Bool = false) -> Bool {
        alternatives.contains { requirements in
            requirements.allSatisfy { $0.test.holds(for: $0.place.value(in: document), in: scope, asText: asText) }
        }
    }
}

extension Test {
    /// - Parameter asText: XML and headers hold text only, so that values are compared as text there.
    func holds(for value: JSON?, in scope: Scope, asText: Bool = false) -> Bool {
        switch self {
        case .equals(let expected): Self.isEqual(value, expected, scope, asText)
        case .oneOf(let expected): expected.contains { Self.isEqual(value, $0, scope, asText) }
        case .not(let test): !test.holds(for: value, in: scope, asText: asText)
        case .present(let expected): (value != nil) == expected
        case .empty(let expected): (value?.isEmpty ?? true) == expected
        case .matches(let pattern): value?.scalarText.map(pattern.isFound) ?? false
        case .startsWith(let template): Self.compare(value, template, scope) { $0.hasPrefix($1) }
        case .endsWith(let template): Self.compare(value, template, scope) { $0.hasSuffix($1) }
        case .after(let template): Self.isLater(value, template, scope)
        case .all(let tests): tests.allSatisfy { $0.holds(for: value, in: scope, asText: asText) }
        }
    }

    private static func isEqual(_ value: JSON?, _ expected: JSONTemplate, _ scope: Scope, _ asText: Bool) -> Bool {
        guard let value else { return false }
        if case .text(let template) = expected, let name = template.loneName, case .secret(let secret)? = scope[name] {
            return secret.reveal { value.scalarText == $0 }
        }
        guard let expected = try? expected.rendered(in: scope).value else { return false }
        if value == expected { return true }
        if case .number(let one) = value, case .number(let other) = expected {
            return Decimal(string: one) == Decimal(string: other)
        }
        // A name bound to a number is compared with a text that holds the same digits where there is only text.
        return asText && value.scalarText == expected.scalarText
    }

    private static func compare(_ value: JSON?, _ template: Template, _ scope: Scope, _ by: (String, String) -> Bool)
        -> Bool
    {
        guard let text = value?.scalarText, let other = try? template.rendered(.text, in: scope).text else {
            return false
        }
        return by(text, other)
    }

    private static func isLater(_ value: JSON?, _ template: Template, _ scope: Scope) -> Bool {
        guard let moment = value.flatMap({ Moment.date($0) }), let text = try? template.rendered(.text, in: scope).text,
            let limit = Moment.date(.string(text))
        else { return false }
        return moment > limit
    }
}

extension Verdict.Status {
    func matches(_ status: Int) -> Bool {
        switch self {
        case .code(let code): code == status
        case .hundreds(let hundreds): status / 100 == hundreds
        case .any: true
        }
    }
}

extension Verdict {
    /// Which clauses of a verdict are looked at: those with conditions are judged before bare statuses.
    enum Part {
        case conditional
        case bare
    }

    func matches(_ answer: ReadAnswer, in scope: Scope, _ part: Part? = nil) -> Bool {
        clauses.contains { clause in
            if let part, clause.isBare != (part == .bare) { return false }
            return clause.matches(answer, in: scope)
        }
    }

    /// Whether an item of a list meets it; the statuses are the list's own affair.
    func matches(item: JSON, in scope: Scope, asText: Bool) -> Bool {
        clauses.contains { $0.condition?.holds(for: item, in: scope, asText: asText) ?? true }
    }
}

extension Verdict.Clause {
    func matches(_ answer: ReadAnswer, in scope: Scope) -> Bool {
        guard statuses.contains(where: { $0.matches(answer.status) }) else { return false }
        if let condition {
            guard let document = answer.document, condition.holds(for: document, in: scope, asText: answer.isText)
            else { return false }
        }
        return headers.allSatisfy { name, test in
            test.holds(for: answer.headers[name].map { .string($0) }, in: scope, asText: true)
        }
    }
}

internal import Authorizations
internal import Documents
internal import Foundation
internal import Transport

/// What fields are read from: an item or an answer, the headers, and the names bound so far.
struct FieldSource: Sendable {
    var document: JSON
    var headers: Headers
    var scope: Scope
    var isText = false
    /// Keyed digest of a secret value.
    var digest: @Sendable (String) -> String
    var now: Date
}

extension Field {
    func value(from source: FieldSource) -> JSON? {
        guard var value = raw(source), !value.isNull else { return nil }
        if let each, case .array(let items) = value {
            value = .array(items.compactMap { each.value(in: $0) })
        }
        if let split, let text = value.scalarText {
            let parts = text.components(separatedBy: split).map { $0.trimmingCharacters(in: .whitespaces) }
            value = .array(parts.filter { !$0.isEmpty }.map { .string($0) })
        }
        if pairs { value = Self.pairs(of: value) }
        if let match {
            switch value {
            case .array(let items):
                value = .array(items.compactMap { $0.scalarText.flatMap(match.firstMatch).map { .string($0) } })
            default: value = value.scalarText.flatMap(match.firstMatch).map { .string($0) } ?? .null
            }
        }
        if let map {
            switch value {
            case .array(let items):
                value = .array(items.compactMap { $0.scalarText.flatMap { map[$0] }.map { .string($0) } })
            default: value = value.scalarText.flatMap { map[$0] }.map { .string($0) } ?? .null
            }
        }
        if digest, let text = value.scalarText { value = .string(source.digest(text)) }
        if relative, let seconds = value.scalarText.flatMap(Double.init) {
            value = .string(Moment.text(source.now.addingTimeInterval(seconds)))
        }
        return value.isNull ? nil : value
    }

    private func raw(_ source: FieldSource) -> JSON? {
        switch self.source {
        case .at(let place): place.value(in: source.document)
        case .all(let places): .array(places.compactMap { $0.value(in: source.document) }.flatMap(Self.flattened))
        case .text(let template): (try? template.rendered(.text, in: source.scope)).map { .string($0.text) }
        case .header(let name): source.headers[name].map { .string($0) }
        case .first(let list, let condition, let at):
            // XML shows a list of one as its element.
            list.value(in: source.document).map { $0.array ?? [$0] }?
                .first { condition.holds(for: $0, in: source.scope, asText: source.isText) }
                .flatMap { at.value(in: $0) }
        }
    }

    private static func flattened(_ value: JSON) -> [JSON] {
        if case .array(let items) = value { items } else { [value] }
    }

    /// `{a: b}` to `["a: b"]`, in lists of objects too.
    private static func pairs(of value: JSON) -> JSON {
        switch value {
        case .object(let object):
            .array(object.members.map { .string("\($0.key): \($0.value.scalarText ?? $0.value.text)") })
        case .array(let items): .array(items.flatMap { flattened(pairs(of: $0)) })
        default: value
        }
    }
}

extension JSON {
    /// As a list of texts: a scalar is a list of one, items that are no scalars are left out.
    var texts: [String] {
        switch self {
        case .array(let items): items.compactMap(\.scalarText)
        default: scalarText.map { [$0] } ?? []
        }
    }
}

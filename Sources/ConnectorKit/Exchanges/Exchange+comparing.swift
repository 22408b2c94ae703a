internal import Documents
internal import Foundation
package import Transport

extension Exchange.Asked {
    /// What of a request is not as the exchange says: one clause, with what was expected behind what was sent.
    package func difference(from request: Request) -> String? {
        if request.method != method { return "the verb is \(request.method), not \(method)" }
        let origin = request.address.origin
        let host = origin.port == (origin.scheme == "https" ? 443 : 80) ? origin.host : "\(origin.host):\(origin.port)"
        if !self.host.isEmpty, host != self.host { return "the host is \(host), not \(self.host)" }
        let (sent, expected) = (Target(request.address.target), Target(target))
        if !sent.path.matches(expected.path) { return "the path is \(sent.path), not \(expected.path)" }
        if let difference = Pairs.difference(sent.query, expected.query) { return "the query has \(difference)" }
        for field in headers.fields where !field.name.caseInsensitiveEquals("Host") {
            let value = request.headers[field.name]
            if value?.matches(field.value) != true {
                return "header '\(field.name)' is \(value.map { "'\($0)'" } ?? "missing"), not '\(field.value)'"
            }
        }
        return bodyDifference(from: request)
    }

    private func bodyDifference(from request: Request) -> String? {
        let sent = String(decoding: request.body ?? [], as: UTF8.self)
        if sent.isEmpty || body.isEmpty {
            return sent.isEmpty == body.isEmpty ? nil : "the body is '\(sent)', not '\(body)'"
        }
        let type = (request.headers["Content-Type"] ?? "").lowercased()
        if type.hasPrefix("application/x-www-form-urlencoded") {
            return Pairs.difference(Pairs.parse(sent), Pairs.parse(body)).map { "the form has \($0)" }
        }
        if let one = try? JSON(parsing: sent), let other = try? JSON(parsing: body) {
            return one.matches(other) ? nil : "the body is \(one.text), not \(other.text)"
        }
        if type.contains("xml"), let one = try? JSON(parsingXML: Array(sent.utf8)),
            let other = try? JSON(parsingXML: Array(body.utf8))
        {
            return one.matches(other) ? nil : "the body is \(sent), not \(body)"
        }
        return sent.matches(body) ? nil : "the body is '\(sent)', not '\(body)'"
    }
}

/// A request's target, taken apart.
private struct Target {
    var path: String
    var query: [Pairs.Pair]

    init(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? Pairs.parse(String(parts[1])) : []
    }
}

/// Names and values of a query or a form: their order means nothing, their number does.
enum Pairs {
    struct Pair: Hashable, CustomStringConvertible {
        var name: String
        var value: String

        var description: String { "\(name)=\(value)" }
    }

    static func parse(_ text: String) -> [Pair] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(decoded)
            return Pair(name: parts[0], value: parts.count > 1 ? parts[1] : "")
        }
    }

    private static func decoded(_ text: Substring) -> String {
        let text = String(text.replacing("+", with: " "))
        return text.removingPercentEncoding ?? text
    }

    /// What is there too much or missing; `nil` where both hold the same pairs.
    static func difference(_ sent: [Pair], _ expected: [Pair]) -> String? {
        var rest = expected
        var extra: [Pair] = []
        for pair in sent {
            let found = rest.firstIndex { $0.name == pair.name && pair.value.matches($0.value) }
            if let found { rest.remove(at: found) } else { extra.append(pair) }
        }
        if extra.isEmpty && rest.isEmpty { return nil }
        let parts =
            [extra.isEmpty ? nil : "'\(extra.map(\.description).joined(separator: "&"))'"]
            + [rest.isEmpty ? nil : "not '\(rest.map(\.description).joined(separator: "&"))'"]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension String {
    /// Whether this is `pattern`, in which `<secret>` stands for anything that is there.
    package func matches(_ pattern: String) -> Bool {
        guard pattern.contains(Exchange.secret) else { return self == pattern }
        let pieces = pattern.components(separatedBy: Exchange.secret)
        guard let first = pieces.first, let last = pieces.last, hasPrefix(first), hasSuffix(last) else { return false }
        var rest = self.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = rest.dropFirst().range(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.count > last.count
    }
}

extension JSON {
    fileprivate func matches(_ pattern: JSON) -> Bool {
        switch (self, pattern) {
        case (_, .string(Exchange.secret)): true
        case (.string(let text), .string(let pattern)): text.matches(pattern)
        case (.number(let one), .number(let other)): one == other || Decimal(string: one) == Decimal(string: other)
        case (.array(let items), .array(let patterns)):
            items.count == patterns.count && zip(items, patterns).allSatisfy { $0.matches($1) }
        case (.object(let object), .object(let patterns)):
            object.count == patterns.count
                && patterns.members.allSatisfy { member in object[member.key]?.matches(member.value) ?? false }
        default: self == pattern
        }
    }
}

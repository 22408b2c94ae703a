internal import Authorizations
internal import Documents
internal import Foundation
internal import Transport

/// Why a list could not be read to its end.
package enum ListFailure: Error, Sendable, Hashable {
    case forbidden(reason: String?)
    case unauthorized(reason: String?)
    case slowDown
    case failed(reason: String)
}

/// One item of a list with the names that its levels bound, and the answer it came in.
struct ListItem: Sendable {
    var document: JSON
    var scope: Scope
    var headers: Headers
    var isText: Bool
}

/// One page of items.
struct ListPage: Sendable {
    var items: [ListItem]
    /// Entries of the first level, before `where`, for totals and caps.
    var received: Int
    var expected: Int?
}

/// Walks a list page by page: manifest 2.5.
struct ListWalker: Sendable {
    static let pageLimit = 10_000

    let session: AccountSession
    let list: ListOperation
    let scope: Scope

    /// Calls `page` for every page; returns how many entries were received in all, and the total the vendor announced.
    @discardableResult
    func walk(_ page: (ListPage) async throws -> Void) async throws -> (received: Int, expected: Int?) {
        var cursor = PageCursor()
        var seen: Set<String> = []
        var received = 0
        var expected: Int?
        for number in 0... {
            if number >= Self.pageLimit { throw ListFailure.failed(reason: "more than \(Self.pageLimit) pages") }
            let (answer, current, isEmpty) = try await ask(cursor)
            if isEmpty { break }
            let read = try items(of: answer, in: current)
            received += read.received
            if let place = current.expect, let document = answer.document,
                let total = place.value(in: document)?.scalarText
            {
                expected = Int(total)
            }
            try await page(ListPage(items: read.items, received: read.received, expected: expected))
            guard let next = try self.next(after: answer, current, read, cursor, total: received) else { break }
            if !seen.insert(next.key).inserted {
                throw ListFailure.failed(reason: "the vendor repeats a page: the list would never end")
            }
            cursor = next
        }
        return (received, expected)
    }

    /// Sends the request for one page, the fallback where the vendor wants it.
    private func ask(_ cursor: PageCursor) async throws -> (ReadAnswer, ListOperation, isEmpty: Bool) {
        var current = list
        var parameters = cursor.parameters
        if cursor.key.isEmpty { parameters = PageCursor.first(of: list.next) }
        var answer = try await session.read(current.operation, in: scope, extra: parameters, address: cursor.address)
        if let fallback = current.operation.fallback, fallback.when.matches(answer, in: scope) {
            current = fallback.list ?? ListOperation(operation: fallback.operation, items: list.items, next: list.next)
            answer = try await session.read(current.operation, in: scope, extra: parameters, address: cursor.address)
        }
        let isEmpty = try session.isNone(answer, current.operation, as: current.empty, in: scope)
        return (answer, current, isEmpty)
    }

    private func items(of answer: ReadAnswer, in list: ListOperation) throws -> (
        items: [ListItem], received: Int, last: JSON?
    ) {
        guard let document = answer.document else {
            throw ListFailure.failed(reason: answer.problem ?? "the answer is empty")
        }
        var entries = [(document: document, scope: scope)]
        var received = 0
        var last: JSON?
        let levels = list.outer + [list.items]
        for (depth, level) in levels.enumerated() {
            var below: [(document: JSON, scope: Scope)] = []
            for entry in entries {
                guard let found = Self.entries(of: level, in: entry.document) else {
                    if depth > 0 { continue }
                    throw ListFailure.failed(reason: "the list is missing in the answer")
                }
                if depth == 0 {
                    received += found.count
                    last = found.last ?? last
                }
                if level.shape == .group {
                    if !found.isEmpty {
                        var scope = entry.scope
                        scope.local["count"] = .plain(.number(found.count))
                        below.append((.array(found), scope))
                    }
                    continue
                }
                for item in found
                where level.condition?.holds(for: item, in: entry.scope, asText: answer.isText) ?? true {
                    var scope = entry.scope
                    if !level.bind.isEmpty {
                        session.bind(level.bind, from: item, answer.headers, answer.isText, to: &scope)
                    }
                    below.append((item, scope))
                }
            }
            entries = below
        }
        let items = entries.map {
            ListItem(document: $0.document, scope: $0.scope, headers: answer.headers, isText: answer.isText)
        }
        return (items, received, last)
    }

    /// The entries of one level; `nil` where the list is not there.
    private static func entries(of level: ListOperation.Level, in document: JSON) -> [JSON]? {
        if !level.slots.isEmpty {
            return level.slots.compactMap { slot in
                guard let value = slot.place.value(in: document), !value.isEmpty else { return nil }
                return .object(["key": .string(slot.name), "value": value])
            }
        }
        guard let items = level.items, let value = items.value(in: document) else { return nil }
        switch level.shape {
        case .map:
            guard let object = value.object else { return nil }
            return object.members.map { .object(["key": .string($0.key), "value": $0.value]) }
        case .one: return [value]
        case .list, .group:
            switch value {
            case .array(let items): return items
            // XML shows a list of one as its element, and an empty list as an empty text.
            case .object: return [value]
            case .string(let text) where text.allSatisfy(\.isWhitespace): return []
            case .string: return [value]
            default: return nil
            }
        }
    }
}

/// Where the next page is.
struct PageCursor: Sendable {
    var parameters = PageParameters()
    var address: Address?
    var offset = 0
    /// What makes it different from every other page; empty for the first.
    var key = ""

    static func first(of paging: Paging) -> PageParameters {
        var parameters = PageParameters()
        switch paging {
        case .offset(let name, let limit, let size, _):
            parameters.query.append((name, "0"))
            if let limit, let size { parameters.query.append((limit, String(size))) }
        case .page(let name, let from, let limit, let size, _, _):
            parameters.query.append((name, String(from)))
            if let limit, let size { parameters.query.append((limit, String(size))) }
        default: break
        }
        return parameters
    }
}

extension ListWalker {
    private func next(
        after answer: ReadAnswer, _ list: ListOperation, _ read: (items: [ListItem], received: Int, last: JSON?),
        _ cursor: PageCursor, total: Int
    ) throws -> PageCursor? {
        let document = answer.document ?? .null
        func goesOn(_ condition: Condition?) -> Bool {
            condition?.holds(for: document, in: scope, asText: answer.isText) ?? true
        }
        switch list.next {
        case .none: return nil
        case .cursor(let source, let target, let condition, let stopsWhenEmpty):
            if stopsWhenEmpty && read.received == 0 { return nil }
            guard goesOn(condition) else { return nil }
            guard let value = source.value(document, answer.headers), let text = value.scalarText, !text.isEmpty else {
                if condition == nil { return nil }
                throw ListFailure.failed(reason: "the vendor says there is more, but not where")
            }
            return Self.pageCursor(value, to: target)
        case .last(let place, let target, let condition):
            guard goesOn(condition), let item = read.last else { return nil }
            guard let value = place.value(in: item) else {
                throw ListFailure.failed(reason: "the last item has no id to go on from")
            }
            return Self.pageCursor(value, to: target)
        case .offset(let name, let limit, let size, let totalSource):
            let announced = totalSource?.value(document, answer.headers)?.scalarText.flatMap { Int($0) }
            if let announced {
                if total >= announced || read.received == 0 { return nil }
            } else if read.received < (size ?? 1) {
                return nil
            }
            var next = PageCursor(offset: cursor.offset + read.received)
            next.parameters.query.append((name, String(next.offset)))
            if let limit, let size { next.parameters.query.append((limit, String(size))) }
            next.key = String(next.offset)
            return next
        case .page(let name, let from, let limit, let size, let pages, let totalSource):
            let current = cursor.key.isEmpty ? from : cursor.offset
            if let count = pages?.value(document, answer.headers)?.scalarText.flatMap({ Int($0) }) {
                if current - from + 1 >= count { return nil }
            } else if let announced = totalSource?.value(document, answer.headers)?.scalarText.flatMap({ Int($0) }) {
                if total >= announced || read.received == 0 { return nil }
            } else if read.received < (size ?? 1) {
                return nil
            }
            var next = PageCursor(offset: current + 1)
            next.parameters.query.append((name, String(next.offset)))
            if let limit, let size { next.parameters.query.append((limit, String(size))) }
            next.key = String(next.offset)
            return next
        case .link(let rel, let conditions):
            guard let link = LinkHeader.links(answer.headers.all("Link")).first(where: { $0.rel.contains(rel) }),
                conditions.allSatisfy({
                    $0.test.holds(for: link.attributes[$0.attribute].map { .string($0) }, in: scope, asText: true)
                })
            else { return nil }
            return try pageCursor(toAddress: link.target, from: answer)
        case .url(let place, let condition):
            guard goesOn(condition) else { return nil }
            guard let text = place.value(in: document)?.scalarText, !text.isEmpty else {
                if condition == nil { return nil }
                throw ListFailure.failed(reason: "the vendor says there is more, but not where")
            }
            return try pageCursor(toAddress: text, from: answer)
        }
    }

    private static func pageCursor(_ value: JSON, to target: Paging.Target) -> PageCursor {
        var next = PageCursor(key: value.scalarText ?? value.text)
        switch target {
        case .query(let name): next.parameters.query.append((name, next.key))
        case .form(let name): next.parameters.form.append((name, next.key))
        case .header(let name): next.parameters.headers.append((name, next.key))
        case .json(let pointer): next.parameters.json = (pointer, value)
        }
        return next
    }

    /// Resolved against the page's own address; another origin fails the list.
    private func pageCursor(toAddress reference: String, from answer: ReadAnswer) throws -> PageCursor {
        guard let resolved = answer.address.resolving(reference) else {
            throw ListFailure.failed(reason: "the address of the next page cannot be read")
        }
        let address = session.builder.replaced(resolved)
        guard address.origin == answer.address.origin else {
            throw ListFailure.failed(reason: "the next page is on another host (\(address.origin))")
        }
        return PageCursor(address: address, key: address.text)
    }
}

extension Paging.Source {
    fileprivate func value(_ document: JSON, _ headers: Headers) -> JSON? {
        switch self {
        case .place(let place): place.value(in: document)
        case .header(let name): headers[name].map { .string($0) }
        }
    }
}

/// RFC 8288 links.
enum LinkHeader {
    struct Link {
        var target: String
        var rel: [String]
        var attributes: [String: String]
    }

    static func links(_ values: [String]) -> [Link] {
        values.joined(separator: ", ").matches(of: /<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;\s]*))*)/).map {
            match in
            let attributes = match.output.2.matches(of: /([\w-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]*))/)
                .reduce(into: [String: String]()) { result, attribute in
                    result[attribute.output.1.lowercased()] = String(attribute.output.2 ?? attribute.output.3 ?? "")
                }
            let rel = (attributes["rel"] ?? "").split(separator: " ").map(String.init)
            return Link(target: String(match.output.1), rel: rel, attributes: attributes)
        }
    }
}

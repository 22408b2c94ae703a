import Authorizations
import Testing
import Transport

@testable import ConnectorKit

@Suite("Lists, page by page")
struct PagingTests {
    private typealias Answered = Engine.Answered

    private func read(
        _ next: String, _ answer: @escaping @Sendable (Engine.Asked, Int) -> Engine.Answered
    ) async throws -> (ids: [String], coverage: Coverage, urls: [String]) {
        let engine = try await Engine(
            Engine.list("request: GET /hooks\nitems: /items\nnext: \(next)\nfields: {id: /id}"), network: answer)
        let (found, coverage) = await engine.discover()
        return (
            found.compactMap(\.vendorID), coverage,
            engine.network.asked.map { $0.url.replacing("https://api.example.test/v1", with: "") }
        )
    }

    private static func items(_ ids: Int..., rest: String = "") -> String {
        "{\"items\": [" + ids.map { "{\"id\": \"\($0)\"}" }.joined(separator: ",") + "]" + rest + "}"
    }

    @Test("A cursor ends where it is missing, null or empty", arguments: ["", ", \"next\": null", ", \"next\": \"\""])
    func cursor(_ end: String) async throws {
        let (ids, coverage, urls) = try await read("{cursor: /next, query: after}") { _, number in
            .json(number == 0 ? Self.items(1, rest: ", \"next\": \"a b&\"") : Self.items(2, rest: end))
        }
        #expect(ids == ["1", "2"] && coverage.state == .seen)
        #expect(urls == ["/hooks", "/hooks?after=a%20b%26"])
    }

    @Test("A cursor may stand in a header, and go into one")
    func cursorInHeader() async throws {
        let engine = try await Engine(
            Engine.list(
                "request: GET /hooks\nitems: /items\nnext: {cursor: {header: X-Next}, header: X-After}\nfields: {id: /id}"
            )
        ) { _, number in .json(Self.items(number), number == 0 ? [.init("x-next", "n1")] : []) }
        #expect(await engine.discover().found.count == 2)
        #expect(engine.network.asked.map { $0.headers["X-After"] } == [nil, "n1"])
    }

    @Test("A number as a cursor keeps its type in JSON")
    func cursorInBody() async throws {
        let engine = try await Engine(
            Engine.list(
                "request: POST /hooks\neffect: read\njson: {q: {size: 2}}\nitems: /items\nnext: {cursor: /next, json: /q/after}\nfields: {id: /id}"
            )
        ) { _, number in .json(Self.items(number, rest: number == 0 ? ", \"next\": 12345678901234567890" : "")) }
        #expect(await engine.discover().found.count == 2)
        #expect(
            engine.network.asked.map(\.body) == [
                "{\"q\":{\"size\":2}}", "{\"q\":{\"size\":2,\"after\":12345678901234567890}}",
            ])
    }

    @Test("'while' decides, and where it holds without a cursor the list fails")
    func cursorWhile() async throws {
        let ended = try await read("{cursor: /next, query: after, while: {/more: true}}") { _, number in
            .json(Self.items(number, rest: ", \"next\": \"n\(number)\", \"more\": \(number == 0)"))
        }
        #expect(ended.ids == ["0", "1"] && ended.coverage.state == .seen)
        let broken = try await read("{cursor: /next, query: after, while: {/more: true}}") { _, _ in
            .json(Self.items(1, rest: ", \"more\": true"))
        }
        #expect(broken.coverage.state == .failed)
    }

    @Test("'stop: empty' ends at a page without items, though it has a cursor")
    func cursorStop() async throws {
        let (ids, coverage, urls) = try await read("{cursor: /next, query: after, stop: empty}") { _, number in
            .json(number == 0 ? Self.items(1, rest: ", \"next\": \"a\"") : Self.items(rest: ", \"next\": \"b\""))
        }
        #expect(ids == ["1"] && coverage.state == .seen && urls.count == 2)
    }

    @Test("A cursor seen before fails the list")
    func repeatedCursor() async throws {
        let (_, coverage, urls) = try await read("{cursor: /next, query: after}") { _, number in
            .json(Self.items(number, rest: ", \"next\": \"\(["a", "b", "a", "b"][number % 4])\""))
        }
        #expect(coverage.state == .failed && urls.count == 3)
    }

    @Test("The last item's place leads on, until 'while' fails or a page is empty")
    func last() async throws {
        let (ids, coverage, urls) = try await read("{last: /id, query: starting_after, while: {/more: true}}") {
            _, number in
            .json(Self.items(number * 2, number * 2 + 1, rest: ", \"more\": \(number < 1)"))
        }
        #expect(ids == ["0", "1", "2", "3"] && coverage.state == .seen)
        #expect(urls == ["/hooks", "/hooks?starting_after=1"])
        let empty = try await read("{last: /id, query: starting_after}") { _, number in
            .json(number == 0 ? Self.items(1) : Self.items())
        }
        #expect(empty.ids == ["1"] && empty.coverage.state == .seen && empty.urls.count == 2)
    }

    @Test("Offsets go on to the total, or to a short page")
    func offset() async throws {
        let total = try await read("{offset: skip, limit: take, size: 2, total: /total}") { _, number in
            .json(number == 0 ? Self.items(1, 2, rest: ", \"total\": 3") : Self.items(3, rest: ", \"total\": 3"))
        }
        #expect(total.ids == ["1", "2", "3"])
        #expect(total.urls == ["/hooks?skip=0&take=2", "/hooks?skip=2&take=2"])
        let short = try await read("{offset: skip, limit: take, size: 2}") { _, number in
            .json(number == 0 ? Self.items(1, 2) : Self.items(3))
        }
        #expect(short.ids.count == 3 && short.urls.count == 2)
    }

    @Test("Pages are counted from where the vendor counts")
    func page() async throws {
        let counted = try await read("{page: p, from: 1, pages: {header: X-Pages}}") { _, number in
            .json(Self.items(number), [.init("X-Pages", "2")])
        }
        #expect(counted.urls == ["/hooks?p=1", "/hooks?p=2"] && counted.coverage.state == .seen)
        let short = try await read("{page: p, from: 0, limit: n, size: 2}") { _, number in
            .json(number == 0 ? Self.items(1, 2) : Self.items(3))
        }
        #expect(short.urls == ["/hooks?p=0&n=2", "/hooks?p=1&n=2"] && short.ids.count == 3)
    }

    @Test("A Link header leads on, relative or not, among others, while its attribute says so")
    func link() async throws {
        let link = try await read("{link: next}") { _, number in
            .json(
                Self.items(number),
                number == 0
                    ? [
                        .init(
                            "Link",
                            "<https://api.example.test/v1/first>; rel=\"first\", </v1/hooks?p=2>; title=\"a, b\"; rel=\"x next\""
                        )
                    ] : [])
        }
        #expect(link.urls == ["/hooks", "/hooks?p=2"] && link.ids == ["0", "1"])
        let conditional = try await read("{link: next, while: {results: \"true\"}}") { _, number in
            .json(
                Self.items(number), [.init("Link", "</v1/hooks?p=\(number)>; rel=\"next\"; results=\"\(number == 0)\"")]
            )
        }
        #expect(conditional.urls.count == 2 && conditional.coverage.state == .seen)
    }

    @Test("An address of the next page leads on, but to no other host, port or scheme")
    func url() async throws {
        let url = try await read("{url: /next}") { _, number in
            .json(Self.items(number, rest: number == 0 ? ", \"next\": \"?p=2\"" : ", \"next\": null"))
        }
        #expect(url.urls == ["/hooks", "/hooks?p=2"] && url.coverage.state == .seen)
        for elsewhere in [
            "https://evil.example/x", "http://api.example.test/v1/hooks", "https://api.example.test:444/",
            "//files.example.test/x", "https://u:p@api.example.test/",
        ] {
            let other = try await read("{url: /next}") { _, _ in
                .json(Self.items(1, rest: ", \"next\": \"\(elsewhere)\""))
            }
            #expect(other.coverage.state == .failed && other.urls.count == 1, "\(elsewhere)")
        }
        let again = try await read("{url: /next}") { _, _ in
            .json(Self.items(1, rest: ", \"next\": \"https://api.example.test/v1/hooks?p=2\""))
        }
        #expect(again.coverage.state == .failed && again.urls.count == 2)
    }

    @Test("A page that fails fails the list")
    func failingPage() async throws {
        for (status, state) in [(500, Coverage.State.failed), (403, .forbidden), (401, .failed), (404, .failed)] {
            let (_, coverage, _) = try await read("{cursor: /next, query: after}") { _, number in
                number == 0 ? .json(Self.items(1, rest: ", \"next\": \"a\"")) : .status(status)
            }
            #expect(coverage.state == state)
        }
    }
}

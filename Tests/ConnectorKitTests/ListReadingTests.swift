import Authorizations
import Documents
import Foundation
import Testing
import Transport

@testable import ConnectorKit

@Suite("What a list shows")
struct ListReadingTests {
    private func read(
        _ keys: String, top: String = "", _ body: String, status: Int = 200, headers: Headers = []
    ) async throws -> (found: [Authorization], coverage: Coverage) {
        let engine = try await Engine(Engine.list("request: GET /hooks\n" + keys, top: top)) { _, _ in
            .status(status, body, headers)
        }
        return await engine.discover()
    }

    @Test("A missing list is a failed read, an empty one is none, and 'empty' says what else means none")
    func missing() async throws {
        let keys = "items: /items\nnext: none\nfields: {id: /id}"
        for body in ["{}", "{\"items\": null}", "{\"items\": 3}", "", "[]", "{\"error\": \"no\"}"] {
            #expect(try await read(keys, body).coverage.state == .failed, "\(body)")
        }
        let (found, coverage) = try await read(keys, "{\"items\": []}")
        #expect(found.isEmpty && coverage.state == .seen && coverage.count == 0)
        #expect(try await read(keys, "", status: 404).coverage.state == .failed)
        #expect(try await read(keys + "\nempty: 404", "", status: 404).coverage.state == .seen)
    }

    @Test("Fewer than announced are partial, and so is a full cap; a larger parent does not make up for a smaller one")
    func shortfalls() async throws {
        let keys = "items: /items\nnext: none\nfields: {id: /id}\n"
        let two = "{\"total\": 3, \"items\": [{\"id\": 1}, {\"id\": 2}]}"
        let announced = try await read(keys + "expect: /total", two)
        #expect(announced.coverage.state == .partial && !announced.coverage.byNature)
        #expect(announced.coverage.count == 2 && announced.coverage.expected == 3)
        #expect(try await read(keys + "expect: /total", two.replacing("3", with: "2")).coverage.state == .seen)
        #expect(try await read(keys + "cap: 2", two).coverage.state == .partial)
        #expect(try await read(keys + "cap: 3", two).coverage.state == .seen)
        let parents = "lists: {teams: {values: [a, b], bind: team}}"
        let engine = try await Engine(
            Engine.list("for_each: teams\nrequest: \"GET /teams/{team}\"\nexpect: /total\n" + keys, top: parents)
        ) { asked, _ in
            .json(
                asked.url.hasSuffix("a")
                    ? "{\"total\": 9, \"items\": [{\"id\": 1}]}"
                    : "{\"total\": 0, \"items\": [\(Array(repeating: 0, count: 20).enumerated().map { "{\"id\": \($0.offset)}" }.joined(separator: ","))]}"
            )
        }
        let (found, coverage) = await engine.discover()
        #expect(found.count == 21 && coverage.state == .partial && coverage.expected == 29)
    }

    @Test("A failed parent leaves the others")
    func failedParent() async throws {
        let engine = try await Engine(
            Engine.list(
                "for_each: teams\nrequest: \"GET /teams/{team}\"\nitems: /items\nnext: none\nfields: {id: /id}",
                top: "lists: {teams: {values: [a, b, c], bind: team}}")
        ) { asked, _ in asked.url.hasSuffix("b") ? .status(403) : .json("{\"items\": [{\"id\": 1}]}") }
        let (found, coverage) = await engine.discover()
        #expect(found.map(\.id).sorted() == ["acme/hook/a/1", "acme/hook/c/1"])
        #expect(coverage.state == .partial && !coverage.byNature && coverage.count == 2)
    }

    @Test("Maps, groups, single objects, slots and plain values are items too")
    func shapes() async throws {
        let map = try await read(
            "items: /m\nas: map\nnext: none\nfields: {id: /key, target: /value/url}",
            "{\"m\": {\"x\": {\"url\": \"https://a.example/\"}, \"y\": {}}}")
        #expect(map.found.map(\.vendorID) == ["x", "y"] && map.found[0].targets == ["https://a.example/"])
        let one = try await read("items: /o\nas: one\nnext: none\nfields: {id: /id}", "{\"o\": {\"id\": 7}}")
        #expect(one.found.map(\.vendorID) == ["7"])
        let values = try await read("items: \"\"\nnext: none\nfields: {id: \"\"}", "[\"a/b\", 2]")
        #expect(values.found.map(\.id) == ["acme/hook/a%2Fb", "acme/hook/2"])
        let slots = try await read(
            "slots: {Voice: /voice, Status: /status, Sms: /sms}\nnext: none\nfields: {id: /key, target: /value}",
            "{\"voice\": \"https://a.example/v\", \"status\": \"\", \"sms\": null}")
        #expect(slots.found.map(\.vendorID) == ["Voice"])
        let group = try await read(
            "items: /codes\nas: group\nnext: none\nfields: {id: {text: codes}, title: {text: \"{count} codes\"}}",
            "{\"codes\": [1, 2, 3]}")
        #expect(group.found.map(\.title) == ["3 codes"])
        #expect(
            try await read("items: /codes\nas: group\nnext: none\nfields: {id: {text: codes}}", "{\"codes\": []}").found
                .isEmpty)
    }

    @Test("Outer levels bind names; below the first a missing list is empty")
    func levels() async throws {
        let keys = """
            outer: [{items: /members, where: {/gone: {not: true}}, bind: {member: /id}}]
            items: /apps
            where: {/on: true}
            next: none
            fields: {id: /app}
            """
        let body = """
            {"members": [{"id": "m1", "apps": [{"app": 1, "on": true}, {"app": 2, "on": "true"}]}, {"id": "m2"},
            {"id": "m3", "gone": true, "apps": [{"app": 3, "on": true}]}, {"id": "m4", "apps": null}]}
            """
        let (found, coverage) = try await read(keys, body)
        #expect(found.map(\.id) == ["acme/hook/m1/1"] && coverage.state == .seen)
        #expect(try await read(keys, "{}").coverage.state == .failed)
    }

    @Test("Of an event log the newest entry decides, in any order")
    func fold() async throws {
        let keys =
            "items: /log\nnext: none\nfold: {by: /app, newest: /at, over: {/type: removed}}\nfields: {id: /app, state: /type}"
        let log =
            "{\"log\": [{\"app\": \"a\", \"at\": 5, \"type\": \"removed\"}, {\"app\": \"a\", \"at\": 3, \"type\": \"added\"}, {\"app\": \"b\", \"at\": 10, \"type\": \"added\"}, {\"app\": \"b\", \"at\": 9, \"type\": \"removed\"}]}"
        #expect(try await read(keys, log).found.map(\.vendorID) == ["b"])
    }

    @Test("Items equal in what identifies them are one, and their lists are joined")
    func joined() async throws {
        let keys = "items: /i\nnext: none\nfields: {id: /id, scopes: /s}"
        let (found, _) = try await read(
            keys, "{\"i\": [{\"id\": 1, \"s\": [\"r\"]}, {\"id\": 1, \"s\": [\"w\", \"r\"]}]}")
        #expect(found.map(\.scopes) == [["r", "w"]])
    }

    @Test("An item without an id fails the list")
    func anonymous() async throws {
        for item in ["{}", "{\"id\": \"\"}", "{\"id\": null}", "{\"id\": {}}"] {
            #expect(
                try await read("items: /i\nnext: none\nfields: {id: /id}", "{\"i\": [\(item)]}").coverage.state
                    == .failed)
        }
    }

    @Test("The older way is asked where the newer is not there, and is paged as it says")
    func fallback() async throws {
        let engine = try await Engine(
            Engine.list(
                """
                request: GET /v2
                items: /new
                next: none
                fields: {id: /id}
                fallback: {when: [404, 405], request: GET /v1, items: /old}
                """)
        ) { asked, _ in asked.url.hasSuffix("/v2") ? .status(405) : .json("{\"old\": [{\"id\": 1}]}") }
        let (found, coverage) = await engine.discover()
        #expect(found.count == 1 && coverage.state == .seen)
        #expect(engine.network.texts == ["GET https://api.example.test/v1/v2", "GET https://api.example.test/v1/v1"])
    }

    @Test("XML is read by the same places; a list of one element is a list")
    func xml() async throws {
        let keys =
            "answer: xml\nitems: /Resp/R/Keys/member\nnext: none\nfields: {id: /Id, state: {in: /Tags/member, where: {/Key: state}, at: /Value}}"
        let one =
            "<Resp><R><Keys><member><Id>A</Id><Tags><member><Key>state</Key><Value>on</Value></member></Tags></member></Keys></R></Resp>"
        let (found, coverage) = try await read(keys, one)
        #expect(found.map(\.vendorID) == ["A"] && coverage.state == .seen, "\(coverage)")
        #expect(found.first?.state == "on")
    }
}

@Suite("Fields: where a value comes from and what is made of it")
struct FieldReadingTests {
    /// The field as the manifest writes it, read from a document.
    private func read(_ field: String, _ document: String, headers: Headers = []) async throws -> Authorization? {
        let engine = try await Engine(
            Engine.list(
                "request: GET /x\nitems: /i\nnext: none\nkeep: {kept: /kept}\nfields: {id: {text: one}, scopes: \(field), created_at: \(field), title: \(field)}"
            )
        ) { _, _ in .json("{\"i\": [\(document)]}", headers) }
        return await engine.discover().found.first
    }

    @Test(
        "Each source and modifier",
        arguments: [
            ("/a", "{\"a\": [\"x\", \"y\"]}", ["x", "y"]), ("/a", "{\"a\": \"x\"}", ["x"]),
            ("[/b, /a]", "{\"b\": null, \"a\": \"x\"}", ["x"]), ("/a", "{\"a\": null}", []),
            ("{at: /a, each: /n}", "{\"a\": [{\"n\": \"x\"}, {}, {\"n\": \"y\"}]}", ["x", "y"]),
            ("{all: [/a, /b, /c]}", "{\"a\": [\"x\"], \"b\": \"y\"}", ["x", "y"]),
            ("{text: \"k {kept}\"}", "{\"kept\": \"v\"}", ["k v"]), ("{header: x-scopes}", "{}", ["r, w"]),
            ("{header: X-Scopes, split: \",\"}", "{}", ["r", "w"]),
            ("{at: /a, split: \",\"}", "{\"a\": \" x, ,y ,\"}", ["x", "y"]),
            (
                "{in: /a, where: {/name: app}, at: /value}",
                "{\"a\": [{\"name\": \"b\", \"value\": \"1\"}, {\"name\": \"app\", \"value\": \"2\"}]}", ["2"]
            ),
            ("{at: /a, match: \"id=([0-9]+)\"}", "{\"a\": \"x?id=42&b\"}", ["42"]),
            ("{at: /a, match: \"[0-9]+\"}", "{\"a\": [\"a1\", \"b\", \"c22\"]}", ["1", "22"]),
            ("{at: /a, match: \"z\"}", "{\"a\": \"x\"}", []),
            ("{at: /a, map: {R: read, W: write}}", "{\"a\": [\"R\", \"X\", \"W\"]}", ["read", "write"]),
            ("{at: /a, map: {R: read}}", "{\"a\": \"X\"}", []),
            ("{at: /a, pairs: true}", "{\"a\": {\"x\": \"1\", \"y\": 2}}", ["x: 1", "y: 2"]),
            ("{at: /a, digest: true}", "{\"a\": \"v\"}", ["digest(v)"]),
        ])
    func values(_ field: String, _ document: String, _ expected: [String]) async throws {
        let found = try await read(field, document, headers: [.init("X-Scopes", "r, w")])
        #expect(found?.scopes == expected, "\(field)")
    }

    @Test("Seconds from now")
    func relative() async throws {
        let found = try await read("{at: /a, relative: true}", "{\"a\": 60}")
        #expect(found?.createdAt == Date(timeIntervalSince1970: 1_800_000_060))
    }
}

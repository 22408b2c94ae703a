import Authorizations
import Documents
import Synchronization
import Testing
import Transport

@testable import ConnectorKit

@Suite("Ending one, step by step")
struct EndingTests {
    private func engine(
        _ surface: String,
        discover: String = "discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}}",
        _ answer: @escaping @Sendable (Engine.Asked, Int) -> Engine.Answered
    ) async throws -> Engine {
        try await Engine(
            """
            whoami: none
            surfaces:
              - id: hook
                kind: webhook
                actor: account-owner
                confidence: high
                auth: none
                effects: {en: "Ends it.", fr: "Y met fin."}
                \(discover)
                \(surface.replacing("\n", with: "\n    "))
                verify: {list: again}
            """, network: answer)
    }

    private static let edit = """
        revoke:
          steps:
            - {request: GET /doc, take: {doc: "", etag: {header: ETag}}}
            - {request: PUT /doc, headers: {If-Match: "{etag}"}, json: "{doc}", EDIT, conflict: 412, done: 200}
        """

    private func edited(_ edit: String, _ document: String, put: Int = 200) async throws -> (Answer, [Engine.Asked]) {
        let engine = try await engine(Self.edit.replacing("EDIT", with: edit)) { asked, _ in
            asked.method == "GET" ? .json(document, [.init("etag", "\"e1\"")]) : .status(put)
        }
        return (try await engine.session.end(engine.authorization(), by: .revoke, run: "R"), engine.network.asked)
    }

    @Test("What matches is dropped from the document, everything else is sent back as it was")
    func drop() async throws {
        let document =
            "{\"n\": 12345678901234567890, \"hooks\": [{\"id\": \"1\"}, {\"id\": 1}, {\"id\": \"2\", \"x\": null}]}"
        let (answer, asked) = try await edited("drop: {from: /hooks, where: {/id: \"{id}\"}}", document)
        #expect(answer.meaning == .accepted)
        #expect(asked[1].body == "{\"n\":12345678901234567890,\"hooks\":[{\"id\":1},{\"id\":\"2\",\"x\":null}]}")
        #expect(asked[1].headers["If-Match"] == "\"e1\"")
    }

    @Test(
        "Where nothing matches it is off already, and nothing is sent",
        arguments: ["{}", "{\"hooks\": []}", "{\"hooks\": [{\"id\": \"2\"}]}"])
    func nothingToDrop(_ document: String) async throws {
        let (answer, asked) = try await edited("drop: {from: /hooks, where: {/id: \"{id}\"}}", document)
        #expect(answer.meaning == .gone && asked.map(\.method) == ["GET"])
    }

    @Test("One level up, members, set and add")
    func edits() async throws {
        let bindings =
            "{\"bindings\": [{\"role\": \"r\", \"members\": [\"1\", \"2\"]}, {\"role\": \"s\", \"members\": [\"1\"]}]}"
        let inside = try await edited(
            "drop: {in: {at: /bindings, where: {/role: r}}, from: /members, where: {\"\": \"{id}\"}}", bindings)
        #expect(
            inside.1.last?.body
                == "{\"bindings\":[{\"role\":\"r\",\"members\":[\"2\"]},{\"role\":\"s\",\"members\":[\"1\"]}]}")
        let members = try await edited("drop: {from: \"\", members: [etag, id]}", "{\"etag\": 1, \"a\": 2, \"id\": 3}")
        #expect(members.1.last?.body == "{\"a\":2}")
        let set = try await edited("set: {/on: false, /deep/er: \"{id}\"}", "{\"on\": true}")
        #expect(set.1.last?.body == "{\"on\":false,\"deep\":{\"er\":\"1\"}}")
        let add = try await edited("add: {to: /list, value: \"{id}\"}", "{\"list\": [1]}")
        #expect(add.1.last?.body == "{\"list\":[1,\"1\"]}")
    }

    @Test("Somebody else's write is a conflict; a step that fails ends the whole")
    func conflict() async throws {
        #expect(try await edited("set: {/on: false}", "{}", put: 412).0.meaning == .conflict)
        let engine = try await engine(Self.edit.replacing("EDIT", with: "set: {/on: false}")) { _, _ in .status(500) }
        #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .ambiguous)
        #expect(engine.network.asked.map(\.method) == ["GET"])
    }

    @Test("A header is taken from an answer without a body too")
    func takeFromHeader() async throws {
        let engine = try await engine(
            """
            revoke:
              steps:
                - {request: HEAD /doc, answer: discard, take: {etag: {header: ETag}}}
                - {request: "DELETE /hooks/{id}", headers: {If-Match: "{etag}"}, done: 204}
            """
        ) { asked, _ in asked.method == "HEAD" ? .status(200, "", [.init("ETag", "e7")]) : .status(204) }
        #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .accepted)
        #expect(engine.network.asked.last?.headers["If-Match"] == "e7")
    }

    @Test("A pending operation is asked about until it is over, or its time is")
    func pending() async throws {
        let surface = """
            revoke:
              steps:
                - {request: "DELETE /hooks/{id}", take: {operation: /name}, done: 200}
                - {request: "GET /{+operation}", pending: {status: 200, where: {/done: {not: true}}}, within: WITHIN, every: 20ms, done: {status: 200, where: {/done: true}}}
            """
        let engine = try await engine(surface.replacing("WITHIN", with: "5m")) { asked, number in
            asked.method == "DELETE" ? .json("{\"name\": \"operations/7\"}") : .json("{\"done\": \(number >= 3)}")
        }
        #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .accepted)
        #expect(
            engine.network.texts == ["DELETE https://api.example.test/v1/hooks/1"]
                + Array(repeating: "GET https://api.example.test/v1/operations/7", count: 3))
        let endless = try await self.engine(surface.replacing("WITHIN", with: "100ms")) { asked, _ in
            asked.method == "DELETE" ? .json("{\"name\": \"operations/7\"}") : .json("{}")
        }
        #expect(try await endless.session.end(endless.authorization(), by: .revoke, run: "R").meaning == .ambiguous)
    }

    @Test("'first: disable' disables before it revokes, and what is off already may be revoked")
    func disableFirst() async throws {
        let surface = """
            disable: {request: "POST /hooks/{id}/off", done: 200, already: 409, verify: {list: again}}
            revoke: {first: disable, request: "DELETE /hooks/{id}", done: 204}
            """
        for (off, meaning, count) in [
            (200, Answer.Meaning.accepted, 2), (409, .accepted, 2), (403, .forbidden, 1), (500, .ambiguous, 1),
        ] {
            let engine = try await engine(surface) { asked, _ in .status(asked.method == "POST" ? off : 204) }
            #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == meaning)
            #expect(engine.network.asked.count == count)
        }
    }

    @Test(
        "A secret handle is listed again just before the write; what is no longer listed is gone, where the list is whole"
    )
    func secretHandle() async throws {
        let discover =
            "discover: {request: GET /hooks, items: /items, next: none, expect: /total, secrets: {handle: /handle}, fields: {id: /id}}"
        let items = "{\"total\": TOTAL, \"items\": [{\"id\": \"1\", \"handle\": \"h-secret\"}]}"
        let engine = try await engine(
            "revoke: {request: POST /revoke, form: {token: \"{handle}\"}, done: 200}", discover: discover
        ) { asked, _ in
            .json(asked.method == "GET" ? items.replacing("TOTAL", with: "1") : "{}")
        }
        #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .accepted)
        #expect(engine.network.asked.last?.body == "token=h-secret")
        #expect(try await engine.session.end(engine.authorization("2"), by: .revoke, run: "R").meaning == .gone)
        let short = try await self.engine(
            "revoke: {request: POST /revoke, form: {token: \"{handle}\"}, done: 200}", discover: discover
        ) { asked, _ in
            .json(asked.method == "GET" ? items.replacing("TOTAL", with: "2") : "{}")
        }
        #expect(try await short.session.end(short.authorization("2"), by: .revoke, run: "R").meaning == .ambiguous)
        #expect(short.network.asked.map(\.method) == ["GET"])
    }

    @Test("A listing proves by absence only where it is whole, and by what it shows of the item")
    func listing() async throws {
        func reading(_ body: String, status: Int = 200, _ keys: String = "", verify: String = "list: again")
            async throws -> Reading?
        {
            let engine = try await Engine(
                Engine.list("request: GET /hooks\nitems: /items\nnext: none\nfields: {id: /id}\n" + keys)
                    .replacing("verify: {list: again}", with: "verify: {\(verify)}")
            ) { _, _ in .status(status, body) }
            return try? await engine.session.list(again: engine.authorization(), after: .revoke).reading(
                of: "acme/hook/1")
        }
        func isInconclusive(_ reading: Reading?) -> Bool { if case .inconclusive? = reading { true } else { false } }
        #expect(try await reading("{\"items\": []}") == .dead(evidence: "listed again: it is no longer there"))
        #expect(try await reading("{\"items\": [{\"id\": 1}]}") == .alive(evidence: "listed again: it is still there"))
        let off = "list: again, dead: {where: {/on: false}}"
        #expect(
            try await reading("{\"items\": [{\"id\": 1, \"on\": false}]}", verify: off)
                == .dead(evidence: "listed again: it stands there as ended"))
        #expect(
            try await reading("{\"items\": [{\"id\": 1, \"on\": true}]}", verify: off)
                == .alive(evidence: "listed again: it is still there"))
        #expect(isInconclusive(try await reading("{\"items\": [], \"total\": 1}", "expect: /total")))
        #expect(isInconclusive(try await reading("{\"items\": [{\"id\": 2}]}", "cap: 1")))
        #expect(try await reading("{}") == nil)
        #expect(try await reading("", status: 500) == nil)
    }
}

@Suite("Ending several by one request")
struct BulkEndingTests {
    private func end(
        _ bulk: String, ids: [String], discover: String = "",
        _ answer: @escaping @Sendable (Engine.Asked) -> Engine.Answered
    ) async throws -> ([Answer], [Engine.Asked]) {
        let engine = try await Engine(
            """
            whoami: none
            surfaces:
              - id: hook
                kind: webhook
                actor: account-owner
                confidence: high
                auth: none
                effects: {en: "Ends it.", fr: "Y met fin."}
                discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}\(discover)}
                revoke: {bulk: {\(bulk), request: POST /revoke}}
                verify: {list: again}
            """
        ) { asked, _ in answer(asked) }
        let answers = try await engine.session.end(
            ids.map { (engine.authorization($0), nil) }, of: engine.surface(), run: "R")
        return (answers, engine.network.asked)
    }

    private static let plain = "of: \"{id}\", as: ids, max: 10, json: {ids: \"{ids}\"}, done: 200"

    @Test("One verdict for the whole request is that of each")
    func whole() async throws {
        for (status, meaning) in [
            (200, Answer.Meaning.accepted), (429, .slowDown), (500, .ambiguous), (403, .forbidden), (422, .refused),
        ] {
            let (answers, asked) = try await end(Self.plain, ids: ["1", "2"]) { _ in .status(status) }
            #expect(answers.map(\.meaning) == [meaning, meaning])
            #expect(asked.map(\.body) == ["{\"ids\":[\"1\",\"2\"]}"])
        }
    }

    @Test("Answers by position are each item's own; another length tells nothing of any")
    func results() async throws {
        let bulk = Self.plain + ", results: {items: /r, done: {/s: ok}, gone: {/s: none}, refused: {/s: no}}"
        let body = "{\"r\": [{\"s\": \"ok\"}, {\"s\": \"none\"}, {\"s\": \"no\"}, {\"s\": \"?\"}]}"
        let (answers, _) = try await end(bulk, ids: ["1", "2", "3", "4"]) { _ in .json(body) }
        #expect(answers.map(\.meaning) == [.accepted, .gone, .refused, .ambiguous])
        let (short, _) = try await end(bulk, ids: ["1", "2", "3"]) { _ in .json(body) }
        #expect(Set(short.map(\.meaning)) == [.ambiguous])
    }

    @Test("What is no longer listed is left out of the request, and the others keep their answers")
    func noLongerListed() async throws {
        let bulk =
            "of: \"{handle}\", as: tokens, max: 10, json: {tokens: \"{tokens}\"}, done: 200, results: {items: /r, done: {/s: ok}, refused: {/s: no}}"
        let (answers, asked) = try await end(bulk, ids: ["0", "1", "9", "2"], discover: ", secrets: {handle: /h}") {
            asked in
            .json(
                asked.method == "GET"
                    ? "{\"items\": [{\"id\": \"1\", \"h\": \"a\"}, {\"id\": \"2\", \"h\": \"b\"}]}"
                    : "{\"r\": [{\"s\": \"ok\"}, {\"s\": \"no\"}]}")
        }
        #expect(answers.map(\.meaning) == [.gone, .accepted, .gone, .refused])
        #expect(asked.last?.body == "{\"tokens\":[\"a\",\"b\"]}")
    }
}

import Authorizations
import Testing
import Transport

@testable import ConnectorKit

@Suite("What an answer means, in the order of the manual")
struct JudgeTests {
    private typealias Case = (verdicts: String, status: Int, body: String, meaning: Answer.Meaning)

    private static let errors = """
        errors:
          slow_down: {where: {/error: ratelimited}}
          unauthorized: {where: {/error: [no_auth, expired]}}
          forbidden: {where: {/error: missing_scope}}
          gone: [410, {where: {/error: not_found}}]
          already: {where: {/error: already}}
          refused: {where: {/error: cannot}}
          failed: {where: {/ok: false}}
          unavailable: 520
          reason: [/message, /error]
        """

    private func answer(_ verdicts: String, _ answered: Engine.Answered, errors: String = Self.errors) async throws
        -> Answer
    {
        let engine = try await Engine(
            """
            \(errors)
            whoami: none
            surfaces:
              - id: hook
                kind: webhook
                actor: account-owner
                confidence: high
                effects: {en: "Ends it.", fr: "Y met fin."}
                discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}}
                revoke: {request: "DELETE /hooks/{id}", auth: none, \(verdicts)}
                verify: {list: again}
            """
        ) { _, _ in answered }
        return try await engine.session.end(engine.authorization(), by: .revoke, run: "R")
    }

    @Test(
        "One answer after the other",
        arguments: [
            // (1) The operation's verdicts that have a condition.
            ("done: {status: 403, where: {/error: missing_scope}}", 403, "{\"error\": \"missing_scope\"}", .accepted),
            ("done: 200, gone: {status: 200, where: {/state: none}}", 200, "{\"state\": \"none\"}", .gone),
            (
                "done: 200, refused: {status: 400, where: {/error: not_found}}", 400, "{\"error\": \"not_found\"}",
                .refused
            ),
            // (2) The vendor's that have one, before (3) the operation's bare statuses.
            ("done: 200", 200, "{\"error\": \"ratelimited\"}", .slowDown),
            ("done: 200", 200, "{\"ok\": false, \"error\": \"expired\"}", .forbidden),
            ("done: 200", 200, "{\"ok\": false, \"error\": \"not_found\"}", .gone),
            ("done: 200", 200, "{\"ok\": false, \"error\": \"already\"}", .gone),
            ("done: 200", 200, "{\"ok\": false, \"error\": \"cannot\"}", .refused),
            ("done: 200", 200, "{\"ok\": false, \"error\": \"else\"}", .ambiguous),
            ("done: 200", 200, "{\"ok\": true}", .accepted),
            // (3) before (4): the operation's bare status wins over the vendor's.
            ("done: 200, refused: 410", 410, "", .refused), ("done: 200", 410, "", .gone),
            ("done: 200, done: 520", 520, "", .ambiguous),
            // (5) Built in.
            ("done: 200", 429, "", .slowDown), ("done: 200", 401, "", .forbidden), ("done: 200", 403, "", .forbidden),
            ("done: 200", 408, "", .ambiguous), ("done: 200", 425, "", .ambiguous), ("done: 200", 500, "", .ambiguous),
            ("done: 200", 503, "", .ambiguous), ("done: 200", 404, "", .refused), ("done: 200", 418, "", .refused),
            // (6) A write's 2xx that nobody named is unknown, as is a redirect.
            ("done: 200", 202, "", .ambiguous), ("done: 200", 302, "", .ambiguous),
            // Bodies that do not parse hold for no condition.
            ("done: {status: 200, where: {/ok: true}}", 200, "<html>", .ambiguous),
            ("done: 200", 200, "<html>", .accepted),
            ("done: {status: 200, where: {/ok: true}}", 200, "{\"ok\": \"true\"}", .ambiguous),
        ] as [(String, Int, String, Answer.Meaning)])
    func order(_ verdicts: String, _ status: Int, _ body: String, _ meaning: Answer.Meaning) async throws {
        // A key given twice is no manifest.
        let verdicts = verdicts == "done: 200, done: 520" ? "done: 200" : verdicts
        #expect(try await answer(verdicts, .status(status, body)).meaning == meaning, "\(verdicts) \(status) \(body)")
    }

    @Test("503 asks to slow down where it says for how long; headers are conditions too")
    func headers() async throws {
        #expect(try await answer("done: 200", .status(503, "", [.init("retry-after", "3")])).meaning == .slowDown)
        let errors = "errors: {slow_down: {status: 403, header: {X-Remaining: \"0\"}}}"
        #expect(
            try await answer("done: 200", .status(403, "", [.init("x-remaining", "0")]), errors: errors).meaning
                == .slowDown)
        #expect(
            try await answer("done: 200", .status(403, "", [.init("x-remaining", "1")]), errors: errors).meaning
                == .forbidden)
    }

    @Test("Within a step: refused, gone, already, conflict, done")
    func table() async throws {
        let all = "refused: 4xx, gone: 4xx, already: 4xx, conflict: 4xx, done: 4xx"
        #expect(try await answer(all, .status(409)).meaning == .refused)
        #expect(try await answer("gone: 4xx, conflict: 409, done: 2xx", .status(409)).meaning == .gone)
        #expect(try await answer("conflict: 409, done: [200, 409]", .status(409)).meaning == .conflict)
    }

    @Test("The vendor's words are given, without what looks like a secret")
    func reason() async throws {
        let body = "{\"message\": \"key sk_live_4eC39HqLyjWDarjtT1zdp7dc is locked\", \"error\": \"locked\"}"
        #expect(try await answer("done: 200", .status(404, body)).reason == "key …p7dc is locked")
        #expect(try await answer("done: 200", .status(404)).reason == "HTTP 404")
    }

    @Test("What a write finds gone, a proof must say itself; 401 and 403 of our own credential prove nothing")
    func proofs() async throws {
        func reading(_ status: Int, auth: String, dead: String = "404", body: String = "") async throws -> Reading {
            let engine = try await Engine(
                """
                errors: {gone: 410}
                credentials: {main: {kind: bearer}}
                whoami: none
                surfaces:
                  - id: hook
                    kind: webhook
                    actor: account-owner
                    confidence: high
                    effects: {en: "Ends it.", fr: "Y met fin."}
                    discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}}
                    revoke: {request: "DELETE /hooks/{id}", done: 204}
                    verify: {request: "GET /hooks/{id}", auth: \(auth), dead: \(dead), alive: 200}
                """
            ) { _, _ in .status(status, body) }
            return try await engine.session.probe(engine.authorization(), after: .revoke)
        }
        func isInconclusive(_ reading: Reading) -> Bool { if case .inconclusive = reading { true } else { false } }
        #expect(try await reading(404, auth: "main") == .dead(evidence: "GET /hooks/{id} answered 404"))
        #expect(try await reading(200, auth: "main") == .alive(evidence: "GET /hooks/{id} answered 200"))
        for status in [401, 403, 500, 204, 302] { #expect(isInconclusive(try await reading(status, auth: "main"))) }
        #expect(isInconclusive(try await reading(410, auth: "main")))
        #expect(isInconclusive(try await reading(429, auth: "main")))
        let dead = "{status: any, where: {/gone: true}}"
        for status in [401, 403] {
            #expect(isInconclusive(try await reading(status, auth: "main", dead: dead, body: "{\"gone\": true}")))
        }
        #expect(
            try await reading(401, auth: "none", dead: "[401, 404]") == .dead(evidence: "GET /hooks/{id} answered 401"))
    }
}

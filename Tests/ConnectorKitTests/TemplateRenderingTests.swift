import Authorizations
import Documents
import Foundation
import Testing

@testable import ConnectorKit

@Suite("Templates as requests: RFC 6570 with two operators, and law 5")
struct TemplateRenderingTests {
    /// The public suite of RFC 6570; `nil` where it is absent, which SharedFolder says.
    private static func suite(_ file: String) throws -> JSON? {
        guard let url = SharedFolder.url?.appending(path: "suites/uritemplate/\(file)") else { return nil }
        return try JSON(parsing: Array(try Data(contentsOf: url)))
    }

    private static func scope(_ variables: JSON?) -> Scope {
        Scope().binding((variables?.object?.members ?? []).reduce(into: [:]) { $0[$1.key] = $1.value })
    }

    @Test(
        "The public suites: what the format has is rendered as they say, all else is refused",
        arguments: ["spec-examples.json", "spec-examples-by-section.json", "extended-tests.json"])
    func suites(_ file: String) throws {
        guard let groups = try Self.suite(file)?.object else { return }
        var rendered = 0
        for (title, group) in groups.members {
            let scope = Self.scope(group["variables"])
            for test in group["testcases"]?.array ?? [] {
                guard let pair = test.array, pair.count == 2, let text = pair[0].string else { continue }
                let expected = pair[1].array?.compactMap(\.string) ?? [pair[1].string].compactMap { $0 }
                let isOurs =
                    !text.contains(/\{[^}]*[#.\/;?&,*:|!@=$][^}]*\}/) && text.contains("{")
                    && !text.contains(/\{\+?[^}]*[^a-z0-9_}+][^}]*\}/)
                let template = try? Template(parsing: text)
                // A name begins with a letter here.
                if !isOurs || text.contains(/\{\+?[^a-z+]/) {
                    if text.contains("{") { #expect(template == nil, "\(title): \(text) is read") }
                    continue
                }
                guard let template else {
                    Issue.record("\(title): \(text) is not read")
                    continue
                }
                // A list, nothing or an empty text is refused here, and a few characters too: law 5.
                guard let result = try? template.rendered(Template.Context.path, in: scope).text else {
                    #expect(Self.isRefused(template, scope), "\(title): \(text) is refused")
                    continue
                }
                rendered += 1
                #expect(expected.contains(result), "\(title): \(text) gives \(result)")
            }
        }
        #expect(rendered > 5, "\(rendered) were rendered")
    }

    private static func isRefused(_ template: Template, _ scope: Scope) -> Bool {
        template.names.contains { name in
            guard let text = scope.text(name), !text.isEmpty else { return true }
            return text.contains { "#\\?".contains($0) } || text.split(separator: "/").contains("..")
        }
    }

    @Test("What the public suite calls wrong is wrong here")
    func negative() throws {
        guard let groups = try Self.suite("negative-tests.json")?.object else { return }
        for (_, group) in groups.members {
            let scope = Self.scope(group["variables"])
            for test in group["testcases"]?.array ?? [] {
                guard let pair = test.array, pair.count == 2, pair[1].bool == false, let text = pair[0].string else {
                    continue
                }
                let result = (try? Template(parsing: text)).flatMap {
                    try? $0.rendered(Template.Context.path, in: scope).text
                }
                #expect(result == nil, "\(text) gives \(result ?? "")")
            }
        }
    }

    private func path(_ template: String, _ values: [String: JSON], allowEmpty: [String] = []) throws -> String {
        try Template(parsing: template).rendered(
            Template.Context.path, in: Scope().binding(values), allowEmpty: allowEmpty
        ).text
    }

    @Test(
        "Nothing empty stands in a path",
        arguments: [JSON.null, .string(""), .array([]), .object([:]), .array([.string("x")])])
    func empty(_ value: JSON) {
        for template in ["/a/{x}", "/a/{+x}", "{+x}"] {
            #expect(throws: RequestRefusal.self) { try path(template, ["x": value]) }
        }
        #expect(throws: RequestRefusal.unbound(name: "x")) { try path("/a/{x}", [:]) }
    }

    @Test("No value makes a dot segment, alone or with what stands beside it")
    func dots() throws {
        for (template, values) in [
            ("/a/{x}", ["x": "."]), ("/a/{x}/b", ["x": ".."]), ("/a/{+x}", ["x": "b/../c"]), ("/a/{+x}", ["x": ".."]),
            ("/a/{+x}", ["x": "%2e%2E/c"]), ("/a/{+x}", ["x": ".%2e"]), ("/a/{+x}", ["x": "b/%2E."]),
            ("/a/{+x}", ["x": "./b"]),
            ("/a/{x}{y}", ["x": ".", "y": "."]), ("/a/.{x}", ["x": "."]), ("/a/{+x}{y}/c", ["x": "b/.", "y": "."]),
        ] {
            #expect(throws: RequestRefusal.self, "\(template) \(values)") {
                try path(template, values.mapValues { .string($0) })
            }
        }
        #expect(try path("/a/{x}", ["x": .string("...")]) == "/a/...")
        #expect(try path("/a/{x}.json", ["x": .string("..")]) == "/a/...json")
        #expect(try path("/a/{x}", ["x": .string("../b")]) == "/a/..%2Fb")
    }

    @Test("No control character anywhere", arguments: ["a\nb", "a\u{0}", "\u{7f}", "\ta"])
    func controls(_ value: String) {
        let scope = Scope().binding(["x": .string(value)])
        for context in [Template.Context.path, .text, .xml] {
            for template in ["{x}", "a{+x}"] {
                #expect(throws: RequestRefusal.controlCharacter(name: "x")) {
                    try Template(parsing: template).rendered(context, in: scope)
                }
            }
        }
    }

    @Test("{+name} keeps a path and its encoding, and refuses what would change the address")
    func reserved() throws {
        #expect(try path("/a/{+x}", ["x": .string("b/c%20d e")]) == "/a/b/c%20d%20e")
        #expect(try path("{+x}", ["x": .string("https://h/x?y=1&z")]) == "https://h/x?y=1&z")
        for value in ["b?c", "b#c", "b\\c"] {
            #expect(throws: RequestRefusal.self) { try path("/a/{+x}", ["x": .string(value)]) }
        }
        #expect(throws: RequestRefusal.self) { try path("{+x}", ["x": .string("https://h/#f")]) }
        #expect(throws: RequestRefusal.self) { try path("{+x}/b", ["x": .string("https://h/?q")]) }
    }

    @Test("Numbers stand as the vendor wrote them, and texts are encoded by their bytes")
    func values() throws {
        #expect(try path("/{x}", ["x": .number("12345678901234567890")]) == "/12345678901234567890")
        #expect(try path("/{x}", ["x": .number("1.0")]) == "/1.0")
        #expect(try path("/{x}", ["x": .bool(true)]) == "/true")
        #expect(try path("/{x}", ["x": .string("é/ ~*")]) == "/%C3%A9%2F%20~%2A")
    }

    @Test("A secret is sent, and shown as a placeholder")
    func secrets() throws {
        var scope = Scope()
        scope.bind("x", secret: "s3cret/")
        let rendered = try Template(parsing: "/bot{x}/me").rendered(Template.Context.path, in: scope)
        #expect(
            rendered.text == "/bots3cret%2F/me" && rendered.shown == "/bot\(Secret.placeholder)/me" && rendered.isSecret
        )
    }
}

@Suite("Requests are refused before a byte is sent")
struct RequestRefusalTests {
    private func sent(_ request: String, _ values: [String: JSON]) async throws -> (Answer, [String]) {
        let engine = try await Engine(
            """
            whoami: none
            surfaces:
              - id: hook
                kind: webhook
                actor: account-owner
                confidence: high
                effects: {en: "Ends it.", fr: "Y met fin."}
                discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}, keep: {x: /x}}
                revoke: {\(request), auth: none, done: 2xx}
                verify: {list: again}
            """
        ) { _, _ in .status(204) }
        let answer = try await engine.session.end(engine.authorization(values: values), by: .revoke, run: "R")
        return (answer, engine.network.texts)
    }

    @Test(
        "Nothing empty is sent, in path, query, header or body",
        arguments: [
            "request: \"DELETE /hooks/{x}\"", "request: DELETE /hooks, query: {a: \"{x}\"}",
            "request: DELETE /hooks, headers: {A: \"{x}\"}",
            "request: POST /hooks, form: {a: \"{x}\"}", "request: POST /hooks, json: {a: [\"{x}\"]}",
            "request: POST /hooks, text: \"{x}\"",
            "request: POST /hooks, xml: \"<a>{x}</a>\"",
        ], [JSON?.none, .some(.null), .some(.string("")), .some(.array([]))])
    func empty(_ request: String, _ value: JSON?) async throws {
        // In JSON a list is a value, and an empty one is sent as it was found.
        if request.contains("json"), value == .array([]) { return }
        let (answer, texts) = try await sent(request, value.map { ["x": $0] } ?? [:])
        #expect(texts.isEmpty, "\(request)")
        #expect(answer.meaning == .refused && answer.reason?.contains("'x'") == true)
    }

    @Test(
        "What is there is sent in its place, with its type",
        arguments: [
            ("request: \"DELETE /hooks/{x}\"", "DELETE https://api.example.test/v1/hooks/a%20b%26"),
            ("request: DELETE /hooks, query: {a: \"{x}\"}", "DELETE https://api.example.test/v1/hooks?a=a%20b%26"),
            ("request: POST /hooks, form: {a: \"{x}\"}", "POST https://api.example.test/v1/hooks a=a+b%26"),
            (
                "request: POST /hooks, json: {a: [\"{x}\"], b: 1}",
                "POST https://api.example.test/v1/hooks {\"a\":[\"a b&\"],\"b\":1}"
            ),
            ("request: POST /hooks, xml: \"<a>{x}</a>\"", "POST https://api.example.test/v1/hooks <a>a b&amp;</a>"),
        ])
    func sending(_ request: String, _ expected: String) async throws {
        #expect(try await sent(request, ["x": .string("a b&")]).1 == [expected])
    }

    @Test(
        "An address in hand goes to one of the hosts or nowhere",
        arguments: [
            ("https://files.example.test/x?y=1", true), ("https://api.example.test:443/x", true),
            ("HTTPS://FILES.example.test/x", nil),
            ("https://evil.example/x", false), ("http://files.example.test/x", false),
            ("https://files.example.test:8443/x", false),
            ("https://files.example.test@evil.example/x", false), ("https://evil.example/.files.example.test", false),
        ])
    func hosts(_ url: String, _ isSent: Bool?) async throws {
        let (answer, texts) = try await sent("request: \"DELETE {+x}\"", ["x": .string(url)])
        // What does not look like a whole address is a path below the host.
        if isSent == nil {
            #expect(texts.allSatisfy { $0.hasPrefix("DELETE https://api.example.test/v1/") })
        } else {
            #expect(texts.isEmpty == (isSent == false), "\(texts)")
            if isSent == false { #expect(answer.meaning == .refused && answer.reason?.contains("/x") != true) }
        }
    }
}

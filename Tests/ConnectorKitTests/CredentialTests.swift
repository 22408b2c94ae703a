import Authorizations
import Documents
import Foundation
import Synchronization
import Testing
import Transport

@testable import ConnectorKit

@Suite("Signing in")
struct CredentialTests {
    /// A surface whose list signs in with `main`, or as `keys` say.
    private static func manifest(_ credentials: String, _ keys: String = "", top: String = "") -> String {
        """
        credentials:
          \(credentials.replacing("\n", with: "\n  "))
        \(top)
        whoami: none
        surfaces:
          - id: hook
            kind: webhook
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}, keep: {team: /team}}
            revoke: {request: "DELETE /hooks/{id}", done: 204\(keys.isEmpty ? "" : ", " + keys)}
            verify: {list: again}
        """
    }

    private func sent(
        _ credentials: String, _ keys: String = "", parts: [String: String]
    ) async throws -> Engine.Asked {
        let engine = try await Engine(Self.manifest(credentials, keys), parts: ["main": parts]) { _, _ in .status(204) }
        #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .accepted)
        return try #require(engine.network.asked.last)
    }

    @Test("Each kind in its place")
    func kinds() async throws {
        let basic = "Basic " + Data("u:p:q".utf8).base64EncodedString()
        #expect(try await sent("main: {kind: bearer}", parts: ["token": "t"]).headers["Authorization"] == "Bearer t")
        #expect(try await sent("main: {kind: bearer}", parts: ["": "t"]).headers["Authorization"] == "Bearer t")
        let header = try await sent(
            "main: {kind: header, headers: {Authorization: \"Token {a}\", X-B: \"{b}\"}}", parts: ["a": "1", "b": "2"])
        #expect(header.headers["Authorization"] == "Token 1" && header.headers["X-B"] == "2")
        #expect(
            try await sent("main: {kind: query, query: {key: \"{k}\"}}", "query: {a: b}", parts: ["k": "x&y"]).url
                .hasSuffix("/hooks/1?a=b&key=x%26y"))
        #expect(
            try await sent("main: {kind: path, prefix: \"/bot{k}\"}", parts: ["k": "1:a"]).url
                == "https://api.example.test/bot1:a/v1/hooks/1")
        #expect(
            try await sent("main: {kind: basic, user: \"{u}\", password: \"{p}\"}", parts: ["u": "u", "p": "p:q"])
                .headers["Authorization"] == basic)
        let encoded = "Basic " + Data("a%3Ab+%2B:p%25".utf8).base64EncodedString()
        #expect(
            try await sent(
                "main: {kind: basic, user: \"{u}\", password: \"{p}\", encode: form}", parts: ["u": "a:b +", "p": "p%"]
            ).headers["Authorization"] == encoded)
        #expect(
            try await sent("main: {kind: body, form: {key: \"{k}\"}}", "json: {a: 1}", parts: ["k": "x"]).body
                == "{\"a\":1,\"key\":\"x\"}")
        #expect(
            try await sent("main: {kind: body, form: {key: \"{k}\"}}", "form: {a: 1}", parts: ["k": "x y"]).body
                == "a=1&key=x+y")
    }

    @Test("A credential goes to its own hosts and to no other; 'auth: none' sends none")
    func hosts() async throws {
        // The address was found on the way: it is one of the hosts, and not one of the credential's.
        let found = Self.manifest("main: {kind: bearer}").replacing("DELETE /hooks/{id}", with: "DELETE {+team}")
        let engine = try await Engine(found) { _, _ in .status(204) }
        let elsewhere = engine.authorization(values: ["team": .string("https://files.example.test/x")])
        let answer = try await engine.session.end(elsewhere, by: .revoke, run: "R")
        #expect(answer.meaning != .accepted && engine.network.asked.isEmpty)
        let named = try await Engine(Self.manifest("main: {kind: bearer, hosts: [api, files]}", "host: files")) {
            _, _ in .status(204)
        }
        _ = try await named.session.end(named.authorization(), by: .revoke, run: "R")
        #expect(named.network.asked.map(\.url) == ["https://files.example.test/hooks/1"])
        let none = try await sent("main: {kind: bearer}", "auth: none", parts: ["token": "t"])
        #expect(none.headers["Authorization"] == nil)
    }

    private static let refresh =
        "main: {kind: oauth_refresh, token_url: \"https://login.example.test/token\", client_auth: CLIENT, scopes: [a, b]}"
    private static let client = ["client_id": "id", "client_secret": "s e", "refresh_token": "r1"]

    @Test("A refresh token is used, replaced where the vendor rotates it, and kept")
    func rotation() async throws {
        let kept = Mutex<[String]>([])
        let engine = try await Engine(
            Self.manifest(Self.refresh.replacing("CLIENT", with: "form")), parts: ["main": Self.client],
            keep: { new in kept.withLock { $0.append(new) } }
        ) { asked, number in
            if asked.url.hasSuffix("/token") {
                return .json(
                    "{\"access_token\": \"a\(number)\", \"expires_in\": 3600, \"refresh_token\": \"r\(number + 2)\"}")
            }
            return .status(asked.headers["Authorization"] == "Bearer a0" && number > 1 ? 401 : 204)
        }
        for _ in 0..<2 {
            #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .accepted)
        }
        let tokens = engine.network.asked.filter { $0.url == "https://login.example.test/token" }
        #expect(
            tokens.map(\.body)
                == ["r1", "r2"].map { "grant_type=refresh_token&refresh_token=\($0)&client_id=id&client_secret=s+e" })
        #expect(
            engine.network.asked.map { $0.headers["Authorization"] } == [
                nil, "Bearer a0", "Bearer a0", nil, "Bearer a3",
            ])
        #expect(kept.withLock { $0 } == ["r2", "r5"])
    }

    @Test("A client says who it is as RFC 6749 has it; an expired token is renewed before it is used")
    func clientAuthentication() async throws {
        let engine = try await Engine(
            Self.manifest(Self.refresh.replacing("CLIENT", with: "basic")), parts: ["main": Self.client]
        ) { asked, _ in
            asked.url.hasSuffix("/token") ? .json("{\"access_token\": \"a\", \"expires_in\": 30}") : .status(204)
        }
        for _ in 0..<2 { _ = try await engine.session.end(engine.authorization(), by: .revoke, run: "R") }
        #expect(engine.network.asked.map(\.url).filter { $0.hasSuffix("/token") }.count == 2)
        #expect(
            engine.network.asked[0].headers["Authorization"] == "Basic " + Data("id:s+e".utf8).base64EncodedString())
        #expect(engine.network.asked[0].body == "grant_type=refresh_token&refresh_token=r1")
    }

    @Test("A token that is not given is a refusal in words, and 401 after one renewal is too")
    func refusals() async throws {
        let engine = try await Engine(
            Self.manifest(Self.refresh.replacing("CLIENT", with: "form")), parts: ["main": Self.client]
        ) { asked, _ in
            asked.url.hasSuffix("/token") ? .status(400, "{\"error\": \"invalid_grant\"}") : .status(204)
        }
        let answer = try await engine.session.end(engine.authorization(), by: .revoke, run: "R")
        #expect(answer.meaning != .accepted && answer.reason?.contains("invalid_grant") == true)
        #expect(answer.reason?.contains("r1") == false && engine.network.asked.count == 1)
        let refused = try await Engine(
            Self.manifest(Self.refresh.replacing("CLIENT", with: "form")), parts: ["main": Self.client]
        ) { asked, _ in
            asked.url.hasSuffix("/token") ? .json("{\"access_token\": \"a\"}") : .status(401)
        }
        #expect(try await refused.session.end(refused.authorization(), by: .revoke, run: "R").meaning == .forbidden)
        #expect(refused.network.asked.count == 4)
    }

    @Test("An exchanged token is got once for each distinct value that it names")
    func exchange() async throws {
        let credentials = """
            main: {kind: bearer}
            scoped: {kind: exchange, from: main, request: "POST /teams/{team}/token", token: /token, expires: /expires}
            """
        let engine = try await Engine(Self.manifest(credentials, "auth: scoped")) { asked, _ in
            asked.method == "POST"
                ? .json("{\"token\": \"for \(asked.url.split(separator: "/")[4])\", \"expires\": 600}") : .status(204)
        }
        for team in ["t1", "t2", "t1"] {
            _ = try await engine.session.end(
                engine.authorization(values: ["team": .string(team)]), by: .revoke, run: "R")
        }
        #expect(
            engine.network.asked.map { "\($0.method) \($0.url.suffix(14)) \($0.headers["Authorization"] ?? "")" } == [
                "POST teams/t1/token Bearer tok", "DELETE est/v1/hooks/1 Bearer for t1",
                "POST teams/t2/token Bearer tok",
                "DELETE est/v1/hooks/1 Bearer for t2", "DELETE est/v1/hooks/1 Bearer for t1",
            ])
    }

    @Test("It may name what prepare bound")
    func exchangeWithPrepared() async throws {
        let credentials = """
            main: {kind: bearer}
            scoped: {kind: exchange, from: main, request: "POST /tenants/{tenant}/token", token: /token}
            """
        let prepare = "prepare: [{request: GET /config, bind: {tenant: /tenant}, require: {/tenant: {present: true}}}]"
        let engine = try await Engine(Self.manifest(credentials, "auth: scoped", top: prepare)) { asked, _ in
            asked.url.hasSuffix("/config")
                ? .json("{\"tenant\": \"x7\"}") : asked.method == "POST" ? .json("{\"token\": \"s\"}") : .status(204)
        }
        #expect(try await engine.session.end(engine.authorization(), by: .revoke, run: "R").meaning == .accepted)
        #expect(engine.network.asked.map(\.url).contains("https://api.example.test/v1/tenants/x7/token"))
    }
}

@Suite("Addresses that the account puts in the vendor's place")
struct AddressReplacementTests {
    private static let manifest = """
        credentials: {main: {kind: oauth_refresh, token_url: "https://login.example.test/oauth/token", client_auth: form, hosts: [api, files]}}
        whoami: {request: GET /me, identity: /id}
        surfaces:
          - id: hook
            kind: webhook
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover: {request: GET /hooks, host: files, items: /items, next: {url: /next}, fields: {id: /id}, keep: {page: /page}}
            revoke: {request: "DELETE {+page}", done: 2xx}
            verify: {list: again}
        """
    private static let parts = ["main": ["client_id": "c", "refresh_token": "r"]]

    private func urls(_ page: String, _ change: (inout Account) -> Void) async throws -> [String] {
        let engine = try await Engine(Self.manifest, parts: Self.parts, account: change) { asked, _ in
            if asked.url.hasSuffix("/oauth/token") { return .json("{\"access_token\": \"a\"}") }
            if asked.url.hasSuffix("/me") { return .json("{\"id\": 1}") }
            let next = asked.url.hasSuffix("?p=2") ? "null" : "\"https://files.example.test/hooks?p=2\""
            return asked.method == "GET" ? .json("{\"items\": [], \"next\": \(next)}") : .status(204)
        }
        #expect(await engine.discover().coverage.state == .seen)
        _ = try await engine.session.end(engine.authorization(values: ["page": .string(page)]), by: .revoke, run: "R")
        return engine.network.asked.map(\.url)
    }

    @Test("base_url stands for every host, the token's included, its path before theirs")
    func base() async throws {
        #expect(
            try await urls("https://api.example.test/v1/x?y=1") { $0.baseURL = "http://127.0.0.1:9/play" } == [
                "http://127.0.0.1:9/play/oauth/token", "http://127.0.0.1:9/play/v1/me", "http://127.0.0.1:9/play/hooks",
                "http://127.0.0.1:9/play/hooks?p=2", "http://127.0.0.1:9/play/v1/x?y=1",
            ])
    }

    @Test("hosts stands for one, and the others stay where they are")
    func hosts() async throws {
        #expect(
            try await urls("https://files.example.test/x") { $0.hosts = ["files.example.test": "http://127.0.0.1:9"] }
                == [
                    "https://login.example.test/oauth/token", "https://api.example.test/v1/me",
                    "http://127.0.0.1:9/hooks",
                    "http://127.0.0.1:9/hooks?p=2", "http://127.0.0.1:9/x",
                ])
        let tokens = try await urls("https://files.example.test/x") {
            $0.hosts = ["login.example.test": "http://127.0.0.1:9"]
        }
        #expect(tokens.first == "http://127.0.0.1:9/oauth/token")
    }

    @Test("The original is never asked where it is replaced")
    func neverTheOriginal() async throws {
        for page in [
            "https://files.example.test/x", "https://FILES.example.test/x", "https://files.example.test:443/x",
        ] {
            let urls = try await urls(page) { $0.baseURL = "http://127.0.0.1:9" }
            #expect(urls.allSatisfy { $0.hasPrefix("http://127.0.0.1:9/") }, "\(urls)")
        }
    }

    @Test(
        "A host that an answer adds is https, and within what the manifest allows",
        arguments: [
            ("https://eu.example.test", true), ("http://eu.example.test", false), ("http://127.0.0.1:7", true),
        ])
    func prepared(_ host: String, _ isAllowed: Bool) async throws {
        let manifest = Self.manifest.replacing(
            "whoami:",
            with: "prepare: [{request: GET /config, auth: none, hosts: {zone: /host}, require: {/ok: true}}]\nwhoami:")
        let engine = try? await Engine(manifest, parts: Self.parts) { asked, _ in
            asked.url.hasSuffix("/config")
                ? .json("{\"ok\": true, \"host\": \"\(host)\"}") : .json("{\"id\": 1, \"access_token\": \"a\"}")
        }
        #expect((engine != nil) == isAllowed)
        if isAllowed { #expect(engine?.session.hosts.contains(host) == true) }
    }
}

import ConnectorKit
import Documents
import Testing
import Transport

@Suite struct ExchangeTests {
    static let head = """
        # Two hooks on two pages.
        # surface: webhook
        # operation: discover
        # shows: second-page
        # values: {"org": "lumen"}
        # finds: [7, "8"]

        """
    static let text =
        head + """
            POST /hooks?b=2&a=1&a=%20x HTTP/1.1
            Host: api.example
            Authorization: Bearer <secret>
            Content-Type: application/x-www-form-urlencoded

            token=<secret>&page=1

            HTTP/1.1 200 OK
            Content-Type: application/json

            [{"id": 7}]

            ###
            DELETE /hooks/7 HTTP/1.1
            Host: api.example:8443

            HTTP/1.1 204 No Content

            """

    @Test("reads claim, keys and pairs")
    func reads() throws {
        let exchange = try Exchange(Self.text, file: "connectors/x/exchanges/webhook-second-page.http")
        #expect(exchange.name == "webhook-second-page")
        #expect(exchange.claim == "Two hooks on two pages.")
        #expect(exchange.surface == "webhook")
        #expect(exchange.operation == .discover)
        #expect(exchange.shows == .secondPage)
        #expect(exchange.values == ["org": .string("lumen")])
        #expect(exchange.finds == ["7", "8"])
        #expect(exchange.pairs.map(\.asked.target) == ["/hooks?b=2&a=1&a=%20x", "/hooks/7"])
        #expect(exchange.pairs.map(\.asked.body) == ["token=<secret>&page=1", ""])
        #expect(exchange.pairs.map(\.answered.status) == [200, 204])
        #expect(exchange.pairs.map(\.answered.body) == [#"[{"id": 7}]"#, ""])
        #expect(exchange.pairs.map(\.line) == [7, 20])
    }

    @Test(
        "says where a file is wrong",
        arguments: [
            (
                "# A claim.\n# shows: list\nGET / HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n",
                "x.http:1: error: 'operation' is missing"
            ),
            (
                "# A claim.\n# operation: lst\nget it\n",
                "x.http:3: error: a request line such as 'GET /path HTTP/1.1' is expected"
            ),
            (
                "# A claim.\n# operation: lst\nGET / HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n",
                "x.http:2: error: 'lst' is not an operation"
            ),
            (
                "# A claim.\n# operation: revoke\n# shows: revoked\nGET / HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n",
                "x.http:3: error: 'revoked' is not one of list, empty, revoke, again, refused, disable, undo, dead, alive, "
                    + "throttled, failed, identity, token, second-page"
            ),
            (
                "# A claim.\n# operation: revoke\n# shows: revoke\nGET / HTTP/1.1\nHost: a\n\nbody\n",
                "x.http:4: error: the request has no answer: a line such as 'HTTP/1.1 200 OK' is expected"
            ),
            (
                "# A claim.\n# operation: revoke\n# shows: revoke\nGET / HTTP/1.1\n\nHTTP/1.1 200 OK\n",
                "x.http:4: error: the request has no 'Host'"
            ),
        ])
    func errors(_ text: String, _ message: String) {
        #expect { try Exchange(text, file: "x.http") } throws: { "\($0)" == message }
    }

    private func request(_ target: String, body: String, token: String = "Bearer s3") throws -> Request {
        let address = try #require(Address("https://api.example" + target))
        let type = "application/x-www-form-urlencoded"
        return Request(
            .read, "POST", address,
            headers: [.init("Authorization", token), .init("Content-Type", type)], body: Array(body.utf8))
    }

    @Test("takes what is equal in any order, with a secret for every mark")
    func matches() async throws {
        let transport = ExchangeTransport(try Exchange(Self.text, file: "x.http"))
        let answer = try await transport.send(try request("/hooks?a=+x&a=1&b=2", body: "page=1&token=k"))
        #expect(answer.status == 200)
        #expect(transport.differences == ["x.http:20: 'DELETE /hooks/7' was not sent"])
    }

    @Test(
        "names the first difference",
        arguments: [
            ("/hook?b=2&a=1&a=%20x", "token=k&page=1", "Bearer s", "x.http:7: the path is /hook, not /hooks"),
            ("/hooks?b=2&a=1", "token=k&page=1", "Bearer s", "x.http:7: the query has not 'a= x'"),
            (
                "/hooks?b=2&a=1&a=%20x", "token=&page=1", "Bearer s",
                "x.http:7: the form has 'token=', not 'token=<secret>'"
            ),
            (
                "/hooks?b=2&a=1&a=%20x", "token=k&page=1", "Basic s",
                "x.http:7: header 'Authorization' is 'Basic s', not 'Bearer <secret>'"
            ),
        ])
    func differs(_ target: String, _ body: String, _ token: String, _ difference: String) async throws {
        let transport = ExchangeTransport(try Exchange(Self.text, file: "x.http"))
        let request = try request(target, body: body, token: token)
        await #expect { try await transport.send(request) } throws: { "\($0)" == difference }
        #expect(transport.differences == [difference])
    }
}

@Suite struct PatternSampleTests {
    @Test(
        "invents texts of a shape",
        arguments: [
            #"(?<id>(AKIA|ABIA|ACCA)[A-Z2-7]{16})"#, #"xox[abpe][.-][0-9A-Za-z.-]{10,}"#, #"1//0[A-Za-z0-9_-]{40,}"#,
            #"https://hooks\.slack\.com/(?<hook>(services|workflows|triggers)/[A-Za-z0-9/_-]{40,60})"#,
            #"pit-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"#, "https://.+", #"\d{3}a?[^a]+"#,
        ])
    func sample(_ text: String) throws {
        let pattern = try Pattern(text)
        let samples = try (1...5).map { try #require(pattern.sample(seed: $0)) }
        #expect(samples.allSatisfy(pattern.matchesWhole))
        #expect(Set(samples).count == 5)
    }
}

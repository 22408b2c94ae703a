import Foundation
import TestSupport
import Testing
import Transport

@Suite struct CurlTransportTests {
    let transport = CurlTransport(CurlSettings(userAgent: "revoke/test", connectSeconds: 2, totalSeconds: 20))

    @Test("keeps the status, the body and all header fields in order, and drops interim answers")
    func answer() async throws {
        let vendor = try await ScriptedVendor(
            #"""
            {"routes": {"/a": {"status": 201, "interim": [103], "body": "hello",
             "headers": [["X-B", "1"], ["X-A", " padded "], ["x-b", "2"], ["X-Empty", ""], ["X-C", "a: b"]]}}}
            """#)
        let response = try await transport.send(.read(vendor, "/a"))
        #expect(response.status == 201)
        #expect(response.body == Array("hello".utf8))
        #expect(
            response.headers == [
                .init("X-B", "1"), .init("X-A", "padded"), .init("x-b", "2"), .init("X-Empty", ""),
                .init("X-C", "a: b"), .init("Content-Length", "5"),
            ])
    }

    @Test("sends any verb, and says that there is no body where there is none", arguments: ["DELETE", "POST", "ACL"])
    func verbs(verb: String) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {"status": 204}}"#)
        #expect(try await transport.send(.write(verb, vendor, "/a?b=c%2Fd")).status == 204)
        let request = try #require(await vendor.log().requests.first)
        #expect(request.method == verb)
        #expect(request.target == "/a?b=c%2Fd")
        #expect(request.header("Content-Length") == "0")
        #expect(request.header("Content-Type") == nil)
        #expect(request.header("User-Agent") == "revoke/test")
    }

    @Test("sends a body as it is, zero bytes and all, and no header of its own about it")
    func body() async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {"status": 200}}"#)
        let body = [UInt8](0...255) + [UInt8](repeating: 0, count: 2 << 20)
        let headers: Headers = [.init("Content-Type", "application/octet-stream"), .init("X-Empty", "")]
        _ = try await transport.send(.write("PUT", vendor, "/a", headers: headers, body: body))
        let request = try #require(await vendor.log().requests.first)
        #expect(request.body.unicodeScalars.map { UInt8($0.value) } == body)
        #expect(request.header("Content-Type") == "application/octet-stream")
        #expect(request.header("X-Empty") == "")
        #expect(request.header("Expect") == nil)
    }

    @Test("a handle that is used again remembers nothing of the request before")
    func reuse() async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {"body": "ok"}}"#)
        let headers: Headers = [.init("Authorization", "Bearer s3cret")]
        _ = try await transport.send(.write("POST", vendor, "/a", headers: headers, body: Array("x=1".utf8)))
        _ = try await transport.send(.read(vendor, "/b", method: "HEAD"))
        let response = try await transport.send(.read(vendor, "/c"))
        #expect(response.body == Array("ok".utf8))
        let log = try await vendor.log()
        #expect(log.requests.map(\.method) == ["POST", "HEAD", "GET"])
        #expect(log.requests.map(\.body) == ["x=1", "", ""])
        #expect(log.requests.map { $0.header("Authorization") } == ["Bearer s3cret", nil, nil])
        #expect(log.requests[2].header("Content-Length") == nil)
        #expect(log.requests.allSatisfy { $0.connection == 1 })
    }

    @Test("reads no more of a body than the request allows")
    func sizeLimit() async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {"size": 52428800}}"#)
        var request = try Request.read(vendor, "/a")
        await #expect(throws: TransportError.answerTooLarge(host: "127.0.0.1", bytes: 8 << 20)) {
            try await transport.send(request)
        }
        request.sizeLimit = 52_428_800
        #expect(try await transport.send(request).body.count == 52_428_800)
        request.sizeLimit = 10
        request.discardsBody = true
        #expect(try await transport.send(request).body.isEmpty)
    }

    @Test("reads no head without end")
    func headLimit() async throws {
        let line = "X: " + String(repeating: "y", count: 60_000)
        let lines = String(repeating: line + #"\r\n"#, count: 6)
        let vendor = try await ScriptedVendor(#"{"otherwise": {"raw": "HTTP/1.1 200 OK\r\n\#(lines)\r\n"}}"#)
        await #expect(throws: TransportError.self) { try await transport.send(.read(vendor, "/a")) }
    }

    @Test("sends 300 requests at once over no more connections than allowed, and mixes up no answer")
    func many() async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {"delay": 0.05, "body": "ok"}}"#)
        let targets = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let response = try await transport.send(.read(vendor, "/\(number)"))
                    return response.status == 200 ? response.address.target : ""
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(targets == Set((0..<300).map { "/\($0)" }))
        let log = try await vendor.log()
        #expect(log.requests.count == 300)
        #expect(log.most_open <= 65)
    }

    @Test("sends many requests at once where TLS carries HTTP/1.1 only")
    func manyEncrypted() async throws {
        let vendor = try await ScriptedVendor(
            #"{"otherwise": {"delay": 0.2, "status": 204}}"#, encryption: .selfSigned(name: "127.0.0.1"))
        let environment = ["CURL_CA_BUNDLE": try #require(vendor.certificate)]
        let transport = CurlTransport(CurlSettings(userAgent: "revoke/test", environment: environment))
        let request = try Request.write("DELETE", vendor, "/a")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await transport.send(request).status } }
            for try await status in group { #expect(status == 204) }
        }
        let log = try await vendor.log()
        #expect(log.requests.count == 100)
        #expect(log.most_open > 20)
    }

    @Test("ends a cancelled request at once, whether it is under way or in line")
    func cancellation() async throws {
        let vendor = try await ScriptedVendor(#"{"routes": {"/held": {"hold": true}}, "otherwise": {"status": 204}}"#)
        let settings = CurlSettings(
            userAgent: "revoke/test", totalSeconds: 600, silenceSeconds: 600, atOncePerOrigin: 1)
        let transport = CurlTransport(settings)
        let start = ContinuousClock.now
        let tasks = try (0..<3).map { _ in
            let request = try Request.read(vendor, "/held")
            return Task { try await transport.send(request) }
        }
        for task in tasks {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(try await transport.send(.read(vendor, "/a")).status == 204)
        // Nothing but the cancellation ends them before ten minutes are over.
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test(
        "refuses what HTTP has no room for before anything is sent",
        arguments: [
            ("GET /x HTTP/1.1\r\nX", Headers(), "method"), ("GET", [.init("X-A", "b\r\nX-C: d")], "header 'X-A'"),
            ("GET", [.init("X-A\nX-B", "c")], "header name"), ("GET", [.init("X-A", "b\0c")], "header 'X-A'"),
        ] as [(String, Headers, String)])
    func malformed(method: String, headers: Headers, part: String) async throws {
        let address = try #require(Address("http://127.0.0.1:1/"))
        await #expect(throws: TransportError.malformedRequest(host: "127.0.0.1", part: part)) {
            try await transport.send(Request(.read, method, address, headers: headers))
        }
    }

    @Test("sends nothing unencrypted to another computer")
    func plain() async throws {
        let address = try #require(Address("http://api.vendor.example/"))
        await #expect(throws: TransportError.notEncrypted(host: "api.vendor.example")) {
            try await transport.send(Request(.read, "GET", address))
        }
    }
}

extension Request {
    static func read(_ vendor: ScriptedVendor, _ target: String, method: String = "GET") throws -> Request {
        Request(.read, method, try #require(Address(vendor.origin + target)))
    }

    static func write(
        _ method: String, _ vendor: ScriptedVendor, _ target: String, headers: Headers = [], body: [UInt8]? = nil
    ) throws -> Request {
        Request(.write, method, try #require(Address(vendor.origin + target)), headers: headers, body: body)
    }
}

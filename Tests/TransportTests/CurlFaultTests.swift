import TestSupport
import Testing
import Transport

@Suite struct CurlFaultTests {
    let transport = CurlTransport(CurlSettings(userAgent: "revoke/test", connectSeconds: 1, totalSeconds: 2))

    private func error(_ request: Request) async throws -> TransportError {
        try #require(await #expect(throws: TransportError.self) { try await transport.send(request) })
    }

    @Test(
        "a connection that ends before the answer is whole is cut: the request may have been carried out",
        arguments: [
            #"{"cut": "before"}"#, #"{"cut": "before", "reset": true}"#, #"{"cut": "head"}"#,
            #"{"cut": "body", "body": "half of this"}"#, #"{"cut": "body", "body": "half of this", "chunked": true}"#,
            #"{"raw": "nonsense\r\n\r\n"}"#, #"{"raw": "HTTP/1.1 2000000 OK\r\n\r\n"}"#,
            #"{"raw": "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n"}"#,
        ])
    func cut(step: String) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": \#(step)}"#)
        let error = try await error(.write("POST", vendor, "/a", body: [1]))
        guard case .cut(let host, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(host == "127.0.0.1")
        #expect(!error.wasNotSent)
        #expect(try await vendor.log().requests.count == 1)
    }

    @Test(
        "a vendor that never answers, or never ends, is given the time it has and no more",
        arguments: [#"{"hold": true}"#, #"{"size": 1000, "drip": {"bytes": 1, "every": 0.1}}"#])
    func slow(step: String) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": \#(step)}"#)
        #expect(try await error(.read(vendor, "/a")) == .timedOut(host: "127.0.0.1", seconds: 2))
    }

    @Test(
        "what was never connected was certainly not sent",
        arguments: ["http://127.0.0.1:1/", "https://vendor.invalid/", "https://127.0.0.1:1/"])
    func unreachable(url: String) async throws {
        let error = try await error(Request(.write, "DELETE", try #require(Address(url))))
        guard case .unreachable = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.wasNotSent)
    }

    @Test("a host that accepts nothing is unreachable, not slow")
    func connectTimeOut() async throws {
        // A server that speaks no TLS and says nothing: the handshake never ends.
        let vendor = try await ScriptedVendor(#"{"otherwise": {"hold": true}}"#)
        let address = try #require(Address("https://127.0.0.1:\(vendor.port)/"))
        let request = Request(.write, "DELETE", address)
        // The others wait for the first, to learn whether its connection can carry them.
        let errors = try await withThrowingTaskGroup(of: TransportError.self) { group in
            for _ in 0..<8 { group.addTask { try await error(request) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for error in errors {
            guard case .unreachable = error else {
                Issue.record("\(error)")
                continue
            }
        }
    }

    @Test("a certificate that nobody vouches for, or for another host, is refused before anything is sent")
    func certificate() async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {}}"#, encryption: .selfSigned(name: "127.0.0.1"))
        let unknown = try await error(.read(vendor, "/a"))
        guard case .untrustedCertificate = unknown else {
            Issue.record("\(unknown)")
            return
        }
        let misnamed = try await ScriptedVendor(#"{"otherwise": {}}"#, encryption: .selfSigned(name: "vendor.example"))
        let environment = ["CURL_CA_BUNDLE": try #require(misnamed.certificate)]
        let trusting = CurlTransport(CurlSettings(userAgent: "revoke/test", environment: environment))
        let error = await #expect(throws: TransportError.self) { try await trusting.send(.read(misnamed, "/a")) }
        guard case .untrustedCertificate = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await vendor.log().requests.isEmpty)
        #expect(try await misnamed.log().requests.isEmpty)
    }

    @Test("trusts the roots that curl users name in the environment", arguments: ["CURL_CA_BUNDLE", "SSL_CERT_FILE"])
    func roots(variable: String) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {}}"#, encryption: .selfSigned(name: "127.0.0.1"))
        let environment = [variable: try #require(vendor.certificate)]
        let trusting = CurlTransport(CurlSettings(userAgent: "revoke/test", environment: environment))
        #expect(try await trusting.send(.read(vendor, "/a")).status == 200)
    }

    @Test(
        "a write that left on a reused connection is never sent again behind our back",
        arguments: [("POST", [1, 2, 3]), ("POST", nil), ("DELETE", nil), ("PATCH", [1])] as [(String, [UInt8]?)])
    func deadConnection(method: String, body: [UInt8]?) async throws {
        let vendor = try await ScriptedVendor(
            #"{"routes": {"/a": {"cut": "before", "only_reused": true}}, "otherwise": {"status": 204}}"#)
        #expect(try await transport.send(.read(vendor, "/first")).status == 204)
        let error = try await error(.write(method, vendor, "/a", body: body))
        #expect(error == .cut(host: "127.0.0.1", reason: "the connection died after the request was sent"))
        #expect(try await vendor.log().requests.filter { $0.target == "/a" }.count == 1)
    }

    @Test("a connection that the vendor closed while it was idle costs nothing", arguments: [true, false])
    func idleConnection(reset: Bool) async throws {
        let answer = #""raw": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "reset": \#(reset)"#
        let vendor = try await ScriptedVendor(#"{"routes": {"/a": {\#(answer)}}, "otherwise": {"status": 204}}"#)
        for _ in 0..<20 {
            #expect(try await transport.send(.read(vendor, "/a")).status == 200)
            // The log is asked for on another connection, which gives the closing time to arrive.
            _ = try await vendor.log()
            #expect(try await transport.send(.write("POST", vendor, "/b", body: [1])).status == 204)
        }
        let log = try await vendor.log()
        #expect(log.requests.filter { $0.target == "/b" }.count == 20)
    }

    @Test(
        "no error shows what the address or the headers hold",
        arguments: [#"{"cut": "before"}"#, #"{"hold": true}"#, #"{"raw": "nonsense s3cret"}"#, #"{"size": 20}"#])
    func secrets(step: String) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": \#(step)}"#)
        let headers: Headers = [.init("Authorization", "Bearer s3cret")]
        var request = try Request.write("POST", vendor, "/s3cret?token=s3cret", headers: headers)
        request.sizeLimit = 10
        let error = try await error(request)
        #expect(!"\(error)\(String(reflecting: error))".contains("s3cret"))
    }
}

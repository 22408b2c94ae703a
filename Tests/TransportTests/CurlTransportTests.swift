import Foundation
import TestSupport
import Testing

@testable import Transport

@Suite struct CurlTransportTests {
    let transport = CurlTransport(CurlSettings(userAgent: "revoke/test", connectSeconds: 2, totalSeconds: 5))

    @Test("keeps the status, the body and all header fields in order")
    func answer() async throws {
        let vendor = try ScriptedVendor(
            #"""
            {"routes": {"/a": {"status": 201, "interim": [103], "body": "hello",
             "headers": [["X-B", "1"], ["X-A", " padded "], ["x-b", "2"], ["X-Empty", ""]]}}}
            """#)
        let response = try await transport.send(.read(vendor, "/a"))
        #expect(response.status == 201)
        #expect(response.body == Array("hello".utf8))
        #expect(
            response.headers == [
                .init("X-B", "1"), .init("X-A", "padded"), .init("x-b", "2"), .init("X-Empty", ""),
                .init("Content-Length", "5"),
            ])
    }
}

extension Request {
    static func read(_ vendor: ScriptedVendor, _ target: String) throws -> Request {
        Request(.read, "GET", try #require(Address(vendor.origin + target)))
    }

    static func write(
        _ method: String, _ vendor: ScriptedVendor, _ target: String, headers: Headers = [], body: [UInt8]? = nil
    ) throws -> Request {
        Request(.write, method, try #require(Address(vendor.origin + target)), headers: headers, body: body)
    }
}

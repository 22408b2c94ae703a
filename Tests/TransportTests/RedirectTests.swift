import TestSupport
import Testing
import Transport

@Suite struct RedirectTests {
    let transport = CurlTransport(CurlSettings(userAgent: "revoke/test", totalSeconds: 5))

    private func request(_ vendor: ScriptedVendor, _ target: String, redirects: Int = 3) throws -> Request {
        var request = try Request.read(vendor, target)
        request.headers = [.init("Authorization", "Bearer s3cret")]
        request.redirects = redirects
        return request
    }

    @Test("a read follows redirects within the origin, at most as many as it may")
    func sameOrigin() async throws {
        let vendor = try await ScriptedVendor(
            #"""
            {"routes": {"/1": {"status": 301, "headers": {"Location": "/2"}},
             "/2": {"status": 307, "headers": {"Location": "3?a=b"}}, "/3": {"body": "here"}}}
            """#)
        let whole = try await transport.send(request(vendor, "/1"))
        #expect(whole.status == 200)
        #expect(whole.address.target == "/3?a=b")
        let short = try await transport.send(request(vendor, "/1", redirects: 1))
        #expect(short.status == 307)
        #expect(short.address.target == "/2")
        #expect(try await transport.send(request(vendor, "/1", redirects: 0)).status == 301)
    }

    @Test("no credential goes where a redirect points outside the origin")
    func otherOrigin() async throws {
        let other = try await ScriptedVendor(#"{"otherwise": {"status": 200}}"#)
        let vendor = try await ScriptedVendor(
            #"{"otherwise": {"status": 302, "headers": {"Location": "\#(other.origin)/take"}}}"#)
        let response = try await transport.send(request(vendor, "/1"))
        #expect(response.status == 302)
        #expect(response.headers["Location"] == "\(other.origin)/take")
        #expect(try await other.log().requests.isEmpty)
    }

    @Test("a write follows no redirect, whatever it may")
    func write() async throws {
        let vendor = try await ScriptedVendor(
            #"{"routes": {"/1": {"status": 308, "headers": {"Location": "/2"}}, "/2": {"status": 200}}}"#)
        var request = try Request.write("DELETE", vendor, "/1")
        request.redirects = 3
        #expect(try await transport.send(request).status == 308)
        #expect(try await vendor.log().requests.count == 1)
    }

    @Test("a redirect never turns a verb into another")
    func verb() async throws {
        let vendor = try await ScriptedVendor(
            #"{"routes": {"/1": {"status": 302, "headers": {"Location": "/2"}}, "/2": {"status": 200}}}"#)
        var request = try request(vendor, "/1")
        request.method = "POST"
        #expect(try await transport.send(request).status == 302)
    }
}

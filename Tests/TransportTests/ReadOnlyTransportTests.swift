import TestSupport
import Testing
import Transport

@Suite struct ReadOnlyTransportTests {
    let transport = ReadOnlyTransport(CurlTransport(CurlSettings(userAgent: "revoke/test")))

    @Test("lets reads through, whatever their verb, and no write, whatever its verb")
    func writes() async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {}}"#)
        var search = try Request.read(vendor, "/search")
        search.method = "POST"
        #expect(try await transport.send(search).status == 200)
        for method in ["GET", "POST", "DELETE"] {
            var request = try Request.write(method, vendor, "/a?token=s3cret")
            request.label = "\(method) /a"
            await #expect(throws: TransportError.writeInDryRun(label: "\(method) /a")) {
                try await transport.send(request)
            }
        }
        #expect(try await vendor.log().requests.map(\.target) == ["/search"])
    }
}

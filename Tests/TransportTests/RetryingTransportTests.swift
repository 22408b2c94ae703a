import Foundation
import Synchronization
import TestSupport
import Testing
import Transport

@Suite struct RetryingTransportTests {
    let time = TestTime()

    private func retrying(seconds: Int = 5, _ patience: RetryingTransport.Patience = .init()) -> RetryingTransport {
        let curl = CurlTransport(CurlSettings(userAgent: "revoke/test", connectSeconds: 1, totalSeconds: seconds))
        return RetryingTransport(patience: patience, timepiece: time.hasty, curl)
    }

    @Test(
        "a read that failed for a while is sent again",
        arguments: [
            #"{"cut": "before"}"#, #"{"cut": "body", "body": "half of this"}"#, #"{"status": 500}"#,
            #"{"status": 503}"#, #"{"status": 408}"#, #"{"raw": "nonsense\r\n\r\n"}"#,
        ])
    func read(step: String) async throws {
        let failing = step.dropLast() + #", "times": 4}"#
        let vendor = try await ScriptedVendor(#"{"otherwise": [\#(failing), {"body": "at last"}]}"#)
        #expect(try await retrying().send(.read(vendor, "/a")).body == Array("at last".utf8))
        let waits = await time.waits()
        #expect(waits.count == 4)
        for (wait, usual) in zip(waits, [1, 2, 4, 8].map { Duration.seconds($0) }) {
            #expect(wait >= usual * 0.5 && wait <= usual * 1.5)
        }
    }

    @Test("a read is sent five times at most, and the last answer is returned as it is")
    func lastAnswer() async throws {
        let vendor = try await ScriptedVendor(
            #"{"routes": {"/a": {"status": 502, "body": "proxy"}, "/b": {"cut": "before"}}}"#)
        let response = try await retrying().send(.read(vendor, "/a"))
        #expect(response.status == 502)
        #expect(response.body == Array("proxy".utf8))
        await #expect(throws: TransportError.self) { try await retrying().send(.read(vendor, "/b")) }
        let targets = ["/a", "/b"].flatMap { Array(repeating: $0, count: 5) }
        #expect(try await vendor.log().requests.map(\.target) == targets)
    }

    @Test("what another try cannot change is not tried", arguments: [200, 302, 400, 401, 403, 404, 409, 422])
    func final(status: Int) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": {"status": \#(status)}}"#)
        #expect(try await retrying().send(.read(vendor, "/a")).status == status)
        #expect(try await vendor.log().requests.count == 1)
    }

    @Test(
        "a write that may have been carried out is not sent again",
        arguments: [#"{"cut": "before"}"#, #"{"status": 500}"#, #"{"status": 503}"#, #"{"hold": true}"#])
    func write(step: String) async throws {
        let vendor = try await ScriptedVendor(#"{"otherwise": \#(step)}"#)
        let result = await Result { try await retrying(seconds: 1).send(.write("DELETE", vendor, "/a")) }
        #expect((try? result.get().status) ?? 500 >= 500)
        #expect(try await vendor.log().requests.count == 1)
        #expect(await time.waits().isEmpty)
    }

    @Test("waits as long as it is asked to, for reads and writes", arguments: ["GET", "DELETE"])
    func slowDown(method: String) async throws {
        let date = "Sat, 01 Aug 2026 12:00:30 GMT"
        let vendor = try await ScriptedVendor(
            #"""
            {"otherwise": [{"status": 429, "headers": {"Retry-After": "20"}, "times": 1},
             {"status": 503, "headers": {"Retry-After": "\#(date)"}}, {"status": 204}]}
            """#)
        let request = try method == "GET" ? Request.read(vendor, "/a") : .write(method, vendor, "/a")
        #expect(try await retrying().send(request).status == 204)
        #expect(await time.waits() == [.seconds(20), .seconds(10)])
    }

    @Test("is patient 20 times in a row, or 15 minutes, and then returns the answer", arguments: [(1, 20), (100, 9)])
    func patience(seconds: Int, waits: Int) async throws {
        let vendor = try await ScriptedVendor(
            #"{"otherwise": {"status": 429, "headers": {"Retry-After": "\#(seconds)"}}}"#)
        #expect(try await retrying().send(.write("DELETE", vendor, "/a")).status == 429)
        #expect(await time.waits() == Array(repeating: .seconds(seconds), count: waits))
    }

    @Test("the vendor's own way to ask for patience goes before the usual one")
    func custom() async throws {
        let vendor = try await ScriptedVendor(
            #"{"otherwise": [{"status": 403, "body": "slow"}, {"status": 500, "body": "fine"}]}"#)
        var request = try Request.read(vendor, "/a")
        request.temporary = { $0.body == Array("slow".utf8) ? .slowDown(after: .seconds(3)) : nil }
        #expect(try await retrying().send(request).status == 500)
        #expect(await time.waits() == [.seconds(3)])
    }

    @Test("a cancelled task is not kept waiting")
    func cancellation() async throws {
        let vendor = StandIn { Response(status: 500, address: $0.address) }
        let address = try #require(Address("https://api.vendor.example/"))
        let retrying = RetryingTransport(timepiece: time.timepiece, vendor)
        let task = Task { try await retrying.send(Request(.read, "GET", address)) }
        for await _ in time.sleeps { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

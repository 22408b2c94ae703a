import Authorizations
import ConnectorKit
import Coordination
import Testing
import Transport

@Suite("A run in trouble")
struct CoordinatorTroubleTests {
    private func vendor(_ events: EventLog, flows: Int, rule: @escaping PlayedVendor.Rule = { _, _ in nil })
        -> PlayedVendor
    {
        let vendor = PlayedVendor("a", events, rule: rule)
        vendor.add("/flows", (0..<flows).map { "F\(1000 + $0)" })
        vendor.add("/teams", ["t1"])
        vendor.add("/teams/t1/hooks", ["H1", "H2"])
        return vendor
    }

    private static let isDelete: @Sendable (PlayedVendor.Asked) -> Bool = { $0.method == "DELETE" }

    private static func delete(_ path: String) throws -> Request {
        Request(.read, "DELETE", try #require(Address("https://api.example.test" + path)))
    }

    @Test("What one answer in ten of a bad vendor costs is another attempt")
    func badVendor() async throws {
        let events = EventLog()
        let vendor = vendor(events, flows: 60) { asked, count in
            guard Self.isDelete(asked), count == 1 else { return nil }
            return switch asked.path.last {
            case "3": .answer(500)
            case "4": .lose
            case "5": .answer(503)
            default: nil
            }
        }
        let bench = try await Bench([vendor], events)
        let results = try await bench.run()
        #expect(Bench.outcomes(results) == [.dead])
        // What was done although the answer was lost is not sent again.
        #expect(results[bench.number("a/flow/F1004")]?.attempts == 1)
        #expect(results[bench.number("a/flow/F1003")]?.attempts == 2)
        #expect(results[bench.number("a/flow/F1005")]?.attempts == 2)
    }

    @Test("What a vendor refuses has failed, with its words, and the rest goes on")
    func refusal() async throws {
        let events = EventLog()
        let vendor = vendor(events, flows: 3) { asked, _ in
            Self.isDelete(asked) && asked.path == "/flows/F1001" ? .answer(403) : nil
        }
        let bench = try await Bench([vendor], events)
        let results = try await bench.run()
        let refused = try #require(results[bench.number("a/flow/F1001")])
        #expect(
            refused.settlement.outcome == .failed && refused.settlement.reason == "HTTP 403" && refused.attempts == 1)
        #expect(results.values.count { $0.settlement.outcome == .dead } == 4)
    }

    @Test("What is dead before anything was sent is already dead, and nothing is sent")
    func alreadyDead() async throws {
        let events = EventLog()
        let vendor = vendor(events, flows: 2) { asked, _ in asked.path == "/flows/F1000" ? .answer(404) : nil }
        let bench = try await Bench([vendor], events)
        let results = try await bench.run()
        #expect(results[bench.number("a/flow/F1000")]?.settlement.outcome == .alreadyDead)
        #expect(!events.sent.contains("a DELETE /flows/F1000"))
    }

    @Test("A journal that breaks stops everything: nothing leaves afterwards", arguments: [0, 1, 2])
    func journal(_ kind: Int) async throws {
        let events = EventLog()
        let vendor = vendor(events, flows: 300)
        let bench = try await Bench([vendor], events)
        let fifth = bench.number("a/flow/F1005")
        let journal = TestJournal(events) { event in
            switch event {
            case .intended(let step, _): kind == 0 && step.number == fifth
            case .answered(let step, _, _, _, _): kind == 1 && step.number == fifth
            case .settled(let step, _): kind == 2 && step.number == fifth
            }
        }
        await #expect(throws: TestJournal.Full()) { _ = try await bench.run(journal) }
        // Those that were let through at the same moment are heard out; nothing of the next phase is begun.
        #expect(events.sent.count < 150, "\(events.sent.count) requests left")
        #expect(!events.sent.contains { $0.contains("hooks") })
        if kind == 0 { #expect(!events.sent.contains("a DELETE /flows/F1005")) }
    }

    @Test("Stopped, a run begins nothing more, and hears out and records what has left")
    func cancellation() async throws {
        let events = EventLog()
        let vendor = vendor(events, flows: 300) { asked, _ in Self.isDelete(asked) ? .hold : nil }
        let bench = try await Bench([vendor], events)
        let run = Task { try await bench.run() }
        while events.sent.count < 40 { try await Task.sleep(for: .milliseconds(5)) }
        run.cancel()
        try await Task.sleep(for: .milliseconds(50))
        let sent = events.sent.count
        let intended = events.all.count { if case .intended = $0 { true } else { false } }
        vendor.open()
        let results = try await run.value
        #expect(events.sent.count == sent)
        #expect(events.all.count { if case .intended = $0 { true } else { false } } == intended)
        #expect(events.all.count { if case .answered = $0 { true } else { false } } == sent)
        #expect(results.isEmpty, "nothing was read back")
        #expect(!events.sent.contains { $0.contains("hooks") })
    }

    @Test("After a crash what had been sent is read first, and sent again only where it is alive")
    func resume() async throws {
        let events = EventLog()
        let vendor = vendor(events, flows: 4)
        let bench = try await Bench([vendor], events) { item in
            switch item.authorization.vendorID {
            case "F1000": .begun(answer: .accepted, attempts: 1)
            case "F1001": .begun(answer: nil, attempts: 0)
            case "F1002": .begun(answer: .conflict, attempts: 1)
            default: .planned(isKnownAlive: false)
            }
        }
        // The first was carried out before the crash, the others were not.
        _ = try await vendor.send(try Self.delete("/flows/F1000"))
        let before = events.sent.count
        let results = try await bench.run()
        #expect(Bench.outcomes(results) == [.dead])
        #expect(results[bench.number("a/flow/F1000")]?.attempts == 1)
        #expect(results[bench.number("a/flow/F1001")]?.attempts == 1)
        #expect(results[bench.number("a/flow/F1002")]?.attempts == 2)
        #expect(!events.sent.dropFirst(before).contains("a DELETE /flows/F1000"))
    }
}

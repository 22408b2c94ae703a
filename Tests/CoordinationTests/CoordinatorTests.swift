import Authorizations
import ConnectorKit
import Coordination
import Documents
import Foundation
import Testing

@Suite("A run from its first request to its last proof")
struct CoordinatorTests {
    private static func ids(_ letter: String, _ count: Int) -> [String] { (0..<count).map { "\(letter)\(1000 + $0)" } }

    /// Two accounts with something on every surface.
    private func accounts(_ events: EventLog, rule: @escaping PlayedVendor.Rule = { _, _ in nil }) -> [PlayedVendor] {
        ["a", "b"].map { name in
            let vendor = PlayedVendor(name, events, rule: rule)
            for surface in ["flows", "zaps", "stucks"] { vendor.add("/" + surface, Self.ids("F", 2)) }
            vendor.add("/teams", ["t1", "t2"])
            vendor.add("/teams/t1/hooks", Self.ids("H", 5))
            vendor.add("/teams/t2/hooks", Self.ids("H", 4))
            vendor.add("/grants", Self.ids("G", 5), ["realm": .string("one")])
            vendor.add("/grants", Self.ids("X", 2), ["realm": .string("two")])
            vendor.add("/tokens", ["T1", PlayedAccount.secret])
            return vendor
        }
    }

    @Test("Everything ends dead; phases hold across accounts; surfaces go in the manifest's order")
    func order() async throws {
        let events = EventLog()
        let bench = try await Bench(accounts(events), events)
        let results = try await bench.run()
        #expect(results.count == bench.plan.items.count && results.count == 48)
        #expect(Bench.outcomes(results) == [.dead])
        #expect(bench.vendors.allSatisfy { $0.left == 2 }, "only the teams are left")
        for name in ["a", "b"] {
            let ranks = events.sent.filter { $0.hasPrefix(name) }.map(Self.rank)
            #expect(ranks == ranks.sorted())
        }
        let phases = events.sent.map { Self.phase(Self.rank($0)) }
        #expect(phases == phases.sorted())
    }

    private static let surfaces = ["/flows", "/zaps", "/stucks", "/teams", "/grants", "/tokens/T", "/tokens/"]

    private static func rank(_ sent: String) -> Int { surfaces.firstIndex { sent.contains(" " + $0) } ?? -1 }

    private static func phase(_ rank: Int) -> Int { [0, 0, 0, 1, 2, 3, 4][rank] }

    @Test("One account's slow proof holds back the next phase of the other")
    func phasesWait() async throws {
        let events = EventLog()
        let vendors = ["a", "b"].map { name in
            let vendor = PlayedVendor(name, events) { asked, count in
                // What was deleted still stands there for three reads.
                asked.account == "b" && asked.path == "/flows/F1" && asked.method == "GET" && (2...4).contains(count)
                    ? .answer(200) : nil
            }
            vendor.add("/flows", ["F1"])
            vendor.add("/teams", ["t1"])
            vendor.add("/teams/t1/hooks", ["H1"])
            return vendor
        }
        let bench = try await Bench(vendors, events)
        let results = try await bench.run()
        #expect(Bench.outcomes(results) == [.dead])
        let settled = try #require(events.first(.settled(bench.number("b/flow/F1"))))
        let sent = try #require(events.first(.sent("a DELETE /teams/t1/hooks/H1")))
        #expect(settled < sent)
    }

    @Test("A phase waits a minute for the proof of what was accepted, and no longer")
    func release() async throws {
        let events = EventLog()
        let vendor = PlayedVendor("a", events) { asked, _ in
            asked.path == "/stucks/S1" && asked.method == "DELETE" ? .pretend : nil
        }
        vendor.add("/stucks", ["S1"])
        vendor.add("/teams", ["t1"])
        vendor.add("/teams/t1/hooks", ["H1"])
        let bench = try await Bench([vendor], events)
        let results = try await bench.run()
        #expect(bench.outcomes(results) == ["a/stuck/S1": .alive, "a/hook/t1/H1": .dead])
        let (stuck, hook) = (bench.number("a/stuck/S1"), bench.number("a/hook/t1/H1"))
        let settled = try #require(events.first(.settled(stuck)))
        #expect(try #require(events.first(.intended(hook))) < settled)
        let accepted = try #require(results[stuck]?.acceptedAt)
        let wait = try #require(results[hook]?.acceptedAt).timeIntervalSince(accepted)
        #expect(wait > 59, "it waited \(wait) s")
    }

    @Test("The credential in use goes last, alone, and is proved by being refused")
    func ownCredential() async throws {
        let events = EventLog()
        let bench = try await Bench(accounts(events), events)
        let results = try await bench.run()
        for name in ["a", "b"] {
            let number = bench.number("\(name)/token/\(PlayedAccount.secret)")
            let result = try #require(results[number])
            #expect(result.settlement.outcome == .dead)
            #expect(result.settlement.evidence == "GET /me answered 401: the credential is no longer accepted")
            let intended = try #require(events.first(.intended(number)))
            let others = bench.plan.items.filter { $0.phase != .ownCredential }.map(\.number)
            #expect(others.allSatisfy { events.first(.settled($0)) ?? .max < intended })
        }
    }

    @Test("A credential that still lets us in is not dead")
    func credentialThatStays() async throws {
        let events = EventLog()
        let vendor = PlayedVendor("a", events) { asked, _ in asked.method == "DELETE" ? .pretend : nil }
        vendor.add("/tokens", [PlayedAccount.secret])
        let bench = try await Bench([vendor], events)
        #expect(try await bench.run().values.map(\.settlement.outcome) == [.alive])
    }

    @Test("One listing for each parent proves all that stands under it")
    func listings() async throws {
        let events = EventLog()
        let vendor = PlayedVendor("a", events)
        vendor.add("/teams", ["t1", "t2"])
        vendor.add("/teams/t1/hooks", Self.ids("H", 40))
        vendor.add("/teams/t2/hooks", Self.ids("H", 7))
        let bench = try await Bench([vendor], events)
        let before = vendor.asked.count
        let results = try await bench.run()
        #expect(Bench.outcomes(results) == [.dead])
        let reads = vendor.asked.dropFirst(before).filter { $0.method == "GET" }.map(\.path)
        #expect(reads.sorted() == ["/teams/t1/hooks", "/teams/t2/hooks"])
    }

    @Test("No request leaves before its intent is durable, and no answer counts before it is")
    func intents() async throws {
        let events = EventLog()
        let bench = try await Bench(accounts(events), events)
        _ = try await bench.run()
        for item in bench.plan.items {
            let intended = try #require(events.first(.intended(item.number)))
            let answered = try #require(events.first(.answered(item.number)))
            let settled = try #require(events.first(.settled(item.number)))
            #expect(intended < answered && answered < settled)
            guard item.authorization.surface != "grant" else { continue }
            let path = item.id.replacing("\(item.authorization.account)/\(item.authorization.surface)/", with: "")
            let sent = try #require(
                events.all.firstIndex { event in
                    guard case .sent(let what) = event else { return false }
                    return what.hasPrefix(item.authorization.account)
                        && what.hasSuffix(path.replacing("t1/", with: "t1/hooks/").replacing("t2/", with: "t2/hooks/"))
                        && what.contains("/\(item.authorization.surface)s/")
                })
            #expect(intended < sent && sent < answered)
        }
    }

    @Test("Requests for several hold no more than the vendor takes, and only what agrees in the rest")
    func batches() async throws {
        let events = EventLog()
        let bench = try await Bench(accounts(events), events)
        _ = try await bench.run()
        let bodies = bench.vendors[0].asked.filter { $0.method == "POST" }.compactMap(\.body)
        let sizes = bodies.map { ($0["realm"]?.string ?? "") + " \($0["ids"]?.array?.count ?? 0)" }
        #expect(sizes.sorted() == ["one 2", "one 3", "two 2"])
        let ids = bodies.flatMap { $0["ids"]?.array?.compactMap(\.string) ?? [] }
        #expect(ids.sorted() == Self.ids("G", 5) + Self.ids("X", 2))
    }

    @Test("A thousand lanes end, and none twice")
    func lanes() async throws {
        let events = EventLog()
        let vendor = PlayedVendor("a", events)
        vendor.add("/flows", Self.ids("F", 1000))
        let bench = try await Bench([vendor], events)
        let results = try await bench.run()
        #expect(results.values.count { $0.settlement.outcome == .dead && $0.attempts == 1 } == 1000)
        #expect(Set(events.sent).count == events.sent.count)
    }
}

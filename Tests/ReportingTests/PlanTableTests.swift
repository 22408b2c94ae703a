import Authorizations
import Foundation
import TestSupport
import Testing

@testable import Coordination
@testable import Reporting

@Suite struct PlanTableTests {
    private func table(_ plan: Plan, _ terminal: Terminal, _ change: (inout PlanTable.Occasion) -> Void = { _ in })
        -> String
    {
        var occasion = PlanTable.Occasion()
        occasion.secondsToInventory = 6.2
        change(&occasion)
        return screen(terminal) {
            PlanTable(plan, manifests: AtelierLumen.manifests, occasion, terminal, Wording()).write(to: $0)
        }
    }

    @Test("shows every line, what could not be seen and what to type", arguments: [80, 120, 50])
    func dryRun(columns: Int) throws {
        try expectGolden(table(AtelierLumen.plan(), .test(columns)), "plan-\(columns).txt")
    }

    @Test("takes colour for what is said in words too")
    func colour() throws {
        try expectGolden(table(AtelierLumen.plan(), .test(color: true)), "plan-colour.txt")
        let plain = table(AtelierLumen.plan(), .test(color: true)).replacing(/\u{1b}\[[0-9;]*m/, with: "")
        #expect(plain == table(AtelierLumen.plan(), .test()))
    }

    @Test("writes ASCII where the names allow it", arguments: [80, 120])
    func ascii(columns: Int) throws {
        let text = table(AtelierLumen.plan(), .test(columns, unicode: false, isTerminal: false))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        try expectGolden(text, "plan-ascii-\(columns).txt")
    }

    @Test("tells the steps by hand when asked to say more")
    func verbose() throws {
        try expectGolden(table(AtelierLumen.plan(), .test()) { $0.isVerbose = true }, "plan-verbose.txt")
    }

    @Test("says that nothing has changed yet before the question, and offers no command")
    func beforeTheQuestion() {
        let text = table(AtelierLumen.plan(), .test()) { $0.isDryRun = false }
        #expect(text.hasPrefix("The plan. Only reads were sent so far; nothing has changed."))
        #expect(!text.contains("Do it:"))
    }

    @Test("repeats the options that chose, quoted for a shell")
    func arguments() {
        let text = table(AtelierLumen.plan(), .test()) {
            $0.arguments = ["--holder", "Lead Connector's", "--account", "google"]
            $0.planFile = "lumen plan.json"
        }
        #expect(text.contains("revoke --holder 'Lead Connector'\\''s' --account google\n"))
        #expect(text.contains("revoke apply 'lumen plan.json'\n"))
    }

    @Test("says what an empty list may mean")
    func nothing() throws {
        var text = table(AtelierLumen.sealed([], AtelierLumen.coverage), .test())
        try expectGolden(text, "plan-empty.txt")
        text = table(AtelierLumen.sealed([], [], accounts: []), .test())
        #expect(text.contains("No place was read, so nothing can be said about what stands where."))
        let seen = Coverage(account: "google", surface: "user-oauth-token", state: .seen)
        text = table(AtelierLumen.sealed([], [seen]), .test())
        #expect(text.contains("The one place was seen in full."))
    }

    @Test("shows hostile names for what they are, and cuts no host", arguments: [50, 80, 120])
    func hostile(columns: Int) throws {
        let host = "login.example.com." + String(repeating: "a", count: 60) + ".evil.example"
        var items = [
            AtelierLumen.item("google", "user-oauth-token", .oauthGrant, "x", "\u{1b}[2J\u{1b}]0;owned\u{7}Slack"),
            AtelierLumen.item("google", "user-oauth-token", .oauthGrant, "x", "Goo\u{202e}elg\u{202c}", owner: "a\nb@"),
            AtelierLumen.item("google", "user-oauth-token", .oauthGrant, "x", "Za\u{200b}pier", scopes: ["\u{0}"]),
            AtelierLumen.item("google", "user-oauth-token", .oauthGrant, "x", "日本語の連携アプリケーション名です", owner: "東京@"),
            AtelierLumen.item(
                "google", "user-oauth-token", .oauthGrant, "x", "👩‍💻🇫🇷❤️ café e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}"),
            AtelierLumen.item("google", "webhook", .webhook, "hook", target: "https://\(host)/x", used: "2026-11-22"),
            AtelierLumen.item("google", "webhook", .webhook, host, host, scopes: ["a", "b"], target: host),
            AtelierLumen.item(
                "google", "key", .apiKey, "18f0c4a2d9b74e6f8a1b2c3d4e5f6071", "0oa1b2c3d4e5f6g7h8i9j0klm",
                used: "2026-11-22"),
            AtelierLumen.item("google", "key", .apiKey, "", ""),
        ]
        for index in items.indices { items[index].number = index + 1 }
        try expectGolden(table(AtelierLumen.sealed(items, []), .test(columns)), "plan-hostile-\(columns).txt")
        let text = table(AtelierLumen.sealed(items, []), .test(columns)).filter { $0 != "\n" && $0 != " " }
        #expect(text.contains(host))
    }

    @Test("groups the smaller holders and accounts where there is no room for all")
    func manyHoldersAndAccounts() throws {
        var items: [Plan.Item] = []
        let accounts = (1...14).map {
            Plan.Account(name: "account-\($0)", connector: "c", connectorDigest: "", hosts: [], identity: "me")
        }
        for index in 0..<60 {
            items.append(AtelierLumen.item("account-\(index % 14 + 1)", "s", .oauthGrant, "t", "Holder \(index % 11)"))
            items[index].number = index + 1
        }
        let text = table(AtelierLumen.sealed(items, [], accounts: accounts), .test())
        let matrix = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).prefix { !$0.isEmpty }
            .joined(separator: "\n")
        try expectGolden(matrix + "\n", "plan-matrix.txt")
    }

    @Test("streams 100,000 rows, line by line")
    func large() {
        var items: [Plan.Item] = []
        items.reserveCapacity(100_000)
        for number in 1...100_000 {
            var item = AtelierLumen.item(
                "google", "user-oauth-token", .oauthGrant, "App", "Holder \(number % 5000)", owner: "p\(number)@")
            item.number = number
            items.append(item)
        }
        let plan = Plan(
            digest: "", accounts: AtelierLumen.accounts, createdAt: AtelierLumen.now, expiresAt: AtelierLumen.now,
            vendor: nil,
            items: items, coverage: AtelierLumen.coverage, effects: [:])
        var (lines, longest) = (0, 0)
        let began = ContinuousClock.now
        PlanTable(plan, manifests: AtelierLumen.manifests, PlanTable.Occasion(), .test(), Wording()).write { line in
            lines += 1
            longest = max(longest, line.utf8.count)
        }
        #expect(lines > 100_000)
        #expect(longest < 400)
        #expect(ContinuousClock.now - began < .seconds(60))
    }
}

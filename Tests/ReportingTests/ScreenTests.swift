import Authorizations
import ConnectorKit
import Foundation
import TestSupport
import Testing
import Transport

@testable import Coordination
@testable import Reporting

@Suite struct ScreenTests {
    private let now = AtelierLumen.date("2026-11-24T08:00:00Z")

    @Test("lists accounts", arguments: [80, 50])
    func accounts(columns: Int) throws {
        let terminal = Terminal.test(columns)
        let text = screen(terminal) { out in
            AccountScreens(terminal, Wording()).list(
                [
                    .init(
                        name: "google", connectors: ["google-workspace", "google-calendar"],
                        signsInWith: "oauth_refresh, file google.json", place: "config.yaml:3"),
                    .init(
                        name: "stripe", connectors: ["stripe"], signsInWith: "bearer, variable STRIPE_KEY",
                        place: "config.yaml:11"),
                ], to: out)
        }
        try expectGolden(text, "accounts-list-\(columns).txt")
    }

    @Test("says of each account who we are, what we see and what to fix", arguments: [80, 120, 50])
    func check(columns: Int) throws {
        let terminal = Terminal.test(columns)
        let text = screen(terminal) { out in
            AccountScreens(terminal, Wording()).check(
                [
                    .init(
                        name: "google", signedInAs: "direction@atelier-lumen.example", placesSeen: 3, places: 6,
                        toFix: []),
                    .init(
                        name: "slack", signedInAs: "workspace atelier-lumen", placesSeen: 0, places: 2,
                        toFix: ["plan: full list and removal need an organization", "scope admin.apps:read is missing"]),
                    .init(
                        name: "github", signedInAs: nil, placesSeen: 0, places: 4,
                        toFix: ["the token ending in x9Qd is not accepted (401)"]),
                ], to: out)
        }
        try expectGolden(text, "accounts-check-\(columns).txt")
    }

    @Test("lists connectors and shows one", arguments: [80, 50])
    func connectors(columns: Int) throws {
        let terminal = Terminal.test(columns)
        let screens = ConnectorScreens(terminal, Wording())
        let manifests = AtelierLumen.manifests.values.sorted { $0.id < $1.id }
        try expectGolden(screen(terminal) { screens.list(manifests, to: $0) }, "connectors-list-\(columns).txt")
        let workspace = try #require(AtelierLumen.manifests["google-workspace"])
        try expectGolden(screen(terminal) { screens.show(workspace, to: $0) }, "connectors-show-\(columns).txt")
    }

    @Test("says of each place what it sees, how it ends and how it is proved")
    func places() throws {
        func surface(_ id: String, _ change: (inout Surface) -> Void) -> Surface {
            var surface = Surface(
                id: id, kind: .webhook, phase: .subscriptions, actor: .accountOwner, confidence: .medium, auth: .none)
            change(&surface)
            return surface
        }
        let text = LocalizedText(en: "archived ones are left out.", fr: "")
        let read = Operation(
            verb: "GET", path: Template(literal: "/x"), host: "api", auth: .none, effect: .read, isIdempotent: true)
        let list = ListOperation(operation: read, items: ListOperation.Level(), next: .none)
        let change = Change(steps: [ConnectorKit.Step(operation: read)])
        let surfaces = [
            surface("whole") {
                $0.discover = Discover(source: .list(list), fields: [], under: [])
                ($0.revoke, $0.undo, $0.verify) = (change, change, Verify(form: .listAgain(dead: nil)))
            },
            surface("in-part") {
                $0.discover = Discover(source: .list(list), fields: [], under: [])
                $0.discover?.partial = text
                ($0.disable, $0.verify) = (change, Verify(form: .none(text)))
            },
            surface("assumed") { $0.discover = Discover(source: .assumed(text), fields: [], under: []) },
            surface("a-value-in-hand-under-a-long-name") { $0.given = Given() },
            surface("nothing") { $0.unlistable = text },
        ]
        var manifest = Manifest(
            id: "acme", title: "Acme", sources: [],
            hosts: [
                (
                    "api",
                    Template(parts: [.literal("https://"), .variable("domain", isReserved: true), .literal("/v1")])
                )
            ],
            surfaces: surfaces, digest: "")
        var setting = Manifest.Setting(name: "domain", about: LocalizedText(en: "the shop's own domain", fr: ""))
        setting.isOptional = true
        manifest.settings = [setting]
        for columns in [80, 120] {
            let terminal = Terminal.test(columns)
            let shown = screen(terminal) { ConnectorScreens(terminal, Wording()).show(manifest, to: $0) }
            try expectGolden(shown, "connectors-show-places-\(columns).txt")
        }
    }

    @Test("lists the log in the reader's zone")
    func log() throws {
        func row(_ time: String, _ record: Int, _ event: String, _ text: String) -> LogScreens.Row {
            .init(time: AtelierLumen.date(time), record: record, run: "20261123-k7q2", event: event, text: text)
        }
        let rows = [
            row("2026-11-23T09:02:43.120Z", 31, "intended", "revoke 20 stripe, try 1"),
            row("2026-11-23T09:02:43.611Z", 32, "answered", "20 stripe: done (200)"),
            row("2026-11-23T09:07:44.002Z", 81, "settled", "20 stripe: alive, 10 reads"),
            row("2025-12-31T23:30:00Z", 82, "ended", "18 dead, 3 open, exit 3"),
        ]
        let terminal = Terminal.test()
        try expectGolden(
            screen(terminal) { LogScreens(terminal, Wording()).list(rows, now: now, to: $0) }, "log-list.txt")
        #expect(
            screen(terminal) { LogScreens(terminal, Wording()).list([], now: now, to: $0) }
                == "The log is empty: there was no run yet.\n")
    }

    @Test("says whether the log holds")
    func logVerify() throws {
        let root = "5c1e90d41f0c6a7b8e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69b07a"
        let checks: [LogScreens.Check] = [
            .init(size: 82, root: root, key: "7d1c0a5f"),
            .init(
                size: 82, root: root, firstBroken: 32, brokenAt: AtelierLumen.date("2026-11-23T09:02:43Z"),
                findings: ["record 32 was changed"]),
            .init(size: 82, root: root, firstBroken: 1, findings: ["record 1 is missing"]),
            .init(size: 82, root: root, findings: ["a trigger that keeps the log append-only is gone"]),
        ]
        let terminal = Terminal.test()
        let text = screen(terminal) { out in
            checks.forEach { LogScreens(terminal, Wording()).verify($0, now: now, to: out) }
        }
        try expectGolden(text, "log-verify.txt")
    }

    @Test("asks with the number that will be ended and what cannot be put back, once")
    func asking() throws {
        let asking = Asking(.test(), Wording())
        let choices = [
            (text: "I want to try it first", command: "revoke sandbox"),
            (text: "I have accounts", command: "revoke accounts add google"),
        ]
        let texts = [
            asking.prompt(for: AtelierLumen.plan()), asking.prompt(for: AtelierLumen.plan(), isRest: true),
            asking.stopping(underWay: 3), asking.stopping(underWay: 1), asking.stopping(underWay: nil),
            asking.firstRun(configuration: "~/.config/revoke/config.yaml", choices: choices, asks: true),
            asking.firstRun(configuration: "~/.config/revoke/config.yaml", choices: choices, asks: false),
        ]
        try expectGolden(texts.joined(separator: "\n--\n") + "\n", "asking.txt")
        #expect(asking.prompt(for: AtelierLumen.plan()).hasSuffix("Type 21 to go on, anything else to stop: "))
    }

    @Test("tells a complaint in two lines, or as JSON")
    func complaint() {
        let complaint = Complaint(
            code: "stale-plan", message: "This plan is from 20 Nov and expired on 21 Nov at 10:02.\n\u{1b}[31mred",
            hint: "Make a new one: revoke --dry-run --plan-out lumen.plan", exitCode: 64)
        #expect(
            complaint.text(.test(50)) == """
                revoke: This plan is from 20 Nov and expired on 21
                  Nov at 10:02.
                  \\u{1b}[31mred
                  Make a new one: revoke --dry-run --plan-out
                  lumen.plan

                """)
        #expect(
            complaint.json == #"""
                {"error":{"code":"stale-plan","message":"This plan is from 20 Nov and expired on 21 Nov at 10:02.\n\u001b[31mred","hint":"Make a new one: revoke --dry-run --plan-out lumen.plan"}}

                """#)
    }
}

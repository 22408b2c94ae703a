import Authorizations
import Foundation
import TestSupport
import Testing

@testable import Coordination
@testable import Reporting

@Suite struct RunTableTests {
    private func table(_ report: RunReport, _ terminal: Terminal, _ occasion: RunTable.Occasion = .init()) -> String {
        screen(terminal) {
            RunTable(report, manifests: AtelierLumen.manifests, occasion, terminal, Wording()).write(to: $0)
        }
    }

    @Test("says first what is still open, with reasons and commands", arguments: [80, 120, 50])
    func ended(columns: Int) throws {
        try expectGolden(table(AtelierLumen.report(), .test(columns)), "run-\(columns).txt")
    }

    @Test("keeps marks and words without colour or Unicode")
    func ascii() throws {
        try expectGolden(table(AtelierLumen.report(), .test(unicode: false, isTerminal: false)), "run-ascii.txt")
        try expectGolden(table(AtelierLumen.report(), .test(color: true)), "run-colour.txt")
    }

    @Test("tells what an interruption left")
    func interrupted() throws {
        let report = AtelierLumen.report(wasInterrupted: true)
        try expectGolden(table(report, .test()), "run-interrupted.txt")
        try expectGolden(Asking(.test(), Wording()).stopped(report), "stopped.txt")
    }

    @Test("says everything is dead only where it is")
    func allDead() throws {
        var item = AtelierLumen.item("google", "user-oauth-token", .oauthGrant, "Drift", "Drift", owner: "contact@")
        item.number = 1
        let seen = Coverage(account: "google", surface: "user-oauth-token", state: .seen, count: 1)
        var report = AtelierLumen.report()
        report.plan = AtelierLumen.sealed([item], [seen])
        report.results = [1: StepResult(Settlement(.dead, evidence: "listed again"), attempts: 1)]
        try expectGolden(table(report, .test()), "run-all-dead.txt")
    }

    @Test("shares a line between many steps with one reason, and tells what came back and what is new")
    func verify() throws {
        var report = AtelierLumen.report()
        for number in [1, 2, 3] { report.results[number] = StepResult(Settlement(.alive, reason: "came back")) }
        report.results[21] = StepResult(Settlement(.accepted, reason: "nothing can be asked about it"), attempts: 1)
        report.results[14] = StepResult(Settlement(.manual, reason: "Forbidden: missing permission"), attempts: 1)
        var new = AtelierLumen.item(
            "google", "user-oauth-token", .oauthGrant, "LC Mobile", "LC Mobile", owner: "direction@")
        new.number = 31
        report.new = [new]
        var occasion = RunTable.Occasion()
        occasion.command = .verify
        occasion.further = ["manual", "report"]
        try expectGolden(table(report, .test(), occasion), "run-verify.txt")
    }
}

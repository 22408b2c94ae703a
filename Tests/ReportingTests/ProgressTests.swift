import Authorizations
import ConnectorKit
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Coordination
@testable import Reporting

@Suite struct ProgressTests {
    private let start = AtelierLumen.now

    private func dead(_ how: String = "listed again: it is no longer there") -> StepResult {
        StepResult(Settlement(.dead, evidence: how), attempts: 1)
    }

    /// What is on the terminal after all that was written to it: cursor up, erase below, lines.
    private func shown(_ written: String) -> [String] {
        var lines: [String] = [""]
        for part in written.split(separator: "\u{1b}[", omittingEmptySubsequences: false).enumerated() {
            var text = part.element
            if part.offset > 0, let up = text.firstMatch(of: /^(\d+)A\r/) {
                lines.removeLast(min(lines.count, (Int(up.1) ?? 0) + 1))
                lines.append("")
                text = text[up.range.upperBound...]
            } else if part.offset > 0, text.hasPrefix("0J") {
                text = text.dropFirst(2)
            }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if index == 0 { lines[lines.count - 1] += line } else { lines.append(String(line)) }
            }
        }
        return lines
    }

    @Test("redraws one block, at most twice a second, and takes it away", arguments: [80, 40])
    func terminal(columns: Int) throws {
        var progress = RunProgress(
            AtelierLumen.plan(), run: "20261123-k7q2", startedAt: start, .test(columns), Wording())
        var written = progress.begin()
        func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }
        #expect(progress.take(.phaseBegan(.subscriptions, steps: 5), at: at(0.1)) == "")
        for number in [18, 19, 22, 23, 26] {
            written += progress.take(.accepted(number), at: at(1))
            written += progress.take(.settled(number, dead()), at: at(2))
        }
        written += progress.take(.phaseBegan(.grants, steps: 12), at: at(3))
        for number in 1...6 { written += progress.take(.accepted(number), at: at(4)) }
        written += progress.take(.waiting(20, until: .seconds(290)), at: at(5))
        written += progress.take(.slowed(account: "zapier", wait: .seconds(31)), at: at(5))
        written += progress.take(.settled(24, StepResult(Settlement(.failed, reason: "refused"))), at: at(5))
        written += progress.tick(at: at(14))
        let lines = shown(written)
        #expect(lines.allSatisfy { Cells.width($0) <= columns })
        try expectGolden(lines.joined(separator: "\n"), "progress-\(columns).txt")
        written += progress.finish(AtelierLumen.report(), at: at(15))
        #expect(shown(written) == [""])
    }

    @Test("writes a line for each change where nothing can be redrawn, and a sign of life after 30 s")
    func elsewhere() throws {
        var progress = RunProgress(
            AtelierLumen.plan(), run: "20261123-k7q2", startedAt: start, .test(isTerminal: false), Wording())
        func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }
        var written = progress.begin()
        written += progress.take(.phaseBegan(.subscriptions, steps: 5), at: at(0.1))
        written += progress.take(.accepted(18), at: at(1))
        written += progress.take(.settled(18, dead("read again: status \"disabled\"")), at: at(1.1))
        written += progress.take(.slowed(account: "zapier", wait: .seconds(60)), at: at(8))
        written += progress.take(.waiting(20, until: .seconds(60)), at: at(9))
        written += progress.tick(at: at(37))
        written += progress.tick(at: at(38))
        written += progress.tick(at: at(39))
        written += progress.take(
            .settled(20, StepResult(Settlement(.alive, reason: "still there\u{1b}[2J"))), at: at(313))
        written += progress.finish(AtelierLumen.report(), at: at(314))
        try expectGolden(written, "progress-lines.txt")
    }

    @Test("says what is being read")
    func reading() throws {
        func tell(_ terminal: Terminal) -> String {
            var progress = ReadingProgress(visits: 6, startedAt: start, terminal, Wording())
            var written = ""
            func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }
            written += progress.take(.entered(account: "google"), at: at(1))
            written += progress.take(
                .refused(account: "github", EntranceFailure(.notLetIn, "401: bad credentials")), at: at(1.2))
            written += progress.take(.found(account: "google", 6), at: at(1.3))
            written += progress.take(.listed(AtelierLumen.coverage[0]), at: at(1.4))
            written += progress.slowed(account: "google", wait: .seconds(12), at: at(1.5))
            written += progress.tick(at: at(2))
            written += progress.tick(at: at(40))
            return written
        }
        try expectGolden(shown(tell(.test())).joined(separator: "\n"), "reading.txt")
        try expectGolden(tell(.test(isTerminal: false)), "reading-lines.txt")
    }

    @Test("takes events from many tasks, and nothing after the end")
    func live() async {
        let written = Mutex("")
        let plan = AtelierLumen.plan()
        let progress = LiveProgress(
            RunProgress(plan, run: "r", startedAt: start, .test(isTerminal: false), Wording()),
            now: { AtelierLumen.now },
            write: { text in written.withLock { $0 += text } })
        await withTaskGroup { group in
            for number in 1...30 {
                group.addTask { progress.tell { $0.take(.settled(number, StepResult(Settlement(.dead))), at: $1) } }
            }
        }
        progress.finish(AtelierLumen.report())
        progress.tell { $0.take(.accepted(1), at: $1) }
        let lines = written.withLock { $0 }.split(separator: "\n")
        #expect(lines.count == 32)
        #expect(lines.last?.contains(" end ") == true)
    }
}

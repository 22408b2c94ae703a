package import Authorizations
internal import ConnectorKit
package import Coordination
package import Foundation

/// What a run says while it goes on: a block that is redrawn on a terminal, a line for each change elsewhere.
///
/// A value that writes nothing: each call returns what is to be written, and the time is handed in.
package struct RunProgress: Sendable {
    package enum Change: Sendable {
        case phaseBegan(Phase, steps: Int)
        /// The vendor said yes, which proves nothing.
        case accepted(Int)
        /// The vendor said anything else; a read decides.
        case answered(Int)
        case waiting(Int, until: Duration)
        case settled(Int, StepResult)
        case slowed(account: String, wait: Duration)
    }

    private var tally: RunTally
    private var block: RedrawnBlock
    private let run: String
    private let planDigest: String
    private let startedAt: Date
    private let terminal: Terminal
    private let wording: Wording

    package init(_ plan: Plan, run: String, startedAt: Date, _ terminal: Terminal, _ wording: Wording) {
        tally = RunTally(plan)
        block = RedrawnBlock(terminal)
        self.run = run
        planDigest = plan.digest
        self.startedAt = startedAt
        self.terminal = terminal
        self.wording = wording
    }

    /// What to write before the first change.
    package mutating func begin() -> String {
        if terminal.canRedraw { return block.draw(lines(at: startedAt), at: startedAt) }
        return line(
            "plan",
            [("id", String(planDigest.prefix(8))), ("run", run)] + tally.planned.map { ($0.rawValue, "\($1)") },
            at: startedAt)
    }

    package mutating func take(_ change: Change, at time: Date) -> String {
        tally.take(change, at: time)
        if terminal.canRedraw { return block.isDue(at: time) ? block.draw(lines(at: time), at: time) : "" }
        return line(for: change, at: time).map { line($0.0, $0.1, at: time) } ?? ""
    }

    /// Time has gone by: redraws the block, or says after 30 silent seconds what is waited for.
    package mutating func tick(at time: Date) -> String {
        if terminal.canRedraw { return block.isDue(at: time) ? block.draw(lines(at: time), at: time) : "" }
        guard block.isSilent(at: time) else { return "" }
        let waiting = tally.waiting(at: time)
        var facts = [("accepted", "\(tally.accepted)/\(tally.toEnd)"), ("dead", "\(tally.dead)")]
        if !waiting.isEmpty { facts.append(("for", waiting.prefix(4).joined(separator: ", "))) }
        return line("waiting", facts, at: time)
    }

    /// Takes the block away; elsewhere says how many ended how, where there is a report.
    package mutating func finish(_ report: RunReport?, at time: Date) -> String {
        if terminal.canRedraw { return block.clear() }
        guard let report else { return "" }
        let counts = Outcome.allCases.compactMap { outcome in
            let count = report.count(outcome)
            return count > 0 ? (outcome.rawValue, "\(count)") : nil
        }
        return line("end", counts + [("exit", "\(report.exitCode.rawValue)")], at: time)
    }

    // MARK: Elsewhere

    private func line(for change: Change, at time: Date) -> (String, [(String, String)])? {
        func after() -> (String, String) { ("after", wording.tenths(time.timeIntervalSince(startedAt))) }
        switch change {
        case .phaseBegan(let phase, let steps): return ("phase", [("name", phase.rawValue), ("steps", "\(steps)")])
        case .accepted(let number): return ("accepted", [("n", "\(number)"), ("account", tally.account(of: number))])
        case .answered, .waiting: return nil
        case .settled(let number, let result):
            var facts = [("n", "\(number)"), ("account", tally.account(of: number)), after()]
            if let evidence = result.settlement.evidence { facts.append(("how", evidence)) }
            if let reason = result.settlement.reason { facts.append(("why", reason)) }
            return (result.settlement.outcome.rawValue, facts)
        case .slowed(let account, let wait):
            return ("slowed", [("account", account), ("wait", wording.tenths(wait.timeInterval))])
        }
    }

    private mutating func line(_ event: String, _ facts: [(String, String)], at time: Date) -> String {
        block.said(at: time)
        return KeyValueLine.text(event, facts, at: time)
    }

    // MARK: On a terminal

    private func lines(at time: Date) -> [String] {
        var lines = [wording.progressHead(run, plan: String(planDigest.prefix(8)))]
        for (index, phase) in tally.phases.enumerated() {
            lines.append("  \(index + 1) " + wording.phase(phase).padded(14) + "  " + wording.progress(tally[phase]))
        }
        for (index, text) in tally.now(at: time, wording).prefix(3).enumerated() {
            lines.append("  " + (index == 0 ? wording.now : "").padded(5) + " " + text)
        }
        lines.append(
            wording.clock(time.timeIntervalSince(startedAt)) + "  "
                + wording.progressSum(accepted: tally.accepted, of: tally.toEnd, dead: tally.dead, failed: tally.failed)
        )
        return lines.map { Cutting.end($0.visible, width: terminal.columns, terminal) }
    }
}

extension RunProgress.Change {
    package init(_ event: RunEvent) {
        switch event {
        case .phaseBegan(let phase, let steps): self = .phaseBegan(phase, steps: steps)
        case .answered(let step, let answer):
            self =
                answer.meaning == .accepted || answer.meaning == .gone ? .accepted(step.number) : .answered(step.number)
        case .waiting(let step, let until): self = .waiting(step.number, until: until)
        case .settled(let step, let result): self = .settled(step.number, result)
        }
    }
}

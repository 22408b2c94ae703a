import ArgumentParser
import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Foundation
import Reporting

/// `revoke resume [RUN]`: goes on after a crash, a lost network or Ctrl-C.
struct ResumeCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on after a crash, a lost network or Ctrl-C.",
        discussion: """
            What had been sent is read back first, and sent again only where it is shown to be alive. Without RUN: the \
            last run that has not ended, else the last one, of which what is not shown dead is asked again.

            EXAMPLES
              revoke resume
              revoke resume 20261123-k7q2 --confirm 12
            """)

    @OptionGroup var general: GeneralOptions
    @OptionGroup var confirmation: ConfirmationOptions

    @Argument(help: "The run, as 'revoke log list' names it.")
    var run: String?

    @Flag(name: [.customShort("n"), .long], help: "Say what would be gone on with; change nothing.")
    var dryRun = false

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let configuration = try workplace.configuration()
        let flow = RunFlow(
            workplace: workplace, console: console, confirmation: .init(confirmation, configuration.limits))
        if !dryRun { try flow.refuseWithoutAnybodyToAsk() }
        let store = try workplace.openStore()
        let lock = dryRun ? nil : try store.lock()
        defer { _ = lock }
        if run == nil, !dryRun { try await endEmptyRuns(store) }
        let recorded = try await store.runToResume(run)
        var plan = try await store.plan(of: recorded)
        plan.keep(configuration.keeps)
        let known = try await store.steps(of: recorded.id).reduce(into: [Int: AuditLog.Step]()) { $0[$1.number] = $1 }
        let standing = Standing(plan, known)
        if dryRun {
            console.say(
                "Run \(recorded.id): \(standing.settled.count) settled, \(standing.uncertain.count) to be read back first, \(standing.open.count) not started."
            )
            return .done
        }

        let visits = try workplace.visits(of: plan, configuration)
        try workplace.checkSecrets(visits)
        let reading = console.reading(visits.count)
        let services = workplace.services(isDryRun: false, store: store) {
            reading.slowed(account: $0, wait: $1)
        }
        let taker = InventoryTaker(services: services) { reading.take($0) }
        let inventory = try await taker.enter(visits)
        reading.finish()
        if inventory.isLockedOut { throw Complaint.lockedOut(inventory) }
        let fitting = PlanFitting(plan, inventory)
        for line in fitting.lines { console.warn(line + "; what was sent there is read back, the rest is left.") }

        let all = try await flow.steps(plan, inventory, acceptedAt: standing.acceptedAt) { standing.beginning(of: $0) }
        let steps = all.filter { step in
            if standing.settled[step.number] != nil { return false }
            return fitting.fits(step.item.authorization.account) || standing.uncertain.contains(step.number)
        }
        let toAsk = steps.count
        var rest = plan
        let numbers = Set(steps.map(\.number))
        rest.items = plan.items.filter { numbers.contains($0.number) }
        let how = try await flow.confirm(console.prompt(resuming: rest), count: toAsk)
        try await store.record([.runResumed(version: Workplace.version), .planConfirmed(how)], of: recorded.id)
        var settled = standing.settled
        for item in plan.items
        where item.action.ends && settled[item.number] == nil && !steps.contains(where: { $0.number == item.number }) {
            settled[item.number] = StepResult(Settlement(.skipped, reason: "its account no longer fits the plan"))
        }
        let report = try await flow.carryOut(
            RunFlow.Prepared(
                plan: plan, inventory: inventory, store: store, run: recorded.id, startedAt: recorded.startedAt,
                secondsToInventory: nil,
                settled: settled, steps: steps),
            interruption)
        try console.show(report, inventory, command: .resume)
        return report.exitCode
    }

    /// Runs whose process ended before their plan was on record have sent nothing and come no further.
    private func endEmptyRuns(_ store: Store) async throws {
        while let empty = try await store.lastUnfinishedRun(), empty.plan == nil {
            let end = RunEnd(.ended, counts: [:], exitCode: Int(ExitStatus.error.rawValue))
            try await store.record([.runEnded(end)], of: empty.id)
        }
    }
}

/// Where the steps of a recorded run stand.
struct Standing: Sendable {
    /// Results that are final.
    var settled: [Int: StepResult] = [:]
    /// An intent is on record without a final outcome: read back first.
    var uncertain: Set<Int> = []
    /// Nothing was sent, or it is to be asked again.
    var open: Set<Int> = []
    private let known: [Int: AuditLog.Step]

    init(_ plan: Plan, _ known: [Int: AuditLog.Step]) {
        self.known = known
        for item in plan.items {
            guard let step = known[item.number] else { continue }
            let result = StepResult(step)
            if item.action.ends {
                // What is accepted at best cannot be asked about, so that another request would be sent blindly.
                if let result,
                    !result.settlement.outcome.isOpen && result.settlement.outcome != .manual
                        || result.settlement.outcome == .accepted
                {
                    settled[item.number] = result
                } else if step.attempt > 0 {
                    uncertain.insert(item.number)
                } else {
                    open.insert(item.number)
                }
            } else if let result {
                settled[item.number] = result
            }
        }
    }

    func acceptedAt(_ item: Plan.Item) -> Date? {
        uncertain.contains(item.number) ? known[item.number]?.acceptedAt : nil
    }

    func beginning(of item: Plan.Item) -> Step.Beginning {
        guard uncertain.contains(item.number), let step = known[item.number] else {
            return .planned(isKnownAlive: false)
        }
        // An answer to an earlier request says nothing of the one that left after it.
        let answer = step.state == .answered ? Answer.Meaning(step.answer) : nil
        // What a run settled, another may try as often again.
        return .begun(answer: answer, attempts: step.outcome == nil ? step.answers : 0)
    }
}

extension Store {
    /// The named run; else the last that has not ended, else the last one.
    func runToResume(_ name: String?) async throws -> AuditLog.Run {
        if let name {
            guard let id = RunID(name), let run = try await run(id) else { throw Complaint.noRun(name) }
            return run
        }
        if let run = try await lastUnfinishedRun() { return run }
        guard let run = try await runs().first(where: { $0.plan != nil }) else { throw Complaint.noRun(nil) }
        return run
    }

    func plan(of run: AuditLog.Run) async throws -> Plan {
        guard let digest = run.plan, let saved = try await plan(digest: digest), !saved.text.isEmpty else {
            throw Complaint.failure(
                "no-plan", "Run \(run.id) ended before its plan was on record; nothing was sent by it.",
                hint: "Begin anew: revoke --dry-run")
        }
        do { return try PlanDocument.plan(from: Array(saved.text.utf8)) } catch {
            throw Complaint.plan(error, file: "the plan of run \(run.id)")
        }
    }
}

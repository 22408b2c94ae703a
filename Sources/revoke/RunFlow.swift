import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Cryptography
import Foundation
import Reporting

/// What the commands that end something have in common: gate, run, report.
struct RunFlow: Sendable {
    let workplace: Workplace
    let console: Console
    let confirmation: ConfirmationValues

    struct ConfirmationValues: Sendable {
        var yes: Bool
        var confirm: String?
        var limits: Limits

        init(_ options: ConfirmationOptions, _ configured: Limits) {
            yes = options.yes
            confirm = options.confirm
            limits = Limits(max: options.max ?? configured.max, maxPercent: options.maxPercent ?? configured.maxPercent)
        }
    }

    // MARK: Gate

    /// Refuses at once where nobody could be asked later.
    func refuseWithoutAnybodyToAsk() throws {
        if !confirmation.yes, confirmation.confirm == nil, !console.canAsk { throw Complaint.nobodyToAsk() }
    }

    /// - Parameter total: how many were listed, of which `count` would be ended.
    func checkCaps(_ count: Int, of total: Int) throws {
        if let message = Self.capProblem(count, of: total, confirmation.limits) { throw message }
    }

    static func capProblem(_ count: Int, of total: Int, _ limits: Limits) -> Complaint? {
        if let cap = limits.max, count > cap { return .overCap(count, cap: cap) }
        if let cap = limits.maxPercent, total > 0, count * 100 > cap * total {
            return .overShare(count, of: total, cap: cap)
        }
        return nil
    }

    /// The typed yes.
    ///
    /// Returns how it was given.
    func confirm(_ prompt: @autoclosure () -> String, count: Int) async throws -> Confirmation {
        if count == 0 { return .yesOption }
        if let text = confirmation.confirm {
            guard text.trimmingCharacters(in: .whitespaces) == String(count) else {
                throw Complaint.notConfirmed(typed: "'\(text)'", count: count)
            }
            return .confirmOption
        }
        if confirmation.yes { return .yesOption }
        guard console.canAsk else { throw Complaint.noTerminal(count) }
        let typed = console.ask(prompt())
        guard typed == String(count) else {
            throw Complaint.notConfirmed(typed: typed.isEmpty ? "" : "'\(typed)'", count: count)
        }
        return .typed
    }

    // MARK: Run

    /// Everything that one run needs, made before its first request.
    struct Prepared: Sendable {
        var plan: Plan
        var inventory: Inventory
        var store: Store
        var run: RunID
        var startedAt: Date
        var secondsToInventory: Double?
        /// Results that stand already.
        var settled: [Int: StepResult] = [:]
        var steps: [Coordination.Step]
    }

    /// Begins a run in the log: who, where, what was seen, what is planned, who agreed.
    ///
    /// - Parameter sealed: the plan as its digest has it, where what is carried out differs: `resume` reads it back.
    func begin(
        _ plan: Plan, sealed: Plan? = nil, _ inventory: Inventory, _ store: Store, _ how: Confirmation, command: String
    ) async throws -> RunID {
        let accounts = inventory.visited.map { visited in
            RunStart.Account(
                name: visited.visit.account.name, connector: visited.visit.connector.id,
                identity: visited.session?.identity.name)
        }
        let manifests = inventory.visited.reduce(into: [String: String]()) {
            $0[$1.visit.connector.id] = $1.visit.connector.manifest.digest
        }
        let run = try await store.begin(
            RunStart(
                version: Workplace.version, command: command, manifests: manifests, accounts: accounts,
                operator: NSUserName(), machine: ProcessInfo.processInfo.hostName))
        let steps = plan.items.map { item in
            PlannedStep(
                number: item.number, authorization: item.authorization,
                connector: inventory.connector(of: item.authorization)?.id ?? "",
                action: item.action)
        }
        let coverage = plan.coverage.map {
            SurfaceInventory(account: $0.account, surface: $0.surface, state: $0.state, count: $0.count)
        }
        // The plan first: a run whose plan is on record can be gone on with.
        var text = ""
        PlanDocument.write(sealed ?? plan) { text += String(decoding: $0, as: UTF8.self) }
        try await store.savePlan(text, digest: plan.digest, numbers: plan.items.map { ($0.number, $0.id) })
        try await store.record(
            [.inventoryTaken(coverage), .planMade(RunPlan(digest: plan.digest, steps: steps)), .planConfirmed(how)],
            of: run)
        _ = try await store.markPlanApplied(plan.digest, by: run)
        return run
    }

    /// The steps of a plan that send something.
    func steps(
        _ plan: Plan, _ inventory: Inventory, acceptedAt: (Plan.Item) -> Date? = { _ in nil },
        beginning: (Plan.Item) -> Coordination.Step.Beginning
    ) async throws -> [Coordination.Step] {
        var steps: [Coordination.Step] = []
        for item in plan.items where item.action.ends {
            guard let session = inventory.session(of: item.authorization),
                let surface = session.surface(item.authorization.surface)
            else { continue }
            let secret = try await session.heldValue(of: item.authorization)
            steps.append(
                Coordination.Step(
                    item: item, session: session, surface: surface,
                    ending: item.action == .disable ? .disable : .revoke,
                    secret: secret, beginning: beginning(item), acceptedAt: acceptedAt(item)))
        }
        return steps
    }

    /// Carries a prepared run out to its end, or to where it is stopped, and writes the end into the log.
    func carryOut(_ prepared: Prepared, _ interruption: Interruption) async throws -> RunReport {
        let (store, run, plan) = (prepared.store, prepared.run, prepared.plan)
        var results = prepared.settled
        // What is not sent anywhere is settled at once.
        var passive: [Event] = []
        for item in plan.items where !item.action.ends && results[item.number] == nil {
            let result = StepResult(Settlement(item.action == .keep ? .kept : .manual, reason: item.because.first))
            results[item.number] = result
            passive.append(.stepSettled(step: item.number, AuditLog.Settlement(result)))
        }
        if !passive.isEmpty { try await store.record(passive, of: run) }

        let progress = console.progress(plan, run: run.description)
        let coordinator = Coordinator(
            run: run.description, journal: StoreJournal(store: store, run: run), tell: { progress.take($0) })
        let work = Task { try await coordinator.carryOut(prepared.steps) }
        let settled: [Int: StepResult]
        do {
            settled = try await interruption.during({ [console] in
                console.sayStopping()
                work.cancel()
            }) { try await work.value }
            progress.finish()
        } catch {
            progress.finish()
            throw error
        }
        for (number, result) in settled { results[number] = result }
        let wasInterrupted = interruption.wasInterrupted
        try await fillIn(&results, of: prepared.steps, store, run)
        let counts = results.values.reduce(into: [Outcome: Int]()) { $0[$1.settlement.outcome, default: 0] += 1 }
        var report = RunReport(
            run: run.description, plan: plan, startedAt: prepared.startedAt, endedAt: Date(), results: results,
            secondsToInventory: prepared.secondsToInventory, logSize: 0, logRoot: "", wasInterrupted: wasInterrupted)
        try await store.record(
            [
                .runEnded(
                    RunEnd(
                        wasInterrupted ? .interrupted : .ended, counts: counts, exitCode: Int(report.exitCode.rawValue))
                )
            ], of: run)
        let head = try await store.head()
        report.logSize = head.size
        report.logRoot = head.root.hex
        return report
    }

    /// Steps that were stopped on their way: what was accepted says so, what was not sent is skipped.
    private func fillIn(_ results: inout [Int: StepResult], of steps: [Coordination.Step], _ store: Store, _ run: RunID)
        async throws
    {
        let missing = steps.filter { results[$0.number] == nil }
        if missing.isEmpty { return }
        let known = try await store.steps(of: run).reduce(into: [Int: AuditLog.Step]()) { $0[$1.number] = $1 }
        for step in missing {
            let recorded = known[step.number]
            let settlement: Coordination.Settlement
            switch recorded?.answer {
            case .accepted?, .gone?: settlement = Settlement(.accepted, reason: "stopped before it was shown dead")
            case .some: settlement = Settlement(.unknown, reason: "stopped before it was read back")
            case nil where recorded?.state == .intended:
                // What has left is always answered on record; of several requests the first may have.
                let isOneRequest = step.change.map { $0.steps.count <= 1 && !$0.disablesFirst } ?? false
                settlement =
                    isOneRequest
                    ? Settlement(.skipped, reason: "stopped before its request left")
                    : Settlement(.unknown, reason: "stopped on its way, before it was read back")
            case nil: settlement = Settlement(.skipped, reason: "stopped before its turn")
            }
            results[step.number] = StepResult(
                settlement, attempts: recorded?.answers ?? 0, acceptedAt: recorded?.acceptedAt)
        }
    }
}

extension Complaint {
    static func nobodyToAsk() -> Complaint {
        usage(
            "not-confirmed", "There is no terminal to ask on; nothing was changed.",
            hint: "Confirm in the command: --confirm NUMBER or --yes, or look first: --dry-run")
    }
}

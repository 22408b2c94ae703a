import ArgumentParser
import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Foundation
import Reporting

/// Bare `revoke`: discover, show the plan, ask, revoke all, verify each, report; with `--dry-run` the first two only.
struct RunCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "all",
        abstract: "Find every authorization, end each, prove it dead: what revoke does without a command.",
        shouldDisplay: false)

    @OptionGroup var general: GeneralOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var confirmation: ConfirmationOptions

    @Flag(name: [.customShort("n"), .long], help: "Look only: sends reads, changes nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Save the plan, for 'revoke apply'.", valueName: "file"), completion: .file())
    var planOut: String?

    @Flag(help: "With --dry-run: exit 2 where there is something to revoke.")
    var detailedExitcode = false

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let configuration = try workplace.configuration()
        let flow = RunFlow(
            workplace: workplace, console: console, confirmation: .init(confirmation, configuration.limits))
        if !dryRun { try flow.refuseWithoutAnybodyToAsk() }
        let startedAt = Date()
        var store: Store?
        var lock: RunLock?
        if dryRun {
            let (opened, problem) = workplace.openStoreIfPossible()
            store = opened
            if let problem { console.warn("\(problem.description): this dry run gives no numbers and saves no plan.") }
        } else {
            let opened = try workplace.openStore()
            lock = try opened.lock()
            store = opened
            if let unfinished = try await opened.lastUnfinishedRun() {
                console.warn(
                    "Run \(unfinished.id) has not ended; a new one begins. To go on with the old one: revoke resume \(unfinished.id)"
                )
            }
        }
        defer { _ = lock }

        let chosen = try await selection.selection(configuration, workplace.catalog, store)
        let visits = try workplace.visits(configuration, chosen)
        try workplace.checkSecrets(visits)
        let reading = console.reading(visits.count)
        let services = workplace.services(isDryRun: dryRun, store: store) {
            reading.slowed(account: $0, wait: $1)
        }
        var inventory = try await InventoryTaker(services: services) { reading.take($0) }.take(visits, chosen)
        reading.finish()
        let seconds = Date().timeIntervalSince(startedAt)
        if let missing = unknownIDs(chosen, inventory) { throw Complaint.nothingMatches(missing) }

        let maker = PlanMaker(selection: chosen, keeps: configuration.keeps, now: Date())
        let made = try maker.make(of: inventory, ownCredentials: await inventory.ownCredentials())
        for keep in made.idleKeeps { console.warn("keep: nothing matches '\(keep.words)' (\(keep.place)).") }
        if made.notTold > 0 {
            console.warn("\(made.notTold) left out: the vendor does not tell what was asked for (age or last use).")
        }
        if let planOut { try console.save(made.plan, to: planOut) }
        let listed = inventory.authorizations.count
        for name in made.plan.accountsWithoutOwnCredential {
            console.warn(
                "\(name): the vendor does not tell which of these keys revoke itself signs in with; once that one is ended, the rest there cannot be read. Keep it, or end it last."
            )
        }
        // From here on the plan has them.
        inventory.authorizations = []
        if dryRun {
            return try await show(made.plan, inventory, store, flow, console, listed: listed, seconds: seconds)
        }
        return try await end(
            made.plan, inventory, store, flow, console, interruption, listed: listed, startedAt: startedAt,
            seconds: seconds)
    }

    private func unknownIDs(_ selection: Selection, _ inventory: Inventory) -> [String]? {
        let missing = selection.authorizations.subtracting(inventory.authorizations.map(\.id))
        // Where nothing could be read, the ledger says why; the id may well be right.
        guard !missing.isEmpty, inventory.coverage.allSatisfy({ $0.state != .failed && $0.state != .forbidden }) else {
            return nil
        }
        return missing.sorted()
    }

    private func show(
        _ plan: Plan, _ inventory: Inventory, _ store: Store?, _ flow: RunFlow, _ console: Console, listed: Int,
        seconds: Double
    ) async throws -> ExitStatus {
        if let store {
            try await store.savePlan("", digest: plan.digest, numbers: plan.items.map { ($0.number, $0.id) })
        }
        try console.show(
            plan, inventory, seconds: seconds, isDryRun: true, planFile: planOut, arguments: selection.words,
            hasNumbers: store != nil)
        if let cap = RunFlow.capProblem(plan.numberToEnd, of: listed, flow.confirmation.limits) {
            console.warn(cap.message)
        }
        if inventory.isLockedOut { console.complain(.lockedOut(inventory)) }
        return ExitStatus.ofDryRun(plan, isLockedOut: inventory.isLockedOut, isDetailed: detailedExitcode)
    }

    private func end(
        _ plan: Plan, _ inventory: Inventory, _ store: Store?, _ flow: RunFlow, _ console: Console,
        _ interruption: Interruption,
        listed: Int, startedAt: Date, seconds: Double
    ) async throws -> ExitStatus {
        if inventory.isLockedOut { throw Complaint.lockedOut(inventory) }
        guard let store else {
            throw Complaint.failure("no-state", "There is no state folder, so nothing may be sent.")
        }
        try console.show(plan, inventory, seconds: seconds, isDryRun: false, planFile: nil)
        try flow.checkCaps(plan.numberToEnd, of: listed)
        let how = try await flow.confirm(console.prompt(for: plan), count: plan.numberToEnd)
        let run = try await flow.begin(plan, inventory, store, how, command: "revoke")
        let steps = try await flow.steps(plan, inventory) { _ in .planned(isKnownAlive: true) }
        let report = try await flow.carryOut(
            RunFlow.Prepared(
                plan: plan, inventory: inventory, store: store, run: run, startedAt: startedAt,
                secondsToInventory: seconds, steps: steps),
            interruption)
        try console.show(report, inventory)
        return report.exitCode
    }
}

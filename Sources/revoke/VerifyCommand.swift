import ArgumentParser
import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Cryptography
import Foundation
import Reporting

/// `revoke verify [RUN]`: is what was revoked still dead, has anything come back.
struct VerifyCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read again: is what was revoked still dead, has anything come back.",
        discussion: """
            Sends reads only. What was dead and is back is reported as alive; what was open and is gone now is dead.

            EXAMPLES
              revoke verify
              revoke verify 20261123-k7q2 --format json
            """)

    @OptionGroup var general: GeneralOptions

    @Argument(help: "The run, as 'revoke log list' names it; else the last one.")
    var run: String?

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let configuration = try workplace.configuration()
        let startedAt = Date()
        let store = try workplace.openStore()
        let recorded: AuditLog.Run
        if let run {
            guard let id = RunID(run), let found = try await store.run(id) else { throw Complaint.noRun(run) }
            recorded = found
        } else {
            guard let last = try await store.lastRun() else { throw Complaint.noRun(nil) }
            recorded = last
        }
        let plan = try await store.plan(of: recorded)
        let known = try await store.steps(of: recorded.id).reduce(into: [Int: AuditLog.Step]()) { $0[$1.number] = $1 }
        let visits = try workplace.visits(of: plan, configuration)
        try workplace.checkSecrets(visits)
        let reading = console.reading(visits.count)
        let services = workplace.services(isDryRun: true, store: store) {
            reading.slowed(account: $0, wait: $1)
        }
        let inventory = try await InventoryTaker(services: services) { reading.take($0) }
            .take(visits, plan.selection)
        reading.finish()
        if inventory.isLockedOut, !plan.items.contains(where: { $0.phase == .ownCredential }) {
            throw Complaint.lockedOut(inventory)
        }
        let results = await Verifier(plan: plan, inventory: inventory, now: startedAt).results(
            known.compactMapValues { StepResult($0) })
        try await store.record(
            results.filter { known[$0.key]?.action.ends ?? false }.sorted { $0.key < $1.key }
                .map { .stepVerified(step: $0.key, AuditLog.Settlement($0.value)) },
            of: recorded.id)
        let head = try await store.head()
        var shown = plan
        shown.coverage = inventory.coverage
        var report = RunReport(
            run: recorded.id.description, plan: shown, startedAt: startedAt, endedAt: Date(), results: results,
            secondsToInventory: Date().timeIntervalSince(startedAt),
            logSize: head.size, logRoot: head.root.hex, wasInterrupted: false)
        report.new = try Self.new(plan, inventory, configuration, startedAt)
        try console.show(report, inventory, command: .verify)
        return report.exitCode
    }

    /// What has appeared since with a holder of whom something was ended.
    private static func new(_ plan: Plan, _ inventory: Inventory, _ configuration: Configuration, _ now: Date) throws
        -> [Plan.Item]
    {
        let holders = Set(plan.items.filter(\.action.ends).compactMap { $0.authorization.holder?.lowercased() })
        let planned = Set(plan.items.map(\.id))
        return try PlanMaker(selection: plan.selection, keeps: configuration.keeps, now: now)
            .make(of: inventory, ownCredentials: []).plan.items
            .filter { !planned.contains($0.id) && holders.contains($0.authorization.holder?.lowercased() ?? "") }
    }
}

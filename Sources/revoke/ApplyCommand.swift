import ArgumentParser
import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Foundation
import Reporting

/// `revoke apply PLAN`: carries out exactly a saved plan, nothing newer.
struct ApplyCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carry out exactly a saved plan, nothing newer.",
        discussion: """
            Reads the plan and its seal, holds each account against it, reads everything in it again, asks, and then does \
            what 'revoke' does. What is gone meanwhile counts as already dead; what is new is named and not touched.

            EXAMPLES
              revoke --dry-run --plan-out monday.plan
              revoke apply monday.plan
              revoke apply monday.plan --confirm 21
            """)

    @OptionGroup var general: GeneralOptions
    @OptionGroup var confirmation: ConfirmationOptions

    @Argument(help: "The plan.", completion: .file())
    var plan: String

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let configuration = try workplace.configuration()
        let flow = RunFlow(
            workplace: workplace, console: console, confirmation: .init(confirmation, configuration.limits))
        try flow.refuseWithoutAnybodyToAsk()
        let startedAt = Date()
        var plan = try self.readPlan()
        if plan.expiresAt < startedAt { throw Complaint.stalePlan(plan, file: self.plan) }
        let store = try workplace.openStore()
        let lock = try store.lock()
        defer { _ = lock }
        if let run = try await store.runThatApplied(plan.digest) { throw Complaint.appliedPlan(run.description) }
        let sealed = plan
        plan.keep(configuration.keeps)

        let visits = try workplace.visits(of: plan, configuration)
        try workplace.checkSecrets(visits)
        let reading = console.reading(visits.count)
        let services = workplace.services(isDryRun: false, store: store) {
            reading.slowed(account: $0, wait: $1)
        }
        let inventory = try await InventoryTaker(services: services) { reading.take($0) }
            .take(visits, plan.selection)
        reading.finish()
        let seconds = Date().timeIntervalSince(startedAt)
        if inventory.isLockedOut { throw Complaint.lockedOut(inventory) }
        let fitting = PlanFitting(plan, inventory)
        if !fitting.lines.isEmpty { throw Complaint.foreignPlan(fitting.lines) }

        plan.coverage = inventory.coverage
        let found = Set(inventory.authorizations.map(\.id))
        let planned = Set(plan.items.map(\.id))
        let new = try PlanMaker(selection: plan.selection, keeps: configuration.keeps, now: startedAt)
            .make(of: inventory, ownCredentials: []).plan.items.filter { !planned.contains($0.id) }
        console.sayDifferences(
            gone: plan.items.filter { $0.authorization.vendorID != nil && !found.contains($0.id) }, new: new)
        try console.show(plan, inventory, seconds: seconds, isDryRun: false, planFile: self.plan)
        try flow.checkCaps(plan.numberToEnd, of: plan.items.count)
        let how = try await flow.confirm(console.prompt(for: plan), count: plan.numberToEnd)
        let run = try await flow.begin(plan, sealed: sealed, inventory, store, how, command: "revoke apply")
        let steps = try await flow.steps(plan, inventory) { .planned(isKnownAlive: found.contains($0.id)) }
        var report = try await flow.carryOut(
            RunFlow.Prepared(
                plan: plan, inventory: inventory, store: store, run: run, startedAt: startedAt,
                secondsToInventory: seconds, steps: steps),
            interruption)
        report.new = new
        try console.show(report, inventory)
        return report.exitCode
    }

    private func readPlan() throws -> Plan {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: plan)) } catch {
            throw Complaint.usage(
                "no-plan",
                "\(plan) cannot be read as a plan: \(FileManager.default.fileExists(atPath: plan) ? "no permission" : "there is no such file").",
                hint: "Make one: revoke --dry-run --plan-out \(plan)")
        }
        do { return try PlanDocument.plan(from: [UInt8](data)) } catch { throw Complaint.plan(error, file: plan) }
    }
}

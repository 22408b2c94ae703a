import Authorizations
import ConnectorKit
import Coordination
import Documents
import Foundation
import Reporting

extension Console {
    /// Shows a plan: as the result of a dry run, or as talk before the question.
    func show(
        _ plan: Plan, _ inventory: Inventory, seconds: Double, isDryRun: Bool, planFile: String?,
        arguments: [String] = [], hasNumbers: Bool = true
    ) throws {
        let manifests = inventory.manifests
        var occasion = PlanTable.Occasion()
        occasion.isDryRun = isDryRun
        occasion.isVerbose = general.verbose
        occasion.secondsToInventory = seconds
        occasion.planFile = planFile
        occasion.arguments = arguments
        occasion.hasNumbers = hasNumbers
        guard isDryRun else {
            if !general.quiet, general.format == .table || canAsk {
                PlanTable(plan, manifests: manifests, occasion, talk, wording).write { tell($0) }
            }
            return
        }
        try writeResult { write in
            switch general.format {
            case .table: PlanTable(plan, manifests: manifests, occasion, result, wording).write(to: write)
            case .json: PlanDocument.write(plan) { write(String(decoding: $0, as: UTF8.self)) }
            case .jsonl: LineFormats.jsonLines(plan, to: write)
            case .csv: LineFormats.csv(plan, to: write)
            case .plain: PlainText(plan, manifests: manifests, result, wording).write(isDryRun: true, to: write)
            }
        }
    }

    func show(_ report: RunReport, _ inventory: Inventory, command: RunTable.Occasion.Command = .run) throws {
        if report.wasInterrupted { tell(Asking(talk, wording).stopped(report)) }
        let manifests = inventory.manifests
        var occasion = RunTable.Occasion()
        occasion.command = command
        occasion.isVerbose = general.verbose
        try writeResult { write in
            switch general.format {
            case .table: RunTable(report, manifests: manifests, occasion, result, wording).write(to: write)
            case .json: write(report.json().prettyText + "\n")
            case .jsonl: LineFormats.jsonLines(report, to: write)
            case .csv: LineFormats.csv(report, to: write)
            case .plain: PlainText(report.plan, manifests: manifests, result, wording).write(report, to: write)
            }
        }
    }

    /// What differs between a plan and what stands now.
    func sayDifferences(gone: [Plan.Item], new: [Plan.Item]) {
        if !gone.isEmpty {
            say(
                "Gone since the plan was made: \(gone.map { String($0.number) }.joined(separator: ", ")). They count as already dead."
            )
        }
        if !new.isEmpty {
            let names = new.prefix(5).map {
                "\($0.authorization.account) \($0.authorization.surface) \($0.authorization.title)"
            }
            say(
                "New since the plan was made, and not touched: \(new.count) (\(names.joined(separator: "; "))\(new.count > 5 ? "; …" : ""))."
            )
        }
    }
}

extension Inventory {
    /// By connector id.
    var manifests: [String: Manifest] {
        visited.reduce(into: [:]) { $0[$1.visit.connector.id] = $1.visit.connector.manifest }
    }
}

internal import Authorizations
package import ConnectorKit
package import Coordination
internal import Foundation

/// `--format plain`, for listening: one sentence an item, state first, no columns, nothing cut, nothing redrawn.
package struct PlainText {
    private let facts: PlaceFacts
    private let plan: Plan
    private let terminal: Terminal
    private let wording: Wording

    package init(_ plan: Plan, manifests: [String: Manifest], _ terminal: Terminal, _ wording: Wording) {
        self.plan = plan
        facts = PlaceFacts(plan, manifests)
        self.terminal = terminal
        self.wording = wording
    }

    package func write(isDryRun: Bool, to out: @escaping (String) -> Void) {
        out(wording.plainHead(isDryRun: isDryRun, plan.items.count, toEnd: plan.numberToEnd) + "\n")
        for item in plan.items {
            out(
                sentence(
                    item, state: wording.plainWould(item.action),
                    undo: item.action.ends ? wording.plainUndo(item.isReversible) : "") + "\n")
        }
        coverage(out)
    }

    package func write(_ report: RunReport, to out: @escaping (String) -> Void) {
        let outcomes = RunOutcomes(report)
        out(wording.plainRun(report.run, dead: outcomes.dead.count, of: plan.items.count) + "\n")
        let order: [Outcome] = [.alive, .failed, .unknown, .accepted, .skipped, .manual, .dead, .alreadyDead, .kept]
        for outcome in order {
            for entry in outcomes[outcome] {
                let reason = entry.result.settlement.reason.map { wording.plainReason($0.visible) } ?? ""
                out(sentence(entry.item, state: wording.plainOutcome(outcome), undo: reason) + "\n")
            }
        }
        coverage(out)
        out(wording.exit(report.exitCode) + "\n")
    }

    private func sentence(_ item: Plan.Item, state: String, undo: String) -> String {
        let authorization = item.authorization
        let portrait = Portrait(authorization, owner: authorization.owner, terminal, wording)
        let used = authorization.lastUsedAt.map { wording.plainUsed(wording.fullDay($0, terminal)) } ?? ""
        return [
            wording.plainItem(item.number, of: plan.items.count, state), "\(authorization.account.visible).",
            authorization.vendorID == nil ? "" : (portrait.who?.visible).map { "\($0):" } ?? wording.plainNoHolder,
            portrait.text.visible + ".", undo, used,
        ].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func coverage(_ out: (String) -> Void) {
        let open = plan.coverage.filter { $0.state != .seen }
        if plan.coverage.isEmpty { return out(wording.nothingRead + "\n") }
        if open.isEmpty { return out(wording.allSeen(plan.coverage.count) + "\n") }
        out(wording.plainUnseen(open.count, of: plan.coverage.count) + "\n")
        for entry in open { out(wording.plainUnseen(entry).visible + "\n") }
    }
}

internal import Authorizations
internal import Coordination

/// One row for each state that occurs, worst first; those that are open with every reason.
struct RunStates {
    private let report: RunReport
    private let outcomes: RunOutcomes
    private let facts: PlaceFacts
    private let page: Page
    private let wording: Wording
    private let countWidth: Int

    init(_ report: RunReport, _ outcomes: RunOutcomes, _ facts: PlaceFacts, _ page: Page, _ wording: Wording) {
        self.report = report
        self.outcomes = outcomes
        self.facts = facts
        self.page = page
        self.wording = wording
        countWidth = max(2, String(report.plan.items.count).count)
    }

    private static let reasonsShown = 20

    func write() {
        state(.alive, .alive, outcomes.alive.count, reasons(outcomes.alive))
        state(.failed, .failed, outcomes.failed.count, reasons(outcomes.failed))
        state(.unknown, .unknown, outcomes.unknown.count, reasons(outcomes.unknown))
        state(
            .accepted, .accepted, outcomes.accepted.count,
            reasons(outcomes.accepted).map { wording.acceptedBecause($0) })
        state(.skipped, .notYet, outcomes.skipped.count, reasons(outcomes.skipped, orElse: wording.notSent))
        if !outcomes.new.isEmpty { row(wording.new, .new, outcomes.new.count, news) }
        state(.manual, .byHand, outcomes.byHand.count, byHand)
        dead()
        state(.kept, .kept, outcomes[.kept].count, [wording.numbers(outcomes[.kept].map(\.item.number))])
    }

    private func dead() {
        let (dead, before) = (outcomes[.dead], outcomes[.alreadyDead])
        guard !dead.isEmpty || !before.isEmpty else { return }
        var lines = dead.isEmpty ? [] : [wording.deadExplained]
        if !before.isEmpty {
            lines.append(wording.deadBefore(wording.numbers(before.map(\.item.number)), before.count))
        }
        row(wording.outcome(.dead), .dead, dead.count + before.count, lines)
    }

    private func state(_ outcome: Outcome, _ mark: Mark, _ count: Int, _ lines: [String]) {
        if count > 0 { row(wording.outcome(outcome), mark, count, lines) }
    }

    private func row(_ word: String, _ mark: Mark, _ count: Int, _ lines: [String]) {
        let label = "\(mark.symbol(page.terminal)) \(word.padded(9)) \(String(count).paddedLeft(countWidth))"
        page.entry(label, lines.first ?? "", indent: 2, width: Cells.width(label) + 2, ink: mark.ink)
        for line in lines.dropFirst() { page.entry("", line, indent: 2, width: Cells.width(label) + 2) }
    }

    /// What is open with the same reason at the same account shares a line.
    private func reasons(_ entries: [RunOutcomes.Entry], orElse fallback: String? = nil) -> [String] {
        let groups = Grouping(entries) { $0.item.authorization.account + "\u{0}" + ($0.result.settlement.reason ?? "") }
            .groups
        let lines = groups.prefix(Self.reasonsShown).map { group in
            let (item, settlement) = (group[0].item, group[0].result.settlement)
            let reason = settlement.reason ?? settlement.evidence ?? fallback ?? wording.noReason
            let numbers = wording.numbers(group.map(\.item.number))
            if group.count > 1 { return wording.several(numbers, item.authorization.account, reason) }
            return wording.single(numbers, item.authorization.account, name(item), reason)
        }
        let rest = groups.count - Self.reasonsShown
        return rest > 0 ? lines + [wording.moreReasons(rest)] : lines
    }

    private func name(_ item: Plan.Item) -> String {
        let portrait = Portrait(item.authorization, owner: item.authorization.owner, page.terminal, wording)
        let what = portrait.head + portrait.whole
        // A kind without a title is told with its holder: app Acme. With one: Acme, connection "Leads".
        let isKind = what == wording.kind(item.authorization.kind)
        let names = isKind ? [[what, portrait.who ?? ""].joined(separator: " ")] : [portrait.who ?? "", what]
        return Cutting.end(names.filter { !$0.isEmpty }.joined(separator: ", ").visible, width: 60, page.terminal)
    }

    /// Steps that were for people from the start, then those that a vendor refused.
    private var byHand: [String] {
        let planned = outcomes.byHand.filter { $0.item.action == .manual }
        let refused = outcomes.byHand.filter { $0.item.action != .manual }
        return (planned.isEmpty ? [] : [wording.numbers(planned.map(\.item.number))])
            + reasons(refused).map { wording.refused($0) }
    }

    private var news: [String] {
        let shown = outcomes.new.prefix(Self.reasonsShown).map {
            wording.appeared($0.number, $0.authorization.account, name($0))
        }
        let rest = outcomes.new.count - shown.count
        return rest > 0 ? shown + [wording.more(rest)] : Array(shown)
    }
}

internal import Authorizations
package import ConnectorKit
package import Coordination
internal import Foundation

/// The end of a run: worst first, each line that is not dead with its reason, then what to do next.
package struct RunTable {
    /// What the report itself does not know of the command that made it.
    package struct Occasion: Sendable {
        package enum Command: Sendable {
            case run, resume, verify
        }

        package var command = Command.run
        /// Steps by hand in full, however many there are.
        package var isVerbose = false
        /// Commands beyond those of every build that may be named: `manual`, `report`.
        package var further: Set<String> = []

        package init() {}
    }

    private let report: RunReport
    private let facts: PlaceFacts
    private let occasion: Occasion
    private let terminal: Terminal
    private let wording: Wording

    /// Manifests stand by their connector's id.
    package init(
        _ report: RunReport, manifests: [String: Manifest], _ occasion: Occasion, _ terminal: Terminal,
        _ wording: Wording
    ) {
        self.report = report
        facts = PlaceFacts(report.plan, manifests)
        self.occasion = occasion
        self.terminal = terminal
        self.wording = wording
    }

    /// Calls `out` once for each line.
    package func write(to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        let outcomes = RunOutcomes(report)
        page.paragraph(
            wording.runHead(
                report.run, wording.time(report.endedAt, terminal), occasion.command,
                wasInterrupted: report.wasInterrupted,
                dead: outcomes.dead.count, of: report.plan.items.count,
                open: outcomes.open.count - outcomes.skipped.count, skipped: outcomes.skipped.count,
                byHand: outcomes.byHand.count),
            hanging: 2)
        page.blank()
        RunStates(report, outcomes, facts, page, wording).write()
        page.blank()
        figures(page)
        CoverageSection(report.plan.coverage, page, wording).write(isFull: false)
        ManualList(outcomes.byHand.map(\.item), facts, page, wording).write(isFull: occasion.isVerbose)
        next(page, outcomes)
        page.paragraph(wording.exit(report.exitCode), hanging: 2)
    }

    private func figures(_ page: Page) {
        let times = wording.times(
            inventory: report.secondsToInventory, accepted: report.secondsToLastAccepted, dead: report.secondsToLastDead
        )
        if let times { page.paragraph(times, hanging: 2) }
        residual(page)
        page.paragraph(wording.log(report.logSize, root: Self.shortened(report.logRoot, terminal)), hanging: 2)
    }

    /// The first and last signs of a digest, in fours.
    static func shortened(_ digest: String, _ terminal: Terminal) -> String {
        guard digest.count > 16, terminal.isTerminal else { return digest }
        let head = digest.prefix(8)
        return "\(head.prefix(4)) \(head.suffix(4)) \(terminal.ellipsis) \(digest.suffix(6))"
    }

    private func residual(_ page: Page) {
        let working = report.plan.items.compactMap { item -> (Int, Date, String?)? in
            guard let until = report.results[item.number]?.residualUntil, until > report.endedAt else { return nil }
            return (item.number, until, facts.surface(of: item.authorization)?.residual?.note.map { wording.text($0) })
        }
        guard let last = working.map(\.1).max() else { return }
        var notes: [String] = []
        for note in working.compactMap(\.2) where !notes.contains(note) { notes.append(note) }
        page.paragraph(
            wording.stillUsable(
                wording.numbers(working.map(\.0)), until: wording.minute(last, now: report.endedAt, terminal),
                notes: notes),
            hanging: 2)
    }

    private func next(_ page: Page, _ outcomes: RunOutcomes) {
        var entries: [(String, String)] = []
        func add(_ items: [RunOutcomes.Entry], _ text: String) {
            if !items.isEmpty { entries.append((wording.numbers(items.map(\.item.number)), text)) }
        }
        let again = outcomes.alive + outcomes.unknown + outcomes.skipped
        add(again.sorted { $0.item.number < $1.item.number }, wording.resume(report.run))
        add(outcomes.failed, wording.retry(outcomes.failed.map(\.item.number)))
        if !outcomes.byHand.isEmpty {
            let hasCommand = occasion.further.contains("manual")
            entries.append(
                (
                    wording.byHand,
                    hasCommand
                        ? wording.manualCommand(outcomes.byHand.count) : wording.stepsAbove(outcomes.byHand.count)
                ))
        }
        if !outcomes.new.isEmpty {
            entries.append((wording.newNumbers(wording.numbers(outcomes.new.map(\.number))), wording.dryRun))
        }
        if occasion.command != .verify { entries.append((wording.later, wording.verify(report.run))) }
        if occasion.further.contains("report") { entries.append((wording.showIt, wording.reportCommand)) }
        guard !entries.isEmpty else { return }
        page.paragraph(wording.nextHead)
        let width = min(24, (entries.map { Cells.width($0.0) }.max() ?? 0) + 2)
        for (label, text) in entries { page.entry(label, text, indent: 2, width: width) }
    }
}

/// The items of a run by what became of them.
struct RunOutcomes {
    struct Entry {
        var item: Plan.Item
        var result: StepResult
    }

    private(set) var byOutcome: [Outcome: [Entry]] = [:]
    let new: [Plan.Item]

    init(_ report: RunReport) {
        new = report.new
        for item in report.plan.items {
            let result = report.results[item.number] ?? StepResult(Settlement(.skipped))
            byOutcome[result.settlement.outcome, default: []].append(Entry(item: item, result: result))
        }
    }

    subscript(outcome: Outcome) -> [Entry] { byOutcome[outcome] ?? [] }

    var alive: [Entry] { self[.alive] }
    var failed: [Entry] { self[.failed] }
    var unknown: [Entry] { self[.unknown] }
    var accepted: [Entry] { self[.accepted] }
    var skipped: [Entry] { self[.skipped] }
    var byHand: [Entry] { self[.manual] }
    var dead: [Entry] { self[.dead] + self[.alreadyDead] }
    var open: [Entry] { Outcome.allCases.filter(\.isOpen).flatMap { self[$0] } }
}

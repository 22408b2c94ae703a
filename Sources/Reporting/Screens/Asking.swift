internal import Authorizations
package import Coordination

/// What is asked before a run, and what is said when it is stopped.
package struct Asking: Sendable {
    private let terminal: Terminal
    private let wording: Wording

    package init(_ terminal: Terminal, _ wording: Wording) {
        self.terminal = terminal
        self.wording = wording
    }

    /// Ends without a line break, where the answer is typed.
    ///
    /// With `isRest` the run was begun before, and this is what is left of the same plan.
    package func prompt(for plan: Plan, isRest: Bool = false) -> String {
        let ends = plan.items.filter(\.action.ends)
        let before = plan.items.filter { $0.isBefore && $0.action == .manual }
        let accounts = Set(ends.map(\.authorization.account)).count
        return lines { page in
            if !before.isEmpty {
                page.paragraph(wording.comesFirst(before.count, wording.numbers(before.map(\.number))))
            }
            page.paragraph(
                isRest
                    ? wording.rest(ends.count)
                    : wording.willEnd(ends.count, accounts: accounts, lost: ends.count { !$0.isReversible }))
        } + wording.typeToGoOn(ends.count)
    }

    /// Ctrl-C, with requests on their way.
    package func stopping(underWay: Int?) -> String {
        lines { page in
            page.paragraph(wording.stopping(underWay))
            page.paragraph(wording.stopAgain)
        }
    }

    package func stopped(_ report: RunReport) -> String {
        let outcomes = RunOutcomes(report)
        let halfway = outcomes.accepted.count + outcomes.unknown.count
        return lines { page in
            page.paragraph(wording.stopped(wording.time(report.endedAt, terminal)))
            page.paragraph(
                wording.stoppedCounts(
                    dead: outcomes.dead.count, halfway: halfway, notDead: outcomes.alive.count + outcomes.failed.count,
                    left: outcomes.skipped.count),
                indent: 2)
            page.paragraph(wording.goOn(report.run))
        }
    }

    /// What a person sees who has configured nothing.
    ///
    /// Choices are what can be done, each with its command. Without a terminal nothing is asked.
    package func firstRun(configuration: String, choices: [(text: String, command: String)], asks: Bool) -> String {
        lines { page in
            page.paragraph(wording.noAccounts(configuration))
            guard !choices.isEmpty else { return }
            page.paragraph(wording.whatBrings)
            let width = (choices.map { Cells.width($0.text) }.max() ?? 0) + 5
            for (index, choice) in choices.enumerated() {
                page.entry("\(index + 1)  \(choice.text)", choice.command, indent: 2, width: width)
            }
        } + (asks && !choices.isEmpty ? wording.yourChoice(choices.count) : "")
    }

    private func lines(_ write: (Page) -> Void) -> String {
        let text = Collected()
        write(Page(terminal) { text.text += $0 })
        return text.text
    }
}

/// The lines of a small screen as one text.
final class Collected {
    var text = ""
}

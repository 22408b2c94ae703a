internal import Authorizations
package import ConnectorKit
package import Coordination

/// The screen of a plan: how many by holder and account, every single line, what would happen, what could not be seen,
/// what to type.
package struct PlanTable {
    /// What the plan itself does not know of the command that made it.
    package struct Occasion: Sendable {
        /// `false` where the question whether to go on follows.
        package var isDryRun = true
        /// Steps by hand and effects in full.
        package var isVerbose = false
        package var secondsToInventory: Double?
        /// Where `--plan-out` saved it.
        package var planFile: String?
        /// The options that chose, as they were typed, each a word: `["--account", "acme"]`.
        package var arguments: [String] = []
        /// Whether there is a state folder, without which numbers mean nothing to later commands.
        package var hasNumbers = true

        package init() {}
    }

    private let plan: Plan
    private let facts: PlaceFacts
    private let occasion: Occasion
    private let terminal: Terminal
    private let wording: Wording

    /// Manifests stand by their connector's id.
    package init(
        _ plan: Plan, manifests: [String: Manifest], _ occasion: Occasion, _ terminal: Terminal, _ wording: Wording
    ) {
        self.plan = plan
        facts = PlaceFacts(plan, manifests)
        self.occasion = occasion
        self.terminal = terminal
        self.wording = wording
    }

    /// Calls `out` once for each line.
    package func write(to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        page.paragraph(
            wording.planHead(
                isDryRun: occasion.isDryRun, accounts: plan.accounts.count, seconds: occasion.secondsToInventory))
        page.blank()
        PlanMatrix(plan, wording).write(page, wording)
        PlanRows(plan, page, wording).write()
        PlanSummary(plan, facts, page, wording, isVerbose: occasion.isVerbose).write()
        CoverageSection(plan.coverage, page, wording).write(isFull: true)
        if occasion.isVerbose { ManualList(plan.items.filter { $0.action == .manual }, facts, page, wording).write() }
        if occasion.isDryRun { next(page) }
    }

    private func next(_ page: Page) {
        let words = ["revoke"] + occasion.arguments
        let command = CommandLine.text(words)
        var entries: [(String, String)] = []
        if plan.numberToEnd > 0 { entries.append((wording.doIt, command)) }
        if let file = occasion.planFile {
            if plan.numberToEnd > 0 {
                entries.append((wording.exactlyThis, CommandLine.text(["revoke", "apply", file])))
            }
        } else if plan.numberToEnd > 0 {
            entries.append((wording.exactlyThisLater, command + " --dry-run --plan-out plan.json"))
            entries.append(("", "revoke apply plan.json"))
        }
        if !occasion.isVerbose, plan.count(.manual) > 0 {
            entries.append((wording.stepsByHand, command + " --dry-run --verbose"))
        }
        let width = (entries.map { Cells.width($0.0) }.max() ?? 0) + 1
        for (label, text) in entries { page.entry(label, text, width: width) }
        if entries.isEmpty { page.paragraph(wording.nothingToDo) }
        if !occasion.hasNumbers { page.paragraph(wording.noNumbers) }
    }
}

/// Commands as a shell takes them.
enum CommandLine {
    static func text(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_./:@%+=,".unicodeScalars.contains(scalar))
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

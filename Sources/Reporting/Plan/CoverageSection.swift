internal import Authorizations

/// What could not be seen, by account, with the reasons.
struct CoverageSection {
    private let coverage: [Coverage]
    private let page: Page
    private let wording: Wording

    init(_ coverage: [Coverage], _ page: Page, _ wording: Wording) {
        self.coverage = coverage
        self.page = page
        self.wording = wording
    }

    /// In the order of what a person can do about it.
    private static let states: [Coverage.State] = [.failed, .forbidden, .partial, .notConfigured, .unlistable]

    /// With `isFull` also what nobody can mend; else that is counted only.
    func write(isFull: Bool) {
        if coverage.isEmpty {
            page.paragraph(wording.nothingRead, ink: .doubt)
            return page.blank()
        }
        let open = coverage.filter { $0.state != .seen }
        if open.isEmpty {
            page.paragraph(wording.allSeen(coverage.count))
            return page.blank()
        }
        page.paragraph(wording.notFullySeen(open.count, of: coverage.count), hanging: 2)
        let mendable = open.filter { !$0.byNature && $0.state != .unlistable }
        let others = open.filter { $0.byNature || $0.state == .unlistable }
        if !mendable.isEmpty {
            let isCut = mendable.contains { $0.state != .notConfigured }
            page.paragraph(wording.mendable(isCut: isCut, saysCode: isFull), ink: isCut ? .doubt : .plain)
            write(mendable)
        }
        if isFull, !others.isEmpty {
            page.paragraph(wording.notMendable)
            write(others)
        } else if !others.isEmpty {
            page.paragraph(wording.notMendable(others.count), hanging: 2)
        }
        page.blank()
    }

    private func write(_ entries: [Coverage]) {
        let accounts = entries.map(\.account).removingRepeats
        let byAccount = Dictionary(grouping: entries, by: \.account)
        let width = min(20, (accounts.map { Cells.width($0) }.max() ?? 0) + 2)
        for account in accounts { write(account, byAccount[account] ?? [], width: width) }
    }

    private func write(_ account: String, _ entries: [Coverage], width: Int) {
        var label = account
        for state in Self.states {
            // Places with the same reason share a line.
            let lines = Grouping(entries.filter { $0.state == state }) { wording.unseenState($0) + "\u{0}" + note($0) }
            for group in lines.groups {
                page.entry(
                    label, wording.unseen(wording.unseenState(group[0]), group.map(place), note(group[0])), indent: 2,
                    width: width)
                label = ""
            }
        }
    }

    private func note(_ entry: Coverage) -> String { entry.note.map { wording.text($0) } ?? "" }

    private func place(_ entry: Coverage) -> String {
        guard entry.state == .partial, let expected = entry.expected, expected > entry.count else {
            return entry.surface
        }
        return entry.surface + ", " + wording.part(entry.count, of: expected)
    }
}

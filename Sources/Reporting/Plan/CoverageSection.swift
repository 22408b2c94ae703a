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

    func write(isDryRun: Bool) {
        if coverage.isEmpty { return page.paragraph(wording.nothingRead, ink: .doubt) }
        let open = coverage.filter { $0.state != .seen }
        if open.isEmpty {
            page.paragraph(wording.allSeen(coverage.count))
            return page.blank()
        }
        let isCut = open.contains { !$0.byNature && $0.state != .unlistable && $0.state != .notConfigured }
        page.paragraph(
            wording.notFullySeen(open.count, of: coverage.count, isDryRun: isDryRun, isCut: isCut), hanging: 2,
            ink: isCut ? .doubt : .plain)
        var seen: Set<String> = []
        let accounts = open.map(\.account).filter { seen.insert($0).inserted }
        let byAccount = Dictionary(grouping: open, by: \.account)
        let width = min(20, (accounts.map { Cells.width($0) }.max() ?? 0) + 2)
        for account in accounts { write(account, byAccount[account] ?? [], width: width) }
        page.blank()
    }

    private func write(_ account: String, _ entries: [Coverage], width: Int) {
        var label = account
        for state in Self.states {
            // Places with the same reason share a line.
            var order: [String] = []
            var places: [String: [String]] = [:]
            for entry in entries where entry.state == state {
                let note = entry.note.map { wording.text($0) } ?? ""
                if places[note] == nil { order.append(note) }
                places[note, default: []].append(place(entry))
            }
            for note in order {
                page.entry(label, wording.unseen(state, places[note] ?? [], note), indent: 2, width: width)
                label = ""
            }
        }
    }

    private func place(_ entry: Coverage) -> String {
        guard entry.state == .partial, let expected = entry.expected, expected > entry.count else {
            return entry.surface
        }
        return entry.surface + " " + wording.part(entry.count, of: expected)
    }
}

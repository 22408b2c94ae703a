internal import Authorizations
internal import Coordination

/// How many by holder and account: the eight largest holders, then the others together.
struct PlanMatrix {
    private struct Row {
        var name: String
        var counts: [String: Int] = [:]
        var all = 0
    }

    private let rows: [Row]
    private let total: Row
    private let accounts: [String]
    private static let holdersShown = 8
    private static let labelWidth = 20

    init(_ plan: Plan, _ wording: Wording) {
        var byHolder: [String: Row] = [:]
        var unknown = Row(name: wording.holderNotTold)
        var unlisted = Row(name: wording.noList)
        var total = Row(name: wording.all)
        for item in plan.items {
            let account = item.authorization.account
            func add(_ row: inout Row) {
                row.counts[account, default: 0] += 1
                row.all += 1
            }
            add(&total)
            if item.authorization.vendorID == nil {
                add(&unlisted)
            } else if let holder = item.authorization.holder, !holder.isEmpty {
                add(&byHolder[holder.lowercased(), default: Row(name: holder)])
            } else {
                add(&unknown)
            }
        }
        let sorted = byHolder.values.sorted { ($1.all, $0.name) < ($0.all, $1.name) }
        var rows = Array(sorted.prefix(Self.holdersShown))
        let others = sorted.dropFirst(Self.holdersShown)
        if !others.isEmpty {
            rows.append(
                others.reduce(into: Row(name: wording.otherHolders(others.count))) { sum, row in
                    sum.counts.merge(row.counts, uniquingKeysWith: +)
                    sum.all += row.all
                })
        }
        self.rows = rows + [unknown, unlisted].filter { $0.all > 0 }
        self.total = total
        var seen: Set<String> = []
        accounts = (plan.accounts.map(\.name) + plan.coverage.map(\.account)).filter { seen.insert($0).inserted }
    }

    func write(_ page: Page, _ wording: Wording) {
        guard total.all > 0 else { return }
        let label = min(Self.labelWidth, ([total] + rows).map { Cells.width($0.name.visible) }.max() ?? 0)
        var shown = accounts.count > 1 ? accounts : []
        var rest = ""
        func widths() -> [Int] {
            (shown + (rest.isEmpty ? [] : [rest]) + [wording.all]).map { max(Cells.width($0), digits) + 2 }
        }
        let digits = String(total.all).count
        while label + widths().reduce(0, +) > page.terminal.columns, !shown.isEmpty {
            // The smallest give way first.
            let smallest = shown.indices.min {
                total.counts[shown[$0], default: 0] < total.counts[shown[$1], default: 0]
            }
            shown.remove(at: smallest ?? 0)
            rest = wording.otherAccounts(accounts.count - shown.count)
        }
        if shown.isEmpty { rest = "" }
        let columns = [Column(width: label, gap: 0)] + widths().map { Column(width: $0, isRight: true, gap: 0) }
        page.row(([""] + shown + (rest.isEmpty ? [] : [rest]) + [wording.all]).map { Cell($0) }, columns)
        for row in rows.count > 1 ? rows + [total] : rows {
            var cells = shown.map { Self.count(row.counts[$0] ?? 0) }
            if !rest.isEmpty { cells.append(Self.count(row.all - shown.reduce(0) { $0 + (row.counts[$1] ?? 0) })) }
            page.row(
                [Cell(row.name, cut: .fitting(row.name))] + (cells + [Self.count(row.all)]).map { Cell($0) }, columns)
        }
        page.blank()
    }

    private static func count(_ number: Int) -> String { number == 0 ? "-" : String(number) }
}

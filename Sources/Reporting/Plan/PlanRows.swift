internal import Authorizations
internal import Coordination
internal import Foundation

/// Every single line of a plan, by account.
struct PlanRows {
    private let plan: Plan
    private let page: Page
    private let wording: Wording
    private let owners: OwnerNames
    /// 0 where there are none, or no room.
    private let reasonWidth: Int
    private let numberWidth: Int
    private let whoWidth: Int
    private let ownerWidth: Int

    private static let leastWhat = 28
    private static let leastReason = 10

    init(_ plan: Plan, _ page: Page, _ wording: Wording) {
        self.plan = plan
        self.page = page
        self.wording = wording
        owners = OwnerNames(plan.items.lazy.map(\.authorization))
        numberWidth = max(3, String(plan.items.last?.number ?? 0).count)
        var (who, owner, reason) = (Cells.width(wording.who), Cells.width(wording.accountOf), 0)
        for item in plan.items {
            if let holder = item.authorization.holder { who = max(who, Cells.width(holder)) }
            guard page.terminal.isWide else { continue }
            if let name = owners.short(item.authorization) { owner = max(owner, Cells.width(name)) }
            if !item.because.isEmpty { reason = max(reason, Cells.width(item.because.joined(separator: "; "))) }
        }
        whoWidth = min(who, page.terminal.isWide ? 20 : 16)
        ownerWidth = min(owner, 20)
        let spare = page.terminal.columns - numberWidth - whoWidth - ownerWidth - 11 - 4 - 8 - 7 - Self.leastWhat
        reasonWidth = min(reason, spare) >= Self.leastReason ? min(reason, spare) : 0
    }

    func write() {
        guard !plan.items.isEmpty else { return }
        header()
        var account: String?
        for item in plan.items {
            if item.authorization.account != account {
                account = item.authorization.account
                page.paragraph(heading(item.authorization.account), hanging: 2, ink: .heading)
            }
            write(item)
        }
        page.blank()
    }

    private func heading(_ name: String) -> String {
        let entries = plan.accounts.filter { $0.name == name }
        let parts = entries.map {
            wording.signedIn(connector: $0.connector == name ? nil : $0.connector, identity: $0.identity)
        }
        // Who we are there often tells the domain already.
        let domain = owners.domain(of: name).flatMap { domain in
            entries.contains { $0.identity.hasSuffix(domain) } ? nil : domain
        }
        return wording.accountHeading(name, parts, owners: domain)
    }

    private func header() {
        if page.terminal.isNarrow {
            page.row(
                narrow(
                    wording.numberSign, Cell(wording.who), used: wording.lastUsed, undo: wording.undo,
                    would: Cell(wording.wouldBe)), narrowColumns)
            return page.row([Cell(""), Cell(wording.what)], secondLine)
        }
        var cells = [wording.numberSign, wording.who, wording.what].map { Cell($0) }
        if page.terminal.isWide { cells.append(Cell(wording.accountOf)) }
        cells += [wording.lastUsed, wording.undo, wording.wouldBe].map { Cell($0) }
        if reasonWidth > 0 { cells.append(Cell(wording.why)) }
        page.row(cells, columns)
    }

    private func write(_ item: Plan.Item) {
        let authorization = item.authorization
        let isWide = page.terminal.isWide
        let owner = owners.short(authorization)
        let portrait = Portrait(authorization, owner: isWide ? nil : owner, page.terminal, wording)
        let who = portrait.who.map { Cell($0, cut: .fitting($0)) } ?? Cell(authorization.vendorID == nil ? "-" : "?")
        let used = authorization.vendorID == nil ? "-" : lastUsed(authorization)
        let undo = item.action == .keep ? "-" : item.isReversible ? wording.yes : wording.no
        let would = Cell(wording.would(item.action), ink: item.action == .manual ? .hand : .plain)
        if page.terminal.isNarrow {
            page.row(narrow("\(item.number)", who, used: used, undo: undo, would: would), narrowColumns)
            return page.row([Cell(""), portrait.cell], secondLine)
        }
        var cells = [Cell("\(item.number)"), who, portrait.cell]
        if isWide { cells.append(Cell(owner ?? "-", cut: .middle)) }
        cells += [Cell(used), Cell(undo), would]
        if reasonWidth > 0 { cells.append(Cell(item.because.joined(separator: "; "))) }
        page.row(cells, columns)
    }

    private func lastUsed(_ authorization: Authorization) -> String {
        guard let used = authorization.lastUsedAt else { return wording.notTold }
        return wording.day(used, now: plan.createdAt, page.terminal, isShort: !page.terminal.isWide)
    }

    // MARK: Columns

    private var columns: [Column] {
        var fixed = [Column(width: page.terminal.isWide ? 11 : 9), Column(width: 4), Column(width: 8)]
        if page.terminal.isWide { fixed.insert(Column(width: ownerWidth), at: 0) }
        if reasonWidth > 0 { fixed.append(Column(width: reasonWidth)) }
        let used = numberWidth + 1 + whoWidth + 1 + fixed.reduce(0) { $0 + 1 + $1.width }
        let what = max(10, page.terminal.columns - used)
        return [Column(width: numberWidth, isRight: true), Column(width: whoWidth), Column(width: what)] + fixed
    }

    /// Under 60 columns a row takes two lines: "what" has the second to itself.
    private var narrowColumns: [Column] {
        let who = max(4, page.terminal.columns - numberWidth - 1 - 9 - 4 - 8 - 3)
        return [
            Column(width: numberWidth, isRight: true), Column(width: who), Column(width: 9), Column(width: 4),
            Column(width: 8),
        ]
    }

    private var secondLine: [Column] {
        [Column(width: numberWidth), Column(width: page.terminal.columns - numberWidth - 1)]
    }

    private func narrow(_ number: String, _ who: Cell, used: String, undo: String, would: Cell) -> [Cell] {
        [Cell(number), who, Cell(used), Cell(undo), would]
    }
}

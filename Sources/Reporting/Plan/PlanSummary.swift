internal import Authorizations
internal import ConnectorKit
internal import Coordination

/// What a plan comes to: what would end, what is left to people, what is kept, what to look at twice.
struct PlanSummary {
    private let plan: Plan
    private let facts: PlaceFacts
    private let page: Page
    private let wording: Wording
    private let isVerbose: Bool

    init(_ plan: Plan, _ facts: PlaceFacts, _ page: Page, _ wording: Wording, isVerbose: Bool) {
        self.plan = plan
        self.facts = facts
        self.page = page
        self.wording = wording
        self.isVerbose = isVerbose
    }

    func write() {
        if plan.items.isEmpty { return page.paragraph(wording.nothingListed) }
        let toEnd = plan.items.filter(\.action.ends)
        let reversible = toEnd.count(where: \.isReversible)
        page.paragraph(
            wording.wouldEnd(
                toEnd.count, revoked: plan.count(.revoke), disabled: plan.count(.disable), reversible: reversible),
            hanging: 2, ink: .heading)
        manual()
        kept()
        ownCredential()
        perPlace(toEnd)
    }

    private func manual() {
        let manual = plan.items.filter { $0.action == .manual }
        guard !manual.isEmpty else { return }
        page.paragraph(
            wording.wouldLeave(
                manual.count, wording.numbers(manual.map(\.number)),
                first: wording.numbers(manual.filter(\.isBefore).map(\.number))),
            hanging: 2)
        for (reason, numbers) in Self.grouped(manual) {
            page.paragraph(wording.byHandBecause(wording.numbers(numbers), reason), indent: 2, hanging: 4)
        }
    }

    private func kept() {
        let kept = plan.items.filter { $0.action == .keep }
        guard !kept.isEmpty else { return }
        let groups = Self.grouped(kept).map { wording.keptBecause(wording.numbers($1), $0) }
        page.paragraph(wording.wouldKeep(kept.count, groups), hanging: 2)
    }

    /// Numbers by their first reason, in the order of their first number.
    private static func grouped(_ items: [Plan.Item]) -> [(reason: String, numbers: [Int])] {
        var order: [String] = []
        var groups: [String: [Int]] = [:]
        for item in items {
            guard let reason = item.because.first, !reason.isEmpty else { continue }
            if groups[reason] == nil { order.append(reason) }
            groups[reason, default: []].append(item.number)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    private func ownCredential() {
        let own = plan.items.filter { $0.phase == .ownCredential && $0.action != .keep }
        guard !own.isEmpty else { return }
        let ends = own.contains(where: \.action.ends)
        page.paragraph(wording.ownCredential(wording.numbers(own.map(\.number)), ends: ends), hanging: 2, ink: .doubt)
    }

    /// What reaches beyond its row, what works on for a while, and with `--verbose` what each does.
    private func perPlace(_ items: [Plan.Item]) {
        var order: [String] = []
        var places: [String: (surface: Surface, account: String, numbers: [Int])] = [:]
        for item in items {
            let key = item.authorization.account + "/" + item.authorization.surface
            if places[key] == nil {
                guard let surface = facts.surface(of: item.authorization) else { continue }
                order.append(key)
                places[key] = (surface, item.authorization.account, [])
            }
            places[key]?.numbers.append(item.number)
        }
        let all = order.compactMap { places[$0] }
        section(wording.lookTwice, all, ink: .doubt) { $0.beyond.map { wording.text($0) } }
        section(wording.worksOn, all) { surface in
            surface.residual.map {
                wording.residual(wording.duration($0.duration.timeInterval), $0.note.map { wording.text($0) })
            }
        }
        section(wording.mayComeBack, all) { $0.comesBack.map { wording.text($0) } }
        if isVerbose { section(wording.whatItMeans, all) { $0.effects.map { wording.text($0) } } }
    }

    private func section(
        _ title: String, _ places: [(surface: Surface, account: String, numbers: [Int])], ink: Ink = .plain,
        _ text: (Surface) -> String?
    ) {
        var order: [String] = []
        var numbers: [String: [Int]] = [:]
        for place in places {
            guard let text = text(place.surface) else { continue }
            if numbers[text] == nil { order.append(text) }
            numbers[text, default: []] += place.numbers
        }
        guard !order.isEmpty else { return }
        page.paragraph(title, ink: ink)
        for text in order {
            page.paragraph(wording.about(wording.numbers(numbers[text] ?? []), text), indent: 2, hanging: 4)
        }
    }
}

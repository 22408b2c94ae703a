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
        Grouping(items.filter { !($0.because.first ?? "").isEmpty }) { $0.because.first ?? "" }.groups
            .map { ($0[0].because.first ?? "", $0.map(\.number)) }
    }

    private func ownCredential() {
        let own = plan.items.filter { $0.phase == .ownCredential && $0.action != .keep }
        guard !own.isEmpty else { return }
        let ends = own.contains(where: \.action.ends)
        page.paragraph(wording.ownCredential(wording.numbers(own.map(\.number)), ends: ends), hanging: 2, ink: .doubt)
    }

    /// What reaches beyond its row, what works on for a while, and with `--verbose` what each does.
    private func perPlace(_ items: [Plan.Item]) {
        let places = Grouping(items) { $0.authorization.account + "/" + $0.authorization.surface }.groups.compactMap {
            items in
            facts.surface(of: items[0].authorization).map { ($0, items.map(\.number)) }
        }
        section(wording.lookTwice, places, ink: .doubt) { $0.beyond.map { wording.text($0) } }
        section(wording.worksOn, places) { surface in
            surface.residual.map {
                wording.residual(wording.duration($0.duration.timeInterval), $0.note.map { wording.text($0) })
            }
        }
        section(wording.mayComeBack, places) { $0.comesBack.map { wording.text($0) } }
        if isVerbose { section(wording.whatItMeans, places) { $0.effects.map { wording.text($0) } } }
    }

    private func section(
        _ title: String, _ places: [(surface: Surface, numbers: [Int])], ink: Ink = .plain, _ text: (Surface) -> String?
    ) {
        let told = places.compactMap { place in text(place.surface).map { ($0, place.numbers) } }
        guard !told.isEmpty else { return }
        page.paragraph(title, ink: ink)
        for group in Grouping(told, by: \.0).groups {
            page.paragraph(wording.about(wording.numbers(group.flatMap(\.1)), group[0].0), indent: 2, hanging: 4)
        }
    }
}

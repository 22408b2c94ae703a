internal import Authorizations
internal import ConnectorKit
internal import Coordination
internal import Documents

/// The steps that no API can do: where, what to click, how one sees that it worked.
struct ManualList {
    private let items: [Plan.Item]
    private let facts: PlaceFacts
    private let page: Page
    private let wording: Wording

    init(_ items: [Plan.Item], _ facts: PlaceFacts, _ page: Page, _ wording: Wording) {
        self.items = items
        self.facts = facts
        self.page = page
        self.wording = wording
    }

    /// Items of one place share their steps.
    private struct Place {
        var surface: Surface?
        var items: [Plan.Item]
        var link: String?
    }

    /// More places than these are not written out unless all is wanted: the rest would be pushed off the screen.
    static let placesInFull = 4

    /// - Parameter isFull: with every step, however many there are.
    func write(isFull: Bool = true) {
        guard !items.isEmpty else { return }
        page.paragraph(wording.byHandHead(items.count), ink: .heading)
        let places = places
        if isFull || places.count <= Self.placesInFull {
            for place in places { write(place) }
        } else {
            for place in places { writeShort(place) }
            page.paragraph(wording.stepsInFull, indent: 2)
        }
        page.blank()
    }

    /// Which place, and where to go.
    private func writeShort(_ place: Place) {
        guard let first = place.items.first else { return }
        let numbers = wording.numbers(place.items.map(\.number))
        let name = wording.byHandPlace(
            numbers, first.authorization.account, first.authorization.surface, isBefore: first.isBefore)
        page.paragraph(name, indent: 2, hanging: 4, ink: .hand)
        if let link = place.link, !link.isEmpty { page.paragraph(link, indent: 6, hanging: 8) }
    }

    private var places: [Place] {
        let sorted = items.sorted { ($0.isBefore ? 0 : 1, $0.number) < ($1.isBefore ? 0 : 1, $1.number) }
        let placed = sorted.map { item -> (item: Plan.Item, surface: Surface?, link: String?) in
            let surface = facts.surface(of: item.authorization)
            return (item, surface, surface?.manual.map { Self.link($0.link, item.authorization) })
        }
        return Grouping(placed) { "\($0.item.authorization.account)/\($0.item.authorization.surface)/\($0.link ?? "")" }
            .groups
            .map { Place(surface: $0[0].surface, items: $0.map(\.item), link: $0[0].link) }
    }

    private static let itemsShown = 20

    private func write(_ place: Place) {
        guard let first = place.items.first else { return }
        let numbers = wording.numbers(place.items.map(\.number))
        page.paragraph(
            wording.byHandPlace(
                numbers, first.authorization.account, first.authorization.surface, isBefore: first.isBefore),
            indent: 2, hanging: 4, ink: .hand)
        for item in place.items.prefix(Self.itemsShown) where item.authorization.vendorID != nil {
            let portrait = Portrait(item.authorization, owner: item.authorization.owner, page.terminal, wording)
            let who = portrait.who.map { $0 + ", " } ?? ""
            page.paragraph("\(item.number)  " + who + portrait.text, indent: 4, hanging: 8)
        }
        if place.items.count > Self.itemsShown {
            page.paragraph(wording.more(place.items.count - Self.itemsShown), indent: 4)
        }
        guard let manual = place.surface?.manual else { return page.paragraph(wording.noSteps, indent: 4) }
        page.steps(of: manual, link: place.link ?? "", indent: 4, wording)
    }

    /// The address with what is known of the item in its places; up to the first name that is not known.
    private static func link(_ template: Template, _ authorization: Authorization) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .literal(let literal): text += literal
            case .variable(let name, _):
                let value = name == "id" ? authorization.vendorID : authorization.values[name]?.scalarText
                guard let value else { return text }
                text += value
            }
        }
        return text
    }
}

extension Page {
    /// Where to go, what to do there, and how one sees that it is done.
    func steps(of manual: Manual, link: String, indent: Int, _ wording: Wording) {
        if !link.isEmpty { paragraph(wording.open(link), indent: indent, hanging: indent + 2) }
        for (index, step) in (wording.language == .fr ? manual.steps.fr : manual.steps.en).enumerated() {
            paragraph("\(index + 1). " + step, indent: indent, hanging: indent + 3)
        }
        paragraph(wording.doneWhen(wording.text(manual.proof)), indent: indent, hanging: indent + 2)
    }
}

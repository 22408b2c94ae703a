internal import Authorizations
package import ConnectorKit

/// `connectors list` and `connectors show ID`.
package struct ConnectorScreens: Sendable {
    private let terminal: Terminal
    private let wording: Wording

    package init(_ terminal: Terminal, _ wording: Wording) {
        self.terminal = terminal
        self.wording = wording
    }

    package func list(_ manifests: [Manifest], to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        let table = Listing(
            page,
            [
                .init(wording.connector, most: 30), .init(wording.title), .init(wording.places, most: 8, isRight: true),
                .init(wording.byAPI, most: 8, isRight: true), .init(wording.byHand, most: 8, isRight: true),
                .init(wording.proved, most: 8, isRight: true),
            ])
        table.write(
            manifests.map { manifest in
                func count(_ isMeant: (Surface) -> Bool) -> String {
                    wording.number(manifest.surfaces.count(where: isMeant))
                }
                return [
                    manifest.id, manifest.title, wording.number(manifest.surfaces.count), count(\.endsByAPI),
                    count { !$0.endsByAPI }, count(\.canBeProved),
                ]
            })
        page.paragraph(wording.connectorsEnd(manifests.count))
    }

    /// - Parameter isFull: with the steps of everything that people end by hand.
    package func show(_ manifest: Manifest, isFull: Bool = false, to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        page.paragraph(
            wording.connectorHead(manifest.id, manifest.title, dot: Mark.notYet.symbol(terminal)), ink: .heading)
        page.paragraph(wording.talksTo(manifest.hosts.map { Self.host($0.url) }))
        // The kind gives way first: the place must be whole, as it is typed.
        let hasKinds = terminal.isWide || terminal.isNarrow
        var headings: [Listing.Heading] = [
            .init(wording.placeHead), .init(wording.seesHead, most: 8), .init(wording.ends, most: 8),
            .init(wording.proof, most: 6),
            .init(wording.undo, most: 4), .init(wording.sure, most: 6),
        ]
        if hasKinds { headings.insert(.init(wording.kindHead, most: 20), at: 1) }
        Listing(page, headings).write(
            manifest.surfaces.map { surface in
                var row = [
                    surface.id, wording.sees(surface.sight), surface.endsByAPI ? wording.byAPI : wording.byHand,
                    surface.canBeProved ? wording.byRead : wording.none, surface.canBeUndone ? wording.yes : wording.no,
                    wording.confidence(surface.confidence),
                ]
                if hasKinds { row.insert(surface.kind.rawValue, at: 1) }
                return row
            })
        notes(manifest, page)
        if isFull { for surface in manifest.surfaces { steps(surface, page) } }
    }

    private func steps(_ surface: Surface, _ page: Page) {
        guard let manual = surface.manual else { return }
        page.blank()
        page.paragraph("\(surface.id)", ink: .hand)
        page.steps(of: manual, link: Self.text(manual.link), indent: 2, wording)
    }

    private func notes(_ manifest: Manifest, _ page: Page) {
        let width = 8
        let kinds = manifest.credentials.flatMap { $0.declaration.accepts.map(\.name) }.removingRepeats
        if !kinds.isEmpty { page.entry(wording.signIn, kinds.joined(separator: ", "), width: width) }
        let needs = manifest.surfaces.flatMap { $0.needs.list + $0.needs.revoke }.map {
            $0.joined(separator: wording.or)
        }.removingRepeats
        if !needs.isEmpty { page.entry(wording.needs, needs.joined(separator: ", "), width: width) }
        let settings = manifest.settings.map {
            wording.setting($0.name, wording.text($0.about), isOptional: $0.isOptional || $0.defaultValue != nil)
        }
        for (index, setting) in settings.enumerated() {
            page.entry(index == 0 ? wording.settings : "", setting, width: width)
        }
        var texts: [String] = []
        for surface in manifest.surfaces {
            texts += [surface.beyond, surface.comesBack, surface.unlistable].compactMap { $0 }.map {
                "\(surface.id): \(wording.text($0))"
            }
        }
        for (index, text) in texts.enumerated() { page.entry(index == 0 ? wording.note : "", text, width: width) }
    }

    /// The host of an address that may have settings in it.
    private static func host(_ template: Template) -> String { Portrait.host(text(template)) }

    private static func text(_ template: Template) -> String {
        template.parts.map { part -> String in
            switch part {
            case .literal(let literal): literal
            case .variable(let name, _): "{\(name)}"
            }
        }.joined()
    }
}

/// How much of a surface can be listed.
enum Sight {
    case all, part, assumed, inHand, none
}

extension Surface {
    var sight: Sight {
        if isCoded { return .all }
        guard let discover else { return given == nil ? .none : .inHand }
        if case .assumed = discover.source { return .assumed }
        return discover.partial == nil ? .all : .part
    }

    var canBeProved: Bool {
        if isCoded { return true }
        guard let form = (verify ?? disable?.verify)?.form else { return false }
        if case .none = form { return false }
        return true
    }
}

extension [String] {
    /// In their order, each once.
    var removingRepeats: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

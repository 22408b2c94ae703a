/// `accounts list` and `accounts check`.
package struct AccountScreens: Sendable {
    package struct Listed: Sendable, Hashable {
        package var name: String
        package var connectors: [String]
        /// How it signs in: the credential's kind, and where its secret is kept.
        package var signsInWith: String
        /// Where it stands in the configuration.
        package var place: String

        package init(name: String, connectors: [String], signsInWith: String, place: String) {
            self.name = name
            self.connectors = connectors
            self.signsInWith = signsInWith
            self.place = place
        }
    }

    package struct Checked: Sendable, Hashable {
        package var name: String
        /// As the vendor says who we are; `nil` where it did not let us in.
        package var signedInAs: String?
        package var placesSeen: Int
        package var places: Int
        /// What is missing, one thing each.
        package var toFix: [String]

        package init(name: String, signedInAs: String?, placesSeen: Int, places: Int, toFix: [String]) {
            self.name = name
            self.signedInAs = signedInAs
            self.placesSeen = placesSeen
            self.places = places
            self.toFix = toFix
        }
    }

    private let terminal: Terminal
    private let wording: Wording

    package init(_ terminal: Terminal, _ wording: Wording) {
        self.terminal = terminal
        self.wording = wording
    }

    package func list(_ accounts: [Listed], to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        let table = Listing(
            page,
            [
                .init(wording.account, most: 24), .init(wording.connectors, most: 30, wraps: true),
                .init(wording.signsInWith, wraps: true),
                .init(wording.place, most: 24),
            ])
        table.write(accounts.map { [$0.name, $0.connectors.joined(separator: " "), $0.signsInWith, $0.place] })
        page.paragraph(wording.accountsEnd(accounts.count))
    }

    package func check(_ accounts: [Checked], to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        let table = Listing(
            page,
            [
                .init(wording.account, most: 24), .init(wording.signedInAs, most: 31), .init(wording.sees, most: 12),
                .init(wording.toFix, wraps: true),
            ])
        table.write(
            accounts.map { account in
                [
                    account.name, account.signedInAs ?? wording.notLetIn,
                    wording.seesPlaces(account.placesSeen, of: account.places),
                    account.toFix.isEmpty ? "-" : account.toFix.map { $0.startingLarge }.joined(separator: ". "),
                ]
            })
        page.paragraph(
            wording.placesSeen(accounts.reduce(0) { $0 + $1.placesSeen }, of: accounts.reduce(0) { $0 + $1.places }))
        page.paragraph(wording.nextDryRun)
    }
}

/// A small table whose columns are as wide as what stands in them, and whose last text may wrap.
struct Listing {
    struct Heading {
        var title: String
        var most: Int?
        var wraps: Bool
        var isRight: Bool

        /// `most` is in cells; one column has no limit of its own and takes the rest.
        init(_ title: String, most: Int? = nil, wraps: Bool = false, isRight: Bool = false) {
            self.title = title
            self.most = most
            self.wraps = wraps
            self.isRight = isRight
        }
    }

    private let page: Page
    private let headings: [Heading]

    init(_ page: Page, _ headings: [Heading]) {
        self.page = page
        self.headings = headings
    }

    func write(_ rows: [[String]]) {
        let all = [headings.map(\.title)] + rows
        var widths = headings.indices.map { index in all.map { Cells.width($0[index].visible) }.max() ?? 0 }
        for (index, heading) in headings.enumerated() {
            widths[index] = min(widths[index], heading.most ?? widths[index])
        }
        let gaps = 2 * (headings.count - 1)
        let total = widths.reduce(0, +) + gaps
        // The column without a limit gives way first; then what is left of the widest.
        var over = total - page.terminal.columns
        let order = headings.indices.sorted {
            ($0 == elastic ? 0 : 1, -widths[$0]) < ($1 == elastic ? 0 : 1, -widths[$1])
        }
        for index in order where over > 0 {
            let given = min(over, max(0, widths[index] - (headings[index].wraps ? 14 : 10)))
            widths[index] -= given
            over -= given
        }
        if over > 0 { return stacked(rows) }
        let columns = widths.indices.map { Column(width: widths[$0], isRight: headings[$0].isRight, gap: 2) }
        page.row(headings.map { Cell($0.title, ink: .heading) }, columns)
        for row in rows {
            page.row(
                row.enumerated().map { index, text in
                    headings[index].wraps ? Cell(wrapping: text) : Cell(text, cut: .fitting(text))
                }, columns)
        }
    }

    private var elastic: Int { headings.firstIndex { $0.most == nil } ?? headings.count - 1 }

    /// Where not even the narrowest columns fit, each value has a line.
    private func stacked(_ rows: [[String]]) {
        for row in rows {
            page.paragraph(row.first ?? "", hanging: 2, ink: .heading)
            for (heading, text) in zip(headings, row).dropFirst() where !text.isEmpty {
                page.paragraph("\(heading.title): \(text)", indent: 2, hanging: 4)
            }
        }
    }
}

package import Foundation

/// `log list` and `log verify`.
package struct LogScreens: Sendable {
    package struct Row: Sendable, Hashable {
        package var time: Date
        package var record: Int
        package var run: String?
        package var event: String
        package var text: String

        package init(time: Date, record: Int, run: String?, event: String, text: String) {
            self.time = time
            self.record = record
            self.run = run
            self.event = event
            self.text = text
        }
    }

    /// What checking the whole log came to.
    package struct Check: Sendable, Hashable {
        package var size: Int
        /// In hex.
        package var root: String
        package var firstBroken: Int?
        package var brokenAt: Date?
        /// What was found, each a sentence; empty where the log holds.
        package var findings: [String]
        /// The public key, or its beginning.
        package var key: String?

        package init(
            size: Int, root: String, firstBroken: Int? = nil, brokenAt: Date? = nil, findings: [String] = [],
            key: String? = nil
        ) {
            self.size = size
            self.root = root
            self.firstBroken = firstBroken
            self.brokenAt = brokenAt
            self.findings = findings
            self.key = key
        }
    }

    private let terminal: Terminal
    private let wording: Wording

    package init(_ terminal: Terminal, _ wording: Wording) {
        self.terminal = terminal
        self.wording = wording
    }

    package func list(_ rows: [Row], now: Date, to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        if rows.isEmpty { return page.paragraph(wording.emptyLog) }
        let table = Listing(
            page,
            [
                .init(wording.timeHead(wording.zone(terminal)), most: 30),
                .init(wording.recordHead, most: 8, isRight: true),
                .init(wording.runHeading, most: 16), .init(wording.whatHappened, wraps: true),
            ])
        table.write(
            rows.map { row in
                let milliseconds = Int((row.time.timeIntervalSince1970 * 1000).rounded(.down)) % 1000
                let time = wording.day(row.time, now: now, terminal, isShort: Self.isSameYear(row.time, now, terminal))
                let clock = wording.time(row.time, terminal) + "." + String(1000 + milliseconds).dropFirst()
                return [time + " " + clock, "\(row.record)", row.run ?? "-", row.event + " " + row.text]
            })
    }

    private static func isSameYear(_ one: Date, _ other: Date, _ terminal: Terminal) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = terminal.timeZone
        return calendar.component(.year, from: one) == calendar.component(.year, from: other)
    }

    package func verify(_ check: Check, now: Date, to out: @escaping (String) -> Void) {
        let page = Page(terminal, out)
        let isSound = check.firstBroken == nil && check.findings.isEmpty
        let mark: Mark = isSound ? .dead : .failed
        let text: String
        if isSound {
            text = wording.logHolds(check.size, key: check.key.map { Cutting.middle($0, width: 20, terminal) ?? $0 })
        } else if let broken = check.firstBroken {
            let time = check.brokenAt.map { wording.minute($0, now: now, terminal) }
            text = wording.logBroken(broken, of: check.size, time)
        } else {
            text = wording.logDoubtful
        }
        page.entry(mark.symbol(terminal), text, width: 2, ink: mark.ink)
        for finding in check.findings { page.paragraph("- " + finding, indent: 2, hanging: 4) }
        page.paragraph(
            isSound ? wording.rootOfLog(RunTable.shortened(check.root, terminal)) : wording.keepACopy, indent: 2)
    }
}

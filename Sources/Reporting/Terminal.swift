package import Foundation

/// Where text goes: how wide it is, which signs and colours it takes, whether it can be redrawn.
package struct Terminal: Sendable, Hashable {
    /// The values of `--color`.
    package enum Color: String, Sendable, CaseIterable {
        case auto, always, never
    }

    package var columns: Int
    package var isTerminal: Bool
    package var hasColor: Bool
    /// Marks and ellipses beyond ASCII.
    ///
    /// Names are written as vendors tell them either way.
    package var hasUnicode: Bool
    /// Whether lines that were written can be written anew.
    package var canRedraw: Bool
    package var timeZone: TimeZone

    package static let usualColumns = 80
    /// Below it, each row of a table takes two lines.
    package static let narrow = 60
    /// From here on, owner and year have room.
    package static let wide = 100
    private static let fewest = 30

    package init(
        columns: Int = usualColumns, isTerminal: Bool = true, hasColor: Bool = false, hasUnicode: Bool = true,
        canRedraw: Bool? = nil, timeZone: TimeZone = .current
    ) {
        self.columns = max(columns, Self.fewest)
        self.isTerminal = isTerminal
        self.hasColor = hasColor
        self.hasUnicode = hasUnicode
        self.canRedraw = canRedraw ?? isTerminal
        self.timeZone = timeZone
    }

    /// Reads `COLUMNS`, `TERM`, `NO_COLOR` and the locale.
    ///
    /// `windowColumns` is what the terminal itself says; `nil` where it does not.
    package init(
        isTerminal: Bool, windowColumns: Int?, color: Color, environment: [String: String],
        timeZone: TimeZone = .current
    ) {
        let isDumb = environment["TERM"] == "dumb"
        let said = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        let window = windowColumns.flatMap { $0 > 0 ? $0 : nil }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let isUTF8 = locale.lowercased().replacing("-", with: "").contains("utf8")
        let hasColor =
            switch color {
            case .always: true
            case .never: false
            case .auto: isTerminal && !isDumb && environment["NO_COLOR", default: ""].isEmpty
            }
        self.init(
            columns: (isTerminal ? window ?? said : said) ?? Self.usualColumns, isTerminal: isTerminal,
            hasColor: hasColor,
            hasUnicode: isTerminal && !isDumb && isUTF8, canRedraw: isTerminal && !isDumb, timeZone: timeZone)
    }

    var isNarrow: Bool { columns < Self.narrow }
    var isWide: Bool { columns >= Self.wide }
    var ellipsis: String { hasUnicode ? "…" : "..." }

    func paint(_ text: String, _ ink: Ink) -> String {
        guard hasColor, let code = ink.code, !text.isEmpty else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }
}

/// A colour with a meaning, of the sixteen that every terminal names; what it says is always said in words too.
enum Ink: Sendable {
    case plain, good, bad, doubt, hand, heading

    var code: String? {
        switch self {
        case .plain: nil
        case .good: "32"
        case .bad: "1;31"
        case .doubt: "33"
        case .hand: "36"
        case .heading: "1"
        }
    }
}

/// A state's sign, one cell wide.
enum Mark: Sendable {
    case dead, accepted, alive, failed, unknown, byHand, stated, kept, notYet, new

    func symbol(_ terminal: Terminal) -> String {
        switch self {
        case .dead: terminal.hasUnicode ? "✓" : "+"
        case .accepted: "~"
        case .alive: "!"
        case .failed: "x"
        case .unknown: "?"
        case .byHand: ">"
        case .stated: terminal.hasUnicode ? "●" : "*"
        case .kept: "="
        case .notYet: terminal.hasUnicode ? "·" : "."
        case .new: "+"
        }
    }

    var ink: Ink {
        switch self {
        case .dead: .good
        case .alive, .failed, .new: .bad
        case .unknown: .doubt
        case .byHand, .stated: .hand
        case .accepted, .kept, .notYet: .plain
        }
    }
}

/// Lines on their way to a terminal or a file.
///
/// All text is made visible and measured here, so that no screen can forget.
struct Page {
    let terminal: Terminal
    private let out: (String) -> Void

    init(_ terminal: Terminal, _ out: @escaping (String) -> Void) {
        self.terminal = terminal
        self.out = out
    }

    func blank() { out("\n") }

    /// Sentences, broken between words.
    func paragraph(_ text: String, indent: Int = 0, hanging: Int? = nil, ink: Ink = .plain) {
        let lead = String(repeating: " ", count: indent)
        for line in Wrapping.lines(lead + text.visible, width: terminal.columns, hanging: hanging ?? indent) {
            out(terminal.paint(line, ink) + "\n")
        }
    }

    /// `label`, then text that goes on under its own beginning.
    func entry(_ label: String, _ text: String, indent: Int = 0, width: Int, ink: Ink = .plain) {
        let label = label.visible
        let room = terminal.columns - indent - width
        // Hardly room for a word: the text goes under the label.
        guard room >= 16, Cells.width(label) <= width else {
            paragraph(label, indent: indent, ink: ink)
            return paragraph(text, indent: min(indent + 4, 8))
        }
        for (index, line) in Wrapping.lines(text.visible, width: room).enumerated() {
            let head =
                index == 0
                ? terminal.paint(label, ink) + String(repeating: " ", count: width - Cells.width(label))
                : String(repeating: " ", count: width)
            out(String(repeating: " ", count: indent) + (head + line).trimmingTrailingBlanks + "\n")
        }
    }

    /// One row of a table.
    ///
    /// A cell that does not fit and may not be cut goes on in a line of its own.
    func row(_ cells: [Cell], _ columns: [Column]) {
        let texts = zip(cells, columns).map { $0.lines(width: $1.width, terminal) }
        for index in 0..<(texts.map(\.count).max() ?? 0) {
            var line = ""
            for (number, column) in columns.enumerated() {
                let text = index < texts[number].count ? texts[number][index] : ""
                let blanks = String(repeating: " ", count: max(0, column.width - Cells.width(text)))
                let painted = terminal.paint(text, cells[number].ink)
                line += column.isRight ? blanks + painted : painted + blanks
                if number + 1 < columns.count { line += String(repeating: " ", count: column.gap) }
            }
            out(line.trimmingTrailingBlanks + "\n")
        }
    }
}

struct Column: Sendable {
    var width: Int
    var isRight = false
    /// Blanks after it.
    var gap = 1
}

struct Cell: Sendable {
    var text: String
    /// A host or an id within the text, which must stay whole, and what follows it.
    var whole = ""
    var rest = ""
    var cut: Cut = .end
    var ink: Ink = .plain
    /// Goes on between words in the lines below.
    var wraps = false

    init(wrapping text: String) {
        self.text = text
        wraps = true
    }

    init(_ text: String, cut: Cut = .end, ink: Ink = .plain) {
        self.text = text
        self.cut = cut
        self.ink = ink
    }

    func lines(width: Int, _ terminal: Terminal) -> [String] {
        let head = text.visible
        if !whole.isEmpty { return lines(head, whole.visible, rest.visible, width: width, terminal) }
        if Cells.width(head) <= width { return [head] }
        if wraps { return Wrapping.lines(head, width: width) }
        switch cut {
        case .end: return [Cutting.end(head, width: width, terminal)]
        case .middle:
            if terminal.isTerminal, let short = Cutting.middle(head, width: width, terminal) { return [short] }
            return Cutting.pieces(head, width: width)
        case .never: return Cutting.pieces(head, width: width)
        }
    }

    private func lines(_ head: String, _ whole: String, _ rest: String, width: Int, _ terminal: Terminal) -> [String] {
        if Cells.width(head + whole) <= width { return [Self.joined(head + whole, rest, width: width, terminal)] }
        var lines = Cutting.pieces(whole, width: width)
        let last = lines.removeLast()
        lines.append(Self.joined(last, rest, width: width, terminal))
        return [Cutting.end(head.trimmingTrailingBlanks, width: width, terminal)] + lines
    }

    /// Less of a text says nothing.
    private static let leastRest = 8

    /// Shortens `rest` alone.
    private static func joined(_ whole: String, _ rest: String, width: Int, _ terminal: Terminal) -> String {
        let room = width - Cells.width(whole)
        if Cells.width(rest) <= room { return whole + rest }
        return room >= Self.leastRest ? whole + Cutting.end(rest, width: room, terminal) : whole
    }
}

/// Where text may be shortened.
enum Cut: Sendable, Hashable {
    /// Names.
    case end
    /// Ids, addresses, digests: on a terminal; elsewhere they go on in the next line.
    case middle
    /// Hosts go on in the next line.
    case never

    /// What a vendor's text looks like decides how it may be shortened.
    static func fitting(_ text: String) -> Cut {
        if text.contains(where: \.isWhitespace) { return .end }
        if text.contains("@") || text.contains("/") { return .middle }
        if isHost(text) { return .never }
        return text.count >= 12 && text.contains(where: \.isNumber) ? .middle : .end
    }

    private static func isHost(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last, last.count > 1, last.allSatisfy(\.isLetter) else {
            return false
        }
        return labels.allSatisfy { label in
            !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
        }
    }
}

enum Cutting {
    /// At least this much of an id stays at each end.
    private static let kept = 6

    static func end(_ text: String, width: Int, _ terminal: Terminal) -> String {
        if Cells.width(text) <= width { return text }
        let sign = terminal.ellipsis
        guard width > sign.count else { return String(prefix(text, width: width)) }
        return prefix(text, width: width - sign.count).trimmingTrailingBlanks + sign
    }

    /// `nil` where less than six signs would stay at each end.
    static func middle(_ text: String, width: Int, _ terminal: Terminal) -> String? {
        if Cells.width(text) <= width { return text }
        let sign = terminal.ellipsis
        let room = width - sign.count
        guard room >= 2 * kept else { return nil }
        let tail = suffix(text, width: room / 2)
        return prefix(text, width: room - Cells.width(tail)) + sign + tail
    }

    /// Pieces of at most `width` cells that together are the whole text, parted after a dot or a stroke where there is one.
    static func pieces(_ text: String, width: Int) -> [String] {
        var pieces: [String] = []
        var rest = Substring(text)
        while Cells.width(String(rest)) > width {
            var piece = prefix(String(rest), width: max(width, 2))
            if piece.isEmpty { break }
            if let last = piece.lastIndex(where: { ".-/@_:".contains($0) }),
                piece.distance(from: piece.startIndex, to: last) >= piece.count / 2
            {
                piece = String(piece[...last])
            }
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces + [String(rest)]
    }

    private static func prefix(_ text: String, width: Int) -> String {
        var used = 0
        return String(
            text.prefix { character in
                used += Cells.width(character)
                return used <= width
            })
    }

    private static func suffix(_ text: String, width: Int) -> String {
        var used = 0
        let reversed = text.reversed().prefix { character in
            used += Cells.width(character)
            return used <= width
        }
        return String(reversed.reversed())
    }
}

enum Wrapping {
    /// Breaks between words; a word wider than a line goes on in the next, so that nothing is lost.
    ///
    /// `hanging` blanks stand before every line but the first. Blanks before the first word stay.
    static func lines(_ text: String, width: Int, hanging: Int = 0) -> [String] {
        if Cells.width(text) <= width { return [text] }
        let lead = String(text.prefix { $0 == " " })
        let indent = String(repeating: " ", count: min(hanging, max(0, width - 2)))
        var lines: [String] = []
        var line = lead
        var isEmpty = true
        for word in text.dropFirst(lead.count).split(separator: " ", omittingEmptySubsequences: false) {
            let joined = isEmpty ? line + word : line + " " + word
            if Cells.width(joined) <= width {
                line = joined
            } else {
                if !isEmpty { lines.append(line.trimmingTrailingBlanks) }
                let start = lines.isEmpty ? lead : indent
                let pieces = Cutting.pieces(String(word), width: width - max(start.count, indent.count))
                lines += pieces.dropLast().enumerated().map { $0 == 0 ? start + $1 : indent + $1 }
                line = (pieces.count > 1 ? indent : start) + (pieces.last ?? "")
            }
            isEmpty = false
        }
        return lines + [line.trimmingTrailingBlanks]
    }
}

extension String {
    var trimmingTrailingBlanks: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - Cells.width(self))) }
    func paddedLeft(_ width: Int) -> String { String(repeating: " ", count: max(0, width - Cells.width(self))) + self }
}

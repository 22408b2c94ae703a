/// How many cells of a terminal text takes.
enum Cells {
    static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    static func width(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        let sum = scalars.reduce(0) { $0 + width($1) }
        // U+FE0F asks for the picture of a sign that is text otherwise, which is two cells wide.
        return sum == 1 && scalars.contains("\u{fe0f}") ? 2 : sum
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        // Vowels and finals of Hangul that join the syllable before them.
        if (0x1160...0x11ff).contains(scalar.value) { return 0 }
        // Two of them make a flag.
        if (0x1f1e6...0x1f1ff).contains(scalar.value) { return 1 }
        return isWide(scalar) ? 2 : 1
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isEmojiPresentation { return true }
        return wideRanges.contains { $0.contains(scalar.value) }
    }

    /// East Asian Width W and F of Unicode 16, neighbours joined.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0xa4cf,
        0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60,
        0xffe0...0xffe6, 0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x1d300...0x1d376, 0x1f200...0x1f265,
        0x20000...0x2fffd, 0x30000...0x3fffd,
    ]
}

extension String {
    /// The text as it may be shown: control characters, marks of direction and other signs without a shape, which could
    /// move the cursor or hide letters, are written out.
    package var visible: String {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return self }
        var shown = ""
        var stacked = 0
        let scalars = Array(unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isMark =
                scalar.properties.generalCategory == .nonspacingMark
                || scalar.properties.generalCategory == .enclosingMark
            stacked = isMark ? stacked + 1 : 0
            // More marks than any script stacks would write over the lines above.
            if stacked > 4 || Self.isHidden(scalar, in: scalars, at: index) {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isHidden(_ scalar: Unicode.Scalar, in scalars: [Unicode.Scalar], at index: Int) -> Bool {
        // The joiners are letters' business in Persian and Indic scripts, and pictures', but hide between Latin letters.
        if scalar == "\u{200c}" || scalar == "\u{200d}" {
            guard index > 0, index + 1 < scalars.count else { return true }
            return scalars[index - 1].value < 0x300 || scalars[index + 1].value < 0x300
        }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
        default: scalar.value == 0x115f || scalar.value == 0x1160 || scalar.value == 0x3164 || scalar.value == 0xffa0
        }
    }
}

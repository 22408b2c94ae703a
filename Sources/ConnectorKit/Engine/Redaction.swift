internal import Foundation

/// Masks what nobody marked but looks random: law 10 and section 5.6.
package enum Redaction {
    /// Texts of 20 characters and more, without a blank, of more than 3.5 bits of entropy a character.
    package static func looksRandom(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, !bytes.contains(0x20) else { return false }
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        let entropy = counts.reduce(0.0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
        return entropy > 3.5
    }

    /// Replaces random-looking words of a sentence.
    package static func maskRandom(in text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false)
            .map { looksRandom($0) && !isPlainWord($0) ? mask($0) : String($0) }.joined(separator: " ")
    }

    /// In an address, path segments and query values that look random are masked; the host never is.
    package static func maskAddress(_ address: String) -> String {
        guard let start = address.range(of: "://") else { return looksRandom(address) ? mask(address) : address }
        let rest = address[start.upperBound...]
        guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return address }
        var masked = String(address[..<start.upperBound]) + rest[..<slash]
        var piece = ""
        for character in rest[slash...] + "/" {
            if "/?&=".contains(character) {
                masked += (looksRandom(piece) ? mask(piece) : piece) + String(character)
                piece = ""
            } else {
                piece.append(character)
            }
        }
        return String(masked.dropLast())
    }

    private static func mask(_ text: some StringProtocol) -> String { "…" + text.suffix(4) }

    /// Long identifiers of one case with separators (`admin.directory.user.security`) are words, not keys.
    private static func isPlainWord(_ text: some StringProtocol) -> Bool {
        let isLetters = text.allSatisfy { $0.isLetter || "._-:/@,;()'\"".contains($0) }
        return isLetters && (text.lowercased() == text || text.contains(where: { "._-:/@".contains($0) }))
    }
}

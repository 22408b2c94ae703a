/// Finds the word that an author most likely meant: what Ratcliff and Obershelp call similar.
package enum Suggestion {
    /// Less alike is no suggestion.
    private static let cutoff = 0.6

    package static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        let word = Array(word)
        var best: (likeness: Double, text: String)?
        for candidate in words {
            let letters = Array(candidate)
            let total = word.count + letters.count
            let likeness = total == 0 ? 1 : 2 * Double(commonLength(letters[...], word[...])) / Double(total)
            if likeness >= cutoff, best.map({ ($0.likeness, $0.text) < (likeness, candidate) }) ?? true {
                best = (likeness, candidate)
            }
        }
        return best?.text
    }

    /// The end of a message, empty where nothing is near.
    package static func hint(for word: String, among words: some Sequence<String>) -> String {
        nearest(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// Length of the longest common run, and of those to the left and to the right of it.
    private static func commonLength(_ one: ArraySlice<Character>, _ other: ArraySlice<Character>) -> Int {
        var longest = (start: one.startIndex, otherStart: other.startIndex, length: 0)
        var runs: [Int: Int] = [:]
        for index in one.indices {
            var next: [Int: Int] = [:]
            for otherIndex in other.indices where one[index] == other[otherIndex] {
                let length = (runs[otherIndex - 1] ?? 0) + 1
                next[otherIndex] = length
                if length > longest.length { longest = (index - length + 1, otherIndex - length + 1, length) }
            }
            runs = next
        }
        if longest.length == 0 { return 0 }
        return longest.length
            + commonLength(one[..<longest.start], other[..<longest.otherStart])
            + commonLength(one[(longest.start + longest.length)...], other[(longest.otherStart + longest.length)...])
    }
}

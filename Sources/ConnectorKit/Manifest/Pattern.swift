/// A regular expression of the manifest: no look-around, no back references, no nested unbounded repeats.
package struct Pattern: Sendable {
    package let text: String
    // Safe because a compiled Regex is never changed after it was made.
    nonisolated(unsafe) private let regex: Regex<AnyRegexOutput>
    /// Longer input is not looked at: backtracking must not become a way to hang the program.
    package static let inputLimit = 64 << 10

    package enum Problem: Error, Hashable {
        case lookAroundOrBackReference
        case nestedRepeat
        case malformed(String)
    }

    package init(_ text: String) throws(Problem) {
        self.text = text
        try Self.refuseWhatBacktracksBadly(text)
        do {
            regex = try Regex(text)
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// Group names in the order in which they stand, `(?<name>…)`.
    package var groupNames: [String] {
        text.matches(of: /\(\?<([A-Za-z_][A-Za-z0-9_]*)>/).map { String($0.output.1) }
    }

    package func matchesWhole(_ input: String) -> Bool {
        guard input.utf8.count <= Self.inputLimit else { return false }
        return (try? regex.wholeMatch(in: input)) ?? nil != nil
    }

    /// The named groups of a match of the whole input.
    package func groups(whole input: String) -> [String: String]? {
        guard input.utf8.count <= Self.inputLimit, let match = (try? regex.wholeMatch(in: input)) ?? nil else {
            return nil
        }
        return match.output.reduce(into: [:]) { groups, element in
            if let name = element.name, let value = element.substring { groups[name] = String(value) }
        }
    }

    package func isFound(in input: String) -> Bool { firstMatch(in: input) != nil }

    /// The first group of the first match, else the match; `nil` where nothing matches.
    package func firstMatch(in input: String) -> String? {
        guard input.utf8.count <= Self.inputLimit, let match = (try? regex.firstMatch(in: input)) ?? nil else {
            return nil
        }
        if match.output.count > 1 { return match.output[1].substring.map(String.init) }
        return match.output[0].substring.map(String.init)
    }

    /// A repeat without bound around a group that itself repeats without bound takes exponential time.
    private static func refuseWhatBacktracksBadly(_ text: String) throws(Problem) {
        var repeats: [Bool] = [false]
        var escaped = false
        var inClass = false
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            if escaped {
                escaped = false
                if let digit = character.wholeNumberValue, digit > 0 { throw .lookAroundOrBackReference }
                continue
            }
            switch character {
            case "\\": escaped = true
            case "[" where !inClass: inClass = true
            case "]" where inClass: inClass = false
            case "(" where !inClass:
                if next == "?" {
                    let rest = String(characters[(index + 2)...].prefix(2))
                    if rest.hasPrefix("=") || rest.hasPrefix("!") || rest == "<=" || rest == "<!" {
                        throw .lookAroundOrBackReference
                    }
                }
                repeats.append(false)
            case ")" where !inClass:
                let inner = repeats.count > 1 ? repeats.removeLast() : false
                let isRepeated = next == "*" || next == "+" || (next == "{" && isUnbounded(characters[(index + 1)...]))
                if inner && isRepeated { throw .nestedRepeat }
                repeats[repeats.count - 1] = repeats[repeats.count - 1] || inner || isRepeated
            case "*" where !inClass, "+" where !inClass:
                repeats[repeats.count - 1] = true
            case "{" where !inClass && isUnbounded(characters[index...]):
                repeats[repeats.count - 1] = true
            default: break
            }
        }
    }

    private static func isUnbounded(_ rest: ArraySlice<Character>) -> Bool {
        guard let end = rest.firstIndex(of: "}") else { return false }
        return rest[rest.index(before: end)] == ","
    }
}

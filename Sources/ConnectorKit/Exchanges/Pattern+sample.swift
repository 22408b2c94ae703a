extension Pattern {
    /// A text of this shape, invented; another one for every `seed`.
    ///
    /// `nil` where the pattern says more than the shapes that keys have: literals, classes, groups, alternatives, repeats.
    package func sample(seed: Int = 0) -> String? {
        var sampler = PatternSampler(text, seed: seed)
        guard let sample = sampler.alternatives(), sampler.isAtEnd, matchesWhole(sample) else { return nil }
        return sample
    }
}

private struct PatternSampler {
    private let characters: [Character]
    private var next = 0
    private var state: UInt64

    /// What stands for `.`, and for classes that exclude.
    private static let plain = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    init(_ pattern: String, seed: Int) {
        characters = Array(pattern)
        state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    var isAtEnd: Bool { next == characters.count }
    private var current: Character? { next < characters.count ? characters[next] : nil }

    private mutating func pick(_ choices: [Character]) -> Character? {
        // An invented key must look like one: every character another, and the same in every run.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return choices.isEmpty ? nil : choices[Int(state >> 33) % choices.count]
    }

    /// Branches up to a closing bracket or the end; the first is taken.
    mutating func alternatives() -> String? {
        guard let first = sequence() else { return nil }
        while current == "|" {
            next += 1
            if sequence() == nil { return nil }
        }
        return first
    }

    private mutating func sequence() -> String? {
        var text = ""
        while let character = current, character != "|", character != ")" {
            let start = next
            guard let piece = atom() else { return nil }
            let end = next
            guard let count = repeats() else { return nil }
            let after = next
            if count == 0 { continue }
            text += piece
            for _ in 1..<count {
                next = start
                guard let more = atom(), next == end else { return nil }
                text += more
            }
            next = after
        }
        return text
    }

    private mutating func atom() -> String? {
        guard let character = current else { return nil }
        next += 1
        switch character {
        case "(":
            if current == "?" {
                next += 1
                if current == "<" { while let name = current, name != ">" { next += 1 } }
                next += 1
            }
            guard let inner = alternatives(), current == ")" else { return nil }
            next += 1
            return inner
        case "[": return choices().flatMap { pick($0) }.map(String.init)
        case ".": return pick(Self.plain).map(String.init)
        case "^", "$": return ""
        case "\\":
            guard let escaped = current else { return nil }
            next += 1
            switch escaped {
            case "d": return pick(Array("0123456789")).map(String.init)
            case "w": return pick(Self.plain).map(String.init)
            case "s": return " "
            case "b": return ""
            default: return escaped.isLetter ? nil : String(escaped)
            }
        default: return String(character)
        }
    }

    /// The members of a class, its opening bracket read already.
    private mutating func choices() -> [Character]? {
        let isExcluding = current == "^"
        if isExcluding { next += 1 }
        var members: [Character] = []
        while let character = current, character != "]" {
            next += 1
            if character == "\\" {
                guard let escaped = current else { return nil }
                next += 1
                members += escaped == "d" ? Array("0123456789") : escaped == "w" ? Self.plain : [escaped]
            } else if current == "-", next + 1 < characters.count, characters[next + 1] != "]",
                let low = character.asciiValue, let high = characters[next + 1].asciiValue, low <= high
            {
                next += 2
                members += (low...high).map { Character(UnicodeScalar($0)) }
            } else {
                members.append(character)
            }
        }
        guard current == "]" else { return nil }
        next += 1
        return isExcluding ? Self.plain.filter { !members.contains($0) } : members
    }

    /// How often the atom before stands: the least that is allowed, and some for what may stand any number of times.
    private mutating func repeats() -> Int? {
        switch current {
        case "*", "+":
            next += 1
            return 12
        case "?":
            next += 1
            return 0
        case "{":
            guard let end = characters[next...].firstIndex(of: "}") else { return nil }
            let bounds = String(characters[(next + 1)..<end]).split(separator: ",", omittingEmptySubsequences: false)
            next = end + 1
            return bounds.first.flatMap { Int($0) }
        default: return 1
        }
    }
}

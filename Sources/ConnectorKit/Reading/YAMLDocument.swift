internal import Yams

/// The text of a YAML file as a tree with positions, without anchors, aliases and tags.
package struct YAMLDocument {
    package struct Problem {
        package var line: Int
        package var column: Int
        package var message: String
    }

    /// `nil` where the text is not YAML, or where an anchor hides part of it.
    package private(set) var root: YAMLNode?
    package private(set) var problems: [Problem] = []
    private let text: String
    /// Made where positions must be looked up, which few files need.
    private lazy var lines = Self.lines(of: text)
    private let mayHaveProperties: Bool
    /// Where a mark was put before a key, see ``markDuplicate(at:)``.
    private var marks: [(line: Int, column: Int)] = []
    private var hasAnchor = false

    /// Scalars that no manifest holds, by which keys that are given twice are told apart.
    private static let firstMark: UInt32 = 0x100000

    package init(_ text: String) {
        self.text = text
        mayHaveProperties = text.utf8.contains { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "!") }
        while true {
            do {
                let parser = try Parser(yaml: source, resolver: .basic)
                guard let node = try parser.singleRoot() else {
                    problems.append(Problem(line: 1, column: 1, message: "the file is empty"))
                    return
                }
                let tree = convert(node)
                if !hasAnchor { root = tree }
                return
            } catch YamlError.duplicatedKeysInMapping(_, let context) where markDuplicate(at: context.mark) {
                continue
            } catch {
                problems.append(Self.problem(error))
                return
            }
        }
    }

    private var source: String {
        mutating get {
            if marks.isEmpty { return text }
            var marked = String.UnicodeScalarView()
            for line in lines { marked.append(contentsOf: line) }
            return String(marked)
        }
    }

    /// Makes the key at `mark` differ from its double.
    ///
    /// The parser refuses a mapping with equal keys as a whole and tells one position only; but an author wants to see
    /// both that and everything else. So a scalar is put before the key, and is taken away again by ``convert(_:)``.
    private mutating func markDuplicate(at mark: Mark) -> Bool {
        guard let first = scalar(line: mark.line, column: mark.column), marks.count < 1000,
            let scalar = Unicode.Scalar(Self.firstMark + UInt32(marks.count))
        else { return false }
        if first == "!" || first == "&" || first == "?" { return false }
        let column = mark.column - 1 + (first == "\"" || first == "'" ? 1 : 0)
        lines[mark.line - 1].insert(scalar, at: column)
        marks.append((mark.line, column))
        return true
    }

    private mutating func convert(_ node: Node) -> YAMLNode {
        let mark = node.mark.map { (line: $0.line, column: $0.column) } ?? (line: 1, column: 1)
        let shift = marks.count { $0.line == mark.line && $0.column < mark.column - 1 }
        let empty = YAMLNode(line: mark.line, column: mark.column - shift, content: .scalar("", isPlain: true))
        if let property = property(line: mark.line, column: mark.column) {
            note("anchors, aliases and tags are not allowed", at: empty)
            if property == "&" {
                hasAnchor = true
                return empty
            }
        }
        var converted = empty
        switch node {
        case .scalar(let scalar): converted.content = .scalar(unmarked(scalar.string), isPlain: scalar.style == .plain)
        case .sequence(let sequence): converted.content = .list(sequence.map { convert($0) })
        case .mapping(let mapping): converted.content = .mapping(members(of: mapping))
        case .alias: note("anchors, aliases and tags are not allowed", at: empty)
        }
        return converted
    }

    private mutating func members(of mapping: Node.Mapping) -> [YAMLNode.Member] {
        var seen: Set<String> = []
        return mapping.map { key, value in
            let member = YAMLNode.Member(key: convert(key), value: convert(value))
            if case .scalar(let name, let isPlain) = member.key.content {
                if !seen.insert(name).inserted { note("key '\(name)' is given twice", at: member.key) }
                if isPlain, name == "<<" { note("anchors, aliases and tags are not allowed", at: member.key) }
            } else {
                note("a key must be text; text with braces must stand in quotes", at: member.key)
            }
            return member
        }
    }

    private mutating func note(_ message: String, at node: YAMLNode) {
        problems.append(Problem(line: node.line, column: node.column, message: message))
    }

    private func unmarked(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, first.value >= Self.firstMark,
            first.value < Self.firstMark + UInt32(marks.count)
        else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    /// The sign of an anchor or a tag: a node begins with its properties, and no plain scalar with these.
    private mutating func property(line: Int, column: Int) -> Unicode.Scalar? {
        guard mayHaveProperties, let scalar = scalar(line: line, column: column) else { return nil }
        return scalar == "&" || scalar == "!" ? scalar : nil
    }

    private mutating func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        guard lines.indices.contains(line - 1), lines[line - 1].indices.contains(column - 1) else { return nil }
        return lines[line - 1][column - 1]
    }

    /// Lines with their ends, broken where the parser breaks them.
    private static func lines(of text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = [[]]
        for scalar in text.unicodeScalars {
            if lines[lines.count - 1].last.map({ breaks($0, before: scalar) }) ?? false { lines.append([]) }
            lines[lines.count - 1].append(scalar)
        }
        return lines
    }

    private static func breaks(_ scalar: Unicode.Scalar, before next: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x85, 0x2028, 0x2029: true
        case 0x0D: next != "\n"
        default: false
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Problem(line: mark.line, column: mark.column, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            Problem(
                line: context.mark.line, column: context.mark.column,
                message: "key '\(keys.first ?? "")' is given twice")
        case .reader(let problem, _, _, _): Problem(line: 1, column: 1, message: "not YAML: \(problem)")
        default: Problem(line: 1, column: 1, message: "not YAML: \(error)")
        }
    }
}

package import Documents

/// A YAML value that knows where it stands.
package struct YAMLNode {
    package struct Member {
        package var key: YAMLNode
        package var value: YAMLNode

        package var name: String { key.text ?? "" }
    }

    package enum Content {
        /// `isPlain` where it stands without quotes, so that `true`, `12` and `null` are not text.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([Member])
    }

    package var line: Int
    package var column: Int
    package var content: Content

    /// What a scalar says, of whatever type.
    package var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
    package var items: [YAMLNode]? { if case .list(let items) = content { items } else { nil } }
    package var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }
    package var isMapping: Bool { members != nil }

    /// A scalar with its type; `nil` for lists and mappings.
    package var scalar: JSON? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        guard isPlain else { return .string(text) }
        return switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        case "null", "~", "": .null
        case _ where Self.isInteger(text): .number(text)
        default: .string(text)
        }
    }

    private static func isInteger(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// What a message calls it.
    package var shown: String {
        switch content {
        case .scalar("", isPlain: true): "nothing"
        case .scalar(let text, _): "'\(text)'"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// The members of a mapping by key, of which the last counts where one is given twice.
package struct Members {
    package var node: YAMLNode
    package var values: [String: YAMLNode]
    /// Keys that other keys of the mapping most likely mean.
    var misspelt: Set<String> = []

    package init(_ node: YAMLNode) {
        self.node = node
        values = Dictionary((node.members ?? []).map { ($0.name, $0.value) }) { $1 }
    }

    package subscript(key: String) -> YAMLNode? { values[key] }

    package func has(_ key: String) -> Bool { values[key] != nil }

    /// Whether none of `keys` is there, nor misspelt, which is told already.
    func lacks(_ keys: String...) -> Bool {
        node.isMapping && !keys.contains { values[$0] != nil || misspelt.contains($0) }
    }
}

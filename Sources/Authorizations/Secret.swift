/// A value that must never be shown: printing, interpolating or dumping it yields a placeholder.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Hands the value to `body`, the only way to it, so that every use can be found by searching for `reveal`.
    package func reveal<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        try body(value)
    }

    package var isEmpty: Bool { value.isEmpty }
    package static let placeholder = "‹secret›"
    package var description: String { Self.placeholder }
    package var debugDescription: String { Self.placeholder }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

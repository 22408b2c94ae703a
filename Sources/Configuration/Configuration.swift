package import Authorizations
package import Coordination

/// What a person wrote down: accounts, what to keep, caps.
package struct Configuration: Sendable {
    package var accounts: [Account] = []
    package var keeps: [Keep] = []
    package var limits = Limits()
    /// Where it was read from.
    package var file: String

    package init(file: String) { self.file = file }
}

/// One mistake in the configuration, said so that it can be found and mended.
package struct ConfigurationIssue: Error, Hashable, Sendable, Comparable {
    package var file: String
    package var line: Int
    package var column: Int
    /// What was found, and what is expected.
    package var message: String

    package static func < (one: Self, other: Self) -> Bool { (one.line, one.column) < (other.line, other.column) }
}

extension ConfigurationIssue: CustomStringConvertible {
    package var description: String { line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)" }
}

/// All mistakes of a configuration at once; nothing of it is used.
package struct ConfigurationError: Error, Sendable {
    package var issues: [ConfigurationIssue]
}

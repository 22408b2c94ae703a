/// One thing that is wrong with a manifest, and where.
package struct ManifestIssue: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    package var message: String

    package init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String { "\(file):\(line):\(column): error: \(message)" }
}

/// Everything that is wrong with one manifest, in the order in which it stands there.
package struct ManifestError: Error, CustomStringConvertible {
    package var issues: [ManifestIssue]

    package init(issues: [ManifestIssue]) { self.issues = issues }

    package var description: String { issues.map(\.description).joined(separator: "\n") }
}

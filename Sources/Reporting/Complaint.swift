internal import Documents

/// What was found that stops a command, and what to do about it.
package struct Complaint: Error, Sendable, Hashable {
    /// For programs: `stale-plan`.
    package var code: String
    /// What was found, and what did not happen; several problems of one file a line each.
    package var message: String
    /// One thing to type or to click.
    package var hint: String?
    package var exitCode: Int32

    package init(code: String, message: String, hint: String? = nil, exitCode: Int32) {
        self.code = code
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }

    /// Two lines for people, wrapped where the terminal is narrower; ends with a line break.
    package func text(_ terminal: Terminal) -> String {
        var lines: [String] = []
        for (index, part) in message.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let lead = index == 0 ? "revoke: " : "  "
            lines += Wrapping.lines(lead + String(part).visible, width: terminal.columns, hanging: 2)
        }
        for part in hint?.split(separator: "\n") ?? [] {
            lines += Wrapping.lines("  " + String(part).visible, width: terminal.columns, hanging: 2)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// `{"error": {…}}` on one line, for `--format json`.
    package var json: String {
        let error: JSON = .object([
            "code": .string(code), "message": .string(message), "hint": hint.map { .string($0) } ?? .null,
        ])
        return JSON.object(["error": error]).text + "\n"
    }
}

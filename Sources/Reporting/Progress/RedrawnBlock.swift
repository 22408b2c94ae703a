internal import ConnectorKit
internal import Foundation

/// Lines that are written over themselves, at most twice a second.
struct RedrawnBlock: Sendable {
    private static let interval: TimeInterval = 0.5
    private static let silence: TimeInterval = 30

    private let terminal: Terminal
    private var shown = 0
    private var lastAt: Date?

    init(_ terminal: Terminal) { self.terminal = terminal }

    func isDue(at time: Date) -> Bool { lastAt.map { time.timeIntervalSince($0) >= Self.interval } ?? true }
    func isSilent(at time: Date) -> Bool { lastAt.map { time.timeIntervalSince($0) >= Self.silence } ?? true }

    mutating func said(at time: Date) { lastAt = time }

    /// One write, so that no half of it is seen.
    mutating func draw(_ lines: [String], at time: Date) -> String {
        let text = clear() + lines.joined(separator: "\n") + "\n"
        shown = lines.count
        lastAt = time
        return text
    }

    mutating func clear() -> String {
        defer { shown = 0 }
        // To the beginning of the block's first line, then everything below goes.
        return shown > 0 ? "\u{1b}[\(shown)A\r\u{1b}[0J" : ""
    }
}

/// `2026-11-23T09:02:15Z dead n=18 how="read again"`: UTC, for other programs.
enum KeyValueLine {
    static func text(_ event: String, _ facts: [(String, String)], at time: Date) -> String {
        let seconds = Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded(.down))
        return ([Moment.text(seconds), event] + facts.map { "\($0)=\(quoted($1.visible))" }).joined(separator: " ")
            + "\n"
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" }
        return isPlain ? text : "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

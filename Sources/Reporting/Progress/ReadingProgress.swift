internal import Authorizations
internal import ConnectorKit
package import Coordination
package import Foundation

/// What is said while the accounts are read; a value like ``RunProgress``.
package struct ReadingProgress: Sendable {
    private struct Reading: Sendable {
        var isEntered = false
        var found = 0
        var places = 0
    }

    private var accounts: [String: Reading] = [:]
    private var refused: [String] = []
    private var slowed: [String: Date] = [:]
    private var block: RedrawnBlock
    private let total: Int
    private let startedAt: Date
    private let terminal: Terminal
    private let wording: Wording

    /// For so many visits: accounts, one for each of their connectors.
    package init(visits: Int, startedAt: Date, _ terminal: Terminal, _ wording: Wording) {
        total = visits
        block = RedrawnBlock(terminal)
        self.startedAt = startedAt
        self.terminal = terminal
        self.wording = wording
    }

    package mutating func take(_ event: InventoryEvent, at time: Date) -> String {
        let line: (String, [(String, String)])?
        switch event {
        case .entered(let account):
            accounts[account, default: Reading()].isEntered = true
            line = ("entered", [("account", account)])
        case .refused(let account, let failure):
            refused.append(account)
            line = ("refused", [("account", account), ("why", failure.reason)])
        case .found(let account, let count):
            accounts[account, default: Reading()].found += count
            line = nil
        case .listed(let coverage):
            accounts[coverage.account, default: Reading()].places += 1
            line = (
                "listed",
                [
                    ("account", coverage.account), ("place", coverage.surface), ("state", coverage.state.rawValue),
                    ("count", "\(coverage.count)"),
                ]
            )
        }
        return write(line, at: time)
    }

    package mutating func slowed(account: String, wait: Duration, at time: Date) -> String {
        slowed[account] = time.addingTimeInterval(wait.timeInterval)
        return write(("slowed", [("account", account), ("wait", wording.tenths(wait.timeInterval))]), at: time)
    }

    package mutating func tick(at time: Date) -> String {
        if terminal.canRedraw { return write(nil, at: time) }
        guard block.isSilent(at: time) else { return "" }
        return write(("reading", [("entered", "\(entered)/\(total)"), ("found", "\(found)")]), at: time)
    }

    /// Takes the block away.
    package mutating func finish() -> String { terminal.canRedraw ? block.clear() : "" }

    private var entered: Int { accounts.values.count(where: \.isEntered) }
    private var found: Int { accounts.values.reduce(0) { $0 + $1.found } }
    private var places: Int { accounts.values.reduce(0) { $0 + $1.places } }

    private mutating func write(_ line: (String, [(String, String)])?, at time: Date) -> String {
        if terminal.canRedraw { return block.isDue(at: time) ? block.draw(lines(at: time), at: time) : "" }
        guard let line else { return "" }
        block.said(at: time)
        return KeyValueLine.text(line.0, line.1, at: time)
    }

    private func lines(at time: Date) -> [String] {
        let waits = slowed.filter { $0.value > time }.sorted { $0.key < $1.key }.prefix(3)
        var lines = [
            wording.clock(time.timeIntervalSince(startedAt)) + "  "
                + wording.reading(entered: entered, of: total, refused: refused.count, places: places, found: found)
        ]
        lines += waits.map { "      " + wording.slowed($0.key, Int($0.value.timeIntervalSince(time).rounded(.up))) }
        return lines.map { Cutting.end($0.visible, width: terminal.columns, terminal) }
    }
}

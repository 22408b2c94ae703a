internal import Authorizations
internal import Coordination

/// The end of a run.
extension Wording {
    func runHead(
        _ run: String, _ time: String, _ command: RunTable.Occasion.Command, wasInterrupted: Bool, dead: Int,
        of all: Int,
        open: Int, skipped: Int, byHand: Int
    ) -> String {
        let how: String
        switch (command, wasInterrupted) {
        case (_, true): how = say(en: "stopped \(time)")
        case (.verify, _): how = say(en: "read again \(time)")
        default: how = say(en: "ended \(time)")
        }
        if all == 0 { return say(en: "Run \(run) \(how). There was nothing to do.") }
        let needs = open == 0 ? "" : say(en: open == 1 ? "1 needs you" : "\(number(open)) need you")
        let steps = byHand == 0 ? "" : say(en: byHand == 1 ? "1 is by hand" : "\(number(byHand)) are by hand")
        let left = skipped == 0 ? "" : say(en: skipped == 1 ? "1 was not begun" : "\(number(skipped)) were not begun")
        let rest = [needs, left, steps].filter { !$0.isEmpty }.joined(separator: ", ")
        return say(
            en:
                "Run \(run) \(how). \(number(dead)) of \(number(all)) \(dead == 1 ? "is" : "are") shown dead\(rest.isEmpty ? "." : "; \(rest).")"
        )
    }

    func outcome(_ outcome: Outcome) -> String {
        switch outcome {
        case .dead: say(en: "dead")
        case .alreadyDead: say(en: "already dead")
        case .alive: say(en: "alive")
        case .unknown: say(en: "unknown")
        case .accepted: say(en: "accepted")
        case .manual: say(en: "by hand")
        case .kept: say(en: "kept")
        case .failed: say(en: "failed")
        case .skipped: say(en: "not begun")
        }
    }

    var new: String { say(en: "new") }
    var deadExplained: String { say(en: "read again after revoking: they no longer work") }

    func deadBefore(_ numbers: String, _ count: Int) -> String {
        say(en: "(\(numbers) \(count == 1 ? "was" : "were") dead before anything was sent)")
    }

    var notSent: String { say(en: "nothing was sent") }
    var noReason: String { say(en: "no reason was told") }
    func single(_ number: String, _ account: String, _ name: String, _ reason: String) -> String {
        say(en: "\(number) \(account), \(name): \(reason)")
    }
    func several(_ numbers: String, _ account: String, _ reason: String) -> String {
        say(en: "\(numbers) \(account): \(reason)")
    }
    func acceptedBecause(_ line: String) -> String {
        say(en: "\(line.withoutFullStop). The vendor said yes; no read can show it")
    }
    func refused(_ line: String) -> String {
        say(en: "\(line.withoutFullStop). The vendor refused it, so it is a step by hand now")
    }
    func appeared(_ number: Int, _ account: String, _ name: String) -> String {
        say(en: "\(number) \(account), \(name): was not there before")
    }
    func moreReasons(_ count: Int) -> String {
        say(en: "and \(self.count(count, "other reason", "other reasons")): --format json has all")
    }

    func times(inventory: Double?, accepted: Double?, dead: Double?) -> String? {
        let parts = [
            inventory.map { say(en: "inventory \(duration($0))") },
            accepted.map { say(en: "last accepted \(duration($0))") },
            dead.map { say(en: "last shown dead \(duration($0))") },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : say(en: "Time: \(parts.joined(separator: ", ")).")
    }

    func stillUsable(_ numbers: String, until: String, notes: [String]) -> String {
        let why = notes.isEmpty ? "." : say(en: ". \(notes.joined(separator: " "))")
        return say(en: "Still usable for a while, at most until \(until): \(numbers)\(why)")
    }

    func log(_ size: Int, root: String) -> String { say(en: "Log: \(count(size, "record", "records")), root \(root).") }

    // MARK: Next

    var nextHead: String { say(en: "Next") }
    var byHand: String { say(en: "by hand") }
    var later: String { say(en: "later") }
    var showIt: String { say(en: "show it") }
    func newNumbers(_ numbers: String) -> String { say(en: "new \(numbers)") }
    func resume(_ run: String) -> String { say(en: "revoke resume \(run)   asks and reads again") }

    func retry(_ numbers: [Int]) -> String {
        let command =
            numbers.count > 5
            ? say(en: "revoke resume") : "revoke " + numbers.map { "--authorization \($0)" }.joined(separator: " ")
        return say(en: "mend what the reason says, then: \(command)")
    }

    func manualCommand(_ count: Int) -> String { say(en: "revoke manual   \(self.count(count, "step", "steps"))") }
    func stepsAbove(_ count: Int) -> String { say(en: "\(self.count(count, "step", "steps")), written out above") }
    var dryRun: String { say(en: "revoke --dry-run   shows what has appeared") }
    func verify(_ run: String) -> String { say(en: "revoke verify \(run)   reads again: has anything come back?") }
    var reportCommand: String { say(en: "revoke report --output report.html") }

    func exit(_ code: ExitStatus) -> String {
        switch code {
        case .done: say(en: "Exit code 0: everything that was asked is shown dead.")
        case .error: say(en: "Exit code 1: stopped by an error.")
        case .somethingToRevoke: say(en: "Exit code 2: there is something to revoke.")
        case .notDead: say(en: "Exit code 3: not everything is shown dead.")
        case .manualLeft: say(en: "Exit code 4: everything automatic is dead; steps by hand remain.")
        case .notSeen: say(en: "Exit code 5: something could not be seen; what was seen is done.")
        case .usage: say(en: "Exit code 64: nothing was changed.")
        case .interrupted: say(en: "Exit code 130: stopped. Go on with: revoke resume")
        }
    }
}

/// Questions, and what is said when a run is stopped.
extension Wording {
    func comesFirst(_ count: Int, _ numbers: String) -> String {
        say(en: "\(self.count(count, "step", "steps")) should come BEFORE the rest, by hand: \(numbers).")
    }

    func willEnd(_ count: Int, accounts: Int, lost: Int) -> String {
        let back: String
        switch lost {
        case 0: back = say(en: count == 1 ? "It can be put back." : "All of them can be put back.")
        case count: back = say(en: count == 1 ? "It cannot be put back." : "None of them can be put back.")
        default: back = say(en: "\(number(lost)) of them cannot be put back.")
        }
        return say(
            en:
                "This will end \(self.count(count, "authorization", "authorizations")) in \(self.count(accounts, "account", "accounts")). \(back)"
        )
    }

    func rest(_ count: Int) -> String { say(en: "\(number(count)) left of the same plan; nothing new is added.") }

    /// The number is typed as it stands, so it has no separators.
    func typeToGoOn(_ count: Int) -> String { say(en: "Type \(count) to go on, anything else to stop: ") }

    func stopping(_ underWay: Int?) -> String {
        guard let underWay else {
            return say(en: "Stopping. Requests that are on their way are waited for, at most 30 s.")
        }
        if underWay == 0 { return say(en: "Stopping. Nothing is on its way.") }
        return say(
            en:
                "Stopping. \(count(underWay, "request is", "requests are")) on \(underWay == 1 ? "its" : "their") way; waiting for \(underWay == 1 ? "the answer" : "their answers"), at most 30 s."
        )
    }

    var stopAgain: String { say(en: "Press Ctrl-C again to leave at once (resume will read back what happened).") }
    func stopped(_ time: String) -> String { say(en: "Stopped at \(time) by you. Nothing is half known:") }

    func stoppedCounts(dead: Int, halfway: Int, notDead: Int, left: Int) -> String {
        let alive = notDead > 0 ? say(en: "   not dead \(number(notDead))") : ""
        return say(
            en:
                "dead \(number(dead))\(alive)   accepted, not yet shown dead \(number(halfway))   not begun \(number(left))"
        )
    }

    func goOn(_ run: String) -> String { say(en: "Go on with: revoke resume \(run)") }

    func noAccounts(_ configuration: String) -> String {
        say(en: "No accounts yet: \(configuration) does not exist. Nothing was read.")
    }
    var whatBrings: String { say(en: "What brings you here?") }
    func yourChoice(_ last: Int) -> String { say(en: "Your choice [1-\(last), Enter to leave]: ") }
}

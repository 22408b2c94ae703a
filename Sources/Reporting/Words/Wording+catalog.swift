internal import Authorizations

/// Accounts, connectors, the log.
extension Wording {
    var account: String { say(en: "Account") }
    var connectors: String { say(en: "Connectors") }
    var signsInWith: String { say(en: "Signs in with") }
    var place: String { say(en: "Written in") }
    var signedInAs: String { say(en: "Signed in as") }
    var sees: String { say(en: "Sees") }
    var toFix: String { say(en: "To fix") }
    var notLetIn: String { say(en: "not let in") }
    func seesPlaces(_ seen: Int, of all: Int) -> String { say(en: "\(number(seen)) of \(number(all))") }

    func accountsEnd(_ count: Int) -> String {
        say(
            en:
                "\(self.count(count, "account", "accounts")). Who we are there and what we may see: revoke accounts check"
        )
    }

    func placesSeen(_ seen: Int, of all: Int) -> String {
        let rest = seen == all ? "" : say(en: " The others are named in every dry run.")
        return say(en: "\(number(seen)) of \(count(all, "place", "places")) can be seen fully.\(rest)")
    }

    var nextDryRun: String { say(en: "Next: revoke --dry-run") }

    // MARK: Connectors

    var connector: String { say(en: "Connector") }
    var title: String { say(en: "Vendor") }
    var places: String { say(en: "Places") }
    var byAPI: String { say(en: "by API") }
    var proved: String { say(en: "Proved") }

    func connectorsEnd(_ count: Int) -> String {
        say(en: "\(self.count(count, "connector", "connectors")). One in full: revoke connectors show ID")
    }

    func connectorHead(_ id: String, _ title: String, dot: String) -> String { "\(id) \(dot) \(title)" }

    func talksTo(_ hosts: [String]) -> String {
        hosts.isEmpty
            ? say(en: "Talks to the hosts of your configuration only.")
            : say(en: "Talks to \(hosts.joined(separator: ", ")), no other host.")
    }

    var placeHead: String { say(en: "Place") }
    var kindHead: String { say(en: "Kind") }
    var seesHead: String { say(en: "Sees") }
    var ends: String { say(en: "Ends") }
    var proof: String { say(en: "Proof") }
    var sure: String { say(en: "Sure") }
    var byRead: String { say(en: "read") }
    var none: String { say(en: "none") }

    func sees(_ sight: Sight) -> String {
        switch sight {
        case .all: say(en: "all")
        case .part: say(en: "in part")
        case .assumed: say(en: "assumed")
        case .inHand: say(en: "in hand")
        case .none: say(en: "no")
        }
    }

    func confidence(_ confidence: Confidence) -> String {
        switch confidence {
        case .high: say(en: "high")
        case .medium: say(en: "medium")
        case .low: say(en: "low")
        }
    }

    var signIn: String { say(en: "Sign in") }
    var needs: String { say(en: "Needs") }
    var or: String { say(en: " or ") }
    var settings: String { say(en: "Set") }
    var note: String { say(en: "Note") }

    func setting(_ name: String, _ about: String, isOptional: Bool) -> String {
        say(en: "\(name): \(about)" + (isOptional ? " (optional)" : ""))
    }

    // MARK: Log

    var emptyLog: String { say(en: "The log is empty: there was no run yet.") }
    func timeHead(_ zone: String) -> String { say(en: "Time (\(zone))") }
    var recordHead: String { say(en: "Rec") }
    var runHeading: String { say(en: "Run") }
    var whatHappened: String { say(en: "What happened") }

    func logHolds(_ size: Int, key: String?) -> String {
        let signed = key.map { say(en: " Signed by key \($0).") } ?? ""
        return say(en: "\(count(size, "record", "records")), none changed, none missing.\(signed)")
    }

    func logBroken(_ record: Int, of size: Int, _ time: String?) -> String {
        let when = time.map { say(en: " (\($0))") } ?? ""
        let sound =
            record > 1
            ? say(en: " 1 to \(number(record - 1)) are sound; do not rely on the rest.")
            : say(en: " Do not rely on any.")
        return say(
            en:
                "The log was changed after it was written. First bad record: \(number(record)) of \(number(size))\(when).\(sound)"
        )
    }

    var logDoubtful: String { say(en: "The records hold together, but the log is not as it must be.") }
    func rootOfLog(_ root: String) -> String { say(en: "Root \(root)") }
    var keepACopy: String { say(en: "Keep a copy of the state folder before anything else.") }
}

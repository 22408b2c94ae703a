internal import Authorizations

/// The dry run, and the plan before the question.
extension Wording {
    func text(_ text: LocalizedText) -> String { text[language] }

    func planHead(isDryRun: Bool, accounts: Int, seconds: Double?) -> String {
        let read =
            say(en: count(accounts, "account", "accounts") + " read")
            + (seconds.map { say(en: " in \(duration($0))") } ?? "") + "."
        return isDryRun
            ? say(en: "Dry run. Only reads were sent; nothing has changed. \(read)")
            : say(en: "The plan. Only reads were sent so far; nothing has changed. \(read)")
    }

    // MARK: Matrix

    var all: String { say(en: "all") }
    var holderNotTold: String { say(en: "holder not told") }
    var noList: String { say(en: "no list") }
    func otherHolders(_ count: Int) -> String {
        say(en: count == 1 ? "1 other holder" : "\(number(count)) other holders")
    }
    func otherAccounts(_ count: Int) -> String { say(en: "\(number(count)) more") }

    // MARK: Rows

    var numberSign: String { "#" }
    var who: String { say(en: "Who") }
    var what: String { say(en: "What") }
    var accountOf: String { say(en: "Account of") }
    var lastUsed: String { say(en: "Last used") }
    var undo: String { say(en: "Undo") }
    var wouldBe: String { say(en: "Would be") }
    var why: String { say(en: "Why") }
    var towards: String { say(en: "to ") }
    func of(_ owner: String) -> String { say(en: " of \(owner)") }
    func unlistable(_ surface: String) -> String { say(en: "\(surface): no list, look there") }

    func signedIn(connector: String?, identity: String) -> String {
        guard let connector else { return identity }
        return identity.isEmpty ? connector : say(en: "\(connector), \(identity)")
    }

    /// With the domain of all owners, which the rows leave out.
    func accountHeading(_ name: String, _ parts: [String], owners domain: String?) -> String {
        let signedIn = parts.filter { !$0.isEmpty }.joined(separator: "; ")
        let heading = signedIn.isEmpty ? name : "\(name) (\(signedIn))"
        return domain.map { say(en: "\(heading), owners \($0)") } ?? heading
    }

    // MARK: Summary

    var nothingListed: String {
        say(en: "Nothing was found that this would end. What could not be seen is named below.")
    }

    func wouldEnd(_ count: Int, revoked: Int, disabled: Int, reversible: Int) -> String {
        guard count > 0 else { return say(en: "Would end nothing.") }
        let how = [
            revoked > 0 ? say(en: "\(number(revoked)) revoked") : nil,
            disabled > 0 ? say(en: "\(number(disabled)) disabled") : nil,
        ].compactMap { $0 }.joined(separator: ", ")
        let back: String
        switch reversible {
        case 0: back = say(en: count == 1 ? "It could not be put back." : "None could be put back.")
        case count: back = say(en: count == 1 ? "It could be put back." : "All could be put back (Undo yes).")
        default: back = say(en: "Only \(number(reversible)) could be put back (Undo yes).")
        }
        return say(en: "Would end \(number(count)): \(how). \(back)")
    }

    func wouldLeave(_ count: Int, _ numbers: String, first: String) -> String {
        let order = first.isEmpty ? "" : say(en: " Must come first: \(first).")
        return say(en: "Would leave \(number(count)) to you, by hand: \(numbers).\(order)")
    }

    func byHandBecause(_ numbers: String, _ reason: String) -> String { say(en: "\(numbers): \(reason)") }
    func keptBecause(_ numbers: String, _ reason: String) -> String { say(en: "\(numbers) \(quoted(reason))") }

    func wouldKeep(_ count: Int, _ groups: [String]) -> String {
        let reasons = groups.isEmpty ? "" : say(en: ": \(groups.prefix(12).joined(separator: ", ")) (your config)")
        return say(en: "Would keep \(number(count))\(reasons).")
    }

    func ownCredential(_ numbers: String, ends: Bool) -> String {
        ends
            ? say(
                en:
                    "Look twice: \(numbers) is what revoke itself signs in with. It would be ended last; afterwards revoke can neither look nor undo there."
            )
            : say(
                en:
                    "Look twice: \(numbers) is what revoke itself signs in with. End it last: afterwards revoke can neither look nor undo there."
            )
    }

    var lookTwice: String { say(en: "Look twice, these reach further than their lines say:") }
    var worksOn: String { say(en: "Would still work for a while after the end:") }
    var mayComeBack: String { say(en: "May come back:") }
    var whatItMeans: String { say(en: "What it means:") }
    func about(_ numbers: String, _ text: String) -> String { say(en: "\(numbers): \(text)") }

    func residual(_ duration: String, _ note: String?) -> String {
        say(en: "up to \(duration)" + (note.map { ". \($0)" } ?? "."))
    }

    // MARK: What could not be seen

    var nothingRead: String { say(en: "No place was read, so nothing can be said about what stands where.") }

    func allSeen(_ places: Int) -> String {
        places == 1
            ? say(en: "The one place was seen in full.") : say(en: "All \(number(places)) places were seen in full.")
    }

    func notFullySeen(_ open: Int, of places: Int) -> String {
        say(en: "Not fully seen: \(number(open)) of \(count(places, "place", "places")), so this list may not be all.")
    }

    func mendable(isCut: Bool, saysCode: Bool) -> String {
        if !isCut { return say(en: "Can be mended:") }
        return saysCode
            ? say(en: "Not seen this time, and can be mended (exit code 5):")
            : say(en: "Not seen this time, and can be mended:")
    }

    var notMendable: String { say(en: "The vendors' own limits, and what was not asked for:") }

    func notMendable(_ count: Int) -> String {
        say(
            en:
                "The other \(self.count(count, "place", "places")): the vendors' own limits, and what was not asked for."
        )
    }

    func state(_ state: Coverage.State) -> String {
        switch state {
        case .seen: say(en: "seen")
        case .partial: say(en: "in part")
        case .forbidden: say(en: "forbidden")
        case .failed: say(en: "not read")
        case .unlistable: say(en: "no list")
        case .notConfigured: say(en: "not set up")
        }
    }

    /// What was left out until somebody asks is no fault of anybody.
    func unseenState(_ entry: Coverage) -> String {
        entry.state == .notConfigured && entry.byNature ? say(en: "not asked for") : state(entry.state)
    }

    func unseen(_ state: String, _ places: [String], _ note: String) -> String {
        let reason = note.isEmpty ? "" : say(en: " - \(note.withoutFullStop)")
        return say(en: "\(state): \(places.joined(separator: ", "))\(reason)")
    }

    func part(_ seen: Int, of all: Int) -> String { say(en: "\(number(seen)) of \(number(all))") }

    // MARK: What to type

    var doIt: String { say(en: "Do it:") }
    var exactlyThis: String { say(en: "Exactly this:") }
    var exactlyThisLater: String { say(en: "Exactly this, later:") }
    var stepsByHand: String { say(en: "Steps by hand:") }
    var nothingToDo: String { say(en: "There is nothing to do.") }
    var noNumbers: String { say(en: "Without a state folder the numbers hold for this screen only.") }

    // MARK: By hand

    func byHandHead(_ count: Int) -> String { say(en: "By hand: \(self.count(count, "step", "steps"))") }

    func byHandPlace(_ numbers: String, _ account: String, _ surface: String, isBefore: Bool) -> String {
        say(en: "\(numbers)  \(account), \(surface)" + (isBefore ? ": before everything else" : ""))
    }

    var stepsInFull: String { say(en: "Every step in full: the same command with --dry-run --verbose") }

    var noSteps: String { say(en: "The connector tells no steps. Look at the vendor's own pages.") }
    func open(_ link: String) -> String { say(en: "Open \(link)") }
    func doneWhen(_ proof: String) -> String { say(en: "Done when: \(proof)") }
}

extension String {
    var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }

    /// With a capital letter where it begins with a small one.
    var startingLarge: String {
        guard let first, first.isLowercase else { return self }
        return first.uppercased() + dropFirst()
    }
}

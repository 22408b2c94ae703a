internal import Authorizations
internal import Coordination
internal import Foundation

/// Sentences for listening.
extension Wording {
    func plainHead(isDryRun: Bool, _ count: Int, toEnd: Int) -> String {
        let what = say(
            en:
                "Nothing has changed. \(self.count(count, "authorization", "authorizations")). \(number(toEnd)) would end."
        )
        return isDryRun ? say(en: "Dry run. \(what)") : what
    }

    func plainRun(_ run: String, dead: Int, of all: Int) -> String {
        say(en: "Run \(run) has ended. \(number(dead)) of \(number(all)) are shown dead.")
    }

    func plainItem(_ item: Int, of all: Int, _ state: String) -> String { say(en: "\(item) of \(all). \(state).") }

    func plainWould(_ action: Action) -> String {
        switch action {
        case .revoke: say(en: "Would be revoked")
        case .disable: say(en: "Would be disabled")
        case .manual: say(en: "Would be left to you, by hand")
        case .keep: say(en: "Would be kept")
        }
    }

    func plainOutcome(_ outcome: Outcome) -> String {
        switch outcome {
        case .manual: say(en: "Left to you, by hand")
        default: self.outcome(outcome).startingLarge
        }
    }

    func plainUndo(_ isReversible: Bool) -> String {
        isReversible ? say(en: "It could be put back.") : say(en: "It could not be put back.")
    }

    func plainReason(_ reason: String) -> String { say(en: "\(reason.startingLarge.withoutFullStop).") }
    func plainUsed(_ day: String) -> String { say(en: "Last used \(day).") }
    var plainNoHolder: String { say(en: "Holder not told:") }

    func plainUnseen(_ open: Int, of places: Int) -> String {
        say(
            en:
                "\(number(open)) of \(count(places, "place", "places")) could not be seen in full, so this list may not be all."
        )
    }

    func plainUnseen(_ entry: Coverage) -> String {
        let note = entry.note.map { say(en: ", \(text($0).withoutFullStop)") } ?? ""
        return say(en: "\(entry.account). \(entry.surface): \(unseenState(entry))\(note).")
    }

    /// "22 November 2026", to be read aloud.
    func fullDay(_ date: Date, _ terminal: Terminal) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = terminal.timeZone
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let months = say(en: "January February March April May June July August September October November December")
        let name = months.split(separator: " ")[min(max((parts.month ?? 1) - 1, 0), 11)]
        return say(en: "\(parts.day ?? 1) \(name) \(parts.year ?? 0)")
    }
}

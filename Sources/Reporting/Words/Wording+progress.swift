/// While a run goes on.
extension Wording {
    func progressHead(_ run: String, plan: String) -> String {
        say(en: "Run \(run)   plan \(plan)   Ctrl-C stops safely")
    }
    var now: String { say(en: "now") }

    func progress(_ count: RunTally.PhaseCount) -> String {
        var parts: [String] = []
        if count.toEnd > 0 {
            parts.append(say(en: "\(number(count.dead)) of \(number(count.toEnd)) dead"))
            let waiting = count.accepted - count.dead
            if count.hasBegun, waiting > 0, count.dead + count.open < count.toEnd {
                parts.append(say(en: "\(number(waiting)) accepted"))
            }
            if count.open > 0 { parts.append(say(en: "\(number(count.open)) not dead")) }
            if !count.hasBegun { parts.append(say(en: "waits for the steps before")) }
        }
        let passive = [
            count.byHand > 0 ? say(en: "\(number(count.byHand)) by hand") : "",
            count.kept > 0 ? say(en: "\(number(count.kept)) kept") : "",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
        if !passive.isEmpty { parts.append(passive) }
        return parts.joined(separator: "   ")
    }

    func progressSum(accepted: Int, of all: Int, dead: Int, failed: Int) -> String {
        say(en: "accepted \(number(accepted)) of \(number(all))   dead \(number(dead))   failed \(number(failed))")
    }

    func slowed(_ account: String, _ seconds: Int) -> String {
        say(en: "\(account) asked to slow down: goes on in \(duration(whole: seconds))")
    }

    func readsAgain(_ account: String, _ number: Int, _ holder: String, _ seconds: Int) -> String {
        say(en: "\(account) \(number) \(holder): asks again in \(duration(whole: seconds))")
    }

    func reading(entered: Int, of all: Int, refused: Int, places: Int, found: Int) -> String {
        let out = refused > 0 ? say(en: ", \(number(refused)) not let in") : ""
        return say(
            en:
                "Reading: \(number(entered)) of \(count(all, "account", "accounts")) entered\(out), \(count(places, "place", "places")) read, \(number(found)) found"
        )
    }

    /// "0:14".
    func clock(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds))
        let (minutes, rest) = (whole / 60, whole % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return minutes < 60 ? "\(minutes):\(two(rest))" : "\(minutes / 60):\(two(minutes % 60)):\(two(rest))"
    }

    /// Seconds for programs: "1.1".
    func tenths(_ seconds: Double) -> String {
        let tenths = Int((max(0, seconds) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

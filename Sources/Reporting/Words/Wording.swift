package import Authorizations
internal import Foundation

/// Every sentence of the screens, in these files and nowhere else.
///
/// A further language is a further argument of ``say(en:)``, which the compiler then asks for at each sentence.
package struct Wording: Sendable {
    package var language: Language

    package init(_ language: Language = .en) { self.language = language }

    func say(en: String) -> String { en }

    /// "1 step", "2 steps".
    func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(self.number(number)) \(number == 1 ? one : many)"
    }

    /// With a comma between thousands.
    func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += say(en: ",") }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + grouped
    }

    /// "6.2 s", "1 min 12 s", "2 h 5 min".
    func duration(_ seconds: Double) -> String {
        let tenths = Int((max(0, seconds) * 10).rounded())
        if tenths < 600 {
            return say(en: tenths % 10 == 0 && tenths >= 100 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s")
        }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return join("\(whole / 60) min", whole % 60, "s") }
        if whole < 48 * 3600 { return join("\(whole / 3600) h", whole % 3600 / 60, "min") }
        return say(en: count(whole / 86_400, "day", "days"))
    }

    /// Without tenths, for what is counted down.
    func duration(whole seconds: Int) -> String { seconds < 60 ? "\(max(0, seconds)) s" : duration(Double(seconds)) }

    private func join(_ large: String, _ rest: Int, _ unit: String) -> String {
        rest == 0 ? large : "\(large) \(rest) \(unit)"
    }

    /// "9 10 12-15": three and more in a row are a range.
    func numbers(_ numbers: [Int]) -> String {
        var parts: [String] = []
        var rest = numbers.sorted()[...]
        while let first = rest.first {
            var length = 1
            while length < rest.count, rest[rest.startIndex + length] == first + length { length += 1 }
            if length >= 3 {
                parts.append("\(first)-\(first + length - 1)")
            } else {
                parts += rest.prefix(length).map { "\($0)" }
            }
            rest = rest.dropFirst(length)
        }
        if parts.count <= Self.mostParts { return parts.joined(separator: " ") }
        let shown = parts.prefix(Self.mostParts)
        return say(en: shown.joined(separator: " ") + " and others, \(number(numbers.count)) in all")
    }

    private static let mostParts = 24

    /// "9, 10 and 11".
    func list(_ items: [String]) -> String {
        guard items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + say(en: " and ") + (items.last ?? "")
    }

    func kind(_ kind: Kind) -> String {
        switch kind {
        case .oauthGrant: say(en: "grant")
        case .installedApp: say(en: "app")
        case .apiKey: say(en: "API key")
        case .accessToken: say(en: "token")
        case .serviceAccountKey: say(en: "service account")
        case .webhook: say(en: "webhook")
        case .pushChannel: say(en: "push channel")
        case .automation: say(en: "automation")
        case .calendarShare: say(en: "share")
        case .connectedAccount: say(en: "connection")
        case .session: say(en: "session")
        case .other: ""
        }
    }

    func phase(_ phase: Phase) -> String {
        switch phase {
        case .automations: say(en: "automations")
        case .subscriptions: say(en: "webhooks")
        case .shares: say(en: "shares")
        case .grants: say(en: "grants, apps")
        case .keys: say(en: "keys")
        case .sessions: say(en: "sessions")
        case .ownCredential: say(en: "own credential")
        }
    }

    func would(_ action: Action) -> String {
        switch action {
        case .revoke: say(en: "revoked")
        case .disable: say(en: "disabled")
        case .manual: say(en: "by hand")
        case .keep: say(en: "kept")
        }
    }

    var yes: String { say(en: "yes") }
    var no: String { say(en: "no") }
    var notTold: String { say(en: "not told") }
    func quoted(_ text: String) -> String { say(en: "\"\(text)\"") }
    func more(_ count: Int) -> String { say(en: "and \(number(count)) more") }
}

extension Wording {
    /// "22 Nov", another year "Nov 2025" where room is short and "22 Nov 2025" where it is not.
    func day(_ date: Date, now: Date, _ terminal: Terminal, isShort: Bool) -> String {
        let (then, today) = (parts(date, terminal), parts(now, terminal))
        let month = month(then.month ?? 1)
        let (day, year) = (then.day ?? 1, then.year ?? 0)
        if isShort { return then.year == today.year ? say(en: "\(day) \(month)") : say(en: "\(month) \(year)") }
        return say(en: "\(day) \(month) \(year)")
    }

    /// "10:07:44".
    func time(_ date: Date, _ terminal: Terminal) -> String {
        let parts = parts(date, terminal)
        return say(en: "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))")
    }

    /// "11:02", with the day where it is another than that of `now`.
    func minute(_ date: Date, now: Date, _ terminal: Terminal) -> String {
        let (then, today) = (parts(date, terminal), parts(now, terminal))
        let time = "\(two(then.hour)):\(two(then.minute))"
        if then.year == today.year, then.month == today.month, then.day == today.day { return time }
        return say(en: day(date, now: now, terminal, isShort: then.year == today.year) + " " + time)
    }

    /// "Europe/Paris".
    func zone(_ terminal: Terminal) -> String {
        terminal.timeZone.identifier == "GMT" ? "UTC" : terminal.timeZone.identifier
    }

    private func parts(_ date: Date, _ terminal: Terminal) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = terminal.timeZone
        return calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    }

    private func month(_ number: Int) -> String {
        let names = say(en: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split(separator: " ")
        return String(names[min(max(number - 1, 0), 11)])
    }

    private func two(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : "\(number)"
    }
}

package import Documents
package import Foundation

/// Points in time as vendors write them: manifest 2.7.
package enum Moment {
    /// Epoch seconds, milliseconds from 100,000,000,000 up; RFC 3339 and its looser forms; RFC 5322.
    ///
    /// `nil` for "never" (0, empty) and for anything else.
    package static func date(_ value: JSON) -> Date? {
        switch value {
        case .number(let digits): return Double(digits).flatMap(epoch)
        case .string(let text):
            if text.isEmpty { return nil }
            if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count != 8 {
                return Double(text).flatMap(epoch)
            }
            return rfc3339(text) ?? rfc5322(text)
        default: return nil
        }
    }

    private static func epoch(_ number: Double) -> Date? {
        guard number > 0, number.isFinite else { return nil }
        return Date(timeIntervalSince1970: number >= 100_000_000_000 ? number / 1000 : number)
    }

    /// `2026-11-23T10:07:44.12Z`, a blank for the `T`, `+0000`, no zone (UTC), or a date alone.
    ///
    /// Read byte by byte: lists of many thousands have two times an entry, and a regular expression took a third of the
    /// time that listing them takes.
    private static func rfc3339(_ text: String) -> Date? {
        var digits = Digits(text)
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = Double(days(year, month, day) * 86_400)
        if digits.isAtEnd { return Date(timeIntervalSince1970: seconds) }
        if digits.skip("T") || digits.skip("t") || digits.skip(" ") {
            guard let hour = digits.number(2), digits.skip(":"), let minute = digits.number(2) else { return nil }
            seconds += Double(hour * 3600 + minute * 60)
            if digits.skip(":") {
                guard let second = digits.number(2) else { return nil }
                seconds += Double(second)
                if digits.skip(".") {
                    guard let fraction = digits.fraction() else { return nil }
                    seconds += fraction
                }
            }
        }
        _ = digits.skip(" ")
        guard let zone = digits.zone() else { return nil }
        return Date(timeIntervalSince1970: seconds - Double(zone))
    }

    /// `Mon, 23 Nov 2026 10:07:44 +0000`.
    private static func rfc5322(_ text: String) -> Date? {
        let pattern =
            /(?:[A-Za-z]{3}, *)?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}) (\d\d):(\d\d)(?::(\d\d))? *(GMT|UTC|Z|[+-]\d{4})?/
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard let match = text.wholeMatch(of: pattern)?.output, let day = Int(match.1), let year = Int(match.3),
            let month = months.firstIndex(of: match.2.lowercased()), let hour = Int(match.4), let minute = Int(match.5)
        else { return nil }
        let second = match.6.flatMap { Int($0) } ?? 0
        let seconds = days(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds - zone(match.7)))
    }

    /// Offset from UTC in seconds.
    private static func zone(_ text: Substring?) -> Int {
        guard let text, let sign = text.first, sign == "+" || sign == "-" else { return 0 }
        let digits = text.dropFirst().filter(\.isNumber)
        let seconds = (Int(digits.prefix(2)) ?? 0) * 3600 + (Int(digits.suffix(2)) ?? 0) * 60
        return sign == "-" ? -seconds : seconds
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// RFC 3339 in UTC, with milliseconds where there are any.
    package static func text(_ date: Date) -> String {
        let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
        var seconds = milliseconds / 1000
        var rest = milliseconds % 1000
        if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1000) }
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let inDay = seconds - day * 86_400
        let (year, month, dayOfMonth) = civil(day)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time =
            "\(year)-\(two(month))-\(two(dayOfMonth))T\(two(inDay / 3600)):\(two(inDay / 60 % 60)):\(two(inDay % 60))"
        if rest == 0 { return time + "Z" }
        return time + "." + String(repeating: "0", count: 3 - String(rest).count) + "\(rest)Z"
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

/// Walks over the digits of a time.
private struct Digits {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(_ count: Int) -> Int? {
        var number = 0
        for _ in 0..<count {
            guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
            rest = rest.dropFirst()
        }
        return number
    }

    mutating func fraction() -> Double? {
        var value = 0.0
        var scale = 0.1
        var isThere = false
        while let byte = rest.first, (0x30...0x39).contains(byte) {
            value += Double(byte - 0x30) * scale
            scale /= 10
            isThere = true
            rest = rest.dropFirst()
        }
        return isThere ? value : nil
    }

    /// Offset from UTC in seconds, to the end of the text; `nil` where something else stands there.
    mutating func zone() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return isAtEnd ? 0 : nil }
        if skip("U"), skip("T"), skip("C") { return isAtEnd ? 0 : nil }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number(2) else { return nil }
        _ = skip(":")
        guard let minutes = number(2), isAtEnd else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}

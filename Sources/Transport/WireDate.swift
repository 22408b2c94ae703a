/// Reads the dates that vendors put into headers.
enum WireDate {
    /// Seconds since 1970 of an HTTP date in any of its three forms (RFC 9110 section 5.6.7), or of an RFC 3339 time.
    static func seconds(_ text: String) -> Double? {
        text.first?.isNumber == true ? rfc3339(text) : httpDate(text)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    private static func httpDate(_ text: String) -> Double? {
        var parts = text.split { " ,-".contains($0) }.map(String.init)
        guard parts.count >= 5 else { return nil }
        // asctime's order is month, day, time, year.
        if Int(parts[1]) == nil { parts = [parts[0], parts[2], parts[1], parts[4], parts[3]] }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let day = Int(parts[1]), let month = months.firstIndex(of: parts[2]), var year = Int(parts[3]),
            let time = timeOfDay(parts[4])
        else { return nil }
        // Two digits are the nearest such year; nobody announces a wait of fifty years.
        if parts[3].count == 2 { year += year < 70 ? 2000 : 1900 }
        return days(year, month + 1, day).map { Double($0 * 86_400) + time }
    }

    /// `2026-08-01T12:00:00.5Z`, `2026-08-01 12:00:00+02:00`.
    private static func rfc3339(_ text: String) -> Double? {
        let parts = text.split(maxSplits: 1) { "Tt ".contains($0) }
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-").map { Int($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
            let end = parts[1].firstIndex(where: { "Zz+-".contains($0) }),
            let time = timeOfDay(String(parts[1][..<end])), let days = days(year, month, day)
        else { return nil }
        let seconds = Double(days * 86_400) + time
        let zone = parts[1][end...]
        guard zone.first != "Z", zone.first != "z" else { return zone.count == 1 ? seconds : nil }
        guard let offset = timeOfDay("\(zone.dropFirst()):00") else { return nil }
        return zone.first == "+" ? seconds - offset : seconds + offset
    }

    private static func timeOfDay(_ text: String) -> Double? {
        let parts = text.split(separator: ":")
        guard parts.count == 3, let hour = Int(parts[0]), (0...23).contains(hour), let minute = Int(parts[1]),
            (0...59).contains(minute), let second = Double(parts[2]), (0..<61).contains(second)
        else { return nil }
        return Double(hour * 3600 + minute * 60) + second
    }

    /// Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that a leap day ends one.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}

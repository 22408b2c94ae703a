extension Response {
    /// How long the vendor asks to wait before the next request, by whatever header it says so.
    ///
    /// `Retry-After` counts on errors only: on 202 and 3xx it is about something else.
    func announcedWait(_ names: LimitHeaders, _ timepiece: Timepiece) -> Duration? {
        let date = timepiece.date()
        var waits: [Double?] = [headers["RateLimit"].flatMap(Self.rateLimitWait)]
        if status >= 400 {
            waits.append(headers["Retry-After"].flatMap { Self.wait($0, from: date) })
            waits.append(names.retryAfter.flatMap { headers[$0] }.flatMap { Self.wait($0, from: date) })
        }
        if let remaining = names.remaining.flatMap({ headers[$0] }).flatMap(Double.init), remaining <= 0 {
            waits.append(names.reset.flatMap { headers[$0] }.flatMap { Self.wait($0, from: date) })
        }
        return waits.compactMap { $0 }.max().flatMap { $0 > 0 ? Self.duration($0) : nil }
    }

    /// What `Retry-After` asks for.
    func retryAfter(_ timepiece: Timepiece) -> Duration? {
        headers["Retry-After"].flatMap { Self.wait($0, from: timepiece.date()) }.map(Self.duration)
    }

    /// Thirty years are enough; more would overflow, and a vendor may send any number.
    private static func duration(_ seconds: Double) -> Duration { .seconds(min(seconds, 1e9)) }

    /// Seconds from `date` on, of a number of seconds, an epoch, an HTTP date or an RFC 3339 time.
    private static func wait(_ text: String, from date: Double) -> Double? {
        guard let number = Double(text) else { return WireDate.seconds(text).map { max(0, $0 - date) } }
        guard number.isFinite, number >= 0 else { return nil }
        // From 1e9 on (2001) it is an epoch; from 1e12 on one of milliseconds.
        if number >= 1e12 { return max(0, number / 1000 - date) }
        return number >= 1e9 ? max(0, number - date) : number
    }

    /// Seconds to wait by the RateLimit field, where nothing remains: `"default";r=0;t=30`, and the drafts before that
    /// wrote `limit=10, remaining=0, reset=30`.
    private static func rateLimitWait(_ field: String) -> Double? {
        var longest: Double?
        var (remaining, reset): (Double?, Double?) = (nil, nil)
        for policy in field.split(separator: ",") {
            let items = policy.split(separator: ";")
            // A policy stands alone; the older form spreads one over several members.
            if items.count > 1 { (remaining, reset) = (nil, nil) }
            for item in items {
                let pair = item.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\"" } }
                guard pair.count == 2 else { continue }
                switch pair[0].lowercased() {
                case "r", "remaining": remaining = Double(pair[1])
                case "t", "reset": reset = Double(pair[1])
                default: break
                }
            }
            if let remaining, remaining <= 0, let reset { longest = max(longest ?? 0, reset) }
        }
        return longest
    }
}

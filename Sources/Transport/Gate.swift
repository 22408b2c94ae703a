/// One limit's state: who is under way, and when the last ones were sent.
struct Gate {
    enum Opening: Comparable {
        case now
        case at(Duration)
        /// When somebody leaves.
        case later
    }

    var underWay = 0
    private var sent = FIFO<Duration>()
    private var closedUntil: Duration?

    mutating func opening(_ budget: Budget, _ now: Duration) -> Opening {
        if let concurrent = budget.concurrent, underWay >= max(1, concurrent) { return .later }
        var opening = Opening.now
        if let closedUntil, closedUntil > now { opening = .at(closedUntil) }
        if let rate = budget.rate {
            forget(rate, now)
            if sent.count >= max(1, rate.count), let first = sent.first {
                opening = max(opening, .at(first + rate.period))
            }
        }
        return opening
    }

    mutating func take(_ budget: Budget, _ now: Duration) {
        underWay += 1
        if budget.rate != nil { sent.append(now) }
    }

    mutating func close(until time: Duration) { closedUntil = max(time, closedUntil ?? time) }

    mutating func isIdle(_ budget: Budget, _ now: Duration) -> Bool {
        if let rate = budget.rate { forget(rate, now) }
        return underWay == 0 && sent.isEmpty && closedUntil.map { $0 <= now } ?? true
    }

    private mutating func forget(_ rate: Budget.Rate, _ now: Duration) {
        while let first = sent.first, first + rate.period <= now { _ = sent.popFirst() }
    }
}

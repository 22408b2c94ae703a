/// A limit of the vendor that is kept before a request is sent.
package struct Budget: Sendable, Hashable {
    /// Never more than `count` requests sent in any window of `period`.
    package struct Rate: Sendable, Hashable {
        package var count: Int
        package var period: Duration

        package init(count: Int, period: Duration) {
            self.count = count
            self.period = period
        }
    }

    /// One request's share of a budget; draws with equal keys share one limit.
    package struct Draw: Sendable, Hashable {
        package var key: String
        package var budget: Budget

        package init(key: String, budget: Budget) {
            self.key = key
            self.budget = budget
        }
    }

    package var rate: Rate?
    /// How many requests may be under way at once.
    package var concurrent: Int?

    package init(rate: Rate? = nil, concurrent: Int? = nil) {
        self.rate = rate
        self.concurrent = concurrent
    }
}

/// Names of response headers that announce a vendor's limit.
package struct LimitHeaders: Sendable, Hashable {
    package var limit: String?
    package var remaining: String?
    package var reset: String?
    package var retryAfter: String?

    package init(limit: String? = nil, remaining: String? = nil, reset: String? = nil, retryAfter: String? = nil) {
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
        self.retryAfter = retryAfter
    }
}

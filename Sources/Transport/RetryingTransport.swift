/// Repeats what is safe to repeat, and returns the last answer as it is when that did not help.
///
/// A read is repeated after anything temporary. A write is repeated only where the vendor says that it did nothing and
/// asks for patience; whoever sent it decides about the rest, after a read.
package struct RetryingTransport: Transport {
    package struct Patience: Sendable {
        /// How often a read is sent at most.
        package var tries = 5
        /// The wait after the first try; doubled after each, give or take half.
        package var firstWait = Duration.seconds(1)
        package var longestBackOff = Duration.seconds(60)
        /// How often in a row a vendor may ask to slow down.
        package var slowDowns = 20
        /// How long one request waits in all because of that.
        package var slowDownTime = Duration.seconds(15 * 60)

        package init() {}
    }

    private let patience: Patience
    private let timepiece: Timepiece
    private let onWait: Pacer.OnWait
    private let next: any Transport

    package init(
        patience: Patience = Patience(), timepiece: Timepiece = .system, onWait: @escaping Pacer.OnWait = { _, _ in },
        _ next: any Transport
    ) {
        self.patience = patience
        self.timepiece = timepiece
        self.onWait = onWait
        self.next = next
    }

    package func send(_ request: Request) async throws -> Response {
        var (tries, slowDowns, slowed) = (0, 0, Duration.zero)
        while true {
            let result = try await attempt(request)
            switch temporary(result, request) {
            case .slowDown(let announced):
                slowDowns += 1
                let wait = announced ?? backOff(after: slowDowns)
                slowed += wait
                guard slowDowns <= patience.slowDowns, slowed <= patience.slowDownTime else { return try result.get() }
                onWait(request.address.origin.host, wait)
                try await timepiece.sleep(wait)
            case .unavailable where request.effect == .read:
                tries += 1
                slowDowns = 0
                guard tries < patience.tries else { return try result.get() }
                try await timepiece.sleep(backOff(after: tries))
            case .unavailable, nil:
                return try result.get()
            }
        }
    }

    /// Keeps the vendor's failures apart from the end of the task, which is never repeated.
    private func attempt(_ request: Request) async throws -> Result<Response, TransportError> {
        do {
            return .success(try await next.send(request))
        } catch let error as TransportError {
            return .failure(error)
        }
    }

    private func temporary(_ result: Result<Response, TransportError>, _ request: Request) -> Temporary? {
        switch result {
        case .success(let response):
            request.temporary.map { $0(response) } ?? response.temporary(timepiece)
        case .failure(.unreachable), .failure(.timedOut), .failure(.cut):
            .unavailable
        case .failure:
            nil
        }
    }

    private func backOff(after tries: Int) -> Duration {
        let doubled = patience.firstWait * (1 << min(tries - 1, 16))
        return min(doubled, patience.longestBackOff) * Double.random(in: 0.5...1.5)
    }
}

extension Response {
    /// What an answer's status says about sending the request again, for vendors that say nothing else.
    package func temporary(_ timepiece: Timepiece) -> Temporary? {
        switch status {
        case 429: .slowDown(after: retryAfter(timepiece))
        case 503 where headers["Retry-After"] != nil: .slowDown(after: retryAfter(timepiece))
        case 408, 425, 500...599: .unavailable
        default: nil
        }
    }
}

/// Keeps the limits of a vendor: its budgets, its width per account and host, and the waits that it announces.
package struct PacedTransport: Transport {
    private let account: String
    private let laneWidth: Int
    private let pacer: Pacer
    private let next: any Transport

    package init(account: String, laneWidth: Int = 20, pacer: Pacer, _ next: any Transport) {
        self.account = account
        self.laneWidth = laneWidth
        self.pacer = pacer
        self.next = next
    }

    package func send(_ request: Request) async throws -> Response {
        let origin = request.address.origin
        var shares = [
            Pacer.Share(key: .lane(account: account, origin: origin), budget: Budget(concurrent: laneWidth))
        ]
        for draw in request.draws { shares.append(Pacer.Share(key: .budget(draw.key), budget: draw.budget)) }
        try await pacer.enter(shares, host: origin.host)
        var pause: Duration?
        defer { pacer.leave(shares, pause: pause) }
        let response = try await next.send(request)
        pause = response.announcedWait(request.limitHeaders, pacer.timepiece)
        return response
    }
}

import Synchronization
import Testing
import Transport

@Suite struct PacedTransportTests {
    let time = TestTime()
    let address: Address

    init() throws { address = try #require(Address("https://api.vendor.example/x")) }

    private func request(_ label: String, draws: [Budget.Draw] = []) -> Request {
        var request = Request(.write, "DELETE", address, label: label)
        request.draws = draws
        return request
    }

    private func draw(_ key: String, rate: Int? = nil, per period: Duration = .seconds(10), concurrent: Int? = nil)
        -> Budget.Draw
    {
        let rate = rate.map { Budget.Rate(count: $0, period: period) }
        return Budget.Draw(key: key, budget: Budget(rate: rate, concurrent: concurrent))
    }

    @Test("sends up to COUNT at once and never more than COUNT in any PERIOD, first come first served")
    func rate() async throws {
        let sent = Mutex<[(label: String, at: Duration)]>([])
        let vendor = StandIn { [time] request in
            sent.withLock { $0.append((request.label, time.now)) }
            return Response(status: 204, address: request.address)
        }
        let paced = PacedTransport(account: "a", pacer: Pacer(timepiece: time.timepiece), vendor)
        let draws = [draw("d", rate: 3)]
        var sleeps = time.sleeps.makeAsyncIterator()
        for label in ["1", "2"] { _ = try await paced.send(request(label, draws: draws)) }
        time.advance(by: .seconds(4))
        let tasks = (3...9).map { number in
            let request = request("\(number)", draws: draws)
            return Task.immediate { _ = try await paced.send(request) }
        }
        for wait in [6, 4, 6, 4] as [Int64] {
            #expect(await sleeps.next() == .seconds(wait))
            time.advance(by: .seconds(wait))
        }
        for task in tasks { try await task.value }
        let log = sent.withLock { $0 }
        #expect(log.map(\.label) == (1...9).map(String.init))
        #expect(log.map(\.at) == [0, 0, 4, 10, 10, 14, 20, 20, 24].map { .seconds($0) })
    }

    @Test("keeps a lane's width for each account, and a budget's for all accounts together")
    func width() async throws {
        let (answers, release) = AsyncStream.makeStream(of: Void.self)
        let vendor = StandIn { request in
            for await _ in answers { break }
            return Response(status: 204, address: request.address)
        }
        let pacer = Pacer(timepiece: time.timepiece)
        let lanes = ["a", "b"].map { PacedTransport(account: $0, laneWidth: 2, pacer: pacer, vendor) }
        let draws = [draw("vendor", concurrent: 3)]
        var sent = vendor.sent.makeAsyncIterator()
        let tasks = [(0, "a1"), (0, "a2"), (0, "a3"), (1, "b1"), (1, "b2")].map { lane, label in
            let request = request(label, draws: draws)
            return Task.immediate { _ = try await lanes[lane].send(request) }
        }
        // a3 waits for its lane, b2 for the budget; a3 has waited longer.
        for expected in ["a1", "a2", "b1"] { #expect(await sent.next() == expected) }
        release.yield()
        #expect(await sent.next().map { ["a3", "b2"].contains($0) } == true)
        for _ in 1...4 { release.yield() }
        for task in tasks { try await task.value }
    }

    @Test("waits as long as the vendor asks, for that account and host alone, and says so")
    func pause() async throws {
        let told = Mutex<[String]>([])
        let pacer = Pacer(timepiece: time.timepiece) { host, wait in told.withLock { $0.append("\(host) \(wait)") } }
        let vendor = StandIn { request in
            request.label == "first"
                ? Response(status: 429, headers: [.init("Retry-After", "7")], address: request.address)
                : Response(status: 204, address: request.address)
        }
        let lanes = ["a", "b"].map { PacedTransport(account: $0, pacer: pacer, vendor) }
        var sleeps = time.sleeps.makeAsyncIterator()
        #expect(try await lanes[0].send(request("first")).status == 429)
        let held = Task { [request = request("second")] in try await lanes[0].send(request).status }
        #expect(await sleeps.next() == .seconds(7))
        #expect(try await lanes[1].send(request("other account")).status == 204)
        time.advance(by: .seconds(7))
        #expect(try await held.value == 204)
        #expect(told.withLock { $0 } == ["api.vendor.example 7.0 seconds"])
    }

    @Test("no vendor can make a run wait for ever")
    func longPause() async throws {
        let vendor = StandIn { request in
            Response(status: 503, headers: [.init("Retry-After", "99999999")], address: request.address)
        }
        let paced = PacedTransport(account: "a", pacer: Pacer(timepiece: time.timepiece), vendor)
        var sleeps = time.sleeps.makeAsyncIterator()
        _ = try await paced.send(request("1"))
        let held = Task { [request = request("2")] in try await paced.send(request).status }
        #expect(await sleeps.next() == .seconds(3600))
        time.advance(by: .seconds(3600))
        #expect(try await held.value == 503)
    }

    @Test("whoever is cancelled while waiting leaves the line, and takes nothing along")
    func cancellation() async throws {
        let (answers, release) = AsyncStream.makeStream(of: Void.self)
        let vendor = StandIn { request in
            if request.label == "first" { for await _ in answers { break } }
            return Response(status: 204, address: request.address)
        }
        let paced = PacedTransport(account: "a", laneWidth: 1, pacer: Pacer(timepiece: time.timepiece), vendor)
        var sent = vendor.sent.makeAsyncIterator()
        let tasks = ["first", "second", "third"].map { label in
            let request = request(label)
            return Task.immediate { _ = try await paced.send(request) }
        }
        #expect(await sent.next() == "first")
        tasks[1].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        release.yield()
        try await tasks[2].value
        #expect(await sent.next() == "third")
        _ = try await paced.send(request("fourth"))
    }

    @Test("a failed request gives back what it took")
    func failure() async throws {
        let vendor = StandIn { _ in throw TransportError.timedOut(host: "api.vendor.example", seconds: 30) }
        let paced = PacedTransport(account: "a", laneWidth: 1, pacer: Pacer(timepiece: time.timepiece), vendor)
        for _ in 1...3 {
            await #expect(throws: TransportError.self) { try await paced.send(request("x")) }
        }
    }

    @Test("who waits for one budget holds up nobody who does not need it")
    func independence() async throws {
        let vendor = StandIn { Response(status: 204, address: $0.address) }
        let paced = PacedTransport(account: "a", pacer: Pacer(timepiece: time.timepiece), vendor)
        let slow = draw("slow", rate: 1, per: .seconds(60))
        var sleeps = time.sleeps.makeAsyncIterator()
        _ = try await paced.send(request("1", draws: [slow]))
        let held = Task { [request = request("2", draws: [slow])] in try await paced.send(request).status }
        #expect(await sleeps.next() == .seconds(60))
        #expect(try await paced.send(request("3")).status == 204)
        time.advance(by: .seconds(60))
        #expect(try await held.value == 204)
    }

    @Test("keeps the order and every limit with thousands in line")
    func many() async throws {
        let underWay = Mutex((now: 0, most: 0))
        let vendor = StandIn { request in
            underWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await Task.yield()
            underWay.withLock { $0.now -= 1 }
            return Response(status: 204, address: request.address)
        }
        let paced = PacedTransport(account: "a", laneWidth: 7, pacer: Pacer(), vendor)
        let rate = draw("d", rate: 500, per: .milliseconds(20))
        let (template, start) = (request("x", draws: [rate]), ContinuousClock.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5000 {
                group.addTask {
                    let task = Task { _ = try await paced.send(template) }
                    if number % 3 == 0 { task.cancel() }
                    do { try await task.value } catch is CancellationError {}
                }
            }
            try await group.waitForAll()
        }
        #expect(underWay.withLock { $0.most } <= 7)
        #expect(ContinuousClock.now - start >= .milliseconds(20) * ((5000 * 2 / 3) / 500 - 1))
    }
}

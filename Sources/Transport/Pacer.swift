internal import Synchronization

/// Keeps the limits of all vendors, for all accounts of a run; shared by every ``PacedTransport``.
///
/// A request passes all of its gates at once or none, so that a rate counts what is sent and not what waits for
/// something else. Requests with the same gates form a line, first come first served; where lines compete for a gate,
/// the longest-waiting head is asked first, and one that waits elsewhere does not hold up the others.
package final class Pacer: Sendable {
    /// Called when requests to a host have to wait for time to pass: the vendor said so, or a rate is used up.
    package typealias OnWait = @Sendable (_ host: String, Duration) -> Void

    /// What one request needs of one gate.
    struct Share: Sendable {
        var key: Key
        var budget: Budget
    }

    enum Key: Hashable, Sendable {
        case lane(account: String, origin: Origin)
        case budget(String)
    }

    fileprivate struct Line {
        var host: String
        var shares: [Share]
        var tickets = FIFO<Int>()
    }

    fileprivate struct State {
        var gates: [Key: Gate] = [:]
        var lines: [[Key]: Line] = [:]
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var lastTicket = 0
        var timer: (wakesAt: Duration, task: Task<Void, Never>)?
    }

    let timepiece: Timepiece
    private let onWait: OnWait
    private let state = Mutex(State())

    /// The longest wait that a vendor can ask for; then one request may see whether it still holds.
    private static let longestPause = Duration.seconds(3600)

    package init(timepiece: Timepiece = .system, onWait: @escaping OnWait = { _, _ in }) {
        self.timepiece = timepiece
        self.onWait = onWait
    }

    /// Waits until every gate has room, and takes it.
    func enter(_ shares: [Share], host: String) async throws {
        try Task.checkCancellation()
        let keys = shares.map(\.key)
        let now = timepiece.now()
        let ticket: Int? = state.withLock { state in
            if state.lines[keys] == nil, state.opening(shares, now) == .now {
                state.take(shares, now)
                return nil
            }
            state.lastTicket += 1
            return state.lastTicket
        }
        guard let ticket else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    // Either this sees the cancellation, or the handler below finds the ticket.
                    guard !Task.isCancelled else { return true }
                    state.waiting[ticket] = continuation
                    state.lines[keys, default: Line(host: host, shares: shares)].tickets.append(ticket)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) } else { admit() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
            admit()
        }
    }

    /// Gives back what ``enter(_:host:)`` took; the lane among them is closed as long as the vendor asked.
    func leave(_ shares: [Share], pause: Duration?) {
        let now = timepiece.now()
        let isAwaited = state.withLock { state in
            for share in shares {
                state.gates[share.key]?.underWay -= 1
                if case .lane = share.key, let pause {
                    state.gates[share.key]?.close(until: now + min(pause, Self.longestPause))
                }
                if state.gates[share.key]?.isIdle(share.budget, now) == true { state.gates[share.key] = nil }
            }
            return !state.waiting.isEmpty
        }
        if isAwaited { admit() }
    }

    /// Lets in whoever finds all gates open, and sets the timer for the next whom time will let in.
    private func admit() {
        let now = timepiece.now()
        let (admitted, wait) = state.withLock { state in
            let (admitted, next) = state.admit(now)
            guard let next else { return (admitted, Optional<(host: String, Duration)>.none) }
            if let timer = state.timer {
                guard next.at < timer.wakesAt else { return (admitted, nil) }
                timer.task.cancel()
            }
            // Nobody awaits the timer; it must outlive the request that set it.
            let task = Task { [weak self, timepiece] in
                do { try await timepiece.sleep(next.at - now) } catch { return }  // another timer took its place
                self?.wake(next.at)
            }
            state.timer = (next.at, task)
            return (admitted, (next.host, next.at - now))
        }
        for continuation in admitted { continuation.resume() }
        if let wait { onWait(wait.host, wait.1) }
    }

    private func wake(_ time: Duration) {
        state.withLock { state in
            if state.timer?.wakesAt == time { state.timer = nil }
        }
        admit()
    }
}

extension Pacer.State {
    /// Whoever may go now, with their shares taken, and when time lets the next one in.
    mutating func admit(
        _ now: Duration
    ) -> (admitted: [CheckedContinuation<Void, any Error>], next: (at: Duration, host: String)?) {
        var admitted: [CheckedContinuation<Void, any Error>] = []
        var next: (at: Duration, host: String)?
        let order = lines.map { (key: $0.key, head: $0.value.tickets.first ?? 0) }.sorted { $0.head < $1.head }
        for (key, _) in order {
            while let line = lines[key] {
                guard let ticket = line.tickets.first else {
                    lines[key] = nil
                    break
                }
                guard waiting[ticket] != nil else {  // cancelled
                    _ = lines[key]?.tickets.popFirst()
                    continue
                }
                let opening = opening(line.shares, now)
                guard opening == .now else {
                    if case .at(let time) = opening, time < next?.at ?? .seconds(Int64.max) { next = (time, line.host) }
                    break
                }
                take(line.shares, now)
                _ = lines[key]?.tickets.popFirst()
                if let continuation = waiting.removeValue(forKey: ticket) { admitted.append(continuation) }
            }
        }
        return (admitted, next)
    }

    mutating func opening(_ shares: [Pacer.Share], _ now: Duration) -> Gate.Opening {
        shares.reduce(.now) { max($0, gates[$1.key]?.opening($1.budget, now) ?? .now) }
    }

    mutating func take(_ shares: [Pacer.Share], _ now: Duration) {
        for share in shares { gates[share.key, default: Gate()].take(share.budget, now) }
    }
}

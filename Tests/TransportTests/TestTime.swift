import Synchronization
import Transport

/// Time that stands still until a test moves it, and tells who has begun to sleep.
final class TestTime: Sendable {
    private struct State {
        var now = Duration.zero
        var sleepers: [Int: (wakesAt: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var lastID = 0
    }

    /// 2026-08-01T12:00:00Z.
    static let epoch = 1_785_585_600.0

    let sleeps: AsyncStream<Duration>
    private let slept: AsyncStream<Duration>.Continuation
    private let state = Mutex(State())

    init() { (sleeps, slept) = AsyncStream.makeStream() }

    var now: Duration { state.withLock { $0.now } }

    var timepiece: Timepiece {
        Timepiece(
            now: { self.now },
            date: { Self.epoch + self.now / .seconds(1) },
            sleep: { try await self.sleep($0) })
    }

    /// A timepiece that never sleeps: each wait passes at once.
    var hasty: Timepiece {
        var timepiece = timepiece
        timepiece.sleep = { wait in
            try Task.checkCancellation()
            self.slept.yield(wait)
            self.state.withLock { $0.now += wait }
        }
        return timepiece
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.wakesAt <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// The waits so far, and no more after them.
    func waits() async -> [Duration] {
        slept.finish()
        return await sleeps.reduce(into: []) { $0.append($1) }
    }

    private func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    guard !Task.isCancelled else { return true }
                    state.sleepers[id] = (state.now + duration, continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) } else { slept.yield(duration) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// Answers without a network; records what came.
struct StandIn: Transport {
    let sent: AsyncStream<String>
    private let didSend: AsyncStream<String>.Continuation
    private let answer: @Sendable (Request) async throws -> Response

    init(_ answer: @escaping @Sendable (Request) async throws -> Response) {
        (sent, didSend) = AsyncStream.makeStream()
        self.answer = answer
    }

    func send(_ request: Request) async throws -> Response {
        didSend.yield(request.label)
        return try await answer(request)
    }
}

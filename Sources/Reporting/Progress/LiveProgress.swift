package import Coordination
package import Foundation
internal import Synchronization

/// Lets a progress value be told things from many tasks, and gives it the time twice a second until it is finished.
package final class LiveProgress<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var value: Value
        var isFinished = false
    }

    private let state: Mutex<State>
    private let tick: @Sendable (inout Value, Date) -> String
    private let now: @Sendable () -> Date
    private let write: @Sendable (String) -> Void
    private let ticking = Mutex<Task<Void, Never>?>(nil)

    fileprivate init(
        _ value: Value, now: @escaping @Sendable () -> Date, write: @escaping @Sendable (String) -> Void,
        tick: @escaping @Sendable (inout Value, Date) -> String
    ) {
        state = Mutex(State(value: value))
        self.now = now
        self.write = write
        self.tick = tick
        // The clock outlives no run: it ends with `finish`, or when nobody holds this value any more.
        let task = Task { [weak self] in
            while !Task.isCancelled {
                do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
                guard let self else { return }
                self.tell { self.tick(&$0, $1) }
            }
        }
        ticking.withLock { $0 = task }
    }

    /// Writes while the value is held, so that lines come out in the order in which things happened.
    package func tell(_ body: (inout Value, Date) -> String) {
        state.withLock { state in
            guard !state.isFinished else { return }
            let text = body(&state.value, now())
            if !text.isEmpty { write(text) }
        }
    }

    /// The last that is said; what comes later is dropped.
    package func finish(_ body: (inout Value, Date) -> String) {
        tell(body)
        state.withLock { $0.isFinished = true }
        ticking.withLock { $0?.cancel() }
    }
}

extension LiveProgress where Value == RunProgress {
    package convenience init(
        _ progress: RunProgress, now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.init(progress, now: now, write: write) { $0.tick(at: $1) }
        tell { progress, _ in progress.begin() }
    }

    package func take(_ event: RunEvent) { tell { $0.take(RunProgress.Change(event), at: $1) } }
    package func slowed(account: String, wait: Duration) {
        tell { $0.take(.slowed(account: account, wait: wait), at: $1) }
    }
    package func finish(_ report: RunReport? = nil) { finish { $0.finish(report, at: $1) } }
}

extension LiveProgress where Value == ReadingProgress {
    package convenience init(
        _ progress: ReadingProgress, now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.init(progress, now: now, write: write) { $0.tick(at: $1) }
    }

    package func take(_ event: InventoryEvent) { tell { $0.take(event, at: $1) } }
    package func slowed(account: String, wait: Duration) { tell { $0.slowed(account: account, wait: wait, at: $1) } }
    package func finish() { finish { progress, _ in progress.finish() } }
}

internal import Foundation

/// Tells the time and waits; handed in, so that tests need not sleep.
package struct Timepiece: Sendable {
    /// Since a moment that stays the same, never backwards.
    package var now: @Sendable () -> Duration
    /// Seconds since 1970, for the dates that vendors send.
    package var date: @Sendable () -> Double
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Duration, date: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.date = date
        self.sleep = sleep
    }

    package static let system: Timepiece = {
        let start = ContinuousClock.now
        return Timepiece(
            now: { ContinuousClock.now - start },
            date: { Date().timeIntervalSince1970 },
            sleep: { try await Task.sleep(for: $0) })
    }()
}

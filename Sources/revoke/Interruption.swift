@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Ctrl-C: the first stops safely, the second leaves at once.
///
/// A dispatch source is the one way to hear of a signal outside a signal handler, in which almost nothing may be called.
final class Interruption: Sendable {
    private struct State {
        var count = 0
        var stop: (@Sendable () -> Void)?
        var hasBegun = false
    }

    private let state = Mutex(State())
    private let sources: [any DispatchSourceSignal]
    private let sayNothingWasChanged: @Sendable () -> Void

    /// - Parameter sayNothingWasChanged: called where it ends the program before anything was sent.
    init(sayNothingWasChanged: @escaping @Sendable () -> Void) {
        self.sayNothingWasChanged = sayNothingWasChanged
        signal(SIGPIPE, SIG_IGN)
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            sources.append(DispatchSource.makeSignalSource(signal: number, queue: .global()))
        }
        self.sources = sources
        for source in sources {
            source.setEventHandler { [weak self] in self?.interrupted() }
            source.resume()
        }
    }

    var wasInterrupted: Bool { state.withLock { $0.count > 0 } }

    /// Until the returned work is over, an interruption calls `stop` instead of ending the program.
    func during<Value: Sendable>(_ stop: @escaping @Sendable () -> Void, _ body: () async throws -> Value)
        async rethrows -> Value
    {
        state.withLock {
            $0.stop = stop
            $0.hasBegun = true
        }
        defer { state.withLock { $0.stop = nil } }
        return try await body()
    }

    /// Returns when the program is to end.
    func wait() async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        await during({ end.finish() }) { for await _ in ends {} }
    }

    private func interrupted() {
        let stop = state.withLock { state -> (@Sendable () -> Void)? in
            state.count += 1
            return state.count == 1 ? state.stop : nil
        }
        // Nothing is under way that must be heard out, or the second time: whatever was sent is in the log as intended.
        guard let stop else {
            if !state.withLock({ $0.hasBegun }) { sayNothingWasChanged() }
            exit(130)
        }
        stop()
    }
}

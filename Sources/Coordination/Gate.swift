internal import Synchronization

/// Lets so many requests be under way at once, first come, first served.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        /// The first of `waiting` that still waits; those before it are let through.
        var next = 0
    }

    private let width: Int
    private let state: Mutex<State>

    init(width: Int) {
        self.width = width
        state = Mutex(State(free: width))
    }

    /// Waits until there is room for `count`, or for all there is where that is less.
    func enter(_ count: Int = 1) async {
        let wanted = width == 0 ? count : min(count, width)
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.next == state.waiting.count, state.free >= wanted {
                    state.free -= wanted
                    return true
                }
                state.waiting.append((wanted, continuation))
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func leave(_ count: Int = 1) {
        let woken: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.free += width == 0 ? count : min(count, width)
            var woken: [CheckedContinuation<Void, Never>] = []
            while state.next < state.waiting.count, state.waiting[state.next].count <= state.free {
                state.free -= state.waiting[state.next].count
                woken.append(state.waiting[state.next].continuation)
                state.next += 1
            }
            if state.next == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: true)
                state.next = 0
            }
            return woken
        }
        for continuation in woken { continuation.resume() }
    }
}

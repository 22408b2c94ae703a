internal import Authorizations
internal import Coordination
internal import Foundation

/// How many of a run's steps are where.
struct RunTally: Sendable {
    struct PhaseCount: Sendable, Hashable {
        var toEnd = 0
        var byHand = 0
        var kept = 0
        var accepted = 0
        var dead = 0
        /// Settled, and not dead.
        var open = 0
        var hasBegun = false
    }

    private struct Known: Sendable {
        var phase: Phase
        var account: String
        var holder: String
        var isAccepted = false
        var isSettled = false
    }

    private(set) var counts: [Phase: PhaseCount] = [:]
    /// By action, of the whole plan.
    private(set) var planned: [(Action, Int)]
    private var known: [Int: Known] = [:]
    /// Until when a step waits before it is read or sent again.
    private var waits: [Int: Date] = [:]
    private var slowed: [String: Date] = [:]

    init(_ plan: Plan) {
        planned = Action.allCases.map { action in (action, plan.count(action)) }.filter { $0.1 > 0 }
        for item in plan.items {
            known[item.number] = Known(
                phase: item.phase, account: item.authorization.account,
                holder: item.authorization.holder ?? item.authorization.title)
            switch item.action {
            case .revoke, .disable: counts[item.phase, default: PhaseCount()].toEnd += 1
            case .manual: counts[item.phase, default: PhaseCount()].byHand += 1
            case .keep: counts[item.phase, default: PhaseCount()].kept += 1
            }
        }
    }

    var phases: [Phase] { Phase.allCases.filter { counts[$0] != nil } }
    var toEnd: Int { counts.values.reduce(0) { $0 + $1.toEnd } }
    var dead: Int { counts.values.reduce(0) { $0 + $1.dead } }
    var accepted: Int { counts.values.reduce(0) { $0 + $1.accepted } }
    private(set) var failed = 0

    subscript(phase: Phase) -> PhaseCount { counts[phase] ?? PhaseCount() }
    func account(of number: Int) -> String { known[number]?.account ?? "" }

    mutating func take(_ change: RunProgress.Change, at time: Date) {
        switch change {
        case .phaseBegan(let phase, _): counts[phase]?.hasBegun = true
        case .accepted(let number): accept(number)
        case .answered: break
        case .waiting(let number, let wait): waits[number] = time.addingTimeInterval(wait.timeInterval)
        case .settled(let number, let result): settle(number, result.settlement.outcome)
        case .slowed(let account, let wait): slowed[account] = time.addingTimeInterval(wait.timeInterval)
        }
    }

    private mutating func accept(_ number: Int) {
        guard let step = known[number], !step.isAccepted, !step.isSettled else { return }
        known[number]?.isAccepted = true
        counts[step.phase]?.accepted += 1
    }

    private mutating func settle(_ number: Int, _ outcome: Outcome) {
        waits[number] = nil
        guard let step = known[number], !step.isSettled else { return }
        known[number]?.isSettled = true
        switch outcome {
        case .dead, .alreadyDead: counts[step.phase]?.dead += 1
        default: counts[step.phase]?.open += 1
        }
        if outcome == .failed { failed += 1 }
    }

    /// What is waited for, longest first: the account and the number.
    func waiting(at time: Date) -> [String] {
        let accounts = slowed.filter { $0.value > time }.sorted { $0.key < $1.key }.map(\.key)
        return accounts + longest(at: time).map { "\(account(of: $0.0)) \($0.0)" }
    }

    func now(at time: Date, _ wording: Wording) -> [String] {
        let accounts = slowed.filter { $0.value > time }.sorted { $0.key < $1.key }
        return accounts.map { wording.slowed($0.key, Int($0.value.timeIntervalSince(time).rounded(.up))) }
            + longest(at: time).map { number, until in
                wording.readsAgain(
                    account(of: number), number, known[number]?.holder ?? "",
                    Int(until.timeIntervalSince(time).rounded(.up)))
            }
    }

    /// A few are enough to be shown; thousands may wait.
    private func longest(at time: Date) -> [(Int, Date)] {
        guard waits.count <= 200 else { return [] }
        return waits.filter { $0.value > time }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4).map {
            ($0.key, $0.value)
        }
    }
}

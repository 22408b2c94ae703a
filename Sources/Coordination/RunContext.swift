internal import Authorizations
internal import ConnectorKit
internal import Foundation
internal import Synchronization

/// What the groups of a run share: the log, the clock, who is told, how many requests are under way.
struct RunContext: Sendable {
    /// Requests under way at once for each account; the transport's lanes and the budgets set the real pace.
    static let sendsAtOnce = 48
    /// A phase does not wait longer than this for the proof of what the vendor accepted, in seconds.
    static let patience: TimeInterval = 60

    let id: String
    let journal: any Journal
    let now: @Sendable () -> Date
    let tell: @Sendable (RunEvent) -> Void
    let gates: Gates

    /// One gate for each account.
    final class Gates: Sendable {
        private let gates = Mutex<[String: Gate]>([:])

        subscript(account: String) -> Gate {
            gates.withLock { gates in
                if let gate = gates[account] { return gate }
                let gate = Gate(width: RunContext.sendsAtOnce)
                gates[account] = gate
                return gate
            }
        }
    }

    func record(_ events: [StepEvent]) async throws { try await journal.record(events) }

    func result(_ settlement: Settlement, _ attempts: Int, _ acceptedAt: Date?, _ step: Step) -> StepResult {
        var result = StepResult(settlement, attempts: attempts, acceptedAt: acceptedAt)
        if settlement.evidence != nil || settlement.outcome == .dead || settlement.outcome == .alreadyDead { result.verifiedAt = now() }
        if let residual = step.surface.residual, settlement.outcome == .dead || settlement.outcome == .accepted {
            result.residualUntil = (acceptedAt ?? now()).addingTimeInterval(residual.duration.timeInterval)
        }
        return result
    }

    /// Logs the intents, sends one request for all steps of the batch, logs the answers.
    func send(_ batch: [(Step, attempt: Int)]) async throws -> [(Int, Answer, Date)] {
        let gate = gates[batch[0].0.authorization.account]
        await gate.enter()
        defer { gate.leave() }
        try await record(batch.map { .intended($0.0, attempt: $0.attempt) })
        let began = ContinuousClock.now
        let answers = await answers(to: batch.map(\.0))
        let took = ContinuousClock.now - began
        let at = now()
        try await record(zip(batch, answers).map { .answered($0.0, $1, attempt: $0.attempt, took: took, at: at) })
        return zip(batch, answers).map { ($0.0.number, $1, at) }
    }

    private func answers(to steps: [Step]) async -> [Answer] {
        let first = steps[0]
        do {
            if steps.count > 1 || first.change.map({ $0.steps.isEmpty && $0.bulk != nil }) ?? false {
                return try await first.session.end(steps.map { ($0.authorization, $0.secret) }, of: first.surface, run: id)
            }
            return [try await first.session.end(first.authorization, by: first.ending, secret: first.secret, run: id)]
        } catch {
            // Not cancelled, as a task of its own sends; whatever it is, the request may have left.
            return steps.map { _ in Answer(.ambiguous, reason: "\(error)") }
        }
    }

    /// What reads say of steps of one group; `nil` where the run was stopped meanwhile.
    func read(_ steps: [(Step, acceptedAt: Date?)]) async -> [Reading?] {
        let first = steps[0].0
        if first.isOwnCredential {
            let reading = try? await first.session.isStillLetIn()
            return steps.map { _ in reading }
        }
        if first.proof?.form == .listing {
            do {
                let listing = try await first.session.list(again: first.authorization, after: first.ending)
                return steps.map { listing.reading(of: $0.0.authorization.id) }
            } catch is CancellationError {
                return steps.map { _ in nil }
            } catch {
                return steps.map { _ in .inconclusive(reason: AccountSession.words(for: error)) }
            }
        }
        return await withTaskGroup(of: (Int, Reading?).self) { group in
            for (index, (step, acceptedAt)) in steps.enumerated() {
                group.addTask {
                    // Stopped: no reading.
                    (index, try? await step.session.probe(step.authorization, after: step.ending, secret: step.secret, sentAt: acceptedAt))
                }
            }
            return await group.reduce(into: Array(repeating: nil, count: steps.count)) { $0[$1.0] = $1.1 }
        }
    }
}

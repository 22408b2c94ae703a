internal import Authorizations
internal import ConnectorKit
internal import Foundation
internal import Synchronization

/// What the groups of a run share: the log, the clock, who is told, how many requests are under way.
struct RunContext: Sendable {
    /// Requests under way at once for each account; the transport's lanes and the budgets set the real pace.
    static let sendsAtOnce = 64
    /// Requests whose intents share a commit, and whose answers do.
    static let chunk = 16
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

    /// Logs the intents of a chunk, sends its requests side by side, logs the answers.
    ///
    /// Each batch is served by one request. Returns the answers by the steps' places in the chunk; `nil` for a request
    /// that was given up before it left, because the run was stopped.
    func send(_ chunk: [[(step: Step, attempt: Int)]]) async throws -> [(answer: Answer?, at: Date)] {
        let all = chunk.flatMap { $0 }
        let gate = gates[all[0].step.authorization.account]
        await gate.enter(chunk.count)
        defer { gate.leave(chunk.count) }
        if Task.isCancelled { return all.map { _ in (nil, now()) } }
        try await record(all.map { .intended($0.step, attempt: $0.attempt) })
        let answers = await withTaskGroup(of: (Int, [Answer?], Duration, Date).self) { group in
            for (index, batch) in chunk.enumerated() {
                group.addTask {
                    let began = ContinuousClock.now
                    let answers = await self.answers(to: batch.map(\.step))
                    return (index, answers, ContinuousClock.now - began, self.now())
                }
            }
            var answers = [([Answer?], Duration, Date)?](repeating: nil, count: chunk.count)
            for await (index, ofBatch, took, at) in group { answers[index] = (ofBatch, took, at) }
            return answers.compactMap { $0 }
        }
        var events: [StepEvent] = []
        var result: [(answer: Answer?, at: Date)] = []
        for (batch, (ofBatch, took, at)) in zip(chunk, answers) {
            for ((step, attempt), answer) in zip(batch, ofBatch) {
                if let answer { events.append(.answered(step, answer, attempt: attempt, took: took, at: at)) }
                result.append((answer, at))
            }
        }
        if !events.isEmpty { try await record(events) }
        return result
    }

    private func answers(to steps: [Step]) async -> [Answer?] {
        let first = steps[0]
        do {
            if steps.count > 1 || first.change.map({ $0.steps.isEmpty && $0.bulk != nil }) ?? false {
                return try await first.session.end(steps.map { ($0.authorization, $0.secret) }, of: first.surface, run: id)
            }
            return [try await first.session.end(first.authorization, by: first.ending, secret: first.secret, run: id)]
        } catch is CancellationError {
            // Given up before it left: what has left is shielded.
            return steps.map { _ in nil }
        } catch {
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

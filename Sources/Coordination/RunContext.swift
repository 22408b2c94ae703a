internal import Authorizations
internal import ConnectorKit
internal import Foundation
internal import Synchronization
internal import Transport

/// What the groups of a run share: the log, the clock, who is told, how many requests are under way.
struct RunContext: Sendable {
    /// Requests under way at once for each account; the transport's lanes and the budgets set the real pace.
    static let sendsAtOnce = 64
    /// Requests whose intents share a commit, and whose answers do.
    static let chunk = 16
    /// A phase does not wait longer than this for the proof of what the vendor accepted.
    static let patience = Duration.seconds(60)

    let id: String
    let journal: any Journal
    let timepiece: Timepiece
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

    let breakage = Breakage()

    func now() -> Date { Date(timeIntervalSince1970: timepiece.date()) }

    /// What the journal threw first: from then on no request leaves.
    final class Breakage: Sendable {
        private let error = Mutex<(any Error)?>(nil)

        func note(_ new: any Error) { error.withLock { $0 = $0 ?? new } }

        func check() throws { if let error = error.withLock({ $0 }) { throw error } }
    }

    func record(_ events: [StepEvent]) async throws {
        do {
            try await journal.record(events)
        } catch {
            breakage.note(error)
            throw error
        }
    }

    /// One answer and when it was asked for and heard; no answer where the request was given up before it left.
    struct Heard: Sendable {
        var answer: Answer?
        var sentAt: Date
        var at: Date
    }

    func result(_ settlement: Settlement, _ attempts: Int, _ acceptedAt: Date?, _ step: Step) -> StepResult {
        var result = StepResult(settlement, attempts: attempts, acceptedAt: acceptedAt)
        if settlement.evidence != nil || settlement.outcome == .dead || settlement.outcome == .alreadyDead {
            result.verifiedAt = now()
        }
        if let residual = step.surface.residual, settlement.outcome == .dead || settlement.outcome == .accepted {
            result.residualUntil = (acceptedAt ?? now()).addingTimeInterval(residual.duration.timeInterval)
        }
        return result
    }

    /// Logs the intents of a chunk, sends its requests side by side, logs the answers.
    ///
    /// Each batch is served by one request. Returns the answers by the steps' places in the chunk.
    func send(_ chunk: [[(step: Step, attempt: Int)]]) async throws -> [Heard] {
        let all = chunk.flatMap { $0 }
        let gate = gates[all[0].step.authorization.account]
        await gate.enter(chunk.count)
        defer { gate.leave(chunk.count) }
        if Task.isCancelled { return all.map { _ in Heard(sentAt: now(), at: now()) } }
        try breakage.check()
        try await record(all.map { .intended($0.step, attempt: $0.attempt) })
        let answers = await withTaskGroup(of: (Int, [Heard], Duration).self) { group in
            for (index, batch) in chunk.enumerated() {
                group.addTask {
                    let (began, sentAt) = (self.timepiece.now(), self.now())
                    let answers = await self.answers(to: batch.map(\.step))
                    let at = self.now()
                    return (
                        index, answers.map { Heard(answer: $0, sentAt: sentAt, at: at) }, self.timepiece.now() - began
                    )
                }
            }
            var answers = [([Heard], Duration)?](repeating: nil, count: chunk.count)
            for await (index, heard, took) in group { answers[index] = (heard, took) }
            return answers.compactMap { $0 }
        }
        var events: [StepEvent] = []
        var result: [Heard] = []
        for (batch, (ofBatch, took)) in zip(chunk, answers) {
            for ((step, attempt), heard) in zip(batch, ofBatch) {
                if let answer = heard.answer {
                    events.append(.answered(step, answer, attempt: attempt, took: took, at: heard.at))
                }
                result.append(heard)
            }
        }
        if !events.isEmpty { try await record(events) }
        return result
    }

    private func answers(to steps: [Step]) async -> [Answer?] {
        let first = steps[0]
        do {
            if steps.count > 1 || first.change.map({ $0.steps.isEmpty && $0.bulk != nil }) ?? false {
                return try await first.session.end(
                    steps.map { ($0.authorization, $0.secret) }, of: first.surface, run: id)
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
    func read(_ steps: [(Step, sentAt: Date?)]) async -> [Reading?] {
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
            for (index, (step, sentAt)) in steps.enumerated() {
                group.addTask {
                    // Stopped: no reading.
                    (
                        index,
                        try? await step.session.probe(
                            step.authorization, after: step.ending, secret: step.secret, sentAt: sentAt)
                    )
                }
            }
            return await group.reduce(into: Array(repeating: nil, count: steps.count)) { $0[$1.0] = $1.1 }
        }
    }
}

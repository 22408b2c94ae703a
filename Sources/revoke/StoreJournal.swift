import AuditLog
import Authorizations
import ConnectorKit
import Coordination

// Both the log and the coordinator have these nouns; in this target the coordinator's are meant.
typealias Settlement = Coordination.Settlement
typealias Step = Coordination.Step

/// Writes what a run's steps do into the audit log.
struct StoreJournal: Coordination.Journal {
    let store: Store
    let run: RunID

    func record(_ events: [StepEvent]) async throws {
        try await store.record(events.map(Self.event), of: run)
    }

    private static func event(_ event: StepEvent) -> Event {
        switch event {
        case .intended(let step, let attempt): .stepIntended(step: step.number, attempt: attempt)
        case .answered(let step, let answer, _, let took, _):
            .stepAnswered(step: step.number, self.answer(answer, took))
        case .settled(let step, let result): .stepSettled(step: step.number, AuditLog.Settlement(result))
        }
    }

    private static func answer(_ answer: Answer, _ took: Duration) -> StepAnswer {
        let kind: StepAnswer.Kind
        switch answer.meaning {
        case .accepted: kind = .accepted
        case .gone: kind = .gone
        case .refused, .forbidden: kind = .refused
        case .slowDown: kind = .slowDown
        case .ambiguous, .conflict: kind = .ambiguous
        }
        let label = answer.label.split(separator: " ", maxSplits: 1)
        return StepAnswer(
            kind, status: answer.status, verb: label.first.map(String.init),
            host: answer.host.isEmpty ? nil : answer.host,
            template: label.count > 1 ? String(label[1]) : nil, verdict: "\(answer.meaning)", reason: answer.reason,
            bytes: answer.bytes,
            milliseconds: Int(took.timeInterval * 1000))
    }
}

extension AuditLog.Settlement {
    init(_ result: StepResult) {
        self.init(
            result.settlement.outcome, evidence: result.settlement.evidence, reason: result.settlement.reason,
            verifiedAt: result.verifiedAt, residualUntil: result.residualUntil)
    }
}

extension StepResult {
    /// As the log has it; `nil` where the step is not settled.
    init?(_ step: AuditLog.Step) {
        guard let outcome = step.outcome else { return nil }
        self.init(
            Coordination.Settlement(outcome, evidence: step.evidence, reason: step.reason), attempts: step.answers,
            acceptedAt: step.acceptedAt, verifiedAt: step.verifiedAt, residualUntil: step.residualUntil)
    }
}

extension Answer.Meaning {
    /// What a recorded answer was good for.
    init?(_ kind: StepAnswer.Kind?) {
        switch kind {
        case .accepted?: self = .accepted
        case .gone?: self = .gone
        case .refused?: self = .refused
        case .slowDown?: self = .slowDown
        case .ambiguous?: self = .ambiguous
        case nil: return nil
        }
    }
}

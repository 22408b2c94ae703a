internal import Authorizations
internal import ConnectorKit
internal import Coordination

extension StepResult {
    /// What became of a step, under the names of `--format json`.
    var members: [(name: String, text: String?)] {
        [
            ("outcome", settlement.outcome.rawValue), ("attempts", "\(attempts)"),
            ("accepted_at", acceptedAt.map(Moment.text)),
            ("verified_at", verifiedAt.map(Moment.text)), ("residual_until", residualUntil.map(Moment.text)),
            ("reason", settlement.reason), ("evidence", settlement.evidence),
        ]
    }
}

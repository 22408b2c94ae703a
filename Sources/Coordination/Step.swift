package import Authorizations
package import ConnectorKit
package import Foundation

/// One authorization of a plan that is to be ended, with the account it stands at.
///
/// A class, as a run hands thousands of them from task to task and never changes one.
package final class Step: Sendable {
    /// What is known of it when the run takes it up.
    package enum Beginning: Sendable, Hashable {
        /// Nothing was sent. `isKnownAlive` where this run's listing showed it.
        case planned(isKnownAlive: Bool)
        /// An intent is on record, and perhaps an answer.
        case begun(answer: Answer.Meaning?, attempts: Int)
    }

    package let item: Plan.Item
    package let session: AccountSession
    package let surface: Surface
    package let ending: Ending
    package let secret: Secret?
    package let beginning: Beginning
    /// When the vendor accepted it in an earlier part of the run.
    package let acceptedAt: Date?
    let proof: Proof?

    package init(
        item: Plan.Item, session: AccountSession, surface: Surface, ending: Ending, secret: Secret?,
        beginning: Beginning,
        acceptedAt: Date? = nil
    ) {
        self.item = item
        self.session = session
        self.surface = surface
        self.ending = ending
        self.secret = secret
        self.beginning = beginning
        self.acceptedAt = acceptedAt
        proof =
            item.phase == .ownCredential
            ? Self.proofOfOwnCredential(session) : session.proof(of: surface, after: ending)
    }

    package var number: Int { item.number }
    var authorization: Authorization { item.authorization }
    var isOwnCredential: Bool { item.phase == .ownCredential }

    package var change: Change? {
        switch ending {
        case .revoke: surface.revoke
        case .disable: surface.disable
        case .undo: surface.undo ?? surface.disable?.undo.map { Change(steps: $0) }
        }
    }

    /// The credential in use is proved by being refused, and only where the vendor had said who we are.
    private static func proofOfOwnCredential(_ session: AccountSession) -> Proof {
        let form: Proof.Form =
            session.identity.isConfirmed
            ? .request
            : .nothing(
                LocalizedText(
                    en: "the credential in use cannot be asked about",
                    fr: "l’identifiant utilisé ne peut être interrogé"))
        return Proof(form: form, within: .seconds(60))
    }
}

/// What became of a step.
package struct StepResult: Sendable, Hashable {
    package var settlement: Settlement
    package var attempts: Int
    package var acceptedAt: Date?
    package var verifiedAt: Date?
    package var residualUntil: Date?

    package init(
        _ settlement: Settlement, attempts: Int = 0, acceptedAt: Date? = nil, verifiedAt: Date? = nil,
        residualUntil: Date? = nil
    ) {
        self.settlement = settlement
        self.attempts = attempts
        self.acceptedAt = acceptedAt
        self.verifiedAt = verifiedAt
        self.residualUntil = residualUntil
    }
}

/// What happens to a step, for the log; each is durable before the run goes on.
package enum StepEvent: Sendable {
    case intended(Step, attempt: Int)
    case answered(Step, Answer, attempt: Int, took: Duration, at: Date)
    case settled(Step, StepResult)
}

/// Where a run writes down what it does.
package protocol Journal: Sendable {
    /// Returns when the events are durable; many callers may share one commit.
    func record(_ events: [StepEvent]) async throws
}

/// What a run tells while it goes on.
package enum RunEvent: Sendable {
    case phaseBegan(Phase, steps: Int)
    case answered(Step, Answer)
    case waiting(Step, until: Duration)
    case settled(Step, StepResult)
}

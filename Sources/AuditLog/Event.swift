package import Authorizations
package import Foundation

/// What happened in a run.
///
/// Recording it writes one record to the log, and what it changes of the run and its steps, in one transaction.
package enum Event: Sendable {
    case runResumed(version: String)
    case inventoryTaken([SurfaceInventory])
    /// Makes the steps: none of the step events below comes before it.
    case planMade(RunPlan)
    case planConfirmed(Confirmation)
    /// Must be recorded before the request leaves. `attempt` counts from 1.
    case stepIntended(step: Int, attempt: Int)
    case stepAnswered(step: Int, StepAnswer)
    case stepSettled(step: Int, Settlement)
    /// A later `revoke verify` read the step's authorization again.
    case stepVerified(step: Int, Settlement)
    case runEnded(RunEnd)

    /// Whether something at a vendor follows from it, so that it must not be recorded after a write has failed.
    var announcesAct: Bool {
        switch self {
        case .runResumed, .planMade, .planConfirmed, .stepIntended: true
        case .inventoryTaken, .stepAnswered, .stepSettled, .stepVerified, .runEnded: false
        }
    }
}

/// What is known when a run begins.
package struct RunStart: Sendable {
    package struct Account: Sendable {
        package var name: String
        package var connector: String
        /// Who we are at the vendor.
        ///
        /// A personal value: the record has its commitment.
        package var identity: String?

        package init(name: String, connector: String, identity: String?) {
            self.name = name
            self.connector = connector
            self.identity = identity
        }
    }

    package var version: String
    /// The command as it was given, without values of secrets; kept beside the log, not in it.
    package var command: String
    /// Each connector's manifest digest.
    package var manifests: [String: String]
    package var accounts: [Account]
    /// Who runs it.
    ///
    /// A personal value.
    package var `operator`: String?
    /// The computer's name.
    ///
    /// A personal value.
    package var machine: String?

    package init(
        version: String, command: String, manifests: [String: String], accounts: [Account], operator: String?,
        machine: String?
    ) {
        self.version = version
        self.command = command
        self.manifests = manifests
        self.accounts = accounts
        self.operator = `operator`
        self.machine = machine
    }
}

package struct SurfaceInventory: Sendable {
    package var account: String
    package var surface: String
    package var state: Coverage.State
    package var count: Int

    package init(account: String, surface: String, state: Coverage.State, count: Int) {
        self.account = account
        self.surface = surface
        self.state = state
        self.count = count
    }
}

/// The plan that a run carries out.
package struct RunPlan: Sendable {
    package var digest: String
    package var steps: [PlannedStep]

    package init(digest: String, steps: [PlannedStep]) {
        self.digest = digest
        self.steps = steps
    }
}

package struct PlannedStep: Sendable {
    /// The authorization's short number, by which the run's records name it.
    package var number: Int
    package var authorization: Authorization
    package var connector: String
    package var action: Action

    package init(number: Int, authorization: Authorization, connector: String, action: Action) {
        self.number = number
        self.authorization = authorization
        self.connector = connector
        self.action = action
    }
}

/// How a plan was agreed to.
package enum Confirmation: String, Sendable {
    case typed
    case confirmOption = "confirm"
    case yesOption = "yes"
}

/// What a vendor said to a revocation; proves nothing.
package struct StepAnswer: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case accepted
        case gone
        case refused
        case slowDown = "slow_down"
        case ambiguous
    }

    package var kind: Kind
    /// The HTTP status; `nil` where no answer came.
    package var status: Int?
    /// The request's method.
    package var verb: String?
    package var host: String?
    /// The request's template, which holds no value.
    package var template: String?
    /// What the manifest calls such an answer.
    package var verdict: String?
    /// In words, with secrets and personal values taken out already.
    package var reason: String?
    package var bytes: Int?
    package var milliseconds: Int?

    package init(
        _ kind: Kind, status: Int? = nil, verb: String? = nil, host: String? = nil, template: String? = nil,
        verdict: String? = nil, reason: String? = nil, bytes: Int? = nil, milliseconds: Int? = nil
    ) {
        self.kind = kind
        self.status = status
        self.verb = verb
        self.host = host
        self.template = template
        self.verdict = verdict
        self.reason = reason
        self.bytes = bytes
        self.milliseconds = milliseconds
    }
}

/// How a step ended, or what a later read found.
package struct Settlement: Sendable {
    package var outcome: Outcome
    /// How it was proved, in words.
    package var evidence: String?
    /// In words, with secrets and personal values taken out already.
    package var reason: String?
    /// When the read that proves it was answered.
    package var verifiedAt: Date?
    /// Until when what was given out before may still work.
    package var residualUntil: Date?

    package init(
        _ outcome: Outcome, evidence: String? = nil, reason: String? = nil, verifiedAt: Date? = nil,
        residualUntil: Date? = nil
    ) {
        self.outcome = outcome
        self.evidence = evidence
        self.reason = reason
        self.verifiedAt = verifiedAt
        self.residualUntil = residualUntil
    }
}

package struct RunEnd: Sendable {
    package enum Kind: String, Sendable {
        case ended
        /// Stopped before its turn was over; `revoke resume` goes on.
        case interrupted
    }

    package var kind: Kind
    package var counts: [Outcome: Int]
    package var exitCode: Int

    package init(_ kind: Kind, counts: [Outcome: Int], exitCode: Int) {
        self.kind = kind
        self.counts = counts
        self.exitCode = exitCode
    }
}

package import Authorizations
package import Foundation
internal import GRDB

/// What is known of one run.
package struct Run: Sendable, Hashable {
    package enum State: String, Sendable {
        /// At work, or its process ended before the run did.
        case running
        case interrupted
        case ended
    }

    package var id: RunID
    package var command: String
    package var state: State
    package var startedAt: Date
    package var endedAt: Date?
    package var exitCode: Int?
    /// The digest of the plan it carries out.
    package var plan: String?
}

/// Where one authorization of a run's plan stands.
package struct Step: Sendable, Hashable {
    package enum State: String, Sendable {
        case planned
        case intended
        case answered
        case settled
    }

    package var number: Int
    package var authorization: String
    package var account: String
    package var connector: String
    package var surface: String
    package var kind: Kind
    package var action: Action
    package var state: State
    /// The last attempt that was intended, from 1; 0 where none was.
    package var attempt: Int
    /// How many answers came, those that only ask to wait not counted.
    package var answers: Int
    package var answer: StepAnswer.Kind?
    package var outcome: Outcome?
    package var reason: String?
    package var evidence: String?
    package var acceptedAt: Date?
    package var verifiedAt: Date?
    package var residualUntil: Date?
}

extension Run {
    init?(_ row: Row) {
        guard let id = RunID(row["id"]), let state = State(rawValue: row["state"]) else { return nil }
        self.id = id
        self.state = state
        command = row["command"]
        startedAt = Timestamp(milliseconds: row["startedAt"]).date
        endedAt = row.date("endedAt")
        exitCode = row["exitCode"]
        plan = row["plan"]
    }
}

extension Step {
    init?(_ row: Row) {
        guard let kind = Kind(rawValue: row["kind"]), let action = Action(rawValue: row["action"]),
            let state = State(rawValue: row["state"])
        else { return nil }
        self.kind = kind
        self.action = action
        self.state = state
        number = row["number"]
        authorization = row["authorization"]
        account = row["account"]
        connector = row["connector"]
        surface = row["surface"]
        attempt = row["attempt"]
        answers = row["answers"]
        answer = row.value("answer", StepAnswer.Kind.self)
        outcome = row.value("outcome", Outcome.self)
        reason = row["reason"]
        evidence = row["evidence"]
        acceptedAt = row.date("acceptedAt")
        verifiedAt = row.date("verifiedAt")
        residualUntil = row.date("residualUntil")
    }
}

extension Row {
    fileprivate func date(_ column: String) -> Date? {
        (self[column] as Int64?).map { Timestamp(milliseconds: $0).date }
    }

    fileprivate func value<Value: RawRepresentable<String>>(_ column: String, _: Value.Type) -> Value? {
        (self[column] as String?).flatMap(Value.init)
    }
}

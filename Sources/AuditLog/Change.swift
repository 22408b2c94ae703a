internal import Authorizations
internal import Foundation
internal import GRDB

/// What a record changes of the runs and steps.
enum Change: Sendable {
    case none
    case begin(RunID, String, Timestamp, [Commitment])
    case resume(RunID)
    case plan(RunID, RunPlan, [[Commitment]])
    case intend(RunID, Int, Int)
    case answer(RunID, Int, StepAnswer, Timestamp)
    case settle(RunID, Int, Settlement)
    case end(RunID, RunEnd, Timestamp)

    /// Carries it out in the transaction that adds record `sequence`.
    func apply(to db: Database, sequence: Int) throws {
        switch self {
        case .none: break
        case .begin(let run, let command, let time, let commitments):
            try db.run(
                "INSERT INTO run (id, command, state, startedAt, firstRecord) VALUES (?, ?, 'running', ?, ?)",
                [run.description, command, time.milliseconds, sequence])
            try Self.insert(commitments, run: run, step: 0, into: db)
        case .resume(let run):
            try db.run(
                "UPDATE run SET state = 'running', endedAt = NULL, exitCode = NULL WHERE id = ?", [run.description])
        case .plan(let run, let plan, let commitments):
            try db.run("UPDATE run SET plan = ? WHERE id = ?", [plan.digest, run.description])
            for (step, commitments) in zip(plan.steps, commitments) {
                try Self.insert(step, run: run, into: db)
                try Self.insert(commitments, run: run, step: step.number, into: db)
            }
        case .intend(let run, let step, let attempt):
            try db.run(
                "UPDATE step SET state = 'intended', attempt = ? WHERE run = ? AND number = ?",
                [attempt, run.description, step])
        case .answer(let run, let step, let answer, let time):
            try Self.update(step, of: run, with: answer, at: time, in: db)
        case .settle(let run, let step, let settlement):
            try Self.update(step, of: run, with: settlement, in: db)
        case .end(let run, let end, let time):
            try db.run(
                "UPDATE run SET state = ?, endedAt = ?, exitCode = ? WHERE id = ?",
                [end.kind.rawValue, time.milliseconds, end.exitCode, run.description])
        }
    }

    private static func insert(_ commitments: [Commitment], run: RunID, step: Int, into db: Database) throws {
        for commitment in commitments {
            try db.run(
                "INSERT INTO commitment (run, step, field, digest, salt, value) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    run.description, step, commitment.field, commitment.digest, Data(commitment.salt),
                    commitment.value,
                ])
        }
    }

    private static func insert(_ step: PlannedStep, run: RunID, into db: Database) throws {
        let authorization = step.authorization
        try db.run(
            """
            INSERT INTO step (run, number, authorization, account, connector, surface, kind, action, state, attempt, answers)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'planned', 0, 0)
            """,
            [
                run.description, step.number, authorization.id, authorization.account, step.connector,
                authorization.surface, authorization.kind.rawValue, step.action.rawValue,
            ])
    }

    /// A vendor that asks to wait has not answered the attempt.
    private static func update(
        _ step: Int, of run: RunID, with answer: StepAnswer, at time: Timestamp, in db: Database
    ) throws {
        let isAccepted = answer.kind == .accepted || answer.kind == .gone
        try db.run(
            """
            UPDATE step SET state = 'answered', answer = ?, answers = answers + ?, reason = ?,
                acceptedAt = coalesce(acceptedAt, ?)
            WHERE run = ? AND number = ?
            """,
            [
                answer.kind.rawValue, answer.kind == .slowDown ? 0 : 1, answer.reason,
                isAccepted ? time.milliseconds : nil, run.description, step,
            ])
    }

    private static func update(_ step: Int, of run: RunID, with settlement: Settlement, in db: Database) throws {
        try db.run(
            """
            UPDATE step SET state = 'settled', outcome = ?, evidence = ?, reason = ?, verifiedAt = ?, residualUntil = ?
            WHERE run = ? AND number = ?
            """,
            [
                settlement.outcome.rawValue, settlement.evidence, settlement.reason,
                settlement.verifiedAt.map { Timestamp($0).milliseconds },
                settlement.residualUntil.map { Timestamp($0).milliseconds }, run.description, step,
            ])
    }
}

extension Database {
    /// Executes one statement, which is prepared once for all its uses.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

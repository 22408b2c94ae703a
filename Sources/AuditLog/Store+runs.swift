internal import Authorizations
internal import Foundation
internal import GRDB

extension Store {
    package func run(_ id: RunID) async throws(StoreError) -> Run? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM run WHERE id = ?", arguments: [id.description]).flatMap(Run.init)
        }
    }

    /// All runs, the newest first.
    package func runs() async throws(StoreError) -> [Run] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM run ORDER BY firstRecord DESC").compactMap(Run.init) }
    }

    package func lastRun() async throws(StoreError) -> Run? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM run ORDER BY firstRecord DESC LIMIT 1").flatMap(Run.init)
        }
    }

    /// The last run that has not come to its end: interrupted, or its process is gone.
    package func lastUnfinishedRun() async throws(StoreError) -> Run? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM run WHERE state <> 'ended' ORDER BY firstRecord DESC LIMIT 1")
                .flatMap(Run.init)
        }
    }

    /// The steps of a run by their numbers, as a crash left them too.
    package func steps(of run: RunID) async throws(StoreError) -> [Step] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM step WHERE run = ? ORDER BY number", arguments: [run.description]
            ).compactMap(Step.init)
        }
    }
}

extension Store {
    /// Reads in turn with the journal's commits.
    ///
    /// Not cancelled by the task's cancellation.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let path = folder.database
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Value, StoreError>, Never>) in
            database.asyncRead { db in
                done.resume(returning: Result { try body(db.get()) }.mapError { StoreError(reading: $0, path: path) })
            }
        }
        return try result.get()
    }

    /// Writes what is no record: plans and their marks.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let path = folder.database
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Value, StoreError>, Never>) in
            database.asyncWriteWithoutTransaction { db in
                let result = Result {
                    var value: Value?
                    try db.inTransaction(.immediate) {
                        value = try body(db)
                        return .commit
                    }
                    return try value.get(or: StoreError.notWritten(path: path, reason: "the transaction did not run"))
                }
                done.resume(returning: result.mapError { StoreError($0, path: path) })
            }
        }
        return try result.get()
    }
}

extension Optional {
    fileprivate func get(or error: StoreError) throws -> Wrapped {
        guard let self else { throw error }
        return self
    }
}

extension Database {
    /// What each record of a step repeats, as the run's plan fixed it.
    ///
    /// An erased value's digest stays known.
    func stepFacts(of run: RunID) throws -> [Int: StepFacts] {
        let rows = try Row.fetchAll(
            self, sql: "SELECT step, field, digest FROM commitment WHERE run = ?", arguments: [run.description])
        var digests: [Int: [String: String]] = [:]
        for row in rows { digests[row["step"], default: [:]][row["field"]] = row["digest"] }
        let steps = try Row.fetchAll(self, sql: "SELECT * FROM step WHERE run = ?", arguments: [run.description])
        return Dictionary(
            uniqueKeysWithValues: steps.map { row in
                let number: Int = row["number"]
                let digests = digests[number] ?? [:]
                return (
                    number,
                    StepFacts(
                        number: number, account: row["account"], connector: row["connector"], surface: row["surface"],
                        kind: row["kind"], action: row["action"], authorization: digests["authorization"] ?? "",
                        owner: digests["owner"], title: digests["title"], target: digests["target"])
                )
            })
    }
}

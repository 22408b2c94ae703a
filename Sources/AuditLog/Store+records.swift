internal import Foundation
internal import GRDB

/// A record of the log, with what its commitments stand for where that was not erased.
package struct LogRecord: Sendable, Hashable {
    /// Counted from 1.
    package var sequence: Int
    package var run: RunID?
    /// The record's bytes, as they are in the tree.
    package var text: String
    /// The values behind the digests of the record by their keys, `authorization`, `owner`, `identity:acme`.
    package var values: [String: String]
}

/// A value, its salt, and the digest that stands for it in records: what shows that a record speaks of it.
package struct OpenedCommitment: Sendable, Hashable {
    /// 0 for what concerns the run as a whole.
    package var step: Int
    package var field: String
    package var digest: String
    package var salt: [UInt8]
    package var value: String
}

extension Store {
    /// The last records, or all, of one run, or of all runs, in their order.
    package func records(of run: RunID? = nil, last limit: Int? = nil) async throws(StoreError) -> [LogRecord] {
        try await read { db in
            let first = try run.map { run in
                try Int.fetchOne(db, sql: "SELECT firstRecord FROM run WHERE id = ?", arguments: [run.description])
            }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sequence, run, body FROM record WHERE sequence >= ? AND (?2 IS NULL OR run = ?2)
                    ORDER BY sequence DESC LIMIT ?
                    """,
                arguments: [(first ?? nil) ?? 0, run?.description, limit ?? -1])
            var names = RecordValues(db)
            return try rows.reversed().map { row in
                let run = (row["run"] as String?).flatMap(RunID.init)
                let text: String = row["body"]
                return LogRecord(
                    sequence: row["sequence"], run: run, text: text, values: try names.values(text, of: run))
            }
        }
    }

    /// Streams all records from `sequence` on in their order, for an export.
    package func forEachRecord(
        from sequence: Int = 1, _ body: @escaping @Sendable (Int, String) throws -> Void
    ) async throws(StoreError) {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT sequence, body FROM record WHERE sequence >= ? ORDER BY sequence",
                arguments: [sequence])
            while let row = try rows.next() { try body(row["sequence"], row["body"]) }
        }
    }

    package func commitments(of run: RunID) async throws(StoreError) -> [OpenedCommitment] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM commitment WHERE run = ? AND value IS NOT NULL ORDER BY step, field",
                arguments: [run.description]
            ).map { row in
                let salt: Data = row["salt"]
                return OpenedCommitment(
                    step: row["step"], field: row["field"], digest: row["digest"], salt: [UInt8](salt),
                    value: row["value"])
            }
        }
    }

    /// Erases a personal value wherever it stands beside the log; the records and their proofs remain as they are.
    ///
    /// Returns how many commitments were opened by it until now.
    package func erase(_ value: String) async throws(StoreError) -> Int {
        let count = try await write { db in
            try db.run("UPDATE commitment SET salt = NULL, value = NULL WHERE value = ?", [value])
            let count = db.changesCount
            try db.run("UPDATE step SET authorization = 'erased' WHERE authorization = ?", [value])
            for column in ["reason", "evidence"] {
                try db.run("UPDATE step SET \(column) = NULL WHERE instr(\(column), ?) > 0", [value])
            }
            try db.run("UPDATE run SET command = 'erased' WHERE instr(command, ?) > 0", [value])
            // A plan is named by a digest over all of its text, so that it is kept whole or not at all.
            try db.run(
                "DELETE FROM plan WHERE instr(text, ?) > 0 OR instr(text, ?) > 0",
                [value, CanonicalObject.escaped(value)])
            try db.run("DELETE FROM planNumber WHERE authorization = ?", [value])
            return count
        }
        try await emptyJournal()
        return count
    }

    /// Moves all of the journal into the database, or what was erased would stay in it.
    private func emptyJournal() async throws(StoreError) {
        let path = folder.database
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Void, StoreError>, Never>) in
            database.asyncWriteWithoutTransaction { db in
                let result = Result { _ = try db.checkpoint(.truncate) }
                done.resume(returning: result.mapError { StoreError($0, path: path) })
            }
        }
        try result.get()
    }
}

/// Finds the values of records, one step's at a time.
private struct RecordValues {
    private let db: Database
    private var known: [String: [String: String]] = [:]

    init(_ db: Database) { self.db = db }

    mutating func values(_ text: String, of run: RunID?) throws -> [String: String] {
        guard let run else { return [:] }
        let step = Self.step(in: text)
        let key = "\(run) \(step)"
        if let values = known[key] { return values }
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT field, value FROM commitment WHERE run = ? AND step = ? AND value IS NOT NULL"),
            arguments: [run.description, step])
        let values = Dictionary(rows.map { ($0["field"] as String, $0["value"] as String) }, uniquingKeysWith: { $1 })
        known[key] = values
        return values
    }

    /// 0 where the record is of no step.
    ///
    /// Strings hold no quote that is not escaped, so that the key is found for sure.
    private static func step(in text: String) -> Int {
        guard let key = text.range(of: ",\"step\":") else { return 0 }
        return Int(text[key.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}

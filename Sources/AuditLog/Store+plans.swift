internal import Foundation
internal import GRDB

/// A plan as it was shown.
package struct SavedPlan: Sendable, Hashable {
    package var digest: String
    /// The JSON, as it was printed.
    package var text: String
}

extension Store {
    /// Keeps a plan as the last one, with the number of each authorization.
    ///
    /// Of older plans those that a run carries out are kept too.
    package func savePlan(
        _ text: String, digest: String, numbers: [(number: Int, authorization: String)]
    ) async throws(StoreError) {
        let time = timestamp
        try await write { db in
            try db.run(
                "DELETE FROM plan WHERE digest NOT IN (SELECT plan FROM run WHERE plan IS NOT NULL)", [])
            try db.run(
                "INSERT OR REPLACE INTO plan (digest, text, savedAt) VALUES (?, ?, ?)",
                [digest, text, time.milliseconds])
            try db.run("DELETE FROM planNumber", [])
            for (number, authorization) in numbers {
                try db.run("INSERT INTO planNumber (number, authorization) VALUES (?, ?)", [number, authorization])
            }
        }
    }

    package func lastPlan() async throws(StoreError) -> SavedPlan? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM plan ORDER BY savedAt DESC, rowid DESC LIMIT 1").map {
                SavedPlan(digest: $0["digest"], text: $0["text"])
            }
        }
    }

    package func plan(digest: String) async throws(StoreError) -> SavedPlan? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM plan WHERE digest = ?", arguments: [digest]).map {
                SavedPlan(digest: $0["digest"], text: $0["text"])
            }
        }
    }

    /// The authorization that has this number in the last plan.
    package func authorization(number: Int) async throws(StoreError) -> String? {
        try await read { db in
            try String.fetchOne(
                db, sql: "SELECT authorization FROM planNumber WHERE number = ?", arguments: [number])
        }
    }

    /// The numbers of the last plan.
    package func authorizationNumbers() async throws(StoreError) -> [String: Int] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT authorization, number FROM planNumber")
            return Dictionary(rows.map { ($0["authorization"], $0["number"]) }, uniquingKeysWith: { $1 })
        }
    }

    /// Marks a plan as carried out by `run`; returns the run that has carried it out before, and then marks nothing.
    package func markPlanApplied(_ digest: String, by run: RunID) async throws(StoreError) -> RunID? {
        try await write { db in
            let earlier = try String.fetchOne(
                db, sql: "SELECT run FROM appliedPlan WHERE digest = ?", arguments: [digest])
            if let earlier { return RunID(earlier) }
            try db.run("INSERT INTO appliedPlan (digest, run) VALUES (?, ?)", [digest, run.description])
            return nil
        }
    }

    /// The run that carries out this plan, from its first record of it on.
    package func runThatApplied(_ digest: String) async throws(StoreError) -> RunID? {
        try await read { db in
            try String.fetchOne(
                db,
                sql: "SELECT run FROM appliedPlan WHERE digest = ? UNION ALL SELECT id FROM run WHERE plan = ? LIMIT 1",
                arguments: [digest, digest]
            ).flatMap(RunID.init)
        }
    }
}

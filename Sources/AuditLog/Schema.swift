internal import GRDB

/// The tables.
///
/// One that has been released is changed by a new version only.
enum Schema {
    static let version = 1

    /// Makes the tables of a new database.
    ///
    /// Fails where another program made them in between.
    static func create(in db: Database) throws {
        try db.execute(sql: tables)
        for (_, sql) in triggers { try db.execute(sql: sql) }
        try db.execute(sql: "INSERT INTO tree (id, size, edge) VALUES (1, 0, x'')")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static let tables = """
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY, run TEXT, leaf BLOB NOT NULL, body TEXT NOT NULL
        ) STRICT;
        CREATE TABLE tree (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, edge BLOB NOT NULL) STRICT;
        CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
        CREATE TABLE commitment (
            run TEXT NOT NULL, step INTEGER NOT NULL, field TEXT NOT NULL, digest TEXT NOT NULL, salt BLOB,
            value TEXT, PRIMARY KEY (run, step, field)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run (
            id TEXT PRIMARY KEY, command TEXT NOT NULL, state TEXT NOT NULL, startedAt INTEGER NOT NULL,
            endedAt INTEGER, exitCode INTEGER, plan TEXT, firstRecord INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE step (
            run TEXT NOT NULL, number INTEGER NOT NULL, authorization TEXT NOT NULL, account TEXT NOT NULL,
            connector TEXT NOT NULL, surface TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL,
            state TEXT NOT NULL, attempt INTEGER NOT NULL, answers INTEGER NOT NULL, answer TEXT, outcome TEXT,
            reason TEXT, evidence TEXT, acceptedAt INTEGER, verifiedAt INTEGER, residualUntil INTEGER,
            PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE plan (digest TEXT PRIMARY KEY, text TEXT NOT NULL, savedAt INTEGER NOT NULL) STRICT;
        CREATE TABLE planNumber (number INTEGER PRIMARY KEY, authorization TEXT NOT NULL) STRICT;
        CREATE TABLE appliedPlan (digest TEXT PRIMARY KEY, run TEXT NOT NULL) STRICT;
        """

    static let refusal = "the audit log is append-only"

    /// What makes the log append-only, by name.
    ///
    /// INSERT OR REPLACE deletes without firing a delete trigger, hence the ones on INSERT.
    static let triggers: [(name: String, sql: String)] = [
        trigger("record", "UPDATE"), trigger("record", "DELETE"),
        trigger("record", "INSERT", when: "NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)"),
        trigger("checkpoint", "UPDATE"), trigger("checkpoint", "DELETE"),
        trigger("checkpoint", "INSERT", when: "NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint)"),
    ]

    private static func trigger(_ table: String, _ action: String, when condition: String = "1") -> (String, String) {
        let name = "\(table)_\(action.lowercased())"
        return (
            name,
            """
            CREATE TRIGGER \(name) BEFORE \(action) ON \(table) WHEN \(condition) \
            BEGIN SELECT RAISE(ABORT, '\(refusal)'); END
            """
        )
    }

    /// The triggers that are not there as they were made.
    static func missingTriggers(in db: Database) throws -> [String] {
        try triggers.filter { name, sql in
            try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?", arguments: [name]) != sql
        }.map(\.name)
    }
}

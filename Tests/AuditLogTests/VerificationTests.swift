import AuditLog
import Authorizations
import Foundation
import Testing

@Suite struct VerificationTests {
    let directory = StateDirectory()

    /// Records 1 to 12: heads are signed over 1, 2, 4, 12; 3 is the plan, 5 to 11 are steps.
    private func makeLog() async throws -> String {
        let store = try directory.open()
        let run = try await store.beginExample(steps: 7)
        try await store.record([.planConfirmed(.typed)], of: run)
        for step in 1...7 { try await store.record([.stepIntended(step: step, attempt: 1)], of: run) }
        try await store.record([.runEnded(RunEnd(.ended, counts: [:], exitCode: 0))], of: run)
        #expect(try await store.verify().valid)
        return try #require(try await store.newestCheckpoint())
    }

    struct Tampering: CustomTestStringConvertible {
        var testDescription: String
        var sql: String
        var firstBroken: Int?
        var findings: [Verification.Finding]
    }

    private static let restored = """
        CREATE TRIGGER record_update BEFORE UPDATE ON record WHEN 1 \
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        """
    private static let restoredDelete = """
        CREATE TRIGGER record_delete BEFORE DELETE ON record WHEN 1 \
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        """

    static let tamperings = [
        Tampering(
            testDescription: "a record rewritten",
            sql: "DROP TRIGGER record_update; UPDATE record SET body = replace(body, '1', '2') WHERE sequence = 6;"
                + restored,
            firstBroken: 6, findings: [.recordChanged(6)]),
        Tampering(
            testDescription: "two records exchanged with their leaves",
            sql: """
                DROP TRIGGER record_update; CREATE TABLE kept AS SELECT * FROM record;
                UPDATE record SET (leaf, body) = (SELECT leaf, body FROM kept WHERE sequence = 6) WHERE sequence = 5;
                UPDATE record SET (leaf, body) = (SELECT leaf, body FROM kept WHERE sequence = 5) WHERE sequence = 6;
                """ + restored,
            firstBroken: 5, findings: [.rootDiffers(size: 12)]),
        Tampering(
            testDescription: "a record deleted",
            sql: "DROP TRIGGER record_delete; DELETE FROM record WHERE sequence = 7;" + restoredDelete,
            firstBroken: 7, findings: [.recordMissing(7)]),
        Tampering(
            testDescription: "the first record deleted",
            sql: "DROP TRIGGER record_delete; DELETE FROM record WHERE sequence = 1;" + restoredDelete,
            firstBroken: 1, findings: [.recordMissing(1)]),
        Tampering(
            testDescription: "the end cut off",
            sql: "DROP TRIGGER record_delete; DELETE FROM record WHERE sequence > 9;" + restoredDelete,
            firstBroken: 10, findings: [.endMissing(size: 12)]),
        Tampering(
            testDescription: "a leaf rewritten",
            sql: "DROP TRIGGER record_update; UPDATE record SET leaf = x'00' WHERE sequence = 3;" + restored,
            firstBroken: 3, findings: [.recordChanged(3)]),
        Tampering(
            testDescription: "a record added by hand",
            sql: "INSERT INTO record SELECT 13, run, leaf, body FROM record WHERE sequence = 12",
            firstBroken: 13, findings: [.rootDiffers(size: 13)]),
        Tampering(
            testDescription: "a head rewritten",
            sql: """
                DROP TRIGGER checkpoint_update; UPDATE checkpoint SET note = replace(note, char(10, 52, 10), char(10, 51, 10));
                CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint WHEN 1 \
                BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
                """,
            firstBroken: nil, findings: [.signatureWrong(size: 4)]),
        Tampering(
            testDescription: "a trigger gone", sql: "DROP TRIGGER record_delete",
            firstBroken: nil, findings: [.triggerMissing("record_delete")]),
        Tampering(
            testDescription: "a trigger that does nothing",
            sql: """
                DROP TRIGGER record_update;
                CREATE TRIGGER record_update BEFORE UPDATE ON record WHEN 0 BEGIN SELECT 1; END
                """,
            firstBroken: nil, findings: [.triggerMissing("record_update")]),
    ]

    @Test("finds", arguments: tamperings)
    func finds(_ tampering: Tampering) async throws {
        _ = try await makeLog()
        try directory.sql(tampering.sql)
        let verification = try await directory.open(.readOnly).verify()
        #expect(!verification.valid)
        #expect(verification.firstBroken == tampering.firstBroken)
        #expect(verification.findings == tampering.findings)
    }

    @Test("finds an end that was cut off with everything that names it, by a head kept elsewhere")
    func cutWithHeads() async throws {
        let kept = try await makeLog()
        let edge = try await edgeOfNine()
        try directory.sql(
            """
            DROP TRIGGER record_delete; DELETE FROM record WHERE sequence > 9; \(Self.restoredDelete)
            DROP TRIGGER checkpoint_delete; DELETE FROM checkpoint WHERE size > 9;
            CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint WHEN 1 \
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
            UPDATE tree SET size = 9, edge = x'\(edge)';
            """)
        let store = try directory.open(.readOnly)
        #expect(try await store.verify().valid)
        let verification = try await store.verify(knowing: [kept])
        #expect(verification.findings == [.endMissing(size: 12)])
        #expect(verification.firstBroken == 10)
    }

    private func edgeOfNine() async throws -> String {
        var edge = MerkleTree.Edge()
        for record in try await directory.open(.readOnly).records().prefix(9) {
            edge.append(MerkleTree.leaf(Array(record.text.utf8)))
        }
        return edge.bytes.map { String(format: "%02x", $0) }.joined()
    }

    @Test("does not take another log's head for its own")
    func foreignHead() async throws {
        _ = try await makeLog()
        let other = try #require(try await StateDirectory().open().newestCheckpoint())
        let verification = try await directory.open(.readOnly).verify(knowing: [other, "nothing"])
        #expect(verification.findings == [.noteForeign, .noteForeign])
        #expect(verification.firstBroken == nil)
    }

    @Test("says that the key beside the log is not the one it began with")
    func otherKey() async throws {
        _ = try await makeLog()
        let other = StateDirectory()
        _ = try other.open()
        try Data(contentsOf: URL(filePath: other.logKey)).write(to: URL(filePath: directory.logKey))
        #expect(try await directory.open(.readOnly).verify().findings == [.otherKey])
    }

    @Test(
        "refuses whatever is not an addition at the end",
        arguments: [
            "UPDATE record SET body = ''", "DELETE FROM record", "INSERT INTO record VALUES (99, NULL, x'', '')",
            "INSERT OR REPLACE INTO record SELECT sequence, run, leaf, 'x' FROM record LIMIT 1",
            "UPDATE checkpoint SET note = ''", "DELETE FROM checkpoint",
            "INSERT OR REPLACE INTO checkpoint VALUES (1, '')",
        ])
    func appendOnly(sql: String) async throws {
        _ = try await makeLog()
        let python = try Command(
            "python3",
            ["-c", "import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute(sys.argv[2])", directory.database, sql])
        #expect(python.output.contains("the audit log is append-only"))
        #expect(try await directory.open(.readOnly).verify().valid)
    }

    @Test("signs heads that openssl accepts")
    func openssl() async throws {
        let note = try await makeLog()
        let verification = try await directory.open(.readOnly).verify()
        let key = try #require(verification.key)
        let files = ["note": note, "key": key]
        for (name, text) in files { try Data(text.utf8).write(to: directory.url.appending(path: name)) }
        let script = """
            set -e; cd "$0"
            n=$(grep -n '^$' note | tail -1 | cut -d: -f1); head -n $((n-1)) note > text
            tail -n +$((n+1)) note | awk '{print $3}' | base64 -d | tail -c +5 > signature
            { printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'
              sed 's/^[^+]*+[^+]*+//' key | base64 -d | tail -c 32; } > der
            openssl pkeyutl -verify -pubin -keyform DER -inkey der -rawin -in text -sigfile signature
            """
        let shell = try Command("bash", ["-c", script, directory.url.path])
        #expect(shell.status == 0, "\(shell.output)")
    }
}

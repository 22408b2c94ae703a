import AuditLog
import Foundation
import Testing

/// What `Store.open` refuses, found by doing it to a folder.
@Suite struct StoreErrorTests {
    let directory = StateDirectory()

    private func refuses(_ error: StoreError, _ access: Store.Access = .readWrite) {
        #expect(throws: error) { try directory.open(access) }
    }

    @Test("refuses a folder in which others can put files")
    func openFolder() throws {
        _ = try directory.open()
        chmod(directory.url.path, 0o777)
        refuses(.openToOthers(path: directory.url.path, mode: 0o777))
    }

    @Test("refuses files that others can read", arguments: ["revoke.sqlite", "log.key", "digest.key"])
    func openFile(name: String) throws {
        _ = try directory.open()
        let path = directory.url.path + "/" + name
        chmod(path, 0o644)
        refuses(.openToOthers(path: path, mode: 0o644))
    }

    @Test("refuses another user's folder", .enabled(if: geteuid() == 0, "only root can give a folder away"))
    func otherOwner() throws {
        _ = try directory.open()
        chown(directory.url.path, 12345, 12345)
        refuses(.notOurs(path: directory.url.path, owner: 12345))
    }

    @Test("says why a folder cannot be made")
    func folderNotMade() throws {
        let directory = StateDirectory(in: URL(filePath: "/dev/null"))
        let error = #expect(throws: StoreError.self) { try directory.open() }
        guard case .folderNotMade(directory.url.path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("refuses what a newer version wrote, and leaves it as it is", arguments: [Store.Access.readOnly, .readWrite])
    func newerVersion(access: Store.Access) throws {
        _ = try directory.open()
        try directory.sql("PRAGMA user_version = 7; PRAGMA journal_mode = DELETE")
        let before = try Data(contentsOf: URL(filePath: directory.database))
        refuses(.newerVersion(path: directory.database, found: 7, known: 1), access)
        #expect(try Data(contentsOf: URL(filePath: directory.database)) == before)
    }

    @Test("refuses what is no database", arguments: [Store.Access.readOnly, .readWrite])
    func noDatabase(access: Store.Access) throws {
        _ = try directory.open()
        try Data(repeating: 0x41, count: 9000).write(to: URL(filePath: directory.database))
        chmod(directory.database, 0o600)
        let error = #expect(throws: StoreError.self) { try directory.open(access) }
        guard case .corrupt(directory.database, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("finds a database whose pages were overwritten")
    func overwritten() async throws {
        let run = try await directory.open().beginExample(steps: 400)
        let file = try FileHandle(forUpdating: URL(filePath: directory.database))
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xee, count: 4096 * 12))
        try file.close()
        await #expect(throws: StoreError.self) {
            let store = try directory.open()
            _ = try await store.verify()
            try await store.record([.stepIntended(step: 1, attempt: 1)], of: run)
        }
    }

    @Test("refuses to go on without the keys of its log", arguments: ["log.key", "digest.key"])
    func keyMissing(name: String) throws {
        _ = try directory.open()
        let path = directory.url.path + "/" + name
        try FileManager.default.removeItem(atPath: path)
        refuses(.keyMissing(path: path))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("refuses keys that are none", arguments: ["log.key", "digest.key"], ["", "PRIVATE+KEY+a+00000000+AAAA"])
    func keyMalformed(name: String, text: String) throws {
        _ = try directory.open()
        let path = directory.url.path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, 0o600)
        let error = #expect(throws: StoreError.self) { try directory.open() }
        guard case .keyMalformed(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("refuses to add to a log whose end was cut off")
    func cut() throws {
        _ = try directory.open()
        try directory.sql("DROP TRIGGER record_delete; DELETE FROM record")
        refuses(.logChanged(record: 1))
    }

    static let all: [StoreError] = [
        .folderNotMade(path: "/s", reason: "no"), .noStore(path: "/s"), .notOurs(path: "/s", owner: 7),
        .openToOthers(path: "/s", mode: 0o755), .inUse(nil),
        .inUse(LockHolder(process: 4127, host: "h", since: Timestamp(milliseconds: 0))), .busy(path: "/s"),
        .readOnly(path: "/s"), .newerVersion(path: "/s", found: 7, known: 6), .corrupt(path: "/s", reason: "no"),
        .diskFull(path: "/s"), .notWritten(path: "/s", reason: "no"), .notRead(path: "/s", reason: "no"),
        .keyMissing(path: "/s"), .keyMalformed(path: "/s", reason: "no"), .logChanged(record: 32),
        .unknownRun(RunID.random(at: Date())), .unknownStep(3, run: RunID.random(at: Date())),
    ]

    @Test("says in one sentence what was found, and in another what to do", arguments: all)
    func messages(_ error: StoreError) {
        for sentence in [error.description, error.hint] {
            #expect(!sentence.isEmpty && !sentence.hasSuffix("."))
            #expect(sentence.first?.isLowercase == true || sentence.first == "'")
        }
    }
}

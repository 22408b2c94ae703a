import AuditLog
import Authorizations
import Foundation
import Testing

@Suite struct StoreTests {
    let directory = StateDirectory()

    @Test("makes a folder and files that only their owner can open")
    func permissions() throws {
        let store = try directory.open()
        #expect(try directory.mode(of: directory.url.path) == 0o700)
        for name in ["revoke.sqlite", "revoke.sqlite-wal", "revoke.sqlite-shm", "log.key", "digest.key"] {
            #expect(try directory.mode(of: directory.url.path + "/" + name) == 0o600, "\(name)")
        }
        _ = store
    }

    @Test("writes ahead, so that readers are not held up")
    func journal() throws {
        let store = try directory.open()
        let script =
            "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode').fetchone()[0])"
        #expect(try Command("python3", ["-c", script, directory.database]).output == "wal\n")
        #expect(store.failure == nil)
    }

    @Test("begins the log with its key, once")
    func keyCreated() async throws {
        for _ in 0..<2 {
            let store = try directory.open()
            let records = try await store.records()
            #expect(records.count == 1)
            let text = try #require(records.first?.text)
            #expect(text.contains(#""event":"key.created","key":"revoke/"#))
        }
    }

    @Test("signs in the name that was asked for, and keeps it")
    func origin() async throws {
        _ = try Store.open(directory: directory.url, access: .readWrite, origin: "acme.example/audit")
        let store = try directory.open()
        let note = try #require(try await store.newestCheckpoint())
        #expect(note.hasPrefix("acme.example/audit\n1\n"))
    }

    @Test("says that there is nothing to read")
    func nothing() {
        #expect(throws: StoreError.noStore(path: directory.url.path)) { try directory.open(.readOnly) }
    }

    @Test("changes nothing when it only reads")
    func readOnly() async throws {
        let run = try await directory.open().beginExample(steps: 1)
        let store = try directory.open(.readOnly)
        #expect(try await store.lastRun()?.id == run)
        #expect(try await store.verify().valid)
        await #expect(throws: StoreError.readOnly(path: directory.database)) {
            try await store.record([.stepIntended(step: 1, attempt: 1)], of: run)
        }
        await #expect(throws: StoreError.readOnly(path: directory.database)) {
            try await store.savePlan("{}", digest: "d", numbers: [])
        }
    }

    @Test("names a secret the same way in one folder, and otherwise in another")
    func keyedDigest() throws {
        let store = try directory.open()
        let digest = try store.keyedDigest(of: Secret("xoxb-1"))
        #expect(digest.utf8.count == 64)
        #expect(try store.keyedDigest(of: Secret("xoxb-2")) != digest)
        #expect(try directory.open().keyedDigest(of: Secret("xoxb-1")) == digest)
        #expect(try directory.open(.readOnly).keyedDigest(of: Secret("xoxb-1")) == digest)
        let other = StateDirectory()
        #expect(try other.open().keyedDigest(of: Secret("xoxb-1")) != digest)
    }

    @Test("is made once, by however many at the same time")
    func race() async throws {
        let url = directory.url
        let origins = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask { try await Store.open(directory: url, access: .readWrite).head().origin }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(origins.count == 1)
        #expect(try await directory.open().head().size == 1)
    }

    @Test("lets two processes add to one log")
    func twoStores() async throws {
        let (one, other) = (try directory.open(), try directory.open())
        let runs = [try await one.begin(.example), try await other.begin(.example)]
        try await one.record([.planConfirmed(.typed)], of: runs[0])
        #expect(try await other.head() == one.head())
        #expect(try await one.verify().findings == [])
        #expect(try await Set(one.runs().map(\.id)) == Set(runs))
    }
}

import AuditLog
import Authorizations
import Foundation
import Testing

/// What cannot be logged must not be done.
@Suite struct FailingDiskTests {
    let directory = StateDirectory()

    @Test("makes every waiting caller throw when the file may not grow, and refuses to act from then on")
    func noRoom() async throws {
        _ = try await directory.open().beginExample(steps: 2000)
        await #expect(processExitsWith: .success) { [path = directory.url.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try Store.open(directory: URL(filePath: path), access: .readWrite)
            let run = try #require(try await store.lastRun()).id
            var limit = rlimit(rlim_cur: 600_000, rlim_max: 600_000)
            setrlimit(__rlimit_resource_t(1), &limit)
            let failures = await withTaskGroup(of: Int.self) { group in
                for lane in 1...20 {
                    group.addTask { await FailingDiskTests.failures(from: lane, of: run, in: store) }
                }
                return await group.reduce(0, +)
            }
            #expect(failures == 20)
            #expect(store.failure != nil)
            await #expect(throws: StoreError.self) { try await store.begin(.example) }
            await #expect(throws: StoreError.self) {
                try await store.record([.stepIntended(step: 1, attempt: 1)], of: run)
            }
            exit(failures == 20 && store.failure != nil ? 0 : 1)
        }
        let store = try directory.open()
        #expect(try await store.verify().findings == [])
    }

    /// 1 when recording fails in the end, which it must.
    static func failures(from lane: Int, of run: RunID, in store: Store) async -> Int {
        do {
            for attempt in 1...100_000 {
                try await store.record([.stepIntended(step: lane, attempt: attempt)], of: run)
            }
            return 0
        } catch {
            return 1
        }
    }

    static let canMount = geteuid() == 0 && (try? Command("unshare", ["-m", "true"]).status) == 0

    @Test("says that the disk is full", .enabled(if: canMount, "only root can make a small disk"))
    func fullDisk() async throws {
        let disk = FileManager.default.temporaryDirectory.appending(path: "revoke-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        try #require(try Command("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", disk.path]).status == 0)
        defer {
            _ = try? Command("umount", [disk.path])
            try? FileManager.default.removeItem(at: disk)
        }
        let directory = StateDirectory(in: disk)
        do {
            let store = try directory.open()
            let run = try await store.beginExample(steps: 20)
            var thrown: StoreError?
            do throws(StoreError) {
                for attempt in 1...100_000 {
                    try await store.record([.stepIntended(step: 1, attempt: attempt)], of: run)
                }
            } catch {
                thrown = error
            }
            #expect(thrown == .diskFull(path: directory.database))
            #expect(store.failure == .diskFull(path: directory.database))
        }
        let open = try directory.open(.readOnly)
        #expect(try await open.verify().findings == [])
    }

    @Test("says that the state can only be read")
    func readOnly() async throws {
        let run = try await directory.open().beginExample(steps: 1)
        if geteuid() == 0 {
            for name in ["", "/revoke.sqlite", "/log.key", "/digest.key"] {
                chown(directory.url.path + name, 65534, 65534)
            }
        }
        chmod(directory.database, 0o400)
        chmod(directory.url.path, 0o500)
        defer { chmod(directory.url.path, 0o700) }
        await #expect(processExitsWith: .success) {
            [path = directory.url.path as String, run = run.description as String] in
            if geteuid() == 0 { precondition(setegid(65534) == 0 && seteuid(65534) == 0) }
            let url = URL(filePath: path)
            let error = #expect(throws: StoreError.self) { try Store.open(directory: url, access: .readWrite) }
            let store = try Store.open(directory: url, access: .readOnly)
            let last = try await store.lastRun()?.id.description
            #expect(last == run)
            #expect(try await store.verify().valid)
            exit(error == .readOnly(path: path + "/revoke.sqlite") && last == run ? 0 : 1)
        }
    }

    @Test("says who keeps the database, after waiting for it")
    func busy() async throws {
        let store = try directory.open()
        let run = try await store.beginExample(steps: 1)
        let script = """
            import sqlite3, sys, time
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute('BEGIN EXCLUSIVE')
            print('locked', flush=True)
            sys.stdin.read()
            """
        let (child, input, output) = (Process(), Pipe(), Pipe())
        child.executableURL = URL(filePath: "/usr/bin/env")
        child.arguments = ["python3", "-c", script, directory.database]
        child.standardInput = input
        child.standardOutput = output
        try child.run()
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("locked"))
        await #expect(throws: StoreError.busy(path: directory.database)) {
            try await store.record([.stepIntended(step: 1, attempt: 1)], of: run)
        }
        try input.fileHandleForWriting.close()
        child.waitUntilExit()
        await #expect(throws: StoreError.busy(path: directory.database)) {
            try await store.record([.stepIntended(step: 1, attempt: 1)], of: run)
        }
        // What has happened is recorded as soon as it can be.
        try await store.record([.runEnded(RunEnd(.interrupted, counts: [:], exitCode: 1))], of: run)
        #expect(try await store.lastRun()?.state == .interrupted)
    }
}

import Documents
import Foundation
import Testing

/// State folders that cannot be used as they are: nothing is sent, and nothing of them is lost.
@Suite struct StateTests {
    /// A folder with a log, and what is done to it.
    private func expectRefused(_ says: String, _ spoil: (Workbench) async throws -> Void) async throws {
        let keyring = try await Keyring(#""keys": 3"#)
        let bench = try await keyring.bench()
        #expect(try await bench.revoke("--dry-run").code == 0)
        try await spoil(bench)
        let end = try await bench.revoke("--yes")
        #expect(end.code == 1, "\(end.errors)")
        let said = end.errors.replacingOccurrences(of: "\n  ", with: " ")
        #expect(said.contains("revoke: " + says.replacingOccurrences(of: "STATE", with: bench.state.path)), "\(said)")
        #expect(try await keyring.deletions().isEmpty)
    }

    private func sql(_ bench: Workbench, _ text: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let code = "import sqlite3,sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
        process.arguments = ["python3", "-c", code, bench.state.path + "/revoke.sqlite", text]
        try process.run()
        process.waitUntilExit()
    }

    @Test("leaves the state of a newer program alone")
    func newer() async throws {
        try await expectRefused("The state was written by a newer revoke (schema 99; this one knows 1)") {
            try sql($0, "PRAGMA user_version = 99")
        }
    }

    @Test("leaves what is no database of its own alone")
    func corrupt() async throws {
        try await expectRefused("'STATE/revoke.sqlite' is damaged or no database of revoke") { bench in
            for name in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: bench.state.path + "/revoke.sqlite" + name)
            }
            try bench.write("state/revoke.sqlite", "no database")
        }
    }

    @Test("refuses a folder that others can write")
    func open() async throws {
        try await expectRefused("'STATE' is open to others (mode 777).") { bench in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: bench.state.path)
        }
    }

    @Test("says that the key of the log is missing")
    func keyMissing() async throws {
        try await expectRefused("The key 'STATE/log.key' is missing, while the log it belongs to is there.") { bench in
            try FileManager.default.removeItem(at: bench.state.appending(path: "log.key"))
        }
    }

    @Test("does not wait for ever for another program that keeps the database")
    func locked() async throws {
        let keyring = try await Keyring(#""keys": 3"#)
        let bench = try await keyring.bench()
        #expect(try await bench.revoke("--dry-run").code == 0)
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/env")
        let code = """
            import sqlite3, sys
            sqlite3.connect(sys.argv[1], isolation_level=None).execute('BEGIN EXCLUSIVE')
            print(flush=True)
            sys.stdin.read()
            """
        let (input, output) = (Pipe(), Pipe())
        holder.arguments = ["python3", "-c", code, bench.state.path + "/revoke.sqlite"]
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        _ = output.fileHandleForReading.availableData
        let end = try await bench.revoke("--yes")
        #expect(end.code == 1)
        #expect(end.complaint.hasPrefix("revoke: Another program keeps"))
        #expect(try await keyring.deletions().isEmpty)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
    }

    @Test("says that a folder cannot be made, and lists without one")
    func noFolder() async throws {
        let bench = try await Keyring("").bench()
        try bench.write("file", "")
        let place = bench.folder.appending(path: "file/state").path
        let configuration = bench.configuration.path
        let arguments = ["--config", configuration, "--state-dir", place]
        let end = try await RevokeProcess(
            ["--yes"] + arguments, environment: bench.environment, folder: bench.folder
        ).end()
        #expect(end.code == 1)
        let said = end.errors.replacingOccurrences(of: "\n  ", with: " ")
        #expect(said.hasPrefix("revoke: The state folder '\(place)' cannot be made: Not a directory."), "\(said)")
    }

    @Test("sends nothing more when the disk is full, and goes on when it is not")
    func fullDisk() async throws {
        let keyring = try await Keyring(#""keys": 300, "hooks": 300, "page": 300, "latency": 0.05"#)
        let bench = try await keyring.bench()
        #expect(try await bench.revoke("--dry-run", "--quiet").code == 0)
        // In blocks of 512 bytes: enough for the plan, too little for all the answers.
        let end = try await bench.revoke("--yes", "--quiet", shell: "ulimit -f 2600")
        #expect(end.code == 1)
        let sent = try await keyring.deletions().count
        #expect((1..<600).contains(sent))
        #expect(end.errors.contains("nothing more was sent"), "\(end.errors)")
        #expect(end.errors.contains("revoke resume"))
        let resumed = try await bench.revoke("resume", "--yes", "--format", "json")
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try await keyring.alive() == [])
        #expect(try await bench.revoke("log", "verify").code == 0)
    }
}

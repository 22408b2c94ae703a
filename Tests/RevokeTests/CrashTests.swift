import Documents
import Foundation
import Testing

/// What is left of a run whose process ends at any moment, and how it goes on.
@Suite struct CrashTests {
    @Test("comes to its end however often it is killed, and never sends what it has not written down", arguments: 1...4)
    func killed(_ round: Int) async throws {
        let keyring = try await Keyring(#""keys": 40, "hooks": 20, "latency": 0.15, "lose": 0.2"#)
        let bench = try await keyring.bench()
        for kill in 0..<5 {
            let process = try bench.start(try await next(bench) + ["--yes"])
            // The first ones early, in the listing and at the beginning of the run; the others anywhere.
            let most = kill == 0 && round < 3 ? 1.2 : 2.5
            try await Task.sleep(for: .seconds(Double.random(in: 0.05...most)))
            process.send(signal: SIGKILL)
            _ = try await process.end()
        }
        let arguments = try await next(bench)
        let end = try await bench.start(arguments + ["--yes", "--format", "json"]).end()
        #expect(end.code == 0, "\(arguments) \(end.errors)")
        #expect(try await keyring.alive() == [])
        #expect(try end.json().outcomes.values.allSatisfy { $0 == "dead" || $0 == "already-dead" })
        #expect(try await bench.revoke("log", "verify").code == 0)
        try await expectIntents(bench, keyring)
        let again = try await bench.revoke("resume", "--yes")
        #expect(again.code == 0, "\(again.errors)")
    }

    /// Resumes where there is a run with a plan.
    private func next(_ bench: Workbench) async throws -> [String] {
        guard FileManager.default.fileExists(atPath: bench.state.appending(path: "revoke.sqlite").path) else {
            return []
        }
        let events = try await bench.records().compactMap { $0["record"]?["event"]?.string }
        return events.contains("plan.made") ? ["resume"] : []
    }

    /// Each deletion that the vendor got has an intent of its own on record from before.
    private func expectIntents(_ bench: Workbench, _ keyring: Keyring) async throws {
        var intents: [String: [Double]] = [:]
        for entry in try await bench.records() where entry["record"]?["event"]?.string == "step.intended" {
            let id = try #require(entry["values"]?["authorization"]?.string)
            let at = try #require(entry["record"]?["at"]?.string)
            let date = try Date(at, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            intents["/" + id.split(separator: "/").dropFirst().joined(separator: "s/"), default: []]
                .append(date.timeIntervalSince1970)
        }
        var sent: [String: Int] = [:]
        for deletion in try await keyring.deletions() {
            sent[deletion.path, default: 0] += 1
            let before = intents[deletion.path]?.count { $0 <= deletion.at + 0.001 } ?? 0
            #expect(before >= sent[deletion.path] ?? 0, "\(deletion)")
        }
        #expect(sent.count == 60)
    }

    @Test("stops at Ctrl-C with everything that was sent on record, and goes on")
    func interrupted() async throws {
        let keyring = try await Keyring(#""keys": 100, "hooks": 100, "page": 300, "latency": 2"#)
        let bench = try await keyring.bench()
        let process = try bench.start(["--yes", "--format", "json"])
        try await keyring.hears { $0.method == "DELETE" }
        process.send(signal: SIGINT)
        let stopped = try await process.end()
        #expect(stopped.code == 130)
        try await keyring.set(#""latency": 0"#)
        let alive = try await keyring.alive()
        #expect(!alive.isEmpty)
        for (id, outcome) in try stopped.json().outcomes where outcome == "dead" {
            #expect(!alive.contains("/" + id.split(separator: "/").dropFirst().joined(separator: "s/")))
        }
        let sent = try await keyring.deletions().count
        let resumed = try await bench.revoke("resume", "--yes", "--format", "json")
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try await keyring.alive() == [])
        #expect(try await keyring.deletions().count == 200, "\(sent) before")
        #expect(try resumed.json().outcomes.count == 200)
    }

    @Test("changes nothing when it is stopped while it looks")
    func interruptedEarly() async throws {
        let keyring = try await Keyring(#""keys": 3, "hooks": 3, "latency": 20"#)
        let bench = try await keyring.bench()
        let process = try bench.start(["--yes"])
        try await keyring.hears { $0.path == "/me" }
        process.send(signal: SIGINT)
        let stopped = try await process.end()
        #expect(stopped.code == 130)
        #expect(stopped.complaint == "revoke: Stopped. Nothing was changed.")
        #expect(try await keyring.deletions().isEmpty)
        let resumed = try await bench.revoke("resume", "--yes")
        #expect(resumed.code == 64, "\(resumed.errors)")
        #expect(try await bench.revoke("log", "verify").code == 0)
    }

    @Test("lets one run at a time into a state folder, and says whose turn it is")
    func twoAtOnce() async throws {
        let keyring = try await Keyring(#""keys": 3, "latency": 10"#)
        let bench = try await keyring.bench()
        let first = try bench.start(["--yes"])
        try await keyring.hears { $0.path == "/me" }
        let second = try await bench.revoke("--yes")
        #expect(second.code == 1)
        #expect(second.complaint.contains("(process \(first.id)"))
        try await keyring.set(#""latency": 0"#)
        #expect(try await bench.revoke("--dry-run").code == 0)
        #expect(try await first.end().code == 0)
        #expect(try await keyring.alive() == [])
    }
}

import AuditLog
import Authorizations
import Foundation
import Testing

/// A state folder of its own for one test, gone with it.
final class StateDirectory: Sendable {
    let url: URL

    init(in parent: URL = FileManager.default.temporaryDirectory) {
        url = parent.appending(path: "revoke-audit-\(UUID().uuidString)")
    }

    deinit {
        // Whatever a test has done to it, and if nothing was made there is nothing to remove.
        try? FileManager.default.removeItem(at: url)
    }

    var database: String { url.path + "/revoke.sqlite" }
    var logKey: String { url.path + "/log.key" }
    var digestKey: String { url.path + "/digest.key" }

    func open(_ access: Store.Access = .readWrite) throws -> Store {
        try Store.open(directory: url, access: access)
    }

    func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// Executes SQL as another program would: behind the store, by Python's own SQLite.
    func sql(_ statements: String) throws {
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.executescript(sys.argv[2])
            """
        let python = try Command("python3", ["-c", script, database, statements])
        try #require(python.status == 0, "\(python.output)")
    }
}

/// A program, run to its end.
struct Command {
    let status: Int32
    let output: String

    init(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}

extension RunStart {
    static let example = RunStart(
        version: "1.0", command: "revoke --vendor lumen", manifests: ["slack": "5e1f", "github": "a0b1"],
        accounts: [
            .init(name: "acme-slack", connector: "slack", identity: "T024BE7LD"),
            .init(name: "acme-github", connector: "github", identity: nil),
        ],
        operator: "ana@acme.example", machine: "ana-laptop")
}

extension PlannedStep {
    static func example(_ number: Int) -> PlannedStep {
        var authorization = Authorization(
            id: "acme-slack/org-app/A\(number)", account: "acme-slack", surface: "org-app", kind: .installedApp,
            vendorID: "A\(number)", title: "Lumen \"Notes\" \(number)")
        authorization.owner = "owner\(number)@acme.example"
        authorization.targets = ["https://hooks.lumen.example/\(number)"]
        return PlannedStep(number: number, authorization: authorization, connector: "slack", action: .revoke)
    }
}

extension Store {
    /// A run whose plan has steps 1 to `steps`.
    func beginExample(steps: Int) async throws -> RunID {
        let run = try await begin(.example)
        try await record([.planMade(RunPlan(digest: "d1", steps: (1...steps).map(PlannedStep.example)))], of: run)
        return run
    }
}

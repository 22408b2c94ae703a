import Authorizations
import ConnectorKit
import Documents
import Foundation
import Synchronization
import Testing
import Transport

/// A server of `Tests/Servers`, run for one test.
final class RealServer {
    /// What it announced when it was ready.
    let announced: JSON
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let folder: URL

    private static let programs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Servers")

    /// Answers `nil`, and says so, where the server is not installed.
    static func start(_ name: String) throws -> RealServer? {
        let server = try RealServer(name)
        guard let missing = server.announced["missing"]?.string else { return server }
        server.stop()
        print("SKIPPED: nothing was tested on a real server, for \(name) is not installed; \(missing)")
        return nil
    }

    private init(_ name: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "revoke-\(name)-\(UUID().uuidString)")
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", Self.programs.appending(path: "\(name).py").path, folder.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        announced = try Self.line(from: output)
    }

    /// The server's state, read without the account that is under test.
    func view() throws -> JSON {
        try input.fileHandleForWriting.write(contentsOf: Data(#"{"do": "view"}"#.utf8 + [0x0a]))
        return try Self.line(from: output)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func line(from output: Pipe) throws -> JSON {
        var bytes: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0a { bytes.append(byte) }
        return try JSON(parsing: bytes)
    }

    /// Enters an account of `connector` at this server.
    func session(of connector: Connector, _ credential: CredentialSource, settings: [String: [String]] = [:])
        async throws -> AccountSession
    {
        var account = Account(name: "acme", connectors: [connector.id])
        account.baseURL = announced["base_url"]?.string
        account.settings = settings
        account.credential = credential
        let curl = CurlTransport(CurlSettings(userAgent: "revoke-tests"))
        let services = EntranceServices(
            network: { _ in curl }, retrying: { RetryingTransport($0) }, readOnly: { ReadOnlyTransport($0) },
            parts: { _, _, source in try Self.parts(of: source) }, keep: { _, _, _, _ in }, digest: { $0 },
            now: { Date() },
            isDryRun: false)
        return try await Entrance(account: account, connector: connector, services: services).enter()
    }

    /// The file that the set-up wrote for the operator's credential.
    func file(_ name: String) -> SecretSource { .file(folder.appending(path: name).path) }

    private static func parts(of source: CredentialSource) throws -> [String: Secret] {
        guard case .named(let parts) = source.parts else { return [:] }
        return try parts.mapValues { part in
            guard case .file(let path) = part else { return Secret("") }
            return Secret(try String(contentsOfFile: path, encoding: .utf8))
        }
    }
}

extension AccountSession {
    /// Everything that a surface lists, and how much of it could be seen.
    func all(_ id: String) async throws -> (items: [Authorization], coverage: Coverage) {
        let surface = try #require(self.surface(id))
        let collected = Collected()
        let coverage = await discover(surface) { collected.add($0) }
        return (collected.items, coverage)
    }
}

private final class Collected: Sendable {
    private let list = Mutex<[Authorization]>([])
    var items: [Authorization] { list.withLock { $0 } }
    func add(_ items: [Authorization]) { list.withLock { $0 += items } }
}

import Authorizations
import ConnectorKit
import Documents
import Foundation
import Synchronization
import TestSupport
import Testing
import Transport

/// A server of `Tests/Servers`, run for one test.
final class RealServer: Sendable {
    /// What it announced when it was ready.
    let announced: JSON
    private let conversation: Conversation
    private let folder: URL

    /// Answers `nil`, and says so, where the server is not installed.
    static func start(_ name: String) async throws -> RealServer? {
        let server = try await RealServer(name)
        guard let missing = server.announced["missing"]?.string else { return server }
        print("SKIPPED: nothing was tested on a real server, for \(name) is not installed; \(missing)")
        return nil
    }

    private init(_ name: String) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "revoke-\(name)-\(UUID().uuidString)")
        conversation = try await Conversation("Servers/\(name).py", [folder.path])
        announced = try JSON(parsing: Array(conversation.announced))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The server's state, read without the account that is under test.
    func view() async throws -> JSON { try JSON(parsing: Array(await conversation.ask(#"{"do": "view"}"#))) }

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

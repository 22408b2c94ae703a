import Authorizations
import Configuration
import ConnectorKit
import Connectors
import Foundation
import Sandbox
import Synchronization
import Testing
import Transport

/// A sandbox with the whole catalogue, and its accounts as their configuration tells of them.
struct SandboxVisit {
    let sandbox: Sandbox
    let folder: URL
    let accounts: [Account]

    static func begin(_ ids: [String], latency: Duration = .zero) async throws -> SandboxVisit {
        let entries = try Catalog.entries.filter { ids.contains($0.id) }.map {
            (connector: try $0.connector(), exchanges: try $0.recordings())
        }
        let sandbox = try await Sandbox.start(entries: entries, latency: latency)
        let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "config.yaml")
        try sandbox.writeConfig(to: file)
        var reader = ConfigurationReader(file: "config.yaml", connectorIDs: Catalog.entries.map(\.id)) { id in
            // What does not load is the conformance tests' to report.
            try? Catalog.connector(id)?.manifest
        }
        let accounts = try reader.read(String(contentsOf: file, encoding: .utf8)).accounts
        return SandboxVisit(sandbox: sandbox, folder: folder, accounts: accounts)
    }

    func end() async throws {
        await sandbox.stop()
        try FileManager.default.removeItem(at: folder)
    }

    func secretFiles() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "secrets"), includingPropertiesForKeys: nil)
    }

    /// With a credential of that kind in place of the configured one.
    func enter(_ id: String, kind: String? = nil, isDryRun: Bool = false) async throws -> AccountSession {
        var account = try #require(accounts.first { $0.name == id })
        let world = try #require(sandbox.world.accounts.first { $0.id == id })
        let own = world.connector.manifest.credentials.first?.name
        let configured = account.credential?.kind
        if let kind { account.credential?.kind = kind }
        let connector = try #require(try Catalog.connector(id))
        let curl = CurlTransport(CurlSettings(userAgent: "test", environment: [:]))
        let secrets = SecretKeeper(folder: folder, vault: folder.appending(path: "vault"), environment: [:])
        let services = EntranceServices(
            network: { _ in curl }, retrying: { $0 }, readOnly: { ReadOnlyTransport($0) },
            parts: { account, name, source in
                if name == own, let kind, kind != configured { return world.parts[name] ?? [:] }
                return try secrets.parts(of: source, account: account.name, credential: name)
            },
            keep: { _, _, _, _ in },
            digest: { String($0.hashValue) }, now: { Date() }, isDryRun: isDryRun)
        return try await Entrance(account: account, connector: connector, services: services).enter()
    }
}

extension AccountSession {
    /// All that is found at a surface, with what could be seen of it.
    func found(_ surface: Surface) async -> ([Authorization], Coverage) {
        let found = Mutex<[Authorization]>([])
        let coverage = await discover(surface) { items in found.withLock { $0 += items } }
        return (found.withLock { $0.sorted { $0.id < $1.id } }, coverage)
    }

    /// What is read of one authorization, as a plan would have it proved; `nil` where nothing can be.
    func reading(_ authorization: Authorization, _ surface: Surface, after ending: Ending, secret: Secret?) async throws
        -> Reading?
    {
        switch proof(of: surface, after: ending)?.form {
        case .listing: try await list(again: authorization, after: ending).reading(of: authorization.id)
        case .request: try await probe(authorization, after: ending, secret: secret, sentAt: Date())
        case .nothing, nil: nil
        }
    }
}

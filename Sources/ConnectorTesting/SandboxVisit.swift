package import Authorizations
internal import Configuration
package import ConnectorKit
package import Foundation
package import Sandbox
internal import Synchronization
internal import Transport

/// A sandbox of its own, and its accounts as their configuration tells of them.
package struct SandboxVisit: Sendable {
    package let sandbox: Sandbox
    package let folder: URL
    package let accounts: [Account]
    private let connectors: [String: Connector]

    package static func begin(
        _ entries: [(connector: Connector, exchanges: [Exchange])], latency: Duration = .zero
    ) async throws -> SandboxVisit {
        let sandbox = try await Sandbox.start(entries: entries, latency: latency)
        let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "config.yaml")
        try sandbox.writeConfig(to: file)
        let connectors = Dictionary(entries.map { ($0.connector.id, $0.connector) }) { $1 }
        var reader = ConfigurationReader(file: "config.yaml", connectorIDs: connectors.keys.sorted()) { id in
            connectors[id]?.manifest
        }
        let accounts = try reader.read(String(contentsOf: file, encoding: .utf8)).accounts
        return SandboxVisit(sandbox: sandbox, folder: folder, accounts: accounts, connectors: connectors)
    }

    /// A visit for as long as `body` takes; what it left on the disk goes with it, however it ends.
    static func during<Result>(
        _ connector: Connector, _ exchanges: [Exchange], _ body: (SandboxVisit) async throws -> Result
    ) async throws -> Result {
        let visit = try await begin([(connector, exchanges)])
        do {
            let result = try await body(visit)
            try await visit.end()
            return result
        } catch {
            try await visit.end()
            throw error
        }
    }

    package func end() async throws {
        await sandbox.stop()
        try FileManager.default.removeItem(at: folder)
    }

    package func secretFiles() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "secrets"), includingPropertiesForKeys: nil)
    }

    /// With a credential of that kind in place of the configured one.
    package func enter(_ id: String, kind: String? = nil, isDryRun: Bool = false) async throws -> AccountSession {
        guard var account = accounts.first(where: { $0.name == id }),
            let world = sandbox.world.accounts.first(where: { $0.id == id }), let connector = connectors[id]
        else { throw CocoaError(.keyValueValidation) }
        let own = world.connector.manifest.credentials.first?.name
        let configured = account.credential?.kind
        if let kind { account.credential?.kind = kind }
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
    package func found(_ surface: Surface) async -> ([Authorization], Coverage) {
        let found = Mutex<[Authorization]>([])
        let coverage = await discover(surface) { items in found.withLock { $0 += items } }
        return (found.withLock { $0.sorted { $0.id < $1.id } }, coverage)
    }

    /// What is read of one authorization, as a plan would have it proved; `nil` where nothing can be.
    package func reading(_ authorization: Authorization, _ surface: Surface, after ending: Ending, secret: Secret?)
        async throws
        -> Reading?
    {
        switch proof(of: surface, after: ending)?.form {
        case .listing: try await list(again: authorization, after: ending).reading(of: authorization.id)
        case .request: try await probe(authorization, after: ending, secret: secret, sentAt: Date())
        case .nothing, nil: nil
        }
    }
}

package import ConnectorKit
package import Foundation
internal import Synchronization
internal import Transport

/// A server on this computer that plays every vendor of the catalogue, each under `/ACCOUNT`.
package final class Sandbox: Sendable {
    /// One request, as it came and what came of it.
    package struct Entry: Sendable, Hashable {
        package enum Effect: String, Sendable {
            case read, write
            /// Nothing was recorded that would answer it, or nobody was let in.
            case refused
        }

        package var account: String
        package var method: String
        package var path: String
        package var status: Int
        package var effect: Effect
    }

    package let world: SandboxWorld
    private let server: LoopbackServer
    private let stage: Stage

    package var port: Int { server.port }

    private init(world: SandboxWorld, server: LoopbackServer, stage: Stage) {
        self.world = world
        self.server = server
        self.stage = stage
    }

    deinit { server.stop() }

    /// Starts at a port of the system's choice unless one is given; every answer waits for the latency.
    package static func start(
        port: Int = 0, entries: [(connector: Connector, exchanges: [Exchange])], latency: Duration = .zero
    ) async throws -> Sandbox {
        let world = SandboxWorld(entries)
        var vendors: [String: PlayedVendor] = [:]
        for account in world.accounts { vendors[account.id] = try await PlayedVendor(account) }
        let stage = Stage(vendors: vendors, latency: latency)
        let server = try LoopbackServer(port: port) { stage.answer($0) }
        return Sandbox(world: world, server: server, stage: stage)
    }

    package func stop() async { server.stop() }

    /// All that was asked, in order.
    package var requests: [Entry] { stage.log.withLock { $0 } }

    package func writeConfig(to file: URL) throws { try world.writeConfig(to: file, port: port) }
}

/// Hands each request to the vendor that it is for.
private final class Stage: Sendable {
    private let vendors: [String: PlayedVendor]
    private let latency: Duration
    let log = Mutex<[Sandbox.Entry]>([])

    init(vendors: [String: PlayedVendor], latency: Duration) {
        self.vendors = vendors
        self.latency = latency
    }

    /// Called on the connection's own thread, which may sleep.
    func answer(_ asked: LoopbackServer.Asked) -> LoopbackServer.Answered {
        if latency > .zero { Thread.sleep(forTimeInterval: latency / .seconds(1)) }
        let name = String(asked.target.dropFirst().prefix { $0 != "/" && $0 != "?" })
        let rest = String(asked.target.dropFirst(name.count + 1))
        let (answered, effect) = play(name, rest.hasPrefix("/") ? rest : "/" + rest, asked)
        let path = String(rest.prefix { $0 != "?" })
        let entry = Sandbox.Entry(
            account: name, method: asked.method, path: path, status: answered.status, effect: effect)
        log.withLock { $0.append(entry) }
        return LoopbackServer.Answered(
            status: answered.status, headers: answered.headers, body: Array(answered.body.utf8))
    }

    private func play(
        _ name: String, _ target: String, _ asked: LoopbackServer.Asked
    ) -> (Exchange.Answered, Sandbox.Entry.Effect) {
        guard let vendor = vendors[name] else {
            let known = vendors.keys.sorted().joined(separator: ", ")
            return (.refusal(404, "the sandbox has no account '\(name)'; it has \(known)"), .refused)
        }
        guard let address = Address("http://sandbox.invalid" + target) else {
            return (.refusal(400, "'\(target)' is no path"), .refused)
        }
        let body = asked.body.isEmpty ? nil : asked.body
        return vendor.answer(Request(.read, asked.method, address, headers: asked.headers, body: body))
    }
}

extension Exchange.Answered {
    /// What the sandbox itself has to say.
    static func refusal(_ status: Int, _ message: String) -> Exchange.Answered {
        let body = JSONText.object(["error": "sandbox", "message": message])
        return Exchange.Answered(status: status, headers: [.init("Content-Type", "application/json")], body: body)
    }
}

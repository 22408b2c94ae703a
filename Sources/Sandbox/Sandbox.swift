package import ConnectorKit
internal import FlyingFox
internal import FlyingSocks
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

    package let port: Int
    package let world: SandboxWorld
    private let server: HTTPServer
    private let task: Task<Void, any Error>
    private let stage: Stage

    private init(port: Int, world: SandboxWorld, server: HTTPServer, task: Task<Void, any Error>, stage: Stage) {
        self.port = port
        self.world = world
        self.server = server
        self.task = task
        self.stage = stage
    }

    /// Starts at a port of the system's choice unless one is given; every answer waits for the latency.
    package static func start(
        port: Int = 0, entries: [(connector: Connector, exchanges: [Exchange])], latency: Duration = .zero
    ) async throws -> Sandbox {
        let world = SandboxWorld(entries)
        var vendors: [String: PlayedVendor] = [:]
        for account in world.accounts { vendors[account.id] = try await PlayedVendor(account) }
        let stage = Stage(vendors: vendors, latency: latency)
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: UInt16(clamping: port)), logger: .disabled)
        // FlyingFox's route for everything means the usual verbs only.
        await server.appendRoute(HTTPRoute(methods: stage.verbs, path: "*"), to: stage)
        let task = Task { try await server.run() }
        try await server.waitUntilListening()
        guard case .ip4(_, let listening)? = await server.listeningAddress else {
            await server.stop()
            throw SocketError.unsupportedAddress
        }
        return Sandbox(port: Int(listening), world: world, server: server, task: task, stage: stage)
    }

    package func stop() async {
        await server.stop()
        task.cancel()
    }

    /// All that was asked, in order.
    package var requests: [Entry] { stage.log.withLock { $0 } }

    package func writeConfig(to file: URL) throws { try world.writeConfig(to: file, port: port) }
}

/// Takes requests off the wire and hands them to the vendor that they are for.
private final class Stage: HTTPHandler {
    let vendors: [String: PlayedVendor]
    let latency: Duration
    let log = Mutex<[Sandbox.Entry]>([])

    init(vendors: [String: PlayedVendor], latency: Duration) {
        self.vendors = vendors
        self.latency = latency
    }

    var verbs: Set<HTTPMethod> {
        let usual: Set<HTTPMethod> = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS]
        return usual.union(vendors.values.flatMap(\.verbs).map { HTTPMethod($0) })
    }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        if latency > .zero { try await Task.sleep(for: latency) }
        let target = request.target.rawValue
        let name = String(target.dropFirst().prefix { $0 != "/" && $0 != "?" })
        let rest = String(target.dropFirst(name.count + 1))
        let body = [UInt8](try await request.bodyData)
        let (answered, effect) = answer(name, rest, request, body)
        let path = String(rest.prefix { $0 != "?" })
        let entry = Sandbox.Entry(
            account: name, method: request.method.rawValue, path: path, status: answered.status, effect: effect)
        log.withLock { $0.append(entry) }
        return response(answered)
    }

    private func answer(_ name: String, _ target: String, _ request: HTTPRequest, _ body: [UInt8]) -> (
        Exchange.Answered, Sandbox.Entry.Effect
    ) {
        guard let vendor = vendors[name] else {
            return (
                .refusal(
                    404, "the sandbox has no account '\(name)'; it has \(vendors.keys.sorted().joined(separator: ", "))"
                ), .refused
            )
        }
        guard let address = Address("http://sandbox.invalid" + (target.hasPrefix("/") ? target : "/" + target)) else {
            return (.refusal(400, "'\(target)' is no path"), .refused)
        }
        let headers = Headers(request.headers.map { Headers.Field($0.key.rawValue, $0.value) })
        return vendor.answer(
            Request(.read, request.method.rawValue, address, headers: headers, body: body.isEmpty ? nil : body))
    }

    private func response(_ answered: Exchange.Answered) -> HTTPResponse {
        var headers = HTTPHeaders()
        for field in answered.headers.fields where !field.name.caseInsensitiveEquals("Content-Length") {
            headers.addValue(field.value, for: HTTPHeader(field.name))
        }
        return HTTPResponse(
            statusCode: HTTPStatusCode(answered.status, phrase: ""), headers: headers, body: Data(answered.body.utf8))
    }
}

extension Exchange.Answered {
    /// What the sandbox itself has to say.
    static func refusal(_ status: Int, _ message: String) -> Exchange.Answered {
        let body = JSONText.object(["error": "sandbox", "message": message])
        return Exchange.Answered(status: status, headers: [.init("Content-Type", "application/json")], body: body)
    }
}

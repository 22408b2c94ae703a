import Authorizations
import ConnectorKit
import ConnectorTesting
import Connectors
import Documents
import Foundation
import Synchronization
import Testing
import Transport

extension Recording {
    /// `connector/exchange`.
    init(_ path: String) throws {
        let names = path.split(separator: "/").map(String.init)
        let entry = try #require(Catalog.entry(names[0]), "there is no connector of \(path)")
        let named = entry.exchanges.first { $0.name == names[1] }
        let text = try #require(named?.text, "there is no exchange \(path)")
        let file = "connectors/\(names[0])/exchanges/\(names[1]).http"
        self.init(id: names[0], exchange: try Exchange(text, file: file))
    }

    var answered: Exchange.Answered { exchange.pairs[exchange.pairs.count - 1].answered }

    /// The same requests, of which the last gets another answer.
    func answering(_ status: Int, _ body: String = "", _ headers: Headers = []) -> Recording {
        var exchange = exchange
        exchange.pairs[exchange.pairs.count - 1].answered = Exchange.Answered(
            status: status, headers: headers, body: body)
        return Recording(id: id, exchange: exchange)
    }

    /// The same requests, with another text in the last answer.
    func replacing(_ text: String, with other: String) throws -> Recording {
        try #require(answered.body.contains(text), "the answer has no \(text)")
        return answering(answered.status, answered.body.replacing(text, with: other), answered.headers)
    }

    func binding(_ name: String, to value: JSON) -> Recording {
        var exchange = exchange
        exchange.values[name] = value
        return Recording(id: id, exchange: exchange)
    }

    /// Carried out by the engine; beside the result stands what was sent, credentials included.
    func play(
        changing change: (inout Manifest) throws -> Void = { _ in }, manner: Replay.Manner = .recorded
    ) async throws -> (result: Replay.Result, requests: [Request]) {
        let connector = try #require(try Catalog.connector(id))
        var manifest = connector.manifest
        try change(&manifest)
        let network = ExchangeTransport(exchange)
        let changed = Connector(manifest, coded: Array(connector.coded.values))
        let replay = Replay(exchange, of: changed, over: network, signingKey: "", manner: manner)
        let result = try await replay.run()
        return (result, network.requests)
    }

    /// What a write is told.
    func meanings() async throws -> [Answer.Meaning] {
        guard case .answers(let answers) = try await play().result else { return [] }
        return answers.map(\.meaning)
    }

    /// What a list finds.
    func ids() async throws -> [String] {
        guard case .ids(let ids) = try await play().result else { return [] }
        return ids
    }

    /// What a proof concludes: dead, alive or unknown.
    func conclusion() async throws -> String {
        switch try await play().result {
        case .reading(.dead): "dead"
        case .reading(.alive): "alive"
        case .reading(.inconclusive): "unknown"
        default: "no proof"
        }
    }

    /// Verb, target and body of each request, once it is shown that the engine sends just these and that they show
    /// what the exchange claims.
    func sent() async throws -> [String] {
        let problems = try await conformance().problems(with: exchange)
        #expect(problems == [])
        return exchange.pairs.map { pair in
            [pair.asked.method, pair.asked.target, pair.asked.body].filter { !$0.isEmpty }.joined(separator: " ")
        }
    }
}

extension Catalog {
    static func manifest(_ id: String) throws -> Manifest {
        try #require(try connector(id), "there is no connector \(id)").manifest
    }

    /// `connector/surface`.
    static func surface(_ path: String) throws -> Surface {
        let names = path.split(separator: "/").map(String.init)
        let found = try manifest(names[0]).surfaces.first { $0.id == names[1] }
        return try #require(found, "there is no surface \(path)")
    }

    /// The request that lists a surface.
    static func list(_ path: String) throws -> ListOperation {
        guard case .list(let list)? = try surface(path).discover?.source else {
            throw NotThere(description: "\(path) is not listed by a request")
        }
        return list
    }

    /// The request that proves a surface.
    static func probe(_ path: String) throws -> ConnectorKit.Operation {
        guard case .request(let operation, _, _)? = try surface(path).verify?.form else {
            throw NotThere(description: "\(path) is not proved by a request")
        }
        return operation
    }

    /// The first request of a surface's revocation.
    static func revoke(_ path: String) throws -> ConnectorKit.Operation {
        try #require(try surface(path).revoke?.steps.first, "\(path) is not revoked by a request").operation
    }

    static func everySurface() throws -> [(path: String, surface: Surface)] {
        try entries.flatMap { entry in
            try manifest(entry.id).surfaces.map { (path: "\(entry.id)/\($0.id)", surface: $0) }
        }
    }
}

extension AccountSession {
    /// An account of the catalogue that is entered at a vendor who gives these answers, one after the other.
    static func entered(
        _ id: String, kind: String = "bearer", settings: [String: [String]] = [:], answers: [Exchange.Answered]
    ) async throws -> AccountSession {
        var account = Account(name: "acme", connectors: [id])
        account.credential = CredentialSource(kind: kind, parts: .single(.env("")))
        account.settings = settings
        let network = AnswersInOrder(answers)
        let services = EntranceServices(
            network: { _ in network }, retrying: { $0 }, readOnly: { ReadOnlyTransport($0) },
            parts: { _, _, _ in ["token": Secret("none")] }, keep: { _, _, _, _ in }, digest: { $0 }, now: { Date() },
            isDryRun: false)
        let connector = try #require(try Catalog.connector(id))
        return try await Entrance(account: account, connector: connector, services: services).enter()
    }
}

private final class AnswersInOrder: Transport {
    private let rest: Mutex<[Exchange.Answered]>

    init(_ answers: [Exchange.Answered]) { rest = Mutex(answers) }

    func send(_ request: Request) async throws -> Response {
        let answered = rest.withLock { $0.isEmpty ? Exchange.Answered(status: 500) : $0.removeFirst() }
        return Response(
            status: answered.status, headers: answered.headers, body: Array(answered.body.utf8),
            address: request.address)
    }
}

private struct NotThere: Error, CustomStringConvertible {
    var description: String
}

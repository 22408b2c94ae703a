import Authorizations
import Documents
import Foundation
import Synchronization
import Transport

@testable import ConnectorKit

/// The engine on a small manifest, over a network that is a function.
struct Engine {
    struct Asked: Sendable {
        var method: String
        var url: String
        var headers: Headers
        var body: String

        var text: String { method + " " + url + (body.isEmpty ? "" : " " + body) }
    }

    struct Answered: Sendable {
        var status = 200
        var headers: Headers = []
        var body = ""

        static func json(_ body: String, _ headers: Headers = []) -> Answered { Answered(headers: headers, body: body) }
        static func status(_ status: Int, _ body: String = "", _ headers: Headers = []) -> Answered {
            Answered(status: status, headers: headers, body: body)
        }
    }

    /// Answers by a function of the request and of how many came before.
    final class Network: Transport {
        private let log = Mutex<[Asked]>([])
        private let answer: @Sendable (Asked, Int) -> Answered

        init(_ answer: @escaping @Sendable (Asked, Int) -> Answered) { self.answer = answer }

        var asked: [Asked] { log.withLock { $0 } }
        var texts: [String] { asked.map(\.text) }

        func send(_ request: Request) async throws -> Response {
            let asked = Asked(
                method: request.method, url: request.address.text, headers: request.headers,
                body: String(decoding: request.body ?? [], as: UTF8.self))
            let number = log.withLock { log in
                log.append(asked)
                return log.count - 1
            }
            let answered = answer(asked, number)
            return Response(
                status: answered.status, headers: answered.headers, body: Array(answered.body.utf8),
                address: request.address)
        }
    }

    static let top = """
        format: 1
        id: sample
        title: Sample
        sources: [nothing]
        hosts: {api: "https://api.example.test/v1", files: "https://files.example.test"}

        """

    let network: Network
    let session: AccountSession

    /// What comes after the top of the file, and the parts of every credential by its name.
    init(
        _ manifest: String, parts: [String: [String: String]] = ["main": ["token": "tok"]],
        account change: (inout Account) -> Void = { _ in },
        keep: @escaping @Sendable (String) -> Void = { _ in },
        network answer: @escaping @Sendable (Asked, Int) -> Answered
    ) async throws {
        let manifest = try Manifest(yaml: Self.top + manifest, file: "connector.yaml")
        var account = Account(name: "acme", connectors: ["sample"])
        for (name, declaration) in manifest.credentials where parts[name] != nil {
            let source = CredentialSource(kind: declaration.accepts[0].name, parts: .single(.env("X")))
            if name == manifest.credentials.first?.name {
                account.credential = source
            } else {
                account.credentials[name] = source
            }
        }
        change(&account)
        let network = Network(answer)
        self.network = network
        let services = EntranceServices(
            network: { _ in network }, retrying: { $0 }, readOnly: { ReadOnlyTransport($0) },
            parts: { _, name, _ in (parts[name] ?? [:]).mapValues { Secret($0) } },
            keep: { _, _, _, new in new.reveal(keep) },
            digest: { "digest(\($0))" }, now: { Date(timeIntervalSince1970: 1_800_000_000) }, isDryRun: false)
        session = try await Entrance(account: account, connector: Connector(manifest), services: services).enter()
    }

    /// One surface with one list; `keys` stand beside `request`.
    static func list(_ keys: String, top: String = "", id: String = "/id") -> String {
        """
        \(top)
        whoami: none
        surfaces:
          - id: hook
            kind: webhook
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover:
              \(keys.replacing("\n", with: "\n      "))
            revoke: {request: "DELETE /hooks/{id}", auth: none, done: 204}
            verify: {list: again}
        """
    }

    func surface(_ id: String = "hook") -> Surface {
        session.manifest.surfaces.first { $0.id == id } ?? session.manifest.surfaces[0]
    }

    func discover(_ id: String = "hook") async -> (found: [Authorization], coverage: Coverage) {
        let found = Mutex<[Authorization]>([])
        let coverage = await session.discover(surface(id)) { new in found.withLock { $0 += new } }
        return (found.withLock { $0 }, coverage)
    }

    func authorization(_ id: String = "1", surface: String = "hook", values: [String: JSON] = [:]) -> Authorization {
        var authorization = Authorization(
            id: "acme/\(surface)/\(id)", account: "acme", surface: surface, kind: .webhook, vendorID: id, title: "it")
        authorization.values = values
        return authorization
    }
}

import Authorizations
import ConnectorKit
import ConnectorTesting
import Connectors
import Foundation
import Sandbox
import Testing
import Transport

@Suite struct SandboxTests {
    @Test("shows all that was recorded, and shows it dead once it was ended", arguments: Life.all)
    func life(_ life: Life) async throws {
        for problem in try await life.played.problems() { Issue.record("\(problem)") }
    }

    @Test("puts back what was revoked or switched off", arguments: Life.configured)
    func undo(_ life: Life) async throws {
        for problem in try await life.played.problemsOfUndoing() { Issue.record("\(problem)") }
    }
}

@Suite struct SandboxDoorTests {
    @Test(
        "loses no change of a document that several items stand in",
        arguments: [("google-cloud", "iam-outside-member"), ("microsoft-graph", "app-certificate")])
    func documents(_ connector: String, _ surface: String) async throws {
        let visit = try await SandboxVisit.begin([connector])
        let session = try await visit.enter(connector)
        let place = try #require(session.surface(surface))
        let items = await session.found(place).0
        try #require(items.count > 1)
        try await withThrowingTaskGroup(of: Answer.Meaning.self) { group in
            for item in items { group.addTask { try await session.end(item, by: .revoke, run: "R1").meaning } }
            for try await meaning in group { #expect(meaning == .accepted) }
        }
        #expect(await session.found(place).0.isEmpty)
        try await visit.end()
    }

    @Test("lets nobody in without the secrets that it wrote", arguments: Life.configured)
    func strangers(_ life: Life) async throws {
        let visit = try await SandboxVisit.begin([life.id])
        for file in try visit.secretFiles() { try Data("not-the-one".utf8).write(to: file) }
        do {
            let session = try await visit.enter(life.id)
            for surface in session.manifest.surfaces { #expect(await session.found(surface).1.state != .seen) }
        } catch let failure as EntranceFailure {
            #expect(failure.cause == .notLetIn)
        }
        try await visit.end()
    }

    @Test("writes secrets that only their owner can read")
    func modes() async throws {
        let visit = try await SandboxVisit.begin(Catalog.entries.map(\.id))
        #expect(visit.accounts.map(\.name) == Catalog.entries.map(\.id))
        for file in try visit.secretFiles() {
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file.lastPathComponent)")
        }
        try await visit.end()
    }

    @Test("says what it does not know, and keeps what was asked")
    func unknown() async throws {
        let visit = try await SandboxVisit.begin(["stripe"])
        let curl = CurlTransport(CurlSettings(userAgent: "test", environment: [:]))
        func ask(_ path: String) async throws -> Response {
            let address = try #require(Address("http://127.0.0.1:\(visit.sandbox.port)\(path)"))
            return try await curl.send(Request(.read, "LIST", address))
        }
        let unknown = try await ask("/stripe/v9/nothing")
        #expect(unknown.status == 404)
        #expect(
            String(decoding: unknown.body, as: UTF8.self)
                == #"{"error":"sandbox","message":"nothing like 'LIST /v9/nothing' was recorded of stripe"}"#)
        #expect(try await ask("/nobody/here").status == 404)
        let log = visit.sandbox.requests
        #expect(log.map(\.path) == ["/v9/nothing", "/here"])
        #expect(log.allSatisfy { $0.method == "LIST" && $0.effect == .refused })
        try await visit.end()
    }
}

struct Life: Sendable, CustomTestStringConvertible {
    let played: SandboxLife
    var id: String { played.connector.id }

    var testDescription: String { "\(id) with \(played.kind)" }

    static let all = Catalog.entries.flatMap { entry -> [Life] in
        guard let connector = try? entry.connector(), let recordings = try? entry.recordings() else { return [] }
        return SandboxLife.all(of: connector, recordings).map { Life(played: $0) }
    }

    /// Each connector once, as the sandbox configures it.
    static let configured = Catalog.entries.compactMap { entry in all.first { $0.id == entry.id } }
}

extension SandboxVisit {
    fileprivate static func begin(_ ids: [String]) async throws -> SandboxVisit {
        try await begin(
            Catalog.entries.filter { ids.contains($0.id) }.map {
                (connector: try $0.connector(), exchanges: try $0.recordings())
            })
    }
}

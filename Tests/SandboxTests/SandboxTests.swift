import Authorizations
import ConnectorKit
import Connectors
import Foundation
import Sandbox
import Testing
import Transport

@Suite struct SandboxTests {
    @Test("shows all that was recorded, and shows it dead once it was ended", arguments: Life.all)
    func life(_ life: Life) async throws {
        let visit = try await SandboxVisit.begin([life.id])
        let session = try await visit.enter(life.id, kind: life.kind)
        let surfaces = session.manifest.surfaces.filter { $0.credentialKinds?.contains(life.kind) ?? true }
        var found: [(Authorization, Surface)] = []
        for surface in surfaces {
            let (items, coverage) = await session.found(surface)
            guard case .list? = surface.discover?.source else { continue }
            if coverage.state != .seen, coverage.state != .partial || !coverage.byNature {
                Issue.record("\(surface.id): \(coverage.state) \(coverage.note?.en ?? "")")
            }
            if items.isEmpty { Issue.record("\(surface.id): nothing is found") }
            found += items.map { ($0, surface) }
        }
        for (authorization, surface) in found {
            try await end(authorization, of: surface, secret: nil, in: session, life)
        }
        var ended: Set<String> = []
        for authorization in try await session.valuesInHand(surfaces)
        where ended.insert(authorization.vendorID ?? "").inserted {
            guard let surface = session.surface(authorization.surface), surface.discover == nil else { continue }
            try await end(
                authorization, of: surface, secret: try await session.heldValue(of: authorization), in: session, life)
        }
        for request in visit.sandbox.requests where request.status == 404 && request.effect == .refused {
            Issue.record("not recorded: \(request.method) \(request.path)")
        }
        try await visit.end()
    }

    private func end(
        _ authorization: Authorization, of surface: Surface, secret: Secret?, in session: AccountSession, _ life: Life
    ) async throws {
        let ending: Ending = surface.revoke?.steps.isEmpty ?? true ? .disable : .revoke
        guard (ending == .revoke ? surface.revoke : surface.disable) != nil else {
            return try await endTogether(authorization, surface, secret, session)
        }
        if let before = try await session.reading(authorization, surface, after: ending, secret: secret),
            case .alive = before
        {
        } else {
            if session.proof(of: surface, after: ending)?.form.isReading ?? false {
                Issue.record("\(authorization.id) is not alive before")
            }
        }
        let answer = try await session.end(authorization, by: ending, secret: secret, run: "R1")
        if answer.meaning != .accepted { Issue.record("\(authorization.id): \(answer)") }
        let after = try await session.reading(authorization, surface, after: ending, secret: secret)
        if let after, case .dead = after {} else if let after { Issue.record("\(authorization.id): \(after)") }
        let again = try await session.end(authorization, by: ending, secret: secret, run: "R1")
        if !life.again(at: surface).contains(again.meaning) { Issue.record("\(authorization.id) again: \(again)") }
    }

    private func endTogether(
        _ authorization: Authorization, _ surface: Surface, _ secret: Secret?, _ session: AccountSession
    ) async throws {
        guard surface.revoke?.bulk != nil else { return }
        let answers = try await session.end([(authorization, secret)], of: surface, run: "R1")
        if answers.map(\.meaning) != [.accepted] { Issue.record("\(authorization.id): \(answers)") }
        let after = try await session.reading(authorization, surface, after: .revoke, secret: secret)
        if let after, case .dead = after {} else if let after { Issue.record("\(authorization.id): \(after)") }
    }
}

extension Reading? {
    /// `nil` where nothing can be read.
    var isDead: Bool? {
        switch self {
        case .dead?: true
        case .alive?, .inconclusive?: false
        case nil: nil
        }
    }
}

extension Proof.Form {
    var isReading: Bool { if case .nothing = self { false } else { true } }
}

@Suite struct SandboxDoorTests {
    @Test("puts back what was revoked or switched off", arguments: Life.configured)
    func undo(_ life: Life) async throws {
        let visit = try await SandboxVisit.begin([life.id])
        let session = try await visit.enter(life.id)
        for surface in session.manifest.surfaces where surface.discover != nil {
            let ending: Ending = surface.disable?.undo != nil ? .disable : .revoke
            guard surface.disable?.undo != nil || surface.undo != nil else { continue }
            for authorization in await session.found(surface).0 {
                let ended = try await session.end(authorization, by: ending, run: "R1")
                let after = try await session.reading(authorization, surface, after: ending, secret: nil)
                guard ended.meaning == .accepted, after.isDead ?? true else {
                    Issue.record("\(authorization.id): \(ended), then \(String(describing: after))")
                    continue
                }
                let undone = try await session.end(authorization, by: .undo, run: "R1")
                let again = try await session.reading(authorization, surface, after: ending, secret: nil)
                guard undone.meaning == .accepted, again.isDead != true else {
                    Issue.record("\(authorization.id): \(undone), then \(String(describing: again))")
                    continue
                }
            }
        }
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

/// One connector with one kind of credential.
struct Life: Sendable, CustomTestStringConvertible {
    let id: String
    let kind: String
    let recordings: [Exchange]

    var testDescription: String { "\(id) with \(kind)" }

    /// What a second try may be answered: accepted or gone, unless it was recorded otherwise.
    func again(at surface: Surface) -> [Answer.Meaning] {
        [.accepted, .gone] + recordings.filter { $0.surface == surface.id && $0.shows == .again }.compactMap(\.answer)
    }

    /// The kind that the sandbox configures, and those that get a token from it.
    ///
    /// A JWT is signed with a key that no sandbox can make up.
    static let all = Catalog.entries.flatMap { entry -> [Life] in
        guard let connector = try? entry.connector(), let recordings = try? entry.recordings() else { return [] }
        let kinds = ["oauth_refresh", "client_credentials", "exchange"].filter { kind in
            connector.manifest.credentials.first?.declaration.accepts.contains { $0.name == kind } ?? false
        }
        let account = SandboxAccount(connector, recordings)
        let own = connector.manifest.credentials.first.flatMap { account.kinds[$0.name] } ?? "bearer"
        return ([own] + kinds).map { Life(id: entry.id, kind: $0, recordings: recordings) }
    }

    /// Each connector once, as the sandbox configures it.
    static let configured = Catalog.entries.compactMap { entry in all.first { $0.id == entry.id } }
}

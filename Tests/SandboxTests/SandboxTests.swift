import Authorizations
import ConnectorKit
import Connectors
import Foundation
import Sandbox
import Testing

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

extension Proof.Form {
    var isReading: Bool { if case .nothing = self { false } else { true } }
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

    /// The kind that the sandbox configures, and those that get a token from it. A JWT is signed with a key that no
    /// sandbox can make up.
    static let all = Catalog.entries.flatMap { entry -> [Life] in
        guard let connector = try? entry.connector(), let recordings = try? entry.recordings() else { return [] }
        let kinds = ["oauth_refresh", "client_credentials", "exchange"].filter { kind in
            connector.manifest.credentials.first?.declaration.accepts.contains { $0.name == kind } ?? false
        }
        let account = SandboxAccount(connector, recordings)
        let own = connector.manifest.credentials.first.flatMap { account.kinds[$0.name] } ?? "bearer"
        return ([own] + kinds).map { Life(id: entry.id, kind: $0, recordings: recordings) }
    }
}

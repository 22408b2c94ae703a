internal import Authorizations
package import ConnectorKit
internal import Foundation
internal import Sandbox
internal import Transport

/// One connector as the sandbox plays it with one kind of credential: what was recorded is listed, ended, and proved.
package struct SandboxLife: Sendable {
    package let connector: Connector
    package let exchanges: [Exchange]
    package let kind: String

    /// The kind that the sandbox configures, and those that get a token from it.
    ///
    /// A JWT is signed with a key that no sandbox can make up.
    package static func all(of connector: Connector, _ exchanges: [Exchange]) -> [SandboxLife] {
        let kinds = ["oauth_refresh", "client_credentials", "exchange"].filter { kind in
            connector.manifest.credentials.first?.declaration.accepts.contains { $0.name == kind } ?? false
        }
        let account = SandboxAccount(connector, exchanges)
        let own = connector.manifest.credentials.first.flatMap { account.kinds[$0.name] } ?? "bearer"
        return ([own] + kinds).map { SandboxLife(connector: connector, exchanges: exchanges, kind: $0) }
    }

    /// Lists everything, ends each thing, reads it back, and ends it again.
    package func problems() async throws -> [String] {
        try await SandboxVisit.during(connector, exchanges) { try await problems(in: $0) }
    }

    private func problems(in visit: SandboxVisit) async throws -> [String] {
        var problems: [String] = []
        let session: AccountSession
        do { session = try await visit.enter(connector.id, kind: kind) } catch {
            return ["the sandbox does not let \(kind) in: \(error)"]
        }
        let surfaces = session.manifest.surfaces.filter { $0.credentialKinds?.contains(kind) ?? true }
        var found: [(Authorization, Surface)] = []
        for surface in surfaces {
            let (items, coverage) = await session.found(surface)
            guard case .list? = surface.discover?.source else { continue }
            if coverage.state != .seen, coverage.state != .partial || !coverage.byNature {
                problems.append("\(surface.id): the sandbox's list is \(coverage.state) \(coverage.note?.en ?? "")")
            }
            if items.isEmpty { problems.append("\(surface.id): nothing is found in the sandbox") }
            found += items.map { ($0, surface) }
        }
        for (authorization, surface) in found {
            problems += try await end(authorization, of: surface, secret: nil, in: session)
        }
        var ended: Set<String> = []
        for authorization in try await session.valuesInHand(surfaces)
        where ended.insert(authorization.vendorID ?? "").inserted {
            guard let surface = session.surface(authorization.surface), surface.discover == nil else { continue }
            let secret = try await session.heldValue(of: authorization)
            problems += try await end(authorization, of: surface, secret: secret, in: session)
        }
        for request in visit.sandbox.requests where request.status == 404 && request.effect == .refused {
            problems.append("not recorded: \(request.method) \(request.path)")
        }
        return problems
    }

    private func end(
        _ authorization: Authorization, of surface: Surface, secret: Secret?, in session: AccountSession
    ) async throws -> [String] {
        let ending: Ending = surface.revoke?.steps.isEmpty ?? true ? .disable : .revoke
        guard (ending == .revoke ? surface.revoke : surface.disable) != nil else {
            return try await endTogether(authorization, surface, secret, session)
        }
        var problems: [String] = []
        let before = try await session.reading(authorization, surface, after: ending, secret: secret)
        if session.proof(of: surface, after: ending)?.form.isReading ?? false, before?.isAlive != true {
            problems.append("\(authorization.id) is not alive before: \(before.map { "\($0)" } ?? "no reading")")
        }
        let answer = try await session.end(authorization, by: ending, secret: secret, run: "R1")
        if answer.meaning != .accepted { problems.append("\(authorization.id): \(answer)") }
        let after = try await session.reading(authorization, surface, after: ending, secret: secret)
        if let after, !after.isDead { problems.append("\(authorization.id) after it was ended: \(after)") }
        let again = try await session.end(authorization, by: ending, secret: secret, run: "R1")
        if !mayAnswerAgain(at: surface).contains(again.meaning) {
            problems.append("\(authorization.id) ended again: \(again)")
        }
        return problems
    }

    /// What a second try may be answered: accepted or gone, unless it was recorded otherwise.
    private func mayAnswerAgain(at surface: Surface) -> [Answer.Meaning] {
        [.accepted, .gone] + exchanges.filter { $0.surface == surface.id && $0.shows == .again }.compactMap(\.answer)
    }

    private func endTogether(
        _ authorization: Authorization, _ surface: Surface, _ secret: Secret?, _ session: AccountSession
    ) async throws -> [String] {
        guard surface.revoke?.bulk != nil else { return [] }
        var problems: [String] = []
        let answers = try await session.end([(authorization, secret)], of: surface, run: "R1")
        if answers.map(\.meaning) != [.accepted] { problems.append("\(authorization.id): \(answers)") }
        let after = try await session.reading(authorization, surface, after: .revoke, secret: secret)
        if let after, !after.isDead { problems.append("\(authorization.id) after it was ended: \(after)") }
        return problems
    }

    /// Ends what can be put back, and puts it back.
    package func problemsOfUndoing() async throws -> [String] {
        try await SandboxVisit.during(connector, exchanges) { try await problemsOfUndoing(in: $0) }
    }

    private func problemsOfUndoing(in visit: SandboxVisit) async throws -> [String] {
        var problems: [String] = []
        let session = try await visit.enter(connector.id)
        for surface in session.manifest.surfaces where surface.discover != nil {
            let ending: Ending = surface.disable?.undo != nil ? .disable : .revoke
            guard surface.disable?.undo != nil || surface.undo != nil else { continue }
            for authorization in await session.found(surface).0 {
                let before = try await session.reading(authorization, surface, after: ending, secret: nil)
                // What was off from the start is not put back to life.
                if before?.isDead == true { continue }
                let ended = try await session.end(authorization, by: ending, run: "R1")
                let after = try await session.reading(authorization, surface, after: ending, secret: nil)
                if ended.meaning != .accepted || after?.isDead == false {
                    problems.append("\(authorization.id): \(ended), then \(after.map { "\($0)" } ?? "no reading")")
                    continue
                }
                let undone = try await session.end(authorization, by: .undo, run: "R1")
                let again = try await session.reading(authorization, surface, after: ending, secret: nil)
                if undone.meaning != .accepted || again?.isDead == true {
                    problems.append(
                        "\(authorization.id) put back: \(undone), then \(again.map { "\($0)" } ?? "no reading")")
                }
            }
        }
        return problems
    }
}

extension Reading {
    fileprivate var isDead: Bool { if case .dead = self { true } else { false } }
    fileprivate var isAlive: Bool { if case .alive = self { true } else { false } }
}

extension Proof.Form {
    fileprivate var isReading: Bool { if case .nothing = self { false } else { true } }
}

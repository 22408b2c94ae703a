package import Authorizations
internal import Documents
package import Foundation
internal import Transport

/// How an authorization is proved: the limits that its surface sets.
package struct Proof: Sendable, Hashable {
    package enum Form: Sendable, Hashable {
        case request
        case listing
        /// Nothing can be asked; the reason.
        case nothing(LocalizedText)
    }

    package var form: Form
    package var within: Duration
    package var after: Duration
    package var every: Duration
    /// A value in hand that is asked about at a host of this account alone: what is dead here may live at another's.
    package var mayBeElsewhere = false

    package init(form: Form, within: Duration, after: Duration = .zero, every: Duration = .seconds(1)) {
        self.form = form
        self.within = within
        self.after = after
        self.every = every
    }
}

/// What one listing shows of the items under one parent.
package struct Listing: Sendable {
    /// Items by id: `true` where it stands there dead, as the manifest says.
    package var present: [String: Bool]
    /// `nil` where absence proves: all pages, no error, no cap.
    package var gap: String?

    package func reading(of id: String) -> Reading {
        switch present[id] {
        case true?: .dead(evidence: "listed again: it stands there as ended")
        case false?: .alive(evidence: "listed again: it is still there")
        case nil: gap.map { .inconclusive(reason: $0) } ?? .dead(evidence: "listed again: it is no longer there")
        }
    }
}

extension AccountSession {
    package func proof(of surface: Surface, after ending: Ending) -> Proof? {
        guard let verify = verify(of: surface, after: ending) else { return nil }
        let form: Proof.Form
        switch verify.form {
        case .request: form = .request
        case .listAgain: form = .listing
        case .none(let text): form = .nothing(text)
        }
        var proof = Proof(form: form, within: verify.within, after: verify.after, every: verify.every)
        if surface.discover == nil, case .request(let operation, _, _) = verify.form {
            proof.mayBeElsewhere = manifest.hosts.first { $0.name == operation.host }?.url.isOneOfMany ?? false
        }
        return proof
    }

    private func verify(of surface: Surface, after ending: Ending) -> Verify? {
        ending == .disable ? surface.disable?.verify ?? surface.verify : surface.verify
    }

    /// Lists again everything under the parent of `authorization`.
    package func list(
        again authorization: Authorization, after ending: Ending
    ) async throws -> Listing {
        guard let surface = surface(authorization.surface) else {
            throw ListFailure.failed(reason: "there is no such surface")
        }
        guard let discover = surface.discover else { throw ListFailure.failed(reason: "the surface has no list") }
        let parent = try await parentScope(of: authorization, surface)
        let reading = try await read(surface, discover, under: parent, withDetails: false)
        var dead: Verdict?
        if case .listAgain(let verdict)? = verify(of: surface, after: ending)?.form { dead = verdict }
        let present = reading.items.reduce(into: [String: Bool]()) { present, item in
            present[item.authorization.id] =
                dead?.matches(item: item.document, in: item.scope, asText: item.isText) ?? false
        }
        return Listing(present: present, gap: reading.gap)
    }

    private enum Own: Hashable, Sendable { case alive, dead }

    /// Asks about one authorization alone.
    ///
    /// - Parameter sentAt: when the vendor accepted the write, for proofs by a time that moved.
    package func probe(
        _ authorization: Authorization, after ending: Ending, secret: Secret? = nil, sentAt: Date? = nil
    ) async throws -> Reading {
        guard let surface = surface(authorization.surface) else {
            return .inconclusive(reason: "there is no such surface")
        }
        guard let verify = verify(of: surface, after: ending),
            case .request(let operation, let dead, let alive) = verify.form
        else {
            return .inconclusive(reason: "nothing can be asked")
        }
        do {
            guard var scope = try await scope(for: authorization, surface, secret: secret) else {
                return .dead(evidence: "listed again: it is no longer there")
            }
            scope.local["sent_at"] = .plain(.string(Moment.text(sentAt ?? now())))
            var current = operation
            var verdicts: [(Own, Verdict?)] = [(.alive, alive), (.dead, dead)]
            var answer = try await read(current, in: scope)
            if let fallback = operation.fallback, fallback.when.matches(answer, in: scope) {
                current = fallback.operation
                verdicts = [(.alive, fallback.alive ?? alive), (.dead, fallback.dead ?? dead)]
                answer = try await read(current, in: scope)
            }
            let evidence = "\(current.label) answered \(answer.status)"
            switch judge.judge(answer, verdicts, effect: .read, in: scope) {
            case .own(.alive): return .alive(evidence: evidence)
            case .own(.dead):
                // 401 and 403 with our own credential say that we are not let in, not that it is dead.
                if answer.status == 401 || answer.status == 403, usesOwnCredential(current) {
                    return .inconclusive(reason: "\(evidence): we are not let in")
                }
                return .dead(evidence: evidence)
            default: return .inconclusive(reason: reason(answer).map { "\(evidence): \($0)" } ?? evidence)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return .inconclusive(reason: Self.describe(error).words)
        }
    }

    private func usesOwnCredential(_ operation: Operation) -> Bool {
        if case .named(let name) = operation.auth { name == manifest.credentials.first?.name } else { false }
    }
}

extension Surface {
    /// Whether there is a way to show it dead.
    package var isProvable: Bool {
        if isCoded { return true }
        return [verify, disable?.verify].compactMap { $0 }.contains { if case .none = $0.form { false } else { true } }
    }
}

extension Template {
    /// Whether it is the address of one customer among many of the same vendor: `https://{subdomain}.vendor.com`.
    ///
    /// A host that is a setting as a whole is somebody's own server.
    fileprivate var isOneOfMany: Bool {
        !names.isEmpty
            && parts.contains { part in
                if case .literal(let text) = part { text.contains(".") && !text.hasPrefix("/") } else { false }
            }
    }
}

package import Authorizations
internal import Documents
internal import Foundation
internal import Synchronization
internal import Transport

/// Which of a surface's operations is carried out.
package enum Ending: String, Sendable {
    case revoke
    case disable
    case undo
}

extension AccountSession {
    /// Carries out one operation for one authorization and says what the vendor answered.
    ///
    /// - Parameters:
    ///   - secret: the value in hand, where there is one.
    ///   - run: names the run in what vendors are told.
    /// - Throws: `CancellationError` only; everything else is an answer.
    package func end(
        _ authorization: Authorization, by ending: Ending, secret: Secret? = nil, run: String
    ) async throws -> Answer {
        guard let surface = surface(authorization.surface) else {
            return Answer(.refused, reason: "the connector has no surface '\(authorization.surface)'")
        }
        do {
            if let coded = coded[surface.id] { return try await coded.end(authorization, by: ending, in: self) }
            guard var scope = try await scope(for: authorization, surface, secret: secret, run: run) else {
                return Answer(.gone, reason: "it is no longer listed")
            }
            let change: Change?
            switch ending {
            case .revoke: change = surface.revoke
            case .disable: change = surface.disable
            case .undo: change = surface.undo ?? surface.disable?.undo.map(Change.init(steps:))
            }
            guard let change else { return Answer(.refused, reason: "the connector cannot \(ending.rawValue) this") }
            if ending == .revoke, change.disablesFirst, let disable = surface.disable {
                let answer = try await carryOut(disable.steps, in: &scope)
                guard answer.meaning == .accepted || answer.meaning == .gone else { return answer }
            }
            guard change.steps.contains(where: { !$0.edits.isEmpty }) else {
                return try await carryOut(change.steps, in: &scope)
            }
            // Two that read, edit and write back one document side by side would undo each other.
            return try await inTurn("document \(surface.id)") { try await carryOut(change.steps, in: &scope) }
        } catch let error as CancellationError {
            throw error
        } catch {
            return Self.answer(for: error)
        }
    }

    static func answer(for error: any Error, label: String = "", host: String = "") -> Answer {
        switch error {
        case let error as RequestRefusal: Answer(.refused, reason: error.description, label: label, host: host)
        case let error as TransportError:
            Answer(.ambiguous, reason: error.description, label: label, host: host)
        // A list is read before anything is sent, so nothing was.
        case ListFailure.forbidden(let reason), ListFailure.unauthorized(let reason):
            Answer(.forbidden, reason: reason, label: label, host: host)
        case ListFailure.slowDown: Answer(.slowDown, reason: ListFailure.slowDown.words, label: label, host: host)
        case let failure as ListFailure: Answer(.ambiguous, reason: failure.words, label: label, host: host)
        default: Answer(.ambiguous, reason: "\(error)", label: label, host: host)
        }
    }

    /// What the templates of a surface's operations see; `nil` where a thing with secrets is no longer listed.
    func scope(
        for authorization: Authorization, _ surface: Surface, secret: Secret? = nil, run: String = ""
    ) async throws -> Scope? {
        var scope = base.binding(authorization.values)
        if let id = authorization.vendorID, scope.local["id"] == nil { scope.local["id"] = .plain(.string(id)) }
        for (name, value) in [
            ("title", authorization.title), ("holder", authorization.holder), ("client", authorization.client),
            ("owner", authorization.owner),
        ] {
            if scope.local[name] == nil, let value { scope.local[name] = .plain(.string(value)) }
        }
        scope.local["run"] = .plain(.string(run))
        scope.local["reason"] = .plain(.string("revoked by run \(run)"))
        if let secret {
            scope.local["secret"] = .secret(secret)
            scope.local["url"] = .secret(secret)
            scope.bind(groupsOf: secret, surface)
        }
        scope = try await withSecretsOfParents(scope, surface)
        if let discover = surface.discover, discover.secrets.contains(where: { scope.local[$0.name] == nil }) {
            // The handle is never stored: it is listed again, and the item found by its id.
            let reading = try await read(
                surface, discover, under: try await parentScope(of: authorization, surface), withDetails: false)
            guard let item = reading.items.first(where: { $0.authorization.id == authorization.id }) else {
                if let gap = reading.gap { throw ListFailure.failed(reason: gap) }
                return nil
            }
            for (name, _) in discover.secrets { scope.local[name] = item.scope.local[name] }
        }
        return scope
    }

    /// What stands above an authorization, secrets of its parents included.
    func parentScope(of authorization: Authorization, _ surface: Surface) async throws -> Scope {
        try await withSecretsOfParents(storedParentScope(of: authorization, surface), surface)
    }

    /// A secret of a parent, such as a page's own token, is never stored: its list is read again, once in a run.
    private func withSecretsOfParents(_ scope: Scope, _ surface: Surface) async throws -> Scope {
        // Hot, and hardly ever needed: what costs something comes last.
        guard let forEach = surface.discover?.forEach,
            let list = manifest.lists.first(where: { $0.name == forEach.list })?.list, let key = list.bind.first?.name,
            list.secrets.contains(where: { scope[$0.name] == nil && names(of: surface).use($0.name) })
        else { return scope }
        let found = Mutex<Scope?>(nil)
        try await forEachParent(forEach) { parent in
            if parent.text(key) == scope.text(key) { found.withLock { $0 = parent } }
        }
        guard let parent = found.withLock({ $0 }) else { return scope }
        var scope = scope
        for (name, _) in list.secrets where scope[name] == nil { scope.local[name] = parent.local[name] }
        return scope
    }

    private func storedParentScope(of authorization: Authorization, _ surface: Surface) -> Scope {
        let own = Set(
            surface.discover.map { discover in
                (discover.fields.map(\.name) + discover.keep.map(\.name)) + Self.levelNames(discover)
            } ?? [])
        return base.binding(authorization.values.filter { !own.contains($0.key) })
    }

    private static func levelNames(_ discover: Discover) -> [String] {
        guard case .list(let list) = discover.source else { return [] }
        return (list.outer + [list.items]).flatMap { $0.bind.map(\.name) }
    }

    private func carryOut(_ steps: [Step], in scope: inout Scope) async throws -> Answer {
        var last = Answer(.ambiguous, reason: "nothing was sent")
        for step in steps {
            last = try await carryOut(step, in: &scope)
            if last.meaning != .accepted { return last }
        }
        return last
    }

    private func carryOut(_ step: Step, in scope: inout Scope) async throws -> Answer {
        let deadline = ContinuousClock.now + (step.within ?? .zero)
        var wait = step.every ?? .seconds(1)
        while true {
            let (answer, isPending, _) = try await once(step, in: &scope)
            guard isPending else { return answer }
            if ContinuousClock.now + wait > deadline {
                return Answer(
                    .ambiguous, status: answer.status, reason: "it was still pending when the time ran out",
                    label: answer.label, host: answer.host)
            }
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(30))
        }
    }

    private enum Own: Hashable, Sendable { case refused, gone, already, conflict, pending, done }

    /// Sends a step's request once; beside its meaning stands what the vendor wrote.
    func once(_ step: Step, in scope: inout Scope) async throws -> (Answer, isPending: Bool, document: JSON?) {
        var operation = step.operation
        var verdicts = step.verdicts
        let label = operation.label
        let host = builder.hosts[operation.host]?.origin.host ?? operation.host
        do {
            var answer = try await send(operation, step.edits, in: scope)
            if let fallback = operation.fallback, fallback.when.matches(answer, in: scope) {
                operation = fallback.operation
                verdicts = fallback.verdicts ?? verdicts
                answer = try await send(operation, step.edits, in: scope)
            }
            let table: [(Own, Verdict?)] = [
                (.refused, verdicts.refused), (.gone, verdicts.gone), (.already, verdicts.already),
                (.conflict, verdicts.conflict), (.pending, verdicts.pending), (.done, verdicts.done),
            ]
            let judgement = judge.judge(answer, table, effect: operation.effect, in: scope)
            if judgement == .own(.pending) { return (said(.ambiguous, answer, operation), true, answer.document) }
            let meaning = Self.meaning(of: judgement)
            if meaning == .accepted, !step.take.isEmpty {
                bind(step.take, from: answer.document ?? .null, answer.headers, answer.isText, to: &scope)
            }
            return (said(meaning, answer, operation), false, answer.document)
        } catch RequestRefusal.nothingToDrop {
            return (
                Answer(.gone, reason: RequestRefusal.nothingToDrop.description, label: label, host: host), false, nil
            )
        } catch let error as CancellationError {
            throw error
        } catch {
            return (Self.answer(for: error, label: label, host: host), false, nil)
        }
    }

    private func said(_ meaning: Answer.Meaning, _ answer: ReadAnswer, _ operation: Operation) -> Answer {
        Answer(
            meaning, status: answer.status,
            reason: meaning == .accepted ? nil : reason(answer) ?? "HTTP \(answer.status)",
            label: operation.label, host: answer.address.origin.host, bytes: answer.size)
    }

    private static func meaning(of judgement: Judge.Judgement<Own>) -> Answer.Meaning {
        switch judgement {
        case .own(.done), .good: .accepted
        case .own(.gone), .own(.already), .common(.gone), .common(.already): .gone
        case .own(.refused), .common(.refused): .refused
        case .own(.conflict): .conflict
        case .common(.unauthorized), .common(.forbidden): .forbidden
        case .common(.slowDown): .slowDown
        case .own(.pending), .common(.unavailable), .common(.failed), .unknown: .ambiguous
        }
    }

    /// Sends one request of a change, its body edited first.
    private func send(_ operation: Operation, _ edits: [Edit], in scope: Scope) async throws -> ReadAnswer {
        let request = try builder.build(operation, in: scope) { (document) throws(RequestRefusal) in
            for edit in edits { try edit.apply(to: &document, in: scope) }
        }
        guard operation.effect == .write else { return ReadAnswer(try await reads.send(request), as: operation.answer) }
        guard let writes else { throw TransportError.writeInDryRun(label: operation.label) }
        return ReadAnswer(try await writes.send(request), as: operation.answer)
    }
}

extension ListFailure {
    package var words: String {
        switch self {
        case .forbidden(let reason): "not allowed: \(reason ?? "HTTP 403")"
        case .unauthorized(let reason): "not let in: \(reason ?? "HTTP 401")"
        case .slowDown: "still asked to wait (429)"
        case .failed(let reason): reason
        }
    }
}

extension Scope {
    /// The named pieces of a value in hand; what names a listed item is no secret, the rest is.
    mutating func bind(groupsOf secret: Secret, _ surface: Surface) {
        let groups = secret.reveal { surface.given?.secret?.groups(whole: $0) } ?? [:]
        for (name, value) in groups where local[name] == nil {
            local[name] = name == "id" ? .plain(.string(value)) : .secret(Secret(value))
        }
    }
}

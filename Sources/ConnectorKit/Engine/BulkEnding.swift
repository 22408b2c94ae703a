package import Authorizations
internal import Documents
internal import Transport

extension AccountSession {
    private enum Own: Hashable, Sendable { case refused, gone, done }

    /// Ends several authorizations of one surface by one request; every one has an answer of its own.
    package func end(
        _ items: [(authorization: Authorization, secret: Secret?)], of surface: Surface, run: String
    ) async throws -> [Answer] {
        guard let bulk = surface.revoke?.bulk else {
            return items.map { _ in Answer(.refused, reason: "the connector cannot end several at once") }
        }
        let host = builder.hosts[bulk.operation.host]?.origin.host ?? bulk.operation.host
        do {
            var entries: [JSON] = []
            var present: [Int] = []
            var common: Scope?
            for (place, item) in items.enumerated() {
                guard let own = try await self.scope(for: item.authorization, surface, secret: item.secret, run: run)
                else { continue }
                entries.append(try bulk.of.rendered(in: own).value)
                present.append(place)
                common = common ?? own
            }
            var answers = items.map { _ in
                Answer(.gone, reason: "it is no longer listed", label: bulk.operation.label, host: host)
            }
            guard var scope = common else { return answers }
            if let join = bulk.join {
                scope.local[bulk.name] = .plain(.string(entries.compactMap(\.scalarText).joined(separator: join)))
            } else {
                scope.local[bulk.name] = .plain(.array(entries))
            }
            guard let writes else { throw TransportError.writeInDryRun(label: bulk.operation.label) }
            let request = try builder.build(bulk.operation, in: scope)
            let answer = ReadAnswer(try await writes.send(request), as: bulk.operation.answer)
            for (place, said) in zip(present, judged(answer, bulk, scope, count: present.count)) {
                answers[place] = said
            }
            return answers
        } catch let error as CancellationError {
            throw error
        } catch {
            let answer = Self.answer(for: error, label: bulk.operation.label, host: host)
            return items.map { _ in answer }
        }
    }

    private func judged(_ answer: ReadAnswer, _ bulk: Bulk, _ scope: Scope, count: Int) -> [Answer] {
        let table: [(Own, Verdict?)] = [(.refused, bulk.refused), (.gone, bulk.gone), (.done, bulk.done)]
        let meaning: Answer.Meaning
        switch judge.judge(answer, table, effect: .write, in: scope) {
        case .own(.done), .good: meaning = .accepted
        case .own(.gone), .common(.gone), .common(.already): meaning = .gone
        case .own(.refused), .common(.refused): meaning = .refused
        case .common(.unauthorized), .common(.forbidden): meaning = .forbidden
        case .common(.slowDown): meaning = .slowDown
        case .common(.unavailable), .common(.failed), .unknown: meaning = .ambiguous
        }
        func said(_ meaning: Answer.Meaning, _ reason: String? = nil) -> Answer {
            Answer(
                meaning, status: answer.status,
                reason: meaning == .accepted
                    ? nil : reason ?? self.reason(answer) ?? "HTTP \(answer.status)",
                label: bulk.operation.label, host: answer.address.origin.host, bytes: answer.size)
        }
        guard meaning == .accepted || meaning == .gone, let results = bulk.results else {
            return (0..<count).map { _ in said(meaning) }
        }
        guard let entries = answer.document.flatMap({ results.items.value(in: $0) })?.array, entries.count == count
        else {
            return (0..<count).map { _ in said(.ambiguous, "the answer does not tell the items apart") }
        }
        return entries.map { entry in
            func holds(_ condition: Condition?) -> Bool {
                condition?.holds(for: entry, in: scope, asText: answer.isText) ?? false
            }
            if holds(results.refused) { return said(.refused, "refused for this item") }
            if holds(results.gone) { return said(.gone, "it was gone already") }
            if holds(results.done) { return said(.accepted) }
            return said(.ambiguous, "the answer says nothing of this item")
        }
    }
}

extension Bulk {
    /// Names that the request uses.
    package var requestNames: Set<String> { operation.names([:]) }
}

extension AccountSession {
    /// Whether the credential in use is still accepted: how it is proved dead.
    package func isStillLetIn() async throws -> Reading {
        guard let whoAmI = manifest.whoAmI else { return .inconclusive(reason: "the vendor has no way to tell") }
        do {
            let answer = try await read(whoAmI.operation, in: base)
            let evidence = "\(whoAmI.operation.label) answered \(answer.status)"
            switch judge.judge(answer, [(true, nil)], effect: .read, in: base) {
            case .good: return .alive(evidence: "\(evidence): the credential still lets us in")
            case .common(.unauthorized): return .dead(evidence: "\(evidence): the credential is no longer accepted")
            default: return .inconclusive(reason: evidence)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return .inconclusive(reason: Self.words(for: error))
        }
    }

    package static func words(for error: any Error) -> String { describe(error).words }
}

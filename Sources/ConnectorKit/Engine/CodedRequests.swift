package import Authorizations
package import Documents
internal import Transport

// What a connector's own Swift works with: its requests are built, signed, paced, retried and judged as a manifest's.

extension AccountSession {
    /// What templates see: settings, prepare, whoami, and `names`.
    package func scope(_ names: [String: JSON]) -> Scope { base.binding(names) }

    /// Every item of a list, all pages.
    package func items(of list: ListOperation, in scope: Scope) async throws -> [JSON] {
        var items: [JSON] = []
        try await ListWalker(session: self, list: list, scope: scope).walk { items += $0.items.map(\.document) }
        return items
    }

    /// Reads one document; `nil` where the answer means that there is none.
    ///
    /// Throws ``ListFailure`` for every other answer that is not good.
    package func document(_ operation: Operation, in scope: Scope, none: Verdict? = nil) async throws -> JSON? {
        let answer = try await read(operation, in: scope)
        if try isNone(answer, operation, as: none, in: scope) { return nil }
        guard let document = answer.document else {
            throw ListFailure.failed(reason: answer.problem ?? "the answer is empty")
        }
        return document
    }

    /// Sends one request that changes something; beside its meaning stands what the vendor wrote.
    package func change(
        _ operation: Operation, in scope: Scope, _ verdicts: ChangeVerdicts
    ) async throws -> (answer: Answer, document: JSON?) {
        var scope = scope
        var step = Step(operation: operation)
        step.verdicts = verdicts
        let (answer, _, document) = try await once(step, in: &scope)
        return (answer, document)
    }

    /// Lets one caller at a time change the thing named `key`, which is read, changed and written back as a whole.
    package func inTurn<Result: Sendable>(_ key: String, _ body: () async throws -> Result) async throws -> Result {
        await turns.take(key)
        do {
            let result = try await body()
            await turns.pass(key)
            return result
        } catch {
            await turns.pass(key)
            throw error
        }
    }

    /// An item of a coded surface with its identity, what it keeps, and the parent it was found under.
    package func item(
        of surface: Surface, vendorID: String, keeping values: [String: JSON], under parent: Scope
    ) -> Authorization {
        let scope = parent.binding(values)
        var authorization = authorization(surface, vendorID: vendorID, in: scope)
        authorization.values = kept(surface, scope).merging(values) { $1 }
        authorization.parent = parentKey(surface, scope)
        return authorization
    }

    /// Whether an answer to a read means that there is nothing; throws where it is not good.
    func isNone(
        _ answer: ReadAnswer, _ operation: Operation, as none: Verdict?, in scope: Scope
    ) throws(ListFailure) -> Bool {
        switch judge.judge(answer, [(true, none)], effect: .read, in: scope) {
        case .own: return true
        case .good: return false
        case .common(.forbidden): throw .forbidden(reason: reason(answer))
        case .common(.unauthorized): throw .unauthorized(reason: reason(answer))
        case .common(.slowDown): throw .slowDown
        case .common, .unknown:
            let reason = reason(answer).map { ": \($0)" } ?? ""
            throw .failed(reason: "HTTP \(answer.status)\(reason)")
        }
    }
}

extension Operation {
    package static func read(_ verb: String, _ path: Template, host: String, credential: String) -> Operation {
        Operation(verb: verb, path: path, host: host, auth: .named(credential), effect: .read, isIdempotent: true)
    }

    /// Its answer is lost without harm: it writes the whole, so that sending it twice is sending it once.
    package static func write(_ verb: String, _ path: Template, host: String, credential: String) -> Operation {
        Operation(verb: verb, path: path, host: host, auth: .named(credential), effect: .write, isIdempotent: true)
    }
}

extension Template {
    /// `{name}`, or `{+name}` for a piece of an address.
    package static func name(_ name: String, isReserved: Bool = false) -> Template {
        Template(parts: [.variable(name, isReserved: isReserved)])
    }
}

extension Verdict {
    package static func status(_ codes: Int...) -> Verdict {
        Verdict(clauses: [Clause(statuses: codes.map(Status.code))])
    }

    /// A status whose answer holds `text` at `pointer`; 2xx where there is no status.
    package static func status(_ code: Int? = nil, where pointer: JSONPointer, is text: String) -> Verdict {
        let requirement = Condition.Requirement(place: Place([pointer]), test: .equals(.value(.string(text))))
        let statuses = code.map { [Status.code($0)] } ?? [.hundreds(2)]
        return Verdict(clauses: [Clause(statuses: statuses, condition: Condition(alternatives: [[requirement]]))])
    }
}

/// Who may change what, one after the other.
actor Turns {
    /// Those who wait for what somebody else has; nobody has what is not in here.
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    func take(_ key: String) async {
        if waiting[key] == nil { waiting[key] = [] } else { await withCheckedContinuation { waiting[key]?.append($0) } }
    }

    func pass(_ key: String) {
        guard var rest = waiting[key], !rest.isEmpty else {
            waiting[key] = nil
            return
        }
        rest.removeFirst().resume()
        waiting[key] = rest
    }
}

internal import Documents
internal import Transport

/// What an answer means, in the order of manifest 2.4.
struct Judge: Sendable {
    /// A meaning that is the same at every operation of a vendor.
    enum Common: Sendable, Hashable {
        case slowDown, unauthorized, forbidden, gone, already, unavailable, refused, failed
    }

    enum Judgement<Own: Hashable & Sendable>: Sendable, Hashable {
        case own(Own)
        case common(Common)
        /// A read whose 2xx has no other meaning.
        case good
        case unknown
    }

    let errors: Manifest.Errors

    /// - Parameter verdicts: the operation's own, in the order of their table.
    func judge<Own: Hashable & Sendable>(
        _ answer: ReadAnswer, _ verdicts: [(Own, Verdict?)], effect: Request.Effect, in scope: Scope
    ) -> Judgement<Own> {
        for (name, verdict) in verdicts where verdict?.matches(answer, in: scope, .conditional) == true {
            return .own(name)
        }
        if let common = common(answer, effect, scope, .conditional) { return .common(common) }
        for (name, verdict) in verdicts where verdict?.matches(answer, in: scope, .bare) == true { return .own(name) }
        if let common = common(answer, effect, scope, .bare) { return .common(common) }
        if let common = builtIn(answer, effect) { return .common(common) }
        return effect == .read && answer.isGood ? .good : .unknown
    }

    private func common(_ answer: ReadAnswer, _ effect: Request.Effect, _ scope: Scope, _ part: Verdict.Part) -> Common?
    {
        // What a write finds gone or refused, a list or a proof must say itself.
        let table: [(Common, Verdict?)] = [
            (.slowDown, errors.slowDown), (.unauthorized, errors.unauthorized), (.forbidden, errors.forbidden),
            (.gone, effect == .write ? errors.gone : nil), (.already, effect == .write ? errors.already : nil),
            (.unavailable, errors.unavailable), (.refused, effect == .write ? errors.refused : nil),
            (.failed, errors.failed),
        ]
        return table.first { $0.1?.matches(answer, in: scope, part) == true }?.0
    }

    private func builtIn(_ answer: ReadAnswer, _ effect: Request.Effect) -> Common? {
        switch answer.status {
        case 429: .slowDown
        case 503 where answer.headers["Retry-After"] != nil: .slowDown
        case 401: .unauthorized
        case 403: .forbidden
        case 408, 425, 500...599: .unavailable
        case 400...499 where effect == .write: .refused
        default: nil
        }
    }

    /// The vendor's words for people, without anything that looks like a secret.
    func reason(_ answer: ReadAnswer) -> String? {
        if let document = answer.document {
            for place in errors.reason {
                if let text = place.value(in: document)?.scalarText, !text.isEmpty {
                    return Redaction.maskRandom(in: String(text.prefix(300)))
                }
            }
        }
        return answer.problem
    }

    /// Whether an answer asks for a later repetition, for the retrying transport.
    func temporary(_ answer: ReadAnswer, _ verdicts: [(Int, Verdict?)], effect: Request.Effect, in scope: Scope)
        -> Temporary?
    {
        switch judge(answer, verdicts, effect: effect, in: scope) {
        case .common(.slowDown): .slowDown(after: nil)
        case .common(.unavailable): .unavailable
        default: nil
        }
    }
}

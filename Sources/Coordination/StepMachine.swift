package import Authorizations
package import ConnectorKit

/// One authorization on its way from planned to settled: what to do next, given what was seen.
///
/// A pure value: it sends nothing, waits for nothing and writes nothing, so that every rule can be tested by itself.
package struct StepMachine: Sendable, Hashable {
    package enum Next: Sendable, Hashable {
        /// Find out by a read whether it is alive, after a wait.
        case preRead(after: Duration)
        /// Log the intent, then send, after a wait.
        case send(after: Duration)
        /// Ask by a read whether it is dead, after a wait.
        case read(after: Duration)
        case settle(Settlement)
    }

    /// What a vendor's last answer was good for.
    private enum Said: Sendable {
        case acceptedOrGone
        case refused
        case ambiguous
        /// Nothing was done, as somebody else wrote in between.
        case conflict
    }

    package static let attemptLimit = 5
    /// Reads in a row without a conclusion.
    package static let blindLimit = 5

    let proof: Proof?
    let isIdempotent: Bool
    /// What to do by hand when the vendor refuses.
    let hasManualWay: Bool
    /// Counted by answers: an intent whose answer was lost to a crash costs none.
    package private(set) var attempts = 0
    private var said: Said?
    private var reason: String?
    private var blind = 0
    /// Time that conclusive reads have waited.
    private var spent: Duration = .zero
    private var interval: Duration
    private var reads = 0

    package init(proof: Proof?, isIdempotent: Bool, hasManualWay: Bool, attempts: Int = 0) {
        self.proof = proof
        self.isIdempotent = isIdempotent
        self.hasManualWay = hasManualWay
        self.attempts = attempts
        interval = proof?.every ?? .seconds(1)
    }

    private var canRead: Bool {
        switch proof?.form {
        case .request, .listing: true
        case .nothing, nil: false
        }
    }

    /// Rule 1: before the first intent its life is known, by this run's listing or by a read of its own.
    package func start(isKnownAlive: Bool) -> Next {
        !canRead || (isKnownAlive && proof?.form == .listing) ? .send(after: .zero) : .preRead(after: .zero)
    }

    /// Rule 6: a request may or may not have been sent, so reading comes first.
    package mutating func resume(answer: Answer.Meaning?) -> Next {
        said = answer.map(said) ?? .ambiguous
        return canRead ? .read(after: firstRead) : withoutReading()
    }

    /// A read too soon after an acceptance would prove nothing.
    private var firstRead: Duration { said == .acceptedOrGone ? proof?.after ?? .zero : .zero }

    package mutating func preRead(_ reading: Reading) -> Next {
        switch reading {
        case .dead(let evidence) where proof?.mayBeElsewhere ?? false:
            let reason = "this account does not know it, and nothing was sent; it may live in another account"
            return .settle(Settlement(.unknown, evidence: evidence, reason: reason))
        case .dead(let evidence): return .settle(Settlement(.alreadyDead, evidence: evidence))
        case .alive:
            blind = 0
            return .send(after: .zero)
        case .inconclusive(let reason):
            blind += 1
            if blind >= Self.blindLimit {
                return .settle(
                    Settlement(
                        .unknown,
                        reason:
                            "\(Self.blindLimit) reads in a row brought no conclusion, and nothing was sent: \(reason)"))
            }
            return .preRead(after: Self.backOff(blind))
        }
    }

    package mutating func answered(_ answer: Answer) -> Next {
        attempts += 1
        blind = 0
        reads = 0
        spent = .zero
        interval = proof?.every ?? .seconds(1)
        reason = answer.reason
        said = said(answer.meaning)
        if said == .conflict, isIdempotent { return again() }
        return canRead ? .read(after: firstRead) : withoutReading()
    }

    package mutating func read(_ reading: Reading) -> Next {
        switch reading {
        case .dead(let evidence): return .settle(Settlement(.dead, evidence: evidence))
        case .inconclusive(let why):
            blind += 1
            if blind >= Self.blindLimit {
                return .settle(
                    Settlement(.unknown, reason: "\(Self.blindLimit) reads in a row brought no conclusion: \(why)"))
            }
            return .read(after: Self.backOff(blind))
        case .alive(let evidence):
            blind = 0
            reads += 1
            return alive(evidence)
        }
    }

    private mutating func alive(_ evidence: String) -> Next {
        if said == .refused { return .settle(refusal(evidence)) }
        if said == .conflict || said == .ambiguous && isIdempotent, mayTryAgain { return again() }
        let limit = proof?.within ?? .seconds(60)
        if spent < limit {
            let wait = min(interval, limit - spent)
            spent += wait
            interval = interval * 2
            return .read(after: wait)
        }
        if said == .ambiguous, mayTryAgain { return again() }
        let words = reads == 1 ? "1 read" : "\(reads) reads"
        let because =
            said == .acceptedOrGone
            ? "the vendor accepted it, yet it is still there after \(words)" : reason ?? "it is still there"
        return .settle(Settlement(.alive, evidence: evidence, reason: because))
    }

    /// A surface that cannot be read: what the vendor says is all there is, and never `dead`.
    private mutating func withoutReading() -> Next {
        switch said {
        case .acceptedOrGone:
            let why: String =
                if case .nothing(let text)? = proof?.form { text.en } else { "nothing can be asked about it" }
            return .settle(Settlement(.accepted, reason: why))
        case .refused: return .settle(refusal(nil))
        case .conflict: return isIdempotent ? again() : .settle(refusal(nil))
        case .ambiguous, nil:
            if isIdempotent, mayTryAgain { return again() }
            return .settle(
                Settlement(.unknown, reason: reason ?? "the answer was lost, and nothing can be asked about it"))
        }
    }

    private func refusal(_ evidence: String?) -> Settlement {
        Settlement(hasManualWay ? .manual : .failed, evidence: evidence, reason: reason ?? "the vendor refused")
    }

    private var mayTryAgain: Bool { attempts < Self.attemptLimit }

    private func again() -> Next { .send(after: Self.backOff(max(1, attempts))) }

    /// A conflict at the last attempt will not change any more: it is a refusal then.
    private func said(_ meaning: Answer.Meaning) -> Said {
        switch meaning {
        case .accepted, .gone: .acceptedOrGone
        case .refused, .forbidden: .refused
        case .conflict: mayTryAgain ? .conflict : .refused
        case .ambiguous, .slowDown: .ambiguous
        }
    }

    /// 1, 2, 4, 8 … s; the runner adds the jitter.
    static func backOff(_ count: Int) -> Duration { .seconds(1 << min(max(count - 1, 0), 5)) }
}

/// How a step ended, with what shows it.
package struct Settlement: Sendable, Hashable {
    package var outcome: Outcome
    /// How it was proved, in words.
    package var evidence: String?
    package var reason: String?

    package init(_ outcome: Outcome, evidence: String? = nil, reason: String? = nil) {
        self.outcome = outcome
        self.evidence = evidence
        self.reason = reason
    }
}

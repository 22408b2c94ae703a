internal import Foundation

/// What the vendor said to a write.
///
/// It proves nothing.
package struct Answer: Sendable, Hashable {
    package enum Meaning: Sendable, Hashable {
        case accepted
        /// There is no such thing, or it is off already.
        case gone
        case refused
        case slowDown
        /// It may or may not have been carried out.
        case ambiguous
        /// Somebody else wrote in between.
        case conflict
        /// The credential may not do it.
        case forbidden
    }

    package var meaning: Meaning
    package var status: Int?
    /// The vendor's words, or why no answer came.
    package var reason: String?
    /// Verb and template of the request that decided.
    package var label: String
    package var host: String
    package var bytes: Int

    package init(
        _ meaning: Meaning, status: Int? = nil, reason: String? = nil, label: String = "", host: String = "",
        bytes: Int = 0
    ) {
        self.meaning = meaning
        self.status = status
        self.reason = reason
        self.label = label
        self.host = host
        self.bytes = bytes
    }
}

/// What a read showed.
package enum Reading: Sendable, Hashable {
    case dead(evidence: String)
    case alive(evidence: String)
    /// No conclusion: cut, 5xx, nonsense, not allowed.
    case inconclusive(reason: String)
}

/// How an authorization of a plan ended.
///
/// Only a read makes ``dead``, and only one before the write ``alreadyDead``.
package enum Outcome: String, Sendable, CaseIterable {
    case dead
    case alreadyDead = "already-dead"
    case alive
    case unknown
    case accepted
    case manual
    case kept
    case failed
    case skipped

    /// Not shown dead although it was to be ended.
    package var isOpen: Bool {
        switch self {
        case .alive, .unknown, .accepted, .failed, .skipped: true
        case .dead, .alreadyDead, .manual, .kept: false
        }
    }
}

/// What a plan has in mind for an authorization.
package enum Action: String, Sendable, CaseIterable {
    case revoke
    case disable
    case manual
    case keep

    /// Whether carrying it out sends a write.
    package var ends: Bool { self == .revoke || self == .disable }
}

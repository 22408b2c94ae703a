/// How a third party got in, which decides how it is put out.
package enum Kind: String, Sendable, CaseIterable {
    case oauthGrant = "oauth-grant"
    case installedApp = "installed-app"
    case apiKey = "api-key"
    case accessToken = "access-token"
    case serviceAccountKey = "service-account-key"
    case webhook
    case pushChannel = "push-channel"
    case automation
    case calendarShare = "calendar-share"
    case connectedAccount = "connected-account"
    case session
    case other

    /// When such an authorization is revoked; ``other`` has no phase of its own and must be given one.
    package var phase: Phase? {
        switch self {
        case .automation: .automations
        case .webhook, .pushChannel: .subscriptions
        case .calendarShare: .shares
        case .oauthGrant, .installedApp, .connectedAccount: .grants
        case .apiKey, .accessToken, .serviceAccountKey: .keys
        case .session: .sessions
        case .other: nil
        }
    }
}

/// The order of a run: senders before the credentials they use, what this tool signs in with last.
package enum Phase: String, Sendable, CaseIterable, Comparable {
    case automations
    case subscriptions
    case shares
    case grants
    case keys
    case sessions
    case ownCredential = "own-credential"

    package static func < (one: Phase, other: Phase) -> Bool { one.rank < other.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Who may end an authorization at the vendor.
package enum Actor: String, Sendable, CaseIterable {
    case accountOwner = "account-owner"
    case app
    case tokenHolder = "token-holder"
}

/// How well the facts behind a surface are known.
package enum Confidence: String, Sendable, CaseIterable {
    case high
    case medium
    case low
}

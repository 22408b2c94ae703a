/// What could be seen of one surface of one account.
package struct Coverage: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case seen
        case partial
        case forbidden
        case unlistable
        case failed
        case notConfigured = "not-configured"
    }

    package var account: String
    package var surface: String
    package var state: State
    /// The limit is the vendor's own and permanent, so that it does not change an exit code.
    package var byNature: Bool
    package var count: Int
    /// The total that the vendor announced.
    package var expected: Int?
    package var note: LocalizedText?

    package init(
        account: String, surface: String, state: State, byNature: Bool = false, count: Int = 0, expected: Int? = nil,
        note: LocalizedText? = nil
    ) {
        self.account = account
        self.surface = surface
        self.state = state
        self.byNature = byNature
        self.count = count
        self.expected = expected
        self.note = note
    }
}

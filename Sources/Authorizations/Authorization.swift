package import Documents
package import Foundation

/// One standing permission that a third party holds over an account: what `revoke` finds and ends.
package struct Authorization: Sendable, Hashable, Identifiable {
    /// `account/surface/` and what identifies it there, each part percent-encoded; the same across runs.
    package var id: String
    package var account: String
    package var surface: String
    package var kind: Kind
    /// By what the account's own vendor knows it; `nil` for the one manual step of an unlistable surface.
    package var vendorID: String?
    package var title: String
    /// The third party that can use it, as the vendor names it.
    package var holder: String?
    /// OAuth client or app id, by which a vendor is recognised most safely.
    package var client: String?
    /// The person or account whose data it opens.
    package var owner: String?
    package var scopes: [String] = []
    package var createdAt: Date?
    package var lastUsedAt: Date?
    package var expiresAt: Date?
    /// Addresses that it sends to or is used from.
    package var targets: [String] = []
    package var state: String?
    package var hint: String?
    /// Bound names that later requests need; no secret is among them.
    package var values: [String: JSON] = [:]
    /// The entry of the list that it was found under: items with equal parents are listed by one read.
    package var parent: String = ""

    package init(id: String, account: String, surface: String, kind: Kind, vendorID: String?, title: String) {
        self.id = id
        self.account = account
        self.surface = surface
        self.kind = kind
        self.vendorID = vendorID
        self.title = title
    }
}

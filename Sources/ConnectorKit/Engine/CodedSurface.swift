package import Authorizations

/// A surface that a manifest cannot express, written in Swift in its connector's folder.
package protocol CodedSurface: Sendable {
    /// The id under which the connector knows it, for example `cross-account-role`.
    var surface: Surface { get }

    /// Lists all that stands there, and throws ``ListFailure`` where it cannot be seen.
    func items(in session: AccountSession) async throws -> [Authorization]

    /// Asks the vendor to end one.
    func end(_ authorization: Authorization, by ending: Ending, in session: AccountSession) async throws -> Answer
}

extension CodedSurface {
    func list(again authorization: Authorization, in session: AccountSession) async throws -> Listing {
        let present = try await items(in: session).reduce(into: [String: Bool]()) { $0[$1.id] = false }
        return Listing(present: present, gap: nil)
    }
}

extension AccountSession {
    func discover(
        _ surface: Surface, _ coded: any CodedSurface, found: @Sendable ([Authorization]) -> Void
    ) async -> Coverage {
        do {
            let items = try await coded.items(in: self)
            if !items.isEmpty { found(items) }
            var coverage = coverage(surface, .seen)
            coverage.count = items.count
            return coverage
        } catch {
            let failure = Self.describe(error)
            let state: Coverage.State = if case .forbidden = failure { .forbidden } else { .failed }
            return coverage(surface, state, note: LocalizedText(en: failure.words, fr: failure.words))
        }
    }
}

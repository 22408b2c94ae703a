package import Authorizations
internal import Documents
internal import Foundation

extension AccountSession {
    /// The name under which an account's configuration gives values in hand: `credentials: {held: …}`.
    package static let heldName = "held"

    package func optedOut(_ surface: Surface) -> Coverage {
        coverage(
            surface, .notConfigured, byNature: true,
            note: LocalizedText(
                en: "left out unless --kind \(surface.kind.rawValue) asks for it",
                fr: "laissé de côté sans --kind \(surface.kind.rawValue)"))
    }

    /// The values that the account's configuration gives, as authorizations of the surfaces that know their shape.
    package func valuesInHand(_ surfaces: [Surface]) async throws -> [Authorization] {
        let values = try await heldValues()
        // A value goes to the first surface that knows its shape, and to no second one.
        return values.compactMap { value in surfaces.first { $0.claims(value) }.map { inHand(value, $0) } }
    }

    /// The value in hand behind an authorization, found by its digest.
    package func heldValue(of authorization: Authorization) async throws -> Secret? {
        guard authorization.id.hasPrefix("key/") else { return nil }
        return try await heldValues().first { $0.reveal(digest) == authorization.vendorID }
    }

    /// One value a line, blank lines left out.
    private func heldValues() async throws -> [Secret] {
        guard account.credentials[Self.heldName] != nil else { return [] }
        do {
            let parts = try await keyring.secrets(Self.heldName)
            return parts.sorted { $0.key < $1.key }.flatMap { part in
                part.value.reveal {
                    $0.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                }
                .filter { !$0.isEmpty }.map { Secret($0) }
            }
        } catch let failure as EntranceFailure {
            throw failure
        } catch {
            throw EntranceFailure(.secretMissing, "\(error)")
        }
    }

    private func inHand(_ value: Secret, _ surface: Surface) -> Authorization {
        let digest = value.reveal(self.digest)
        let last4 = value.reveal { $0.count >= 16 ? String($0.suffix(4)) : "" }
        var authorization = Authorization(
            id: "key/\(surface.kind.rawValue)/\(digest)", account: account.name, surface: shownID(of: surface),
            kind: surface.kind,
            vendorID: digest, title: last4.isEmpty ? surface.id : "\(surface.id) ending in \(last4)")
        authorization.hint = last4.isEmpty ? nil : last4
        return authorization
    }
}

extension Surface {
    /// Whether a value in hand has the shape of this surface's own.
    func claims(_ value: Secret) -> Bool {
        guard let given else { return false }
        return value.reveal { text in
            if let except = given.except, except.matchesWhole(text) { return false }
            if given.secret?.matchesWhole(text) == true {
                return given.url != nil || !text.hasPrefix("https://") && !text.hasPrefix("http://")
            }
            if given.url?.matchesWhole(text) == true { return true }
            // Towards this computer an address may be http, as a base_url may.
            return text.hasPrefix("http://") && given.url?.matchesWhole("https" + text.dropFirst(4)) == true
        }
    }
}

extension AccountSession {
    /// The name that prepare or whoami binds where a vendor tells which of the listed things the credential in use is.
    static let ownCredentialName = "own_credential"

    /// By what an authorization is known to be the credential in use: parts of the account's own credentials and their
    /// digests, for things named by a digest.
    package func ownCredentialMarks() async -> Set<String> {
        var marks: Set<String> = []
        for secret in await keyring.ownSecrets() {
            secret.reveal { value in
                marks.insert(value)
                marks.insert(digest(value))
            }
        }
        if let told = base.text(Self.ownCredentialName) { marks.insert(told) }
        return marks
    }
}

internal import Authorizations
internal import ConnectorKit

extension Inventory {
    /// The ids of authorizations that are what this tool itself signs in with: their id, client or value equals a part
    /// of a configured credential, or the vendor said which it is.
    package func ownCredentials() async -> Set<String> {
        var own: Set<String> = []
        for session in visited.compactMap(\.session) {
            let known = await session.ownCredentialMarks()
            for authorization in authorizations where authorization.account == session.account.name {
                let marks = [authorization.vendorID, authorization.client].compactMap { $0 }
                if marks.contains(where: known.contains) { own.insert(authorization.id) }
            }
        }
        return own
    }
}

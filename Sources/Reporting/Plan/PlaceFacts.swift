internal import Authorizations
package import ConnectorKit
package import Coordination

/// What the connectors' manifests say about the places of a plan.
package struct PlaceFacts: Sendable {
    private let manifests: [String: Manifest]
    private let connectors: [String: [String]]

    /// Manifests stand by their connector's id; one that is missing costs only what it would have said.
    package init(_ plan: Plan, _ manifests: [String: Manifest]) {
        self.manifests = manifests
        connectors = plan.accounts.reduce(into: [:]) { $0[$1.name, default: []].append($1.connector) }
    }

    /// Takes a surface as it is shown: `connector:surface` where an account serves several connectors.
    func surface(account: String, surface: String) -> Surface? {
        let (connector, id) = split(account: account, surface: surface)
        return connector.flatMap { manifests[$0] }?.surfaces.first { $0.id == id }
    }

    func surface(of authorization: Authorization) -> Surface? {
        surface(account: authorization.account, surface: authorization.surface)
    }

    func connector(of authorization: Authorization) -> String? {
        split(account: authorization.account, surface: authorization.surface).connector
    }

    /// The vendor as people call it.
    func title(of authorization: Authorization) -> String? {
        connector(of: authorization).flatMap { manifests[$0] }?.title
    }

    private func split(account: String, surface: String) -> (connector: String?, id: String) {
        if let colon = surface.firstIndex(of: ":") {
            return (String(surface[..<colon]), String(surface[surface.index(after: colon)...]))
        }
        return (connectors[account]?.first, surface)
    }
}

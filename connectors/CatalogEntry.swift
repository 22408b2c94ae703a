package import ConnectorKit
internal import Cryptography

/// One folder of `connectors/`, as it was when the program was built.
package struct CatalogEntry: Sendable, Identifiable {
    /// The folder's name.
    package let id: String
    /// The text of `connector.yaml`.
    package let manifest: String
    /// The texts of `exchanges/*.http`, by their names without the ending.
    package let exchanges: [(name: String, text: String)]
    private let makeCoded: @Sendable () -> [any CodedSurface]

    package init(
        id: String, manifest: String, exchanges: [(name: String, text: String)],
        coded: @escaping @Sendable () -> [any CodedSurface]
    ) {
        self.id = id
        self.manifest = manifest
        self.exchanges = exchanges
        makeCoded = coded
    }

    /// Surfaces that the folder writes in Swift.
    package var coded: [any CodedSurface] { makeCoded() }

    /// SHA-256 of the manifest, in hex.
    package var digest: String { SHA256.digest(of: manifest).hex }

    package func connector() throws(ManifestError) -> Connector {
        let file = "connectors/\(id)/connector.yaml"
        return Connector(try Manifest(yaml: manifest, file: file, folder: id, digest: digest), coded: coded)
    }

    package func recordings() throws(ExchangeError) -> [Exchange] {
        try exchanges.map { (name, text) throws(ExchangeError) in
            try Exchange(text, file: "connectors/\(id)/exchanges/\(name).http")
        }
    }
}

package import ConnectorKit
internal import Synchronization

/// The connectors that the program was built with; the plug-in EmbedConnectors writes `entries` and `vendorTexts`.
package enum Catalog {
    private static let parsed = Mutex<[String: Connector]>([:])

    package static func entry(_ id: String) -> CatalogEntry? { entries.first { $0.id == id } }

    /// Read when it is first asked for; `nil` where there is no such folder.
    package static func connector(_ id: String) throws(ManifestError) -> Connector? {
        if let connector = parsed.withLock({ $0[id] }) { return connector }
        guard let connector = try entry(id)?.connector() else { return nil }
        parsed.withLock { $0[id] = connector }
        return connector
    }

    /// How vendors show up inside others; some have no connector.
    package static func vendors() throws(ManifestError) -> [Vendor] {
        try vendorTexts.map { (id, text) throws(ManifestError) in
            try Vendor(yaml: text, file: "connectors/\(id)/vendor.yaml", folder: id)
        }
    }
}

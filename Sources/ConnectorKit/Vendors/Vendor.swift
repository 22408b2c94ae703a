package import Authorizations

/// How a vendor shows up inside other vendors' accounts: `connectors/ID/vendor.yaml`.
package struct Vendor: Sendable, Hashable, Identifiable {
    package var id: String
    package var title: String
    /// Other names that people know it by.
    package var aliases: [String]
    package var sources: [String]
    package var fingerprints: [Fingerprint]

    /// One thing by which the vendor can be known in somebody else's list.
    package struct Fingerprint: Sendable, Hashable {
        package enum Mark: Sendable, Hashable {
            /// An OAuth client or app id at the vendor of that connector.
            case client(String, connector: String)
            /// The name under which its app is listed; compared without case.
            case app(String)
            /// A host that its webhooks and redirects use; `*.` stands for any subdomain.
            case host(String)
            /// An e-mail address of a service account; `*` stands for anything.
            case serviceAccount(String)
        }

        package var mark: Mark
        package var confidence: Confidence
        package var source: String
    }
}

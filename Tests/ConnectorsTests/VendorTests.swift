import ConnectorKit
import Connectors
import Testing

@Suite struct VendorTests {
    @Test("reads every vendor.yaml")
    func all() throws {
        let vendors = try Catalog.vendors()
        #expect(vendors.count > 1)
        for vendor in vendors { #expect(!vendor.fingerprints.isEmpty, "\(vendor.id)") }
    }

    @Test("knows each name once")
    func names() throws {
        var owners: [String: String] = [:]
        for vendor in try Catalog.vendors() {
            for name in Set([vendor.id] + vendor.aliases).map({ $0.lowercased() }) {
                #expect(owners[name] == nil, "'\(name)' is both \(vendor.id) and \(owners[name] ?? "")")
                owners[name] = vendor.id
            }
        }
    }

    @Test("means client ids of connectors that exist")
    func clients() throws {
        let ids = Set(Catalog.entries.map(\.id))
        for vendor in try Catalog.vendors() {
            for case .client(let client, let connector) in vendor.fingerprints.map(\.mark) {
                #expect(ids.contains(connector), "\(vendor.id): \(client) is said to be of '\(connector)'")
            }
        }
    }

    @Test("names all mistakes of a file at once")
    func mistakes() {
        let text = """
            format: 1
            id: acme
            title: Acme
            sources: [none]
            fingerprint: []
            fingerprints:
              - {host: "Hooks.acme", confidence: high, source: a}
              - {client: "12", confidence: sure, source: a}
              - {app: Acme, host: acme.com, confidence: high, source: a}
              - {app: Acme, in: slack, confidence: high}
            """
        let error = #expect(throws: ManifestError.self) { try Vendor(yaml: text, file: "vendor.yaml", folder: "acme") }
        #expect(
            error?.issues.map(\.description) == [
                "vendor.yaml:5:1: error: unknown key 'fingerprint' in the vendor; did you mean 'fingerprints'?",
                "vendor.yaml:7:12: error: 'Hooks.acme' is not a host; write hooks.acme.com or *.acme.com, in lower case",
                "vendor.yaml:8:5: error: 'in' is missing in fingerprint: whose client ids are meant?",
                "vendor.yaml:8:32: error: 'sure' is not a confidence; one of high, medium, low",
                "vendor.yaml:9:5: error: a fingerprint is one of client, app, host, service_account",
                "vendor.yaml:10:5: error: 'source' is missing in fingerprint",
                "vendor.yaml:10:21: error: 'in' says whose client ids are meant; it belongs to 'client'",
            ])
    }
}

package import Authorizations
package import Documents
internal import Transport

/// What a vendor keeps for one account and how it is asked for, worked out of what was recorded of it.
///
/// The engine itself reads the recorded lists and makes the requests, so that nothing here knows a vendor, and whoever
/// plays it only has to recognise a request and to remember what was ended.
package struct RecordedVendor: Sendable {
    /// One thing that stands there.
    package struct Item: Sendable, Identifiable {
        /// The authorization's id; of a value in hand `surface#number`.
        package var id: String
        package var surface: String
        package var vendorID: String
        /// Texts of all bound names, to make another item's answer this one's.
        package var names: [String: String]
        /// The value in hand.
        package var secret: Secret?
        var scope: Scope
    }

    /// A recorded answer that lists things.
    package struct Listing: Sendable {
        package var surface: String
        package var exchange: Exchange
        /// Where in the answer each item stands, in the order of the document.
        package var places: [(item: String, pointer: JSONPointer)]
        package var operation: ListOperation
        package var isXML: Bool
        /// Where a total is announced, so that it can be lowered.
        package var totals: [Paging.Source]
        var scope: Scope
    }

    package enum Role: Sendable {
        /// Always the same answer.
        case recorded(Exchange, pair: Int)
        case token(Exchange, credential: String)
        /// By the listing's number.
        case listing(Int)
        case change(item: String?, surface: String, Ending, step: Int, isLast: Bool)
        /// The whole document behind a listing is written; what is no longer in it has ended.
        case document(listing: Int, Ending, step: Int)
        case bulk(surface: String)
        case probe(item: String?, surface: String, Ending)
        case detail(item: String, surface: String)
        case description(item: String?, surface: String)
    }

    /// Who may ask.
    package enum Admission: Sendable {
        case anybody
        /// What the account's credential makes of the request; `nil` where only a token that was given out will do.
        case credential(String, exact: Exchange.Asked?)
        /// A signature by this key, which is not checked further.
        case signature(accessKey: String)
    }

    package struct Expected: Sendable {
        /// With `<secret>` for whatever a credential adds.
        package var asked: Exchange.Asked
        package var role: Role
        package var admission: Admission
        /// What must stand in the body: of a document that is written back only that much is known before.
        package var mustHold: [(pointer: JSONPointer, value: JSON)] = []
    }

    package let connector: Connector
    package let exchanges: [Exchange]
    package internal(set) var items: [Item] = []
    package internal(set) var listings: [Listing] = []
    /// The first that fits counts.
    package internal(set) var expected: [Expected] = []
    /// The address that stands in for the vendor's, where nobody listens: only paths matter.
    private static let base = "http://sandbox.invalid"
    let address: Address

    let session: AccountSession
    /// Every secret of it is `<secret>`.
    let masked: AccountSession
    let values: [String: JSON]

    /// Parts are those of the account's credentials, by credential and part.
    package init(
        _ connector: Connector, _ exchanges: [Exchange], account: Account, parts: [String: [String: Secret]],
        inHand: [String: [Secret]]
    ) async throws {
        self.connector = connector
        self.exchanges = exchanges
        values = RecordedValues(connector.manifest, exchanges).values
        guard let address = Address(Self.base + "/") else { throw RequestRefusal.malformedAddress }
        self.address = address
        var account = account
        account.baseURL = Self.base
        session = try AccountSession.recorded(connector, account, values, parts)
        let marks = parts.mapValues { $0.mapValues { _ in Secret(Exchange.secret) } }
        masked = try AccountSession.recorded(connector, account, values, marks)
        try await readLists(inHand)
    }

    /// An exchange of a surface's operation, rather of that very item.
    package func exchange(
        _ surface: String, _ operations: [Exchange.Operation], _ claims: [Exchange.Claim], for item: Item? = nil
    ) -> Exchange? {
        let fitting = exchanges.filter { one in
            one.surface == surface && operations.contains(one.operation) && claims.contains(one.shows)
        }
        let own = fitting.first { one in item != nil && one.values["id"]?.scalarText == item?.vendorID }
        return own ?? fitting.first
    }

    package func surface(_ id: String) -> Surface? { connector.manifest.surfaces.first { $0.id == id } }
}

/// What is true of the whole account: settings and what prepare and whoami bind.
package struct RecordedValues: Sendable {
    package private(set) var values: [String: JSON] = [:]

    package init(_ manifest: Manifest, _ exchanges: [Exchange]) {
        let names =
            manifest.settings.map(\.name) + manifest.prepare.flatMap(\.bind).map(\.name)
            + (manifest.whoAmI?.bind.map(\.name) ?? [])
        for name in names {
            // Some exchanges show another account; what most of them say is the sandbox's.
            var counts: [JSON: Int] = [:]
            for value in exchanges.compactMap({ $0.values[name] }) { counts[value, default: 0] += 1 }
            values[name] = counts.max { ($0.value, $1.key.text) < ($1.value, $0.key.text) }?.key
        }
        for (_, list) in manifest.lists {
            // A list of settings holds what the recorded lists were asked for.
            guard case .setting(let setting) = list.source, let name = list.bind.first?.name else { continue }
            var seen: [JSON] = []
            for one in exchanges where one.shows == .list {
                if let value = one.values[name], !seen.contains(value) { seen.append(value) }
            }
            if !seen.isEmpty { values[setting] = .array(seen) }
        }
    }
}

package import Authorizations
internal import Documents

/// A surface that a manifest cannot express, written in Swift in its connector's folder.
package protocol CodedSurface: Sendable {
    /// As a manifest would describe it. It is found by ``Discover/Source/coded``, and its changes have no steps.
    var surface: Surface { get }

    /// Lists all that stands under one parent.
    ///
    /// - Throws: ``ListFailure`` where it cannot be seen.
    func list(under parent: Scope, in session: AccountSession) async throws -> CodedListing

    /// Adds what only a read of its own tells, which no proof needs.
    func detailed(_ authorization: Authorization, in session: AccountSession) async throws -> Authorization

    /// Asks the vendor to end one, or to put it back.
    func end(_ authorization: Authorization, by ending: Ending, in session: AccountSession) async throws -> Answer
}

extension CodedSurface {
    package func detailed(_ authorization: Authorization, in session: AccountSession) async throws -> Authorization {
        authorization
    }
}

/// What a coded surface saw under one parent.
package struct CodedListing: Sendable {
    package var items: [Authorization]
    package var shortfall: Shortfall?

    package init(_ items: [Authorization], shortfall: Shortfall? = nil) {
        self.items = items
        self.shortfall = shortfall
    }
}

/// Why what was listed is not all there is, although nothing failed.
///
/// An item that is missing there is not shown to be gone.
package struct Shortfall: Sendable, Hashable {
    package var state: Coverage.State
    /// The limit is the vendor's own and permanent.
    package var isByNature: Bool
    package var note: LocalizedText

    package init(_ state: Coverage.State, isByNature: Bool, note: LocalizedText) {
        self.state = state
        self.isByNature = isByNature
        self.note = note
    }
}

extension Discover {
    /// For a surface that is written in Swift: listed once for each entry of `list`, each item identified by its
    /// vendor's id together with those of its values that `under` names.
    package static func coded(forEach list: String? = nil, under: [String] = []) -> Discover {
        var discover = Discover(source: .coded, fields: [], under: under)
        discover.forEach = list.map { ForEach(list: $0, condition: nil) }
        return discover
    }
}

extension Change {
    /// Carried out by the connector's Swift, which reads before it writes and so may be called again.
    package static let coded = Change(steps: [])
}

extension AccountSession {
    func read(
        _ surface: Surface, _ coded: any CodedSurface, under parent: Scope, withDetails: Bool
    ) async throws -> ParentReading {
        let listing = try await coded.list(under: parent, in: self)
        let items = withDetails ? await detailed(listing.items, by: coded) : listing.items
        let found = items.map { item in
            FoundItem(authorization: item, document: .null, scope: parent.binding(item.values), isText: false)
        }
        return ParentReading(
            items: found, received: items.count, expected: nil, isCapped: false, shortfall: listing.shortfall)
    }

    /// Some at once; one whose read fails keeps what the list said.
    private func detailed(_ items: [Authorization], by coded: any CodedSurface) async -> [Authorization] {
        await withTaskGroup(of: (Int, Authorization).self) { group in
            var result = items
            for (index, item) in items.enumerated() {
                if index >= 24, let (done, detailed) = await group.next() { result[done] = detailed }
                group.addTask { (index, (try? await coded.detailed(item, in: self)) ?? item) }
            }
            for await (done, detailed) in group { result[done] = detailed }
            return result
        }
    }
}

package import ConnectorKit

extension Conformance {
    /// Exchanges that the connector's surfaces ask for and that are not there.
    package static func missing(of connector: Connector, in exchanges: [Exchange]) -> [String] {
        func has(_ surface: Surface, _ operations: [Exchange.Operation], _ claims: [Exchange.Claim]) -> Bool {
            exchanges.contains { one in
                one.surface == surface.id && operations.contains(one.operation) && claims.contains(one.shows)
            }
        }
        var missing: [String] = []
        for surface in connector.manifest.surfaces {
            for (operations, claims) in wanted(of: surface) where !has(surface, operations, claims) {
                let named = operations.map(\.description).joined(separator: " or ")
                let shown = claims.map(\.rawValue).joined(separator: " or ")
                missing.append("\(connector.id)/\(surface.id): no exchange of \(named) that shows \(shown)")
            }
        }
        if !exchanges.contains(where: { $0.shows == .throttled }) {
            missing.append("\(connector.id): no exchange that shows throttled")
        }
        for exchange in exchanges {
            if let id = exchange.surface, !connector.manifest.surfaces.contains(where: { $0.id == id }) {
                missing.append("\(exchange.file): there is no surface '\(id)'")
            }
        }
        return missing
    }

    private typealias Wanted = [([Exchange.Operation], [Exchange.Claim])]

    private static func wanted(of surface: Surface) -> Wanted {
        var wanted: Wanted = []
        if case .list(let list)? = surface.discover?.source {
            wanted.append(([.discover], [.list]))
            // An object that must be there is never no item.
            if list.items.shape != .one || list.empty != nil { wanted.append(([.discover], [.empty])) }
            if list.next.isRecordable { wanted.append(([.discover], [.secondPage])) }
        }
        if surface.isCoded { wanted += [([.discover], [.list]), ([.discover], [.empty])] }
        if surface.revoke != nil { wanted += [([.revoke, .bulk], [.revoke]), ([.revoke, .bulk], [.again])] }
        if surface.disable != nil { wanted.append(([.disable], [.disable])) }
        if surface.undo != nil || surface.disable?.undo != nil { wanted.append(([.undo], [.undo])) }
        wanted += proofs(surface.verify, by: .verify)
        if surface.disable != nil { wanted += proofs(surface.disable?.verify ?? surface.verify, by: .verifyDisabled) }
        return wanted
    }

    private static func proofs(_ verify: Verify?, by operation: Exchange.Operation) -> Wanted {
        guard let verify else { return [] }
        if case .none = verify.form { return [] }
        return [([operation], [.dead]), ([operation], [.alive])]
    }

    /// Shapes of values in hand that two connectors claim, so that a value could go to the wrong vendor.
    package static func rivals(among connectors: [Connector]) -> [String] {
        let claims = connectors.flatMap { connector in
            connector.manifest.surfaces.compactMap { surface in
                surface.given.flatMap { $0.scans && $0.near.isEmpty ? (connector.id, surface.id, $0) : nil }
            }
        }
        var rivals: [String] = []
        for (id, surface, given) in claims {
            let samples = (1...20).compactMap { given.secret?.sample(seed: $0) }
            for (otherID, otherSurface, other) in claims where otherID != id {
                let isRival = samples.contains { sample in
                    other.secret?.matchesWhole(sample) == true && other.except?.matchesWhole(sample) != true
                }
                if isRival {
                    rivals.append("\(id)/\(surface) and \(otherID)/\(otherSurface) claim the same values in hand")
                }
            }
        }
        return rivals
    }
}

extension Paging {
    /// Whether a second page can be recorded without writing hundreds of invented items on the first.
    fileprivate var isRecordable: Bool {
        switch self {
        case .none: false
        case .offset(_, _, let size, nil), .page(_, _, _, let size, nil, nil): (size ?? 1) <= 250
        default: true
        }
    }
}

/// What knows one vendor: a manifest, with the few surfaces that are written in Swift.
package struct Connector: Sendable, Identifiable {
    package let manifest: Manifest
    /// By the surface's id.
    package let coded: [String: any CodedSurface]

    package var id: String { manifest.id }

    package init(_ manifest: Manifest, coded: [any CodedSurface] = []) {
        var manifest = manifest
        for one in coded where !manifest.surfaces.contains(where: { $0.id == one.surface.id }) {
            manifest.surfaces.append(one.surface)
        }
        self.manifest = manifest
        self.coded = coded.reduce(into: [:]) { $0[$1.surface.id] = $1 }
    }
}

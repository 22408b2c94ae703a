extension Manifest {
    /// The parts of a secret that a credential of that kind needs: names that neither settings nor answers bind.
    package func parts(of kind: CredentialKind) -> [String] {
        let known = Set(settings.map(\.name)).union(boundNames)
        var parts = kind.partNames.filter { !known.contains($0) && !$0.contains(".") && $0 != "scopes" }
        switch kind {
        case .oauthRefresh, .clientCredentials: parts += ["client_id", "client_secret"]
        case .sigv4: parts += ["access_key_id", "secret_access_key"]
        case .exchange: return []
        default: break
        }
        var seen: Set<String> = []
        return parts.filter { seen.insert($0).inserted }
    }

    private var boundNames: Set<String> {
        var names: Set<String> = ["secret"]
        names.formUnion(prepare.flatMap(\.bind).map(\.name))
        names.formUnion(whoAmI?.bind.map(\.name) ?? [])
        for (_, list) in lists { names.formUnion((list.bind + list.secrets).map(\.name)) }
        for discover in surfaces.compactMap(\.discover) {
            names.formUnion((discover.keep + discover.secrets + discover.fields).map(\.name))
        }
        return names
    }
}

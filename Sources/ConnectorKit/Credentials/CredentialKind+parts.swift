extension Manifest {
    /// The parts of a secret that a credential of that kind needs.
    ///
    /// They are the names in its templates that no setting has and, for all but the account's own credential, no answer
    /// binds: that one is used before there is an answer.
    package func parts(of kind: CredentialKind, for credential: String) -> [String] {
        let isOwn = credential == credentials.first?.name
        let known = Set(settings.map(\.name)).union(isOwn ? [] : answerNames)
        var parts = kind.partNames.filter { !known.contains($0) && !$0.contains(".") && $0 != "scopes" }
        switch kind {
        case .oauthRefresh, .clientCredentials: parts += ["client_id", "client_secret"]
        case .sigv4: parts += ["access_key_id", "secret_access_key"]
        default: break
        }
        var seen: Set<String> = []
        return parts.filter { seen.insert($0).inserted }
    }

    /// Names that answers and values in hand bind.
    var answerNames: Set<String> {
        var names: Set<String> = ["secret"]
        names.formUnion(prepare.flatMap(\.bind).map(\.name))
        names.formUnion(whoAmI?.bind.map(\.name) ?? [])
        for (_, list) in lists { names.formUnion((list.bind + list.secrets).map(\.name)) }
        for discover in surfaces.compactMap(\.discover) {
            names.formUnion((discover.keep + discover.secrets + discover.fields).map(\.name))
        }
        for given in surfaces.compactMap(\.given) { names.formUnion(given.secret?.groupNames ?? []) }
        return names
    }
}

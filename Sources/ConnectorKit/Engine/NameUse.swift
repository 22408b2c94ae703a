internal import Documents
internal import Transport

/// Which bound names a surface's requests use; worked out once for each surface.
struct SurfaceNames: Sendable {
    /// Every name that listing it uses, settings included.
    var listing: Set<String>
    /// What is carried from discovery into a plan: names that ending, proving, undoing and listing again use.
    var later: [String]
    /// What identifies the entry that it was found under.
    var parent: [String]

    func use(_ name: String) -> Bool { listing.contains(name) || later.contains(name) }

    init(_ surface: Surface, in manifest: Manifest, credentialNames: [String: [String]]) {
        var listing: Set<String> = []
        var parent: [String] = []
        if let discover = surface.discover {
            if let forEach = discover.forEach {
                listing.formUnion(Self.listNames(forEach.list, in: manifest))
                parent = Self.parents(forEach.list, in: manifest)
            }
            if case .list(let list) = discover.source { listing.formUnion(list.names(credentialNames)) }
        }
        var later = listing.union(surface.discover?.under ?? []).union(parent)
        if let id = surface.discover?.fields.first(where: { $0.name == "id" })?.field { later.formUnion(id.names) }
        for change in [surface.revoke, surface.disable, surface.undo] {
            later.formUnion(change?.names(credentialNames) ?? [])
        }
        for verify in [surface.verify, surface.disable?.verify] {
            later.formUnion(verify?.names(credentialNames) ?? [])
        }
        if let undo = surface.disable?.undo { later.formUnion(undo.flatMap { $0.names(credentialNames) }) }
        later.formUnion(surface.manual?.link.names ?? [])
        for operation in surface.operations {
            // A host that is made of a setting, and a credential that is, need it too.
            listing.formUnion(manifest.hosts.first { $0.name == operation.host }?.url.names ?? [])
            if case .named(let name) = operation.auth {
                let kinds = manifest.credentials.first { $0.name == name }?.declaration.accepts ?? []
                if kinds.count == 1 { listing.formUnion(kinds[0].templateNames) }
            }
        }
        self.listing = listing
        self.later = later.sorted()
        self.parent = parent
    }

    private static func listNames(_ name: String, in manifest: Manifest) -> Set<String> {
        guard let list = manifest.lists.first(where: { $0.name == name })?.list else { return [] }
        let above = list.forEach.map { listNames($0.list, in: manifest) } ?? []
        switch list.source {
        case .setting(let setting): return above.union([setting])
        case .values: return above
        case .request(let operation): return above.union(operation.names([:]))
        }
    }

    /// The first name that each list of the chain binds, outermost first.
    static func parents(_ name: String, in manifest: Manifest) -> [String] {
        guard let list = manifest.lists.first(where: { $0.name == name })?.list else { return [] }
        return (list.forEach.map { parents($0.list, in: manifest) } ?? []) + (list.bind.first.map { [$0.name] } ?? [])
    }
}

extension Surface {
    /// What listing and ending it sends.
    fileprivate var operations: [Operation] {
        var operations: [Operation] = []
        if case .list(let list)? = discover?.source { operations.append(list.operation) }
        for change in [revoke, disable] { operations += change?.steps.map(\.operation) ?? [] }
        return operations
    }
}

extension Operation {
    func names(_ credentialNames: [String: [String]]) -> Set<String> {
        var names = Set(path.names + headers.flatMap(\.value.names) + query.flatMap { $0.name.names + $0.value.names })
        switch body {
        case nil: break
        case .form(let pairs): names.formUnion(pairs.flatMap { $0.name.names + $0.value.names })
        case .json(let template): names.formUnion(template.names)
        case .graphql(_, let variables): names.formUnion(variables?.names ?? [])
        case .xml(let template), .text(let template): names.formUnion(template.names)
        }
        if case .named(let name) = auth { names.formUnion(credentialNames[name] ?? []) }
        if let fallback { names.formUnion(fallback.operation.names(credentialNames)) }
        return names
    }
}

extension ListOperation {
    func names(_ credentialNames: [String: [String]]) -> Set<String> {
        operation.names(credentialNames)
            .union((outer + [items]).flatMap { $0.condition?.names ?? [] })
    }
}

extension Condition {
    var names: Set<String> { Set(alternatives.flatMap { $0.flatMap(\.test.names) }) }
}

extension Test {
    var names: [String] {
        switch self {
        case .equals(let value): value.names
        case .oneOf(let values): values.flatMap(\.names)
        case .not(let test): test.names
        case .present, .empty, .matches: []
        case .startsWith(let template), .endsWith(let template), .after(let template): template.names
        case .all(let tests): tests.flatMap(\.names)
        }
    }
}

extension Verdict {
    var names: Set<String> {
        Set(clauses.flatMap { Array($0.condition?.names ?? []) + $0.headers.flatMap(\.test.names) })
    }
}

extension Field {
    var names: [String] {
        switch source {
        case .text(let template): template.names
        case .first(_, let condition, _): Array(condition.names)
        case .at, .all, .header: []
        }
    }
}

extension Step {
    func names(_ credentialNames: [String: [String]]) -> Set<String> {
        var names = operation.names(credentialNames)
        for verdict in [
            verdicts.refused, verdicts.gone, verdicts.already, verdicts.conflict, verdicts.pending, verdicts.done,
        ] {
            names.formUnion(verdict?.names ?? [])
        }
        for edit in edits {
            switch edit {
            case .dropItems(let container, _, let condition):
                names.formUnion(condition.names)
                names.formUnion(container?.condition.names ?? [])
            case .dropMembers: break
            case .set(_, let value), .add(_, let value): names.formUnion(value.names)
            }
        }
        return names
    }
}

extension Change {
    func names(_ credentialNames: [String: [String]]) -> Set<String> {
        var names = Set(steps.flatMap { $0.names(credentialNames) })
        if let bulk {
            names.formUnion(bulk.of.names)
            names.formUnion(bulk.operation.names(credentialNames))
        }
        return names
    }
}

extension Verify {
    func names(_ credentialNames: [String: [String]]) -> Set<String> {
        switch form {
        case .request(let operation, let dead, let alive):
            operation.names(credentialNames).union(dead.names).union(alive.names)
        case .listAgain(let dead): dead?.names ?? []
        case .none: []
        }
    }
}

extension Manifest {
    /// Of each credential, the names in its templates that are bound by lists or items: neither settings nor parts.
    func boundCredentialNames() -> [String: [String]] {
        let bound = answerNames
        return credentials.reduce(into: [:]) { result, credential in
            let names = credential.declaration.accepts.flatMap(\.templateNames)
            result[credential.name] = Set(names).intersection(bound).sorted()
        }
    }
}

extension CredentialKind {
    /// Names of parts that the kind uses beside those in its templates.
    var partNames: [String] {
        switch self {
        case .jwt: templateNames + ["private_key"]
        case .oauthRefresh: templateNames + ["refresh_token"]
        default: templateNames
        }
    }

    var templateNames: [String] {
        switch self {
        case .bearer(let token): token.names
        case .header(let headers): headers.flatMap(\.value.names)
        case .query(let pairs), .body(let pairs): pairs.flatMap { $0.name.names + $0.value.names }
        case .path(let prefix): prefix.names
        case .basic(let user, let password, _): user.names + password.names
        case .oauthRefresh(let request), .clientCredentials(let request):
            request.url.names + request.form.flatMap(\.value.names)
        case .jwt(let claims, _, let tokens, _, _): claims.flatMap(\.value.names) + (tokens?.url.names ?? [])
        case .exchange(_, let operation, _, _): Array(operation.names([:]))
        case .sigv4(let region, _): region.names
        }
    }
}

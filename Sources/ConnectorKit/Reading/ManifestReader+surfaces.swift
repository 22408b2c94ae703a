internal import Authorizations
internal import Documents

extension ManifestReader {
    mutating func surface(_ node: YAMLNode, base: Set<String>) -> Surface {
        let keys = keys(node, .surface)
        let name = keys["id"]?.text.map { "surface '\($0)'" } ?? "a surface"
        require(["id", "kind", "actor", "confidence"], in: keys, of: name)
        var surface = identity(keys)
        describe(&surface, keys, name)
        checkParts(keys, name)

        var context = OperationContext(name: "", scope: base, defaults: defaults(keys))
        surface.auth = context.defaults.auth ?? surface.auth
        surface.unlistable = localized(keys["unlistable"], "unlistable")
        surface.discover = keys["discover"].flatMap { discover($0, in: &context) }
        surface.given = keys["given"].map { given($0, in: &context, isListed: keys.has("discover")) }
        itemNames = context.scope.subtracting(base).subtracting(surface.discover.map { sharedNames(of: $0) } ?? [])

        var isListed = false
        if case .list = surface.discover?.source { isListed = true }
        surface.revoke = keys["revoke"].map { change($0, .revoke, in: context, hasDisable: keys.has("disable")) }
        surface.disable = keys["disable"].map { disable($0, in: context, isListed) }
        surface.undo = keys["undo"].map { change($0, .undo, in: context) }
        surface.verify = keys["verify"].flatMap { verify($0, in: context, isListed: isListed) }
        surface.manual = keys["manual"].flatMap { manual($0, context.scope) }
        return surface
    }

    private mutating func identity(_ keys: Members) -> Surface {
        let kind = choice(keys["kind"], "kind", as: Kind.self)
        let phases = Phase.allCases.filter { $0 != .ownCredential }.map(\.rawValue)
        let phase = choice(keys["phase"], among: phases, "phase").flatMap(Phase.init(rawValue:))
        if kind == .other, keys.lacks("phase"), let node = keys["kind"] {
            note("kind 'other' has no phase of its own: say 'phase'", at: node)
        }
        let actor = choice(keys["actor"], "actor", as: Actor.self)
        let confidence = choice(keys["confidence"], "confidence", as: Confidence.self)
        return Surface(
            id: identifier(keys["id"]), kind: kind ?? .other, phase: phase ?? kind?.phase ?? .keys,
            actor: actor ?? .accountOwner, confidence: confidence ?? .low,
            auth: mainCredential.map(Operation.Auth.named) ?? .none)
    }

    mutating func identifier(_ node: YAMLNode?) -> String {
        guard let node else { return "" }
        if node.text?.wholeMatch(of: /[a-z][a-z0-9-]*/) == nil {
            note("\(node.shown) is not an id; write it with small letters, digits and '-'", at: node)
        }
        return node.text ?? ""
    }

    /// What people are told, and who may do it.
    private mutating func describe(_ surface: inout Surface, _ keys: Members, _ name: String) {
        surface.effects = localized(keys["effects"], "effects")
        if keys.lacks("effects"), keys.has("revoke") || keys.has("disable") {
            note("'effects' is missing in \(name): what happens to people when it is revoked?", at: keys.node)
        }
        surface.beyond = localized(keys["beyond"], "beyond")
        surface.comesBack = localized(keys["comes_back"], "comes_back")
        surface.isOptIn = bool(keys["opt_in"]) ?? false
        if let node = keys["credential_kinds"] {
            surface.credentialKinds = items(node).compactMap {
                choice($0, among: CredentialKind.names, "kind of credential")
            }
        }
        if let node = keys["needs"] {
            let needs = self.keys(node, .needs)
            surface.needs.list = scopes(needs["list"])
            surface.needs.revoke = scopes(needs["revoke"])
            surface.needs.role = localized(needs["role"], "role")
            surface.needs.plan = localized(needs["plan"], "plan")
        }
        if let node = keys["residual"] {
            let residual = self.keys(node, .residual)
            require(["for"], in: residual, of: "residual")
            surface.residual = Surface.Residual(
                duration: duration(residual["for"]) ?? .zero, note: localized(residual["note"], "note"))
        }
    }

    private mutating func scopes(_ node: YAMLNode?) -> [[String]] {
        items(node).map { $0.items == nil ? [text($0)] : texts($0) }
    }

    /// Whether the surface says how a thing is found, ended and shown dead.
    private mutating func checkParts(_ keys: Members, _ name: String) {
        let sources = ["discover", "given", "unlistable"].filter { keys.has($0) }
        if keys.lacks("discover", "given", "unlistable") || (sources.count > 1 && keys.has("unlistable")) {
            note(
                "\(name) needs 'discover', 'given' or 'unlistable' (discover and given may stand together)",
                at: keys.node)
        }
        if keys.lacks("revoke", "disable", "manual") {
            note("\(name) can end nothing: give 'revoke', 'disable' or 'manual'", at: keys.node)
        }
        if keys.has("revoke"), keys.lacks("verify") {
            note("'verify' is missing in \(name): an acceptance alone is never 'dead'", at: keys.node)
        }
    }

    private mutating func defaults(_ keys: Members) -> OperationDefaults {
        OperationDefaults(
            host: known(keys["host"], among: hosts, "hosts"), auth: auth(keys["auth"]),
            headers: headers(keys["headers"], nil), query: parameters(keys["query"], nil),
            form: parameters(keys["form"], nil), answer: choice(keys["answer"], "value of 'answer'"),
            redact: texts(keys["redact"]))
    }

    private mutating func disable(_ node: YAMLNode, in context: OperationContext, _ isListed: Bool) -> Change {
        var disable = change(node, .disable, in: context)
        let keys = keys(node, .disable)
        if let verify = keys["verify"] {
            disable.verify = self.verify(verify, in: context, isListed: isListed)
        } else if keys.lacks("verify") {
            note("'verify' is missing in disable", at: node)
        }
        disable.undo = keys["undo"].map { change($0, .undo, in: context).steps }
        return disable
    }
}

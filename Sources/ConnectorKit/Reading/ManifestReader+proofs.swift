internal import Authorizations

/// `verify` and `manual`: how a thing is shown dead, by a read or by a person.
extension ManifestReader {
    mutating func verify(_ node: YAMLNode, in context: OperationContext, isListed: Bool) -> Verify? {
        let keys = keys(node, .verify)
        let forms = ["request", "list", "none"].filter { keys.has($0) }
        guard forms.count == 1 else {
            if forms.count > 1 || keys.lacks("request", "list", "none") {
                note("'verify' needs exactly one of request, list, none", at: node)
            }
            return nil
        }
        guard let form = form(forms[0], keys, context.called("verify"), isListed) else { return nil }
        var verify = Verify(form: form)
        if let within = duration(keys["within"]) { verify.within = within }
        if let after = duration(keys["after"]) { verify.after = after }
        if let every = duration(keys["every"]) { verify.every = every }
        return verify
    }

    private mutating func form(
        _ form: String, _ keys: Members, _ context: OperationContext, _ isListed: Bool
    ) -> Verify.Form? {
        switch form {
        case "none": return localized(keys["none"], "none").map(Verify.Form.none)
        case "list":
            _ = choice(keys["list"], among: ["again"], "value of 'list'")
            if let list = keys["list"], !isListed { note("'list: again' needs 'discover' with a request", at: list) }
            return .listAgain(dead: verdict(keys["dead"], context.scope))
        default: return request(keys, context)
        }
    }

    private mutating func request(_ keys: Members, _ context: OperationContext) -> Verify.Form? {
        var operation = operation(keys, in: context)
        operation.fallback = fallback(of: keys, in: context, .proof)
        for key in ["dead", "alive"] where keys.lacks(key) {
            note("'\(key)' is missing in verify: which answer shows it \(key)?", at: keys.node)
        }
        guard let node = keys["dead"], let dead = verdict(node, context.scope),
            let alive = verdict(keys["alive"], context.scope)
        else { return nil }
        refuseShutDoors(dead, at: node, auth: operation.auth, as: "dead")
        for status in dead.bareStatuses where alive.bareStatuses.contains(status) {
            note("status \(status) is both dead and alive", at: node)
        }
        return .request(operation, dead: dead, alive: alive)
    }

    mutating func manual(_ node: YAMLNode, _ scope: Set<String>) -> Manual? {
        let keys = keys(node, .manual)
        require(["link", "steps", "proof"], in: keys, of: "manual")
        guard let linkNode = keys["link"], let stepsNode = keys["steps"], let proofNode = keys["proof"] else {
            return nil
        }
        let link = template(linkNode, scope, in: .address)
        if let text = linkNode.text, !text.hasPrefix("https://"), !text.hasPrefix("{+") {
            note("'link' must begin with https:// or be an address that the vendor gave, '{+name}'", at: linkNode)
        }
        let steps = steps(stepsNode)
        guard let proof = localized(proofNode, "proof") else { return nil }
        return Manual(link: link, steps: steps, proof: proof)
    }

    private mutating func steps(_ node: YAMLNode) -> (en: [String], fr: [String]) {
        let keys = Members(node)
        guard Set(keys.values.keys) == ["en", "fr"] else {
            note("'steps' is read by people: it needs both 'en' and 'fr'", at: node)
            return ([], [])
        }
        let steps = (en: texts(keys["en"]), fr: texts(keys["fr"]))
        if steps.en.count != steps.fr.count {
            note("'steps' has \(steps.en.count) steps in English and \(steps.fr.count) in French", at: node)
        }
        return steps
    }
}

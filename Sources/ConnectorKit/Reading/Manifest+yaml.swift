internal import Documents

extension Manifest {
    /// Reads `connector.yaml`, or throws everything that is wrong with it.
    ///
    /// `folder` is the name of the connector's folder, which its id must equal; `digest` is the SHA-256 of the file.
    package init(
        yaml: String, file: String, folder: String? = nil, digest: String = ""
    ) throws(ManifestError) {
        var reader = ManifestReader(file: file)
        let manifest = reader.manifest(YAMLDocument(yaml), folder: folder, digest: digest)
        guard let manifest, reader.issues.isEmpty else { throw ManifestError(issues: reader.issues) }
        self = manifest
    }
}

extension ManifestReader {
    /// Reads the whole file; what it yields is to be used only where no issue was noted.
    fileprivate mutating func manifest(_ document: YAMLDocument, folder: String?, digest: String) -> Manifest? {
        for problem in document.problems { note(problem.message, line: problem.line, column: problem.column) }
        guard let root = document.root else { return nil }
        let top = keys(root, .top, called: "the connector")
        require(["format", "id", "title", "sources", "hosts", "whoami", "surfaces"], in: top, of: "the connector")
        checkFormat(top, folder)

        let declarations = declarations(top)
        var scope = settingNames.union(Self.builtInNames)
        var manifest = Manifest(
            id: identifier(top["id"]), title: text(top["title"]), sources: texts(top["sources"]),
            hosts: declarations.hosts, surfaces: [], digest: digest)
        manifest.settings = settingNodes.compactMap { settings[$0.name] }
        manifest.credentials = declarations.credentials
        manifest.budgets = declarations.budgets
        manifest.errors = errors(top["errors"], scope)
        manifest.limitHeaders = limitHeaders(top["limit_headers"])
        manifest.redact = connectorRedact
        manifest.prepare = items(top["prepare"]).map { preparation($0, &scope) }
        manifest.whoAmI = whoAmI(top["whoami"], &scope)

        listBase = scope
        listNodes = members(top["lists"]).map { (name: $0.name, key: $0.key, node: $0.value) }
        for entry in listNodes { readList(entry.name) }
        manifest.lists = listNodes.compactMap { entry in lists[entry.name].map { (name: entry.name, list: $0) } }
        manifest.surfaces = surfaces(top["surfaces"], base: scope)
        manifest.commonBudgets = budgets.filter { !usedBudgets.contains($0) }
        checkUse(top)
        return manifest
    }

    /// The format's number, and the id against the folder's name.
    mutating func checkFormat(_ top: Members, _ folder: String?) {
        if let format = top["format"], format.scalar != .number(1) {
            note("format \(format.text ?? format.shown) is not known here; this program reads 1", at: format)
        }
        if let id = top["id"], let folder, id.text != folder {
            note("\(id.shown) must be the folder's name, '\(folder)'", at: id)
        }
    }

    private mutating func surfaces(_ node: YAMLNode?, base: Set<String>) -> [Surface] {
        var ids: Set<String> = []
        return items(node).map { item in
            let surface = surface(item, base: base)
            if let id = Members(item)["id"], !ids.insert(surface.id).inserted {
                note("two surfaces are called '\(surface.id)'", at: id)
            }
            return surface
        }
    }

    /// What is declared and never used is most likely misspelt where it should be.
    private mutating func checkUse(_ top: Members) {
        for setting in settingNodes where !usedNames.contains(setting.name) {
            note("setting '\(setting.name)' is never used", at: setting.node)
        }
        for list in listNodes where !usedLists.contains(list.name) {
            note("list '\(list.name)' is never used", at: list.key)
        }
        let scopes = ["vendor", "account", "host", "operation"]
        let names = boundNames.union(settingNames)
        for budget in members(top["budgets"]) {
            guard let per = Members(budget.value)["per"], let name = per.text else { continue }
            if scopes.contains(name) || names.contains(name) { continue }
            note("nothing binds '\(name)'\(Suggestion.hint(for: name, among: names.sorted() + scopes))", at: per)
        }
    }
}

internal import Authorizations
internal import Transport

extension ManifestReader {
    /// Settings, hosts, credentials and budgets: what everything else names.
    mutating func declarations(_ top: Members) -> Declarations {
        var declarations = Declarations()
        for member in members(top["settings"]) {
            declare(member.key, [])
            settings[member.name] = setting(member)
            settingNodes.append((member.name, member.key))
        }
        let scope = settingNames.union(Self.builtInNames)
        for member in members(top["hosts"]) {
            hosts.append(member.name)
            declarations.hosts.append((member.name, host(member, scope)))
        }
        for preparation in top["prepare"]?.items ?? [] {
            for member in Members(preparation)["hosts"]?.members ?? [] where !hosts.contains(member.name) {
                hosts.append(member.name)
            }
        }
        for member in members(top["budgets"]) {
            budgets.append(member.name)
            declarations.budgets.append((member.name, budget(member)))
        }
        connectorRedact = texts(top["redact"])
        connectorHeaders = headers(top["headers"], nil)
        credentials = members(top["credentials"]).map(\.name)
        credentialHosts["held"] = Set(hosts)
        declarations.credentials = members(top["credentials"]).map { ($0.name, credential($0)) }
        return declarations
    }

    struct Declarations {
        var hosts: [(name: String, url: Template)] = []
        var credentials: [(name: String, declaration: CredentialDeclaration)] = []
        var budgets: [(name: String, budget: Manifest.BudgetDeclaration)] = []
    }

    var settingNames: Set<String> {
        settings.values.reduce(into: []) { names, setting in
            names.insert(setting.name)
            if setting.shape == .url { names.formUnion(["\(setting.name).origin", "\(setting.name).path"]) }
        }
    }

    private mutating func setting(_ member: YAMLNode.Member) -> Manifest.Setting {
        let keys = keys(member.value, .setting, called: "setting '\(member.name)'")
        require(["about"], in: keys, of: "setting '\(member.name)'")
        let about = localized(keys["about"], "about")
        var setting = Manifest.Setting(name: member.name, about: about ?? .init(en: "", fr: ""))
        setting.defaultValue = keys["default"].map { text($0) }
        setting.isOptional = bool(keys["optional"]) ?? false
        setting.isLeftOutWhenAbsent = choice(keys["absent"], among: ["leave_out"], "value of 'absent'") != nil
        setting.pattern = pattern(keys["pattern"])
        setting.oneOf = keys["one_of"].map { texts($0) }
        setting.shape = choice(keys["type"], "type of setting") ?? .text
        setting.isList = bool(keys["list"]) ?? false
        if let value = setting.defaultValue, let node = keys["default"] {
            if setting.pattern?.matchesWhole(value) == false || setting.oneOf?.contains(value) == false {
                note("the default '\(value)' is not allowed by 'pattern' or 'one_of'", at: node)
            }
        }
        return setting
    }

    private mutating func host(_ member: YAMLNode.Member, _ scope: Set<String>) -> Template {
        let template = template(member.value, scope, in: .address)
        let text = member.value.text ?? ""
        if text.wholeMatch(of: /https:\/\/.*|\{[a-z0-9_]+\}/) == nil {
            note("host '\(member.name)' must begin with https://", at: member.value)
        }
        for name in template.names {
            guard let setting = settings[name], setting.pattern == nil, setting.oneOf == nil else { continue }
            if setting.shape == .url, template.loneName == name { continue }
            note("setting '\(name)' stands in a host: give it 'pattern' or 'one_of'", at: member.value)
        }
        return template
    }

    private mutating func budget(_ member: YAMLNode.Member) -> Manifest.BudgetDeclaration {
        let name = "budget '\(member.name)'"
        let keys = keys(member.value, .budget, called: name)
        require(["per"], in: keys, of: name)
        var limit = Budget()
        if let node = keys["rate"] {
            limit.rate = node.text.flatMap(Budget.Rate.init(manifest:))
            if limit.rate == nil { note("\(node.shown) is not a rate; write 60/1m", at: node) }
        }
        limit.concurrent = count(keys["concurrent"])
        if keys.lacks("rate", "concurrent") {
            note("\(name) limits nothing: say 'rate' or 'concurrent'", at: member.value)
        }
        let scope: Manifest.BudgetDeclaration.Scope =
            switch keys["per"]?.text {
            case "vendor": .vendor
            case "account", nil: .account
            case "host": .host
            case "operation": .operation
            case let name?: .name(name)
            }
        return Manifest.BudgetDeclaration(scope: scope, limit: limit)
    }

    mutating func errors(_ node: YAMLNode?, _ scope: Set<String>) -> Manifest.Errors {
        var errors = Manifest.Errors()
        guard let node else { return errors }
        let keys = keys(node, .errors)
        errors.slowDown = verdict(keys["slow_down"], scope)
        errors.unauthorized = verdict(keys["unauthorized"], scope)
        errors.forbidden = verdict(keys["forbidden"], scope)
        errors.gone = verdict(keys["gone"], scope)
        errors.already = verdict(keys["already"], scope)
        errors.unavailable = verdict(keys["unavailable"], scope)
        errors.refused = verdict(keys["refused"], scope)
        errors.failed = verdict(keys["failed"], scope)
        errors.reason = keys["reason"].map { reason in (reason.items ?? [reason]).map { place($0) } } ?? []
        return errors
    }

    mutating func limitHeaders(_ node: YAMLNode?) -> LimitHeaders {
        guard let node else { return LimitHeaders() }
        let keys = keys(node, .limitHeaders)
        return LimitHeaders(
            limit: keys["limit"].map { text($0) }, remaining: keys["remaining"].map { text($0) },
            reset: keys["reset"].map { text($0) }, retryAfter: keys["retry_after"].map { text($0) })
    }
}

extension Budget.Rate {
    /// `60/1m`: at most 60 in any minute.
    fileprivate init?(manifest text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].wholeMatch(of: /[1-9][0-9]*/) != nil, let count = Int(parts[0]),
            let period = Duration(manifest: String(parts[1]))
        else { return nil }
        self.init(count: count, period: period)
    }
}

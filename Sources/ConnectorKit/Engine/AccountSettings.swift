internal import Authorizations
internal import Documents
internal import Transport

/// An account's settings and hosts, held against the manifest.
struct AccountSettings: Sendable {
    let account: Account
    let manifest: Manifest
    let scope: Scope

    init(_ account: Account, _ manifest: Manifest) throws(EntranceFailure) {
        self.account = account
        self.manifest = manifest
        var values: [String: Scope.Value] = [:]
        var leftOut: Set<String> = []
        for setting in manifest.settings {
            let given = account.settings[setting.name] ?? setting.defaultValue.map { [$0] } ?? []
            if given.isEmpty {
                if setting.isLeftOutWhenAbsent { leftOut.insert(setting.name) }
                continue
            }
            for value in given {
                if let problem = setting.problem(with: value) {
                    throw EntranceFailure(.other, "account '\(account.name)': \(problem)")
                }
            }
            values[setting.name] =
                setting.isList ? .plain(.array(given.map { .string($0) })) : .plain(.string(given[0]))
            if setting.shape == .url, let address = Address(given[0]) {
                values[setting.name + ".origin"] = .plain(.string(address.origin.description))
                values[setting.name + ".path"] = .plain(.string(address.target == "/" ? "" : address.target))
            }
        }
        scope = Scope(shared: values, leftOut: leftOut)
    }

    /// Base addresses of the hosts, with what the account put in their place.
    func builder(judging judge: Judge) -> RequestBuilder {
        var hosts: [String: Address] = [:]
        var replacements: [Origin: Address] = [:]
        let base = account.baseURL.flatMap { Address($0) }
        for (name, template) in manifest.hosts {
            guard let text = try? template.rendered(.text, in: scope).text, let original = Address(text) else {
                // Without its setting a host has no address of its own; the account's may still stand in.
                if let base { hosts[name] = base }
                continue
            }
            if let stand = account.hosts[original.origin.host].flatMap({ Address($0) }) ?? base {
                replacements[original.origin] = stand
                hosts[name] =
                    Address(stand.text.droppingLastSlash + (original.target == "/" ? "" : original.target)) ?? stand
            } else {
                hosts[name] = original
            }
        }
        let budgets = account.budgets.mapValues { Budget(rate: Budget.Rate(count: $0.count, period: $0.period)) }
        let readsConditions = manifest.errors.mayAskToWaitWithGoodStatus
        return RequestBuilder(
            hosts: hosts, replacements: replacements, baseURL: base,
            ownHosts: account.hosts.compactMapValues { Address($0) }, manifest: manifest, account: account.name,
            judge: judge,
            credentialNames: manifest.boundCredentialNames(), budgets: budgets,
            temporary: { operation in
                { response in
                    // A good answer is parsed once, by whoever asked; here only where it may ask to wait.
                    if (200..<300).contains(response.status) && !readsConditions { return nil }
                    return judge.temporary(
                        ReadAnswer(response, as: operation.answer == .discard ? .discard : operation.answer), [],
                        effect: operation.effect, in: Scope())
                }
            })
    }
}

extension Manifest.Errors {
    /// Some vendors ask to slow down with status 200.
    fileprivate var mayAskToWaitWithGoodStatus: Bool {
        [slowDown, unavailable].compactMap { $0 }.contains { verdict in
            verdict.clauses.contains { clause in clause.statuses.contains { $0.matches(200) } }
        }
    }
}

extension Manifest.Setting {
    /// What is wrong with a value, as one clause.
    package func problem(with value: String) -> String? {
        if value.isEmpty { return "the setting '\(name)' is empty" }
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            return "the setting '\(name)' holds a control character"
        }
        if let oneOf, !oneOf.contains(value) {
            return "the setting '\(name)' is '\(value)'; it must be one of \(oneOf.joined(separator: ", "))"
        }
        if let pattern, !pattern.matchesWhole(value) {
            return "the setting '\(name)' is '\(value)', which does not look like \(about.en)"
        }
        switch shape {
        case .text: return nil
        case .host:
            let isHost = value.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == 0x2e || byte == 0x2d
            }
            return isHost
                ? nil : "the setting '\(name)' is '\(value)'; a host name has letters, digits, dots and hyphens only"
        case .url:
            guard let address = Address(value) else {
                return "the setting '\(name)' is '\(value)'; write a URL such as https://example.com"
            }
            return address.origin.scheme == "https" || address.origin.isLoopback
                ? nil : "the setting '\(name)' is http, which is allowed towards this computer only; write https://"
        }
    }
}

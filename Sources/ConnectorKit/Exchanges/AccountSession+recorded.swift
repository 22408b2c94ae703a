internal import Authorizations
internal import Documents
internal import Foundation
internal import Transport

extension AccountSession {
    /// A session for which only the values are known, and in which nothing is asked.
    static func recorded(
        _ connector: Connector, _ account: Account, _ values: [String: JSON], _ parts: [String: [String: Secret]]
    ) throws -> AccountSession {
        var account = account
        for setting in connector.manifest.settings {
            guard let value = values[setting.name] else { continue }
            account.settings[setting.name] = value.array?.compactMap(\.scalarText) ?? value.scalarText.map { [$0] }
        }
        let services = EntranceServices(
            network: { _ in NoNetwork() }, retrying: { $0 }, readOnly: { $0 },
            parts: { _, name, _ in parts[name] ?? [:] },
            keep: { _, _, _, _ in }, digest: Replay.digest, now: { Date() }, isDryRun: false)
        let entrance = Entrance(account: account, connector: connector, services: services)
        var threshold = try entrance.threshold()
        threshold.bind(values, connector.manifest, else: account.baseURL)
        return entrance.session(threshold, AccountSession.Identity(name: "", isConfirmed: false))
    }

    private struct NoNetwork: Transport {
        func send(_ request: Request) async throws -> Response {
            throw TransportError.unreachable(host: request.address.origin.host, reason: "nothing is asked here")
        }
    }
}

extension Exchange {
    /// The id of what it is about; of a thing that a digest names, by the secret that the digest is of.
    func vendorID(_ discover: Discover?) -> String? {
        let id = values["id"]?.scalarText
        guard id == Exchange.secret, let name = discover?.secrets.first?.name else { return id }
        return values[name]?.scalarText.map(Replay.digest) ?? id
    }
}

extension Entrance.Threshold {
    /// Binds what prepare and whoami would, and adds the hosts that prepare would find.
    mutating func bind(_ values: [String: JSON], _ manifest: Manifest, else origin: String?) {
        for (name, value) in values where scope[name] == nil { scope.local[name] = .plain(value) }
        for step in manifest.prepare {
            for added in step.hosts {
                // By the name that is bound to the same place, where there is one.
                let bound = step.bind.first {
                    if case .at(let place) = $0.field.source { place == added.at } else { false }
                }
                let text = bound.flatMap { values[$0.name]?.scalarText } ?? origin
                guard let address = text.flatMap({ Address($0) }), let base = Address(address.origin.description + "/")
                else { continue }
                builder.hosts[added.name] = builder.replaced(base)
            }
        }
        keyring.learn(builder)
    }
}

import AuditLog
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Cryptography
import Foundation
import Reporting
import Transport

/// What a command works with: where things are, the configuration, the connectors, the state, the way out.
struct Workplace: Sendable {
    let general: GeneralValues
    let catalog: ConnectorCatalog
    let environment: [String: String]

    /// The options that every command takes, as values.
    struct GeneralValues: Sendable {
        var config: String?
        var stateDir: String?
        var quiet: Bool
        var verbose: Bool
        var noInput: Bool
        var format: OutputFormat
        var output: String?
        var color: ColorChoice
    }

    init(_ options: GeneralOptions) {
        environment = ProcessInfo.processInfo.environment
        general = GeneralValues(
            config: options.config, stateDir: options.stateDir, quiet: options.quiet, verbose: options.verbose,
            noInput: options.noInput, format: options.format, output: options.output, color: options.color)
        catalog = ConnectorCatalog(path: environment["REVOKE_CONNECTORS_PATH"])
    }

    private func folder(_ variable: String, _ fallback: String) -> URL {
        if let base = environment[variable], base.hasPrefix("/") { return URL(filePath: base) }
        return URL(filePath: environment["HOME"] ?? "/").appending(path: fallback)
    }

    var configFile: URL {
        if let config = general.config ?? environment["REVOKE_CONFIG"], !config.isEmpty { return URL(filePath: config) }
        return folder("XDG_CONFIG_HOME", ".config").appending(path: "revoke/config.yaml")
    }

    var stateFolder: URL {
        if let state = general.stateDir ?? environment["REVOKE_STATE_DIR"], !state.isEmpty {
            return URL(filePath: state)
        }
        return folder("XDG_STATE_HOME", ".local/state").appending(path: "revoke")
    }

    /// The configuration as people name it.
    var shownConfigFile: String {
        (general.config ?? environment["REVOKE_CONFIG"]) ?? configFile.path.abbreviatingHome(environment)
    }

    func configuration() throws -> Configuration {
        let text: String
        do { text = try String(contentsOf: configFile, encoding: .utf8) } catch {
            if !FileManager.default.fileExists(atPath: configFile.path) {
                throw Complaint.noConfiguration(shownConfigFile)
            }
            throw Complaint.unreadable(shownConfigFile, reason: "\(error.localizedDescription)")
        }
        var problem: (any Error)?
        var reader = ConfigurationReader(file: configFile.lastPathComponent, connectorIDs: catalog.ids) { id in
            do { return try catalog.connector(id)?.manifest } catch {
                problem = error
                return nil
            }
        }
        do {
            let configuration = try reader.read(text)
            if let problem { throw problem }
            return configuration
        } catch let error as ConfigurationError {
            throw Complaint.configuration(error)
        }
    }

    // MARK: State

    /// Which connector folders from outside may be used.
    var trust: Trust { Trust(file: stateFolder.appending(path: "trusted-connectors")) }

    func openStore() throws -> Store { try Store.open(directory: stateFolder, access: .readWrite) }

    /// A dry run needs no state: without one it lists, says so, and gives no numbers.
    func openStoreIfPossible() -> (Store?, problem: StoreError?) {
        do { return (try Store.open(directory: stateFolder, access: .readWrite), nil) } catch { return (nil, error) }
    }

    func openStoreForReading() throws -> Store { try Store.open(directory: stateFolder, access: .readOnly) }

    // MARK: Network

    private var secrets: SecretKeeper {
        SecretKeeper(
            folder: configFile.deletingLastPathComponent(), vault: stateFolder.appending(path: "vault"),
            environment: environment)
    }

    /// Refuses what the configuration names and is not there, before anything is read anywhere.
    func checkSecrets(_ visits: [Visit]) throws {
        let problems = visits.flatMap { visit -> [String] in
            let account = visit.account
            let sources =
                [account.credential].compactMap { $0 } + account.credentials.sorted { $0.key < $1.key }.map(\.value)
            return sources.compactMap { secrets.problem(with: $0, account: account.name) }.map {
                "\(account.name): \($0.reason)"
            }
        }
        if !problems.isEmpty {
            throw Complaint.noSecret(problems.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        }
    }

    static let version = "1.0.0"

    func services(
        isDryRun: Bool, store: Store?, onWait: @escaping @Sendable (String, Duration) -> Void
    ) -> EntranceServices {
        let curl = CurlTransport(CurlSettings(userAgent: "revoke/\(Self.version)", environment: environment))
        let pacer = Pacer(onWait: onWait)
        let secrets = secrets
        // Without a state folder there is no key: digests then hold for this one run.
        let passingKey = [UInt8].random(count: 32)
        return EntranceServices(
            network: { PacedTransport(account: $0.name, pacer: pacer, ShieldedTransport(curl)) },
            retrying: { RetryingTransport(onWait: onWait, $0) },
            readOnly: { ReadOnlyTransport($0) },
            parts: { account, name, source in try secrets.parts(of: source, account: account.name, credential: name) },
            keep: { account, name, part, value in
                guard let source = name == "" ? account.credential : account.credentials[name] ?? account.credential
                else { return }
                try secrets.keep(value, of: source, account: account.name, credential: name, part: part)
            },
            digest: { text in
                if let store, let digest = try? store.keyedDigest(of: Secret(text)) { return digest }
                return HMACSHA256.code(of: Array(text.utf8), key: passingKey).hex
            },
            now: { Date() }, isDryRun: isDryRun)
    }

    /// The accounts that a selection means, at each of their connectors.
    func visits(_ configuration: Configuration, _ selection: Selection) throws -> [Visit] {
        var visits: [Visit] = []
        for account in configuration.accounts {
            for id in account.connectors where selection.includes(account: account.name, connector: id) {
                guard let connector = try catalog.connector(id) else { continue }
                if let folder = catalog.folder(id), !trust.allows(connector) {
                    throw Complaint.untrusted(id, folder.path)
                }
                visits.append(Visit(account: account, connector: connector))
            }
        }
        return visits
    }
}

extension String {
    func abbreviatingHome(_ environment: [String: String]) -> String {
        guard let home = environment["HOME"], !home.isEmpty, hasPrefix(home + "/") else { return self }
        return "~" + dropFirst(home.count)
    }
}

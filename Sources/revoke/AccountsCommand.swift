import ArgumentParser
import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Documents
import Foundation
import Reporting

/// `revoke accounts`: the configured accounts, and what may be seen and ended there.
struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "The configured accounts: list them, check who we are there and what we may do.",
        subcommands: [AccountsListCommand.self, AccountsCheckCommand.self], defaultSubcommand: AccountsListCommand.self)
}

struct AccountsListCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The accounts of the configuration. Reads nothing at vendors.")

    @OptionGroup var general: GeneralOptions

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        try console.show(accounts: try workplace.configuration().accounts)
        return .done
    }
}

struct AccountsCheckCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Who we are at each account, what we may see and end there. Sends reads only.",
        discussion: """
            Signs in, asks who we are, reads the first entries of each list, and compares the permissions that the vendor \
            tells with those that are needed.

            EXAMPLES
              revoke accounts check
              revoke accounts check acme-google
            """)

    @OptionGroup var general: GeneralOptions

    @Argument(help: "Only these accounts.")
    var accounts: [String] = []

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let configuration = try workplace.configuration()
        let names = configuration.accounts.map(\.name)
        for name in accounts where !names.contains(name) { throw Complaint.unknownAccount(name, known: names) }
        var selection = Selection()
        selection.accounts = Set(accounts)
        let (store, _) = workplace.openStoreIfPossible()
        let visits = try workplace.visits(configuration, selection)
        let reading = console.reading(visits.count)
        let services = workplace.services(isDryRun: true, store: store) {
            reading.slowed(account: $0, wait: $1)
        }
        let checks = try await AccountCheck.all(visits, InventoryTaker(services: services) { reading.take($0) })
        reading.finish()
        try console.show(checks: checks)
        if !checks.isEmpty, checks.allSatisfy({ !$0.isReachable }) { return .error }
        let cutShort = checks.contains { check in
            !check.isReachable || check.surfaces.contains { !$0.canList && !$0.isByNature }
        }
        return cutShort ? .notSeen : .done
    }
}

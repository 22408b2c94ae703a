import ArgumentParser
import ConnectorKit
import Coordination
import Foundation
import Reporting

/// `revoke connectors`: the catalogue.
struct ConnectorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectors",
        abstract: "The catalogue: which products, which places, what can be listed, ended and proved.",
        subcommands: [
            ConnectorsListCommand.self, ConnectorsShowCommand.self, ConnectorsCheckCommand.self,
            ConnectorsNewCommand.self,
            ConnectorsTrustCommand.self,
        ],
        defaultSubcommand: ConnectorsListCommand.self)
}

struct ConnectorsListCommand: WorkCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All connectors with their places.")

    @OptionGroup var general: GeneralOptions

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        try console.show(connectors: try await workplace.catalog.all())
        return .done
    }
}

struct ConnectorsShowCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One connector: hosts, places, what each needs; with --verbose the steps by hand.")

    @OptionGroup var general: GeneralOptions

    @Argument(help: "The connector.")
    var id: String

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        guard let connector = try workplace.catalog.connector(id) else {
            throw Complaint.unknownConnector(id, known: workplace.catalog.ids)
        }
        try console.show(connector: connector)
        return .done
    }
}

struct ConnectorsNewCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a connector: a folder with a manifest and exchanges that are right.",
        discussion: """
            EXAMPLES
              revoke connectors new acme --folder connectors
            """)

    @OptionGroup var general: GeneralOptions

    @Argument(help: "The connector's id: lower case letters, digits, hyphens.")
    var id: String

    @Option(help: ArgumentHelp("Where the new folder goes.", valueName: "folder"), completion: .directory)
    var folder = "connectors"

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        guard id.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil else {
            throw Complaint.usage(
                "bad-id",
                "'\(id)' is no id: it begins with a lower case letter and has letters, digits and hyphens only.")
        }
        let target = URL(filePath: folder, directoryHint: .isDirectory).appending(path: id)
        if FileManager.default.fileExists(atPath: target.path) {
            throw Complaint.usage(
                "exists", "\(target.relativePath) is there already; nothing was written.",
                hint: "Choose another id, or check it: revoke connectors check \(target.relativePath)")
        }
        do {
            try FileManager.default.createDirectory(
                at: target.appending(path: "exchanges"), withIntermediateDirectories: true)
            for (name, text) in ConnectorTemplate.files(id) {
                try text.write(to: target.appending(path: name), atomically: true, encoding: .utf8)
            }
        } catch {
            throw Complaint.failure(
                "not-written", "\(target.relativePath) cannot be written: \(error.localizedDescription)")
        }
        try console.show(lines: [
            "Made \(target.relativePath) with a manifest and nine exchanges that are right as they are.",
            "Next: put in the vendor's hosts and places, then: revoke connectors check \(target.relativePath) --exchanges",
        ])
        return .done
    }
}

struct ConnectorsTrustCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Allow a connector's folder from outside, as it is now: its digest and its hosts.")

    @OptionGroup var general: GeneralOptions

    @Argument(help: "The connector's folder.", completion: .directory)
    var folder: String

    @Flag(help: "Do not ask.")
    var yes = false

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let url = URL(filePath: folder, directoryHint: .isDirectory)
        let connector = try ConnectorCatalog.connector(in: url, shown: folder)
        let hosts = connector.manifest.hosts.map { $0.url.shown }
        console.say(
            "\(connector.id) (digest \(connector.manifest.digest.prefix(12))…) talks to \(hosts.joined(separator: ", "))."
        )
        // Without a terminal the command itself is the word: it names the folder.
        if !yes, console.canAsk {
            let typed = console.ask(
                "It will be handed the credentials that you configure for it. Type \(connector.id) to trust it: ")
            guard typed == connector.id else {
                throw Complaint.usage("not-confirmed", "Stopped: nothing was trusted.")
            }
        }
        try workplace.trust.add(connector)
        try console.show(lines: ["Trusted \(connector.id) as it is now. A change asks again."])
        return .done
    }
}

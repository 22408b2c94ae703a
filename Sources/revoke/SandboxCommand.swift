import ArgumentParser
import ConnectorKit
import Connectors
import Coordination
import Foundation
import Reporting
import Sandbox

/// `revoke sandbox`: a local server that plays the vendors, to try everything without a real account.
struct SandboxCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "A local server that plays the vendors, to try everything without a real account.",
        discussion: """
            The world: Atelier Lumen, a small agency that leaves GoHighLevel. The server listens on this computer only \
            and keeps what was ended for as long as it runs.

            EXAMPLES
              revoke sandbox --write-config sandbox/config.yaml
              revoke --config sandbox/config.yaml --dry-run        (in another terminal)
            """)

    @OptionGroup var general: GeneralOptions

    @Option(help: ArgumentHelp("The port; else one that is free.", valueName: "number"))
    var port = 0

    @Option(
        help: ArgumentHelp(
            "Write the configuration to use, with the secrets in files of mode 0600 beside it.", valueName: "file"),
        completion: .file())
    var writeConfig: String?

    @Option(help: ArgumentHelp("Only these vendors (repeatable).", valueName: "id"))
    var connector: [String] = []

    @Option(help: ArgumentHelp("Take this long for each answer, in milliseconds.", valueName: "milliseconds"))
    var latency = 0

    mutating func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port takes a number from 0 to 65535.") }
        if latency < 0 { throw ValidationError("--latency takes a whole number from 0.") }
    }

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let known = Catalog.entries.map(\.id)
        for id in connector where !known.contains(id) { throw Complaint.unknownConnector(id, known: known) }
        let entries = try Catalog.entries.filter { connector.isEmpty || connector.contains($0.id) }
            .map { (connector: try $0.connector(), exchanges: try $0.recordings()) }
        let sandbox: Sandbox
        do {
            sandbox = try await Sandbox.start(port: port, entries: entries, latency: .milliseconds(latency))
        } catch {
            throw Complaint.failure(
                "no-port", "The sandbox cannot listen on port \(port): \(error)",
                hint: "Leave --port out, and a free one is taken.")
        }
        let file =
            writeConfig
            ?? FileManager.default.temporaryDirectory.appending(path: "revoke-sandbox-\(sandbox.port)/config.yaml").path
        let url = URL(filePath: file)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try sandbox.writeConfig(to: url)
        } catch {
            throw Complaint.failure(
                "not-written", "\(file) cannot be written: \(error.localizedDescription)",
                hint: "Name a file that can be written with --write-config.")
        }
        try console.show(lines: [
            "The sandbox plays \(entries.count) vendors at http://127.0.0.1:\(sandbox.port), on this computer only. Ctrl-C ends it.",
            "Its configuration, with made-up secrets beside it: \(file)",
            "",
            "In another terminal:",
            "  revoke --config \(file) --dry-run",
            "  revoke --config \(file)",
        ])
        await interruption.wait()
        await sandbox.stop()
        return .done
    }
}

import ArgumentParser
import Foundation
import Reporting

/// `revoke`: finds every authorization that third parties hold, ends it, proves it dead.
@main
struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Find, end and prove dead every authorization that others hold on your accounts.",
        version: Workplace.version,
        subcommands: [RunCommand.self, ApplyCommand.self, ResumeCommand.self, VerifyCommand.self, LogCommand.self, AccountsCommand.self, ConnectorsCommand.self, SandboxCommand.self],
        defaultSubcommand: RunCommand.self)

    /// As the parser's own, but for its voice: what was wrong with the words is said as everything else is.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            guard exitCode(for: error) == .validationFailure, !(error is ExitCode) else { exit(withError: error) }
            let complaint = Complaint.usage("usage", message(for: error).sentence, hint: "All options: revoke --help")
            let isForPrograms = CommandLine.arguments.contains { ["json", "jsonl", "--format=json", "--format=jsonl"].contains($0) }
            let terminal = Terminal(isTerminal: false, windowColumns: nil, color: .never, environment: ProcessInfo.processInfo.environment)
            FileHandle.standardError.write(Data((isForPrograms ? complaint.json : complaint.text(terminal)).utf8))
            exit(withError: ExitCode(complaint.exitCode))
        }
    }
}

import ArgumentParser
import Coordination
import Foundation
import Reporting

/// `revoke`: finds every authorization that third parties hold, ends it, proves it dead.
@main
struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Find, end and prove dead every authorization that others hold on your accounts.",
        version: Workplace.version,
        subcommands: [
            RunCommand.self, ApplyCommand.self, ResumeCommand.self, VerifyCommand.self, LogCommand.self,
            AccountsCommand.self,
            ConnectorsCommand.self, SandboxCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static func main() async {
        let arguments = CommandLineOrder.commandFirst(
            Array(CommandLine.arguments.dropFirst()), in: configuration.subcommands)
        if arguments == ["--help"] || arguments == ["-h"] || arguments == ["help"] {
            print(MainHelp.text)
            return
        }
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            end(error, asJSON: arguments.contains("json") || arguments.contains("--format=json"))
        }
    }

    /// What the arguments got wrong, said as everything else is; help, version and codes as the parser has them.
    private static func end(_ error: any Error, asJSON: Bool) -> Never {
        if error is ArgumentParser.ExitCode || exitCode(for: error) != .validationFailure { exit(withError: error) }
        let complaint = Complaint.usage(
            "usage", message(for: error).sentence, hint: "How it is used: revoke --help, revoke COMMAND --help")
        let text =
            asJSON
            ? complaint.json
            : complaint.text(
                Terminal(
                    isTerminal: isatty(STDERR_FILENO) == 1, windowColumns: nil, color: .auto,
                    environment: ProcessInfo.processInfo.environment))
        FileHandle.standardError.write(Data(text.utf8))
        Foundation.exit(complaint.exitCode)
    }
}

/// `revoke --config f verify` is meant as `revoke verify --config f`: options may stand before the command.
enum CommandLineOrder {
    private static let withValue: Set<String> = [
        "--config", "--state-dir", "--format", "--output", "--lang", "--color",
    ]
    private static let alone: Set<String> = ["--quiet", "--verbose", "--no-input"]

    static func commandFirst(_ arguments: [String], in commands: [any ParsableCommand.Type]) -> [String] {
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if let command = commands.first(where: { $0.configuration.commandName == argument }) {
                let rest = Array(arguments[..<index] + arguments[(index + 1)...])
                return [argument] + commandFirst(rest, in: command.configuration.subcommands)
            }
            if withValue.contains(argument) {
                index += 2
            } else if alone.contains(argument)
                || argument.hasPrefix("--") && withValue.contains(String(argument.prefix { $0 != "=" }))
            {
                index += 1
            } else {
                return arguments
            }
        }
        return arguments
    }
}

import ArgumentParser

/// `revoke`: finds every authorization that third parties hold, ends it, proves it dead.
@main
struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Find, end and prove dead every authorization that others hold on your accounts.",
        version: Workplace.version,
        subcommands: [RunCommand.self, ApplyCommand.self, ResumeCommand.self, VerifyCommand.self, LogCommand.self, AccountsCommand.self, ConnectorsCommand.self, SandboxCommand.self],
        defaultSubcommand: RunCommand.self)
}

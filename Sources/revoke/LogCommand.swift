import ArgumentParser
import AuditLog
import Authorizations
import ConnectorKit
import Coordination
import Cryptography
import Documents
import Foundation
import Reporting

/// `revoke log`: the audit log and its evidence.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The audit log: what was intended, what was answered, how each ended.",
        subcommands: [LogListCommand.self, LogShowCommand.self, LogVerifyCommand.self],
        defaultSubcommand: LogListCommand.self)
}

/// The last records in words, one a line.
struct LogListCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The last records, one a line.",
        discussion: """
            EXAMPLES
              revoke log list --last 20
              revoke log list 20261123-k7q2 --format jsonl
            """)

    @OptionGroup var general: GeneralOptions

    @Argument(help: "Only this run.")
    var run: String?

    @Option(help: ArgumentHelp("How many.", valueName: "number"))
    var last = 50

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let store = try workplace.openStoreForReading()
        try console.show(try await store.records(of: try await store.runID(run), last: last))
        return .done
    }
}

/// The records of one run, whole.
struct LogShowCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Every record of one run, with the values behind its commitments.")

    @OptionGroup var general: GeneralOptions

    @Argument(help: "The run; else the last one.")
    var run: String?

    @Flag(help: "Go on as records come in.")
    var follow = false

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let store = try workplace.openStoreForReading()
        var id = try await store.runID(run)
        if id == nil { id = try await store.lastRun()?.id }
        guard let id else { throw Complaint.noRun(run) }
        var shown = 0
        repeat {
            let records = try await store.records(of: id).filter { $0.sequence > shown }
            shown = records.last?.sequence ?? shown
            if !records.isEmpty { try console.show(whole: records) }
            if try await store.run(id)?.state == .ended { break }
            if follow { try await Task.sleep(for: .milliseconds(500)) }
        } while follow && !interruption.wasInterrupted
        return .done
    }
}

/// Whether the log is as it was written.
struct LogVerifyCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that no record was changed, and none is missing.",
        discussion: """
            EXIT STATUS
              0  the log is as it was written
              1  it is not, or it cannot be read
            """)

    @OptionGroup var general: GeneralOptions

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let store = try workplace.openStoreForReading()
        let verification = try await store.verify()
        try console.show(verification)
        return verification.valid ? .done : .error
    }
}

extension Store {
    func runID(_ name: String?) async throws -> RunID? {
        guard let name else { return nil }
        guard let id = RunID(name), try await run(id) != nil else { throw Complaint.noRun(name) }
        return id
    }
}

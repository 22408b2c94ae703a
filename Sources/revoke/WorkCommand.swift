import ArgumentParser
import AuditLog
import ConnectorKit
import Coordination
import Foundation
import Reporting

/// A command that works in a place, speaks through a console and may be interrupted.
protocol WorkCommand: AsyncParsableCommand {
    var general: GeneralOptions { get }

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus
}

extension WorkCommand {
    mutating func run() async throws {
        let workplace = Workplace(general)
        let console = Console(workplace)
        let interruption = Interruption { console.complain(Complaint(CancellationError())) }
        let code: ExitStatus
        do {
            code = try await run(in: workplace, console, interruption)
        } catch {
            let complaint = Complaint(error)
            console.complain(complaint)
            throw ArgumentParser.ExitCode(complaint.exitCode)
        }
        if code != .done { throw ArgumentParser.ExitCode(code.rawValue) }
    }
}

extension Complaint {
    /// What any error of the libraries below says to people.
    init(_ error: any Error) {
        switch error {
        case let complaint as Complaint: self = complaint
        case let error as StoreError: self = .failure("state", error.description.sentence, hint: error.hint.sentence)
        case let error as ManifestError: self = .manifest(error)
        case let error as ExchangeError: self = .exchanges([error.description])
        case let error as EntranceFailure: self = .failure("account", error.reason.sentence)
        case is CancellationError:
            self = Complaint(
                code: "interrupted", message: "Stopped. Nothing was changed.", hint: nil,
                exitCode: ExitStatus.interrupted.rawValue)
        default: self = .failure("error", "\(error)".sentence)
        }
    }
}

extension String {
    /// With a capital letter and a full stop.
    var sentence: String {
        guard let first else { return self }
        let body = first.isLowercase && !hasPrefix("'") ? first.uppercased() + dropFirst() : self
        return body.last.map { ".!?'".contains($0) } == true ? body : body + "."
    }
}

import AuditLog
import Authorizations
import ConnectorKit
import Coordination
import Documents
import Foundation
import Reporting

/// What people see and answer: results on standard output, everything else on standard error.
struct Console: Sendable {
    private let workplace: Workplace

    init(_ workplace: Workplace) { self.workplace = workplace }

    var canAsk: Bool { !workplace.general.noInput && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    func say(_ text: String) {
        if !workplace.general.quiet { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    }

    func warn(_ text: String) { say("revoke: " + text) }

    func complain(_ complaint: Complaint) {
        let text = "revoke: \(complaint.message)\n" + (complaint.hint.map { "  \($0)\n" } ?? "")
        FileHandle.standardError.write(Data(text.utf8))
    }

    func ask(_ prompt: [String]) -> String {
        FileHandle.standardError.write(Data(prompt.joined(separator: "\n").utf8))
        return (readLine() ?? "").trimmingCharacters(in: .whitespaces)
    }

    func prompt(for plan: Plan) -> [String] { ["Type \(plan.numberToEnd) to go on, anything else to stop: "] }

    func prompt(resuming run: String, count: Int, uncertain: Int) -> [String] { ["Type \(count) to go on: "] }

    func sayDifferences(gone: [Plan.Item], new: [Plan.Item]) {}

    func show(_ records: [LogRecord]) throws { for record in records { print(record.sequence, record.text) } }
    func show(_ verification: Verification) throws { print(verification) }
    func show(accounts: [Account]) throws {}
    func show(checks: [AccountCheck]) throws {}
    func show(connectors: [Connector]) throws {}
    func show(connector: Connector) throws {}
    func show(lines: [String]) throws { for line in lines { print(line) } }

    func sayStopping() { say("Stopping.") }

    func save(_ plan: Plan, to file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: file)
        else { throw Complaint.failure("not-written", "\(file) cannot be written.") }
        PlanDocument.write(plan) { handle.write(Data($0)) }
    }

    func show(_ plan: Plan, _ inventory: Inventory, seconds: Double, isDryRun: Bool, planFile: String?) throws {
        if isDryRun { PlanDocument.write(plan) { FileHandle.standardOutput.write(Data($0)) } }
    }

    func show(_ report: RunReport, _ inventory: Inventory) throws {
        FileHandle.standardOutput.write(Data((report.json().prettyText + "\n").utf8))
    }

    func reading() -> Reading { Reading() }
    func progress(_ plan: Plan, run: String) -> RunProgress { RunProgress() }

    struct Reading: Sendable {
        func take(_ event: InventoryEvent) {}
        func waits(_ host: String, _ duration: Duration) {}
        func finish() async {}
    }

    struct RunProgress: Sendable {
        func take(_ event: RunEvent) {}
        func finish() async {}
    }
}

import Authorizations
import ConnectorKit
import Coordination
import Documents
import Foundation
import Reporting
import Synchronization

/// What people see and answer: results on standard output, everything else on standard error.
struct Console: Sendable {
    let general: Workplace.GeneralValues
    let environment: [String: String]
    /// Where the result goes, and where talk goes.
    let result: Terminal
    let talk: Terminal
    let wording = Wording()

    init(_ workplace: Workplace) {
        general = workplace.general
        environment = workplace.environment
        let color = Terminal.Color(rawValue: workplace.general.color.rawValue) ?? .auto
        func terminal(_ descriptor: Int32, _ isFile: Bool) -> Terminal {
            Terminal(
                isTerminal: !isFile && isatty(descriptor) == 1, windowColumns: Self.columns(descriptor), color: color,
                environment: workplace.environment)
        }
        result = terminal(STDOUT_FILENO, workplace.general.output != nil)
        talk = terminal(STDERR_FILENO, false)
    }

    private static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : nil
    }

    // MARK: Talk

    var canAsk: Bool { !general.noInput && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    func say(_ text: String) {
        if !general.quiet { tell(text + "\n") }
    }

    func warn(_ text: String) { say("revoke: " + text) }

    /// Writes to standard error as it is.
    func tell(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    func complain(_ complaint: Complaint) {
        tell(general.format == .json || general.format == .jsonl ? complaint.json : complaint.text(talk))
    }

    func ask(_ prompt: String) -> String {
        tell(prompt)
        return (readLine() ?? "").trimmingCharacters(in: .whitespaces)
    }

    func prompt(for plan: Plan) -> String { Asking(talk, wording).prompt(for: plan) }

    /// - Parameter plan: what is left of it.
    func prompt(resuming plan: Plan) -> String { Asking(talk, wording).prompt(for: plan, isRest: true) }

    func sayStopping() { tell(Asking(talk, wording).stopping(underWay: nil)) }

    func reading(_ visits: Int) -> LiveProgress<ReadingProgress> {
        let isSilent = general.quiet
        return LiveProgress(ReadingProgress(visits: visits, startedAt: Date(), talk, wording)) { [self] in
            if !isSilent { tell($0) }
        }
    }

    func progress(_ plan: Plan, run: String) -> LiveProgress<RunProgress> {
        let isSilent = general.quiet
        return LiveProgress(RunProgress(plan, run: run, startedAt: Date(), talk, wording)) { [self] in
            if !isSilent { tell($0) }
        }
    }

    // MARK: Results

    /// Hands out a place to write the result to, and closes it when `body` is over.
    func writeResult(_ body: (_ write: @escaping (String) -> Void) throws -> Void) throws {
        let handle: FileHandle
        if let output = general.output {
            guard FileManager.default.createFile(atPath: output, contents: nil, attributes: [.posixPermissions: 0o600]),
                let file = FileHandle(forWritingAtPath: output)
            else {
                throw Complaint.failure(
                    "not-written", "\(output) cannot be written.",
                    hint: "Name a file that can be written with --output.")
            }
            handle = file
        } else {
            handle = .standardOutput
        }
        // Collected in pieces: a line at a time would be a system call for each.
        let pieces = Mutex<[UInt8]>([])
        try body { text in
            pieces.withLock { bytes in
                bytes.append(contentsOf: text.utf8)
                if bytes.count > 1 << 16 {
                    handle.write(Data(bytes))
                    bytes.removeAll(keepingCapacity: true)
                }
            }
        }
        pieces.withLock { handle.write(Data($0)) }
        if general.output != nil { try? handle.close() }
    }

    func show(lines: [String]) throws {
        if general.format == .json { return try show(json: .object(["lines": .array(lines.map { .string($0) })])) }
        try writeResult { write in lines.forEach { write($0 + "\n") } }
    }

    func show(json: JSON) throws { try writeResult { $0(json.prettyText + "\n") } }

    func save(_ plan: Plan, to file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: file)
        else {
            throw Complaint.failure(
                "not-written", "The plan cannot be written to \(file). Nothing was changed.",
                hint: "Name a file that can be written with --plan-out.")
        }
        PlanDocument.write(plan) { handle.write(Data($0)) }
        try? handle.close()
    }
}

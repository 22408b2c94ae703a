import Documents
import Foundation
import TestSupport

/// One `revoke` at work: the built program in a process of its own, with a terminal nowhere near.
struct RevokeProcess: Sendable {
    /// How it ended and what it said.
    struct End: Sendable {
        /// Negative: the signal that ended it.
        var code: Int32
        var output: String
        var errors: String
        /// What others could read of its command line while it worked.
        var commandLine: String

        func json() throws -> JSON { try JSON(parsing: Array(output.utf8)) }

        /// What is said first of what went wrong, after progress and warnings.
        var complaint: String { complaints.first ?? "" }

        private var complaints: [String] {
            errors.split(separator: "\n").map(String.init).filter {
                $0.hasPrefix("revoke: ") || $0.hasPrefix("{\"error\"")
            }
        }
    }

    let id: Int32
    private let process: Process
    private let folder: URL

    /// Beside the bundle of the tests, or some folders above it.
    static let program: URL = {
        var folder = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let program = folder.appending(path: "revoke")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        return folder.appending(path: "revoke")
    }()

    /// Keeps what it prints in `folder`; `shell` is a line that `sh` carries out first, such as a limit.
    init(_ arguments: [String], environment: [String: String], folder: URL, shell: String? = nil) throws {
        self.folder = folder.appending(path: "printed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        process = Process()
        if let shell {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", shell + "\nexec \"$0\" \"$@\"", Self.program.path] + arguments
        } else {
            process.executableURL = Self.program
            process.arguments = arguments
        }
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(self.folder.appending(path: "output"))
        process.standardError = try Self.file(self.folder.appending(path: "errors"))
        try process.run()
        id = process.processIdentifier
    }

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    func send(signal number: Int32) { kill(id, number) }

    /// What it has said so far on standard error.
    var saidSoFar: String { Self.text(folder.appending(path: "errors")) }

    func end() async throws -> End {
        try await offThePool { [process, folder, id] in
            // Empty where it has ended already.
            let commandLine = Self.text(URL(filePath: "/proc/\(id)/cmdline"))
            process.waitUntilExit()
            let status = process.terminationStatus
            return End(
                code: process.terminationReason == .exit ? status : -status,
                output: Self.text(folder.appending(path: "output")),
                errors: Self.text(folder.appending(path: "errors")),
                commandLine: commandLine)
        }
    }

    private static func text(_ url: URL) -> String {
        // Nothing was printed, or the process is gone.
        String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    }
}

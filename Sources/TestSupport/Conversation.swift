package import Foundation
internal import Synchronization

/// A Python program that answers one line of JSON to each line on its standard input, once it has announced itself.
///
/// It ends when this value goes, or when the process that made it ends: it reads an end of file then.
package final class Conversation: Sendable {
    /// The first line: what is there.
    package let announced: Data
    private let input: FileHandle
    private let lines: Lines

    package enum Failure: Error {
        case ended(String)
    }

    /// Starts a program of the folder Tests; a greeting is the first line of its input.
    package init(_ program: String, _ arguments: [String] = [], greeting: String? = nil) async throws {
        (input, lines, announced) = try await offThePool {
            let (process, input, output) = (Process(), Pipe(), Pipe())
            process.executableURL = URL(filePath: try python.get())
            process.arguments = [testsFolder + "/" + program] + arguments
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            // Kept here, the other end would never read an end of file.
            try? output.fileHandleForWriting.close()
            if let greeting { try input.fileHandleForWriting.write(contentsOf: Data((greeting + "\n").utf8)) }
            let lines = Lines(output.fileHandleForReading)
            return (input.fileHandleForWriting, lines, try lines.next())
        }
    }

    deinit {
        // Closing cannot fail in a way that matters: the program ends with this one at the latest.
        try? input.close()
    }

    /// Questions come one after another, each with its answer.
    package func ask(_ question: String) async throws -> Data {
        try await offThePool { [input, lines] in
            try lines.next { try input.write(contentsOf: Data((question + "\n").utf8)) }
        }
    }

    private final class Lines: Sendable {
        private let handle: FileHandle
        private let rest = Mutex(Data())

        init(_ handle: FileHandle) { self.handle = handle }

        func next(after send: () throws -> Void = {}) throws -> Data {
            try rest.withLock { rest in
                try send()
                while true {
                    if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        defer { rest = Data(rest[rest.index(after: end)...]) }
                        return Data(rest[..<end])
                    }
                    let more = handle.availableData
                    if more.isEmpty { throw Failure.ended(String(decoding: rest, as: UTF8.self)) }
                    rest += more
                }
            }
        }
    }
}

/// The package's folder of tests.
package let testsFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Tests").path

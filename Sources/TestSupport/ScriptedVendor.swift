internal import Foundation

/// A real HTTP server on 127.0.0.1 that does what a script says; `Tests/Support/scripted_vendor.py` explains scripts.
///
/// It ends when this value goes, or when the process that made it ends: it reads an end of file then. (A parent-death
/// signal would come too early: it is tied to the thread that started the child, and pool threads retire.)
package final class ScriptedVendor: Sendable {
    /// `http://127.0.0.1:PORT`, or `https`.
    package let origin: String
    package let port: Int
    /// The certificate that it shows, as a PEM file; `nil` without TLS.
    package let certificate: String?
    private let stop: @Sendable () -> Void

    package enum Encryption: Sendable {
        case none
        /// With a certificate made for the occasion, which nobody trusts, for `name`.
        case selfSigned(name: String)
    }

    package struct Logged: Decodable, Sendable {
        package var method: String
        package var target: String
        package var headers: [[String]]
        package var body: String
        /// Which of the connections it came on, from 1.
        package var connection: Int

        package func header(_ name: String) -> String? {
            headers.first { $0[0].lowercased() == name.lowercased() }?[1]
        }
    }

    package struct Log: Decodable, Sendable {
        package var requests: [Logged]
        package var connections: Int
        /// The most connections that were open at once.
        package var most_open: Int
    }

    package convenience init(_ script: String, encryption: Encryption = .none) async throws {
        self.init(try await offThePool { try Started(script, encryption) })
    }

    private init(_ started: Started) {
        port = started.port
        certificate = started.certificate
        origin = "\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)"
        stop = started.stop
    }

    deinit { stop() }

    /// What was asked so far.
    package func log() async throws -> Log {
        let answer = try await offThePool { [origin] in
            try run("curl", "--silent", "--insecure", "--noproxy", "*", "\(origin)/__log")
        }
        return try JSONDecoder().decode(Log.self, from: answer)
    }
}

/// A vendor's process, listening.
private struct Started: Sendable {
    var port: Int
    var certificate: String?
    var stop: @Sendable () -> Void

    init(_ script: String, _ encryption: ScriptedVendor.Encryption) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scripted-vendor-\(UUID().uuidString)")
        var arguments = ["-I", "-S", Self.program, "-"]
        if case .selfSigned(let name) = encryption {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let (certificate, key) = (folder.appending(path: "cert.pem").path, folder.appending(path: "key.pem").path)
            try makeCertificate(certificate, key: key, name: name)
            arguments += ["--cert", certificate, "--key", key]
            self.certificate = certificate
        }
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = try URL(filePath: python.get())
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The script is one line of the input; JSON may be written over many.
        let line = script.split(separator: "\n").joined(separator: " ") + "\n"
        try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
        port = Int(try Self.readLine(output.fileHandleForReading)) ?? 0
        stop = {
            // Closing cannot fail in a way that matters: the process ends with this one at the latest.
            try? input.fileHandleForWriting.close()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private static var program: String { testsFolder + "/Support/scripted_vendor.py" }

    private static func readLine(_ handle: FileHandle) throws -> String {
        var line = Data()
        while let byte = try handle.read(upToCount: 1), byte.first != UInt8(ascii: "\n"), !byte.isEmpty { line += byte }
        return String(decoding: line, as: UTF8.self)
    }
}

/// Makes a certificate for `name` that nobody vouches for, and its key, as PEM files.
package func makeCertificate(_ certificate: String, key: String, name: String) throws {
    let kind = name == "127.0.0.1" ? "IP" : "DNS"
    _ = try run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
        "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(kind):\(name)", "-out", certificate, "-keyout", key)
}

/// The interpreter itself: what is called python3 may be a slow script that looks for it.
let python = Result {
    String(decoding: try run("python3", "-c", "import sys; print(sys.executable, end='')"), as: UTF8.self)
}

/// Runs a program to its end and returns what it prints.
private func run(_ arguments: String...) throws -> Data {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return printed
}

/// Does what blocks on a thread of its own: the concurrency pool has as many as there are cores, which may be two.
package func offThePool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try work() }) }.start()
    }
}

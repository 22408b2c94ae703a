package import Authorizations
package import ConnectorKit
package import Foundation

/// Fetches secrets from where the configuration says they are kept.
package struct SecretKeeper: Sendable {
    /// Files named in the configuration are meant beside it.
    private let folder: URL
    /// The state folder's vault: one file for each name, readable by its owner only.
    private let vault: URL
    private let environment: [String: String]

    package init(folder: URL, vault: URL, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.folder = folder
        self.vault = vault
        self.environment = environment
    }

    /// The parts of a credential by name; a single secret has the empty name: it is the one part that its kind asks
    /// for.
    ///
    /// Where it is a JSON object its members are the parts.
    package func parts(of source: CredentialSource, account: String, credential: String) throws(EntranceFailure)
        -> [String: Secret]
    {
        switch source.parts {
        case .named(let sources):
            var parts: [String: Secret] = [:]
            for (name, one) in sources { parts[name] = Secret(try fetch(one, account, source.place)) }
            return try rotated(parts, account, credential)
        case .single(let one):
            let text = try fetch(one, account, source.place)
            if text.hasPrefix("{"), let members = JSONParts.members(text) {
                return try rotated(members.mapValues { Secret($0) }, account, credential)
            }
            return ["": Secret(text)]
        }
    }

    /// What can be known of a source without running a command: a variable that is not set, a file that is not there or
    /// open to others.
    package func problem(with source: CredentialSource, account: String) -> EntranceFailure? {
        let sources: [SecretSource]
        switch source.parts {
        case .named(let parts): sources = parts.sorted { $0.key < $1.key }.map(\.value)
        case .single(let one): sources = [one]
        }
        for one in sources {
            if case .command = one { continue }
            do { _ = try fetch(one, account, source.place) } catch { return error }
        }
        return nil
    }

    private func fetch(_ source: SecretSource, _ account: String, _ place: String) throws(EntranceFailure) -> String {
        let text: String
        switch source {
        case .env(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw EntranceFailure(
                    .secretMissing, "the variable \(name) is empty or not set; set it, or change 'secret' in \(place)")
            }
            text = value
        case .file(let path): text = try read(path, place)
        case .command(let words): text = try run(words, place)
        case .vault(let name): text = try read(vault.appending(path: name.percentEncoded).path, place)
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty {
            throw EntranceFailure(.secretMissing, "the secret of account '\(account)' is empty (\(place))")
        }
        return trimmed
    }

    private func read(_ path: String, _ place: String) throws(EntranceFailure) -> String {
        let expanded = path.hasPrefix("~/") ? (environment["HOME"] ?? "~") + path.dropFirst(1) : path
        let url = expanded.hasPrefix("/") ? URL(filePath: expanded) : folder.appending(path: expanded)
        var status = stat()
        guard stat(url.path, &status) == 0 else {
            throw EntranceFailure(
                .secretMissing,
                "the file \(path) does not exist or cannot be reached; make it, or change 'secret' in \(place)")
        }
        let mode = status.st_mode & 0o777
        if mode & 0o077 != 0 {
            throw EntranceFailure(
                .secretMissing,
                "the file \(path) can be read by others (mode \(String(mode, radix: 8))); it was not read. chmod 600 \(path)"
            )
        }
        do { return try String(contentsOf: url, encoding: .utf8) } catch {
            throw EntranceFailure(.secretMissing, "the file \(path) cannot be read as text (\(place))")
        }
    }

    private func run(_ words: [String], _ place: String) throws(EntranceFailure) -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch {
            throw EntranceFailure(
                .secretMissing, "the command '\(words[0])' for the secret could not be started (\(place))")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let words =
                said.split(whereSeparator: \.isNewline).first.map {
                    " and said: \(Redaction.maskRandom(in: String($0)))"
                } ?? ""
            throw EntranceFailure(
                .secretMissing,
                "the command for the secret ended with code \(process.terminationStatus)\(words) (\(place))")
        }
        return text
    }
}

/// A secret kept as a JSON object, such as a service account's key file.
private enum JSONParts {
    static func members(_ text: String) -> [String: String]? {
        guard let object = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] else {
            return nil
        }
        return object.compactMapValues { $0 as? String }
    }
}

extension SecretKeeper {
    /// What the vendor gave in place of a configured refresh token.
    ///
    /// It holds as long as the configured one is the one that it replaced: whoever configures a new one means it.
    private func rotated(_ parts: [String: Secret], _ account: String, _ credential: String) throws(EntranceFailure)
        -> [String: Secret]
    {
        var parts = parts
        for (name, original) in parts {
            let file = rotationFile(account, credential, name)
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            let lines = text.split(separator: "\n", maxSplits: 1)
            if lines.count == 2, original.reveal({ Rotation.mark($0) }) == lines[0] {
                parts[name] = Secret(String(lines[1]))
            }
        }
        return parts
    }

    /// Keeps a rotated part beside the digest of the configured one.
    package func keep(_ value: Secret, of source: CredentialSource, account: String, credential: String, part: String)
        throws(EntranceFailure)
    {
        let configured: String
        switch source.parts {
        case .named(let sources):
            guard let one = sources[part] else { return }
            configured = try fetch(one, account, source.place)
        case .single(let one):
            guard let members = JSONParts.members(try fetch(one, account, source.place)), let member = members[part]
            else { return }
            configured = member
        }
        let file = rotationFile(account, credential, part)
        let text = Rotation.mark(configured) + "\n" + value.reveal { $0 }
        do {
            try FileManager.default.createDirectory(
                at: vault, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            guard
                FileManager.default.createFile(
                    atPath: file.path + ".new", contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]),
                rename(file.path + ".new", file.path) == 0
            else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw EntranceFailure(
                .other,
                "the new \(part) of account '\(account)' could not be kept in \(vault.path): sign in again before the next run"
            )
        }
    }

    private func rotationFile(_ account: String, _ credential: String, _ part: String) -> URL {
        vault.appending(path: "\(account).\(credential).\(part)")
    }
}

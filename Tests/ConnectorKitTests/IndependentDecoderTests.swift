import Foundation
import Testing

@testable import ConnectorKit

/// Every key of every worked manifest is misspelt, one at a time, and two decoders that share no code must agree.
@Suite("Two decoders", .enabled(if: SharedFolder.url != nil))
struct IndependentDecoderTests {
    /// What only we look at: names of hosts and credentials inside credentials, and keys of the smallest mappings.
    static let stricter = [
        "'app' is not one of the credentials; did you mean 'appx'?",
        "'iamx' is not one of the hosts; did you mean 'iam'?",
        "'main' is not one of the credentials; did you mean 'mainx'?",
        "'notx' is not a test; did you mean 'not'?",
        "'stsx' is not one of the hosts; did you mean 'sts'?",
        "unknown key 'atx' in drop list; did you mean 'at'?",
        "unknown key 'headerx' in cursor; did you mean 'header'?",
    ]

    @Test("accept and refuse the same misspelt keys")
    func misspeltKeys() throws {
        let misspelt = try SharedFolder.manifests.flatMap(Self.misspelt)
        #expect(misspelt.count > 3000)
        let other = try Self.ask(misspelt)
        let ours = misspelt.map(Self.issues)
        let theirs = try other.answer()
        try #require(theirs.count == ours.count)
        var onlyOurs: [String] = []
        for (our, their) in zip(ours, theirs) where our.isEmpty != their.isEmpty {
            #expect(their.isEmpty, "we accept what the other refuses: \(their)")
            onlyOurs += our.prefix(1).map(\.message)
        }
        #expect(onlyOurs.sorted() == Self.stricter)
    }

    private static func issues(_ manifest: WorkedManifest) -> [ManifestIssue] {
        do throws(ManifestError) {
            _ = try Manifest(yaml: manifest.yaml, file: manifest.file, folder: manifest.folder)
            return []
        } catch {
            return error.issues
        }
    }

    private static func misspelt(_ manifest: WorkedManifest) throws -> [WorkedManifest] {
        let lines = manifest.yaml.split(separator: "\n", omittingEmptySubsequences: false).map {
            Array($0.unicodeScalars)
        }
        return keys(in: try #require(YAMLDocument(manifest.yaml).root)).map { key in
            var changed = lines
            let line = key.line - 1
            let isQuoted = lines[line][key.column - 1] == "\"" || lines[line][key.column - 1] == "'"
            let end = key.column - 1 + (isQuoted ? 1 : 0) + (key.text ?? "").unicodeScalars.count
            changed[line].insert("x", at: end)
            let yaml = changed.map { line in String(String.UnicodeScalarView(line)) }.joined(separator: "\n")
            return WorkedManifest(file: manifest.file, yaml: yaml)
        }
    }

    private static func keys(in node: YAMLNode) -> [YAMLNode] {
        switch node.content {
        case .scalar: []
        case .list(let items): items.flatMap(keys)
        case .mapping(let members): members.flatMap { [$0.key] + keys(in: $0.value) }
        }
    }

    /// Starts the other decoder, which works while we do.
    private static func ask(_ manifests: [WorkedManifest]) throws -> OtherDecoder {
        let driver = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "manifest_issues.py")
        let tools = try #require(SharedFolder.url).appending(path: "tools")
        let input = Pipe()
        let other = OtherDecoder()
        other.process.executableURL = URL(filePath: "/usr/bin/env")
        other.process.arguments = ["python3", driver.path(percentEncoded: false), tools.path(percentEncoded: false)]
        other.process.standardInput = input
        other.process.standardOutput = other.output
        try other.process.run()
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(manifests))
        try input.fileHandleForWriting.close()
        return other
    }

    private struct OtherDecoder {
        let process = Process()
        let output = Pipe()

        /// The issues of each manifest.
        func answer() throws -> [[String]] {
            let answer = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return try JSONDecoder().decode([[String]].self, from: answer)
        }
    }
}

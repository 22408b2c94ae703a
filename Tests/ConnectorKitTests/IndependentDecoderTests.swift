import Foundation
import Testing

@testable import ConnectorKit

/// Every key of every worked manifest is misspelt, one at a time, and two decoders that share no code must agree.
@Suite("Two decoders", .enabled(if: SharedFolder.url != nil))
struct IndependentDecoderTests {
    /// Homes in which the other decoder does not look at the keys, so that it takes misspelt ones.
    static let stricter = [
        "'list of drop'"
    ]

    @Test("accept and refuse the same misspelt keys")
    func misspeltKeys() throws {
        let misspelt = try SharedFolder.manifests.flatMap(Self.misspelt)
        #expect(misspelt.count > 1000)
        let others = try Self.ask(misspelt)
        var refused = 0
        for (manifest, theirs) in zip(misspelt, others) {
            let ours = Self.issues(manifest)
            refused += ours.isEmpty ? 0 : 1
            #expect(ours.isEmpty == theirs.isEmpty, "ours: \(ours) theirs: \(theirs)")
        }
        print("misspelt keys: \(misspelt.count), refused: \(refused)")
    }

    private static func issues(_ manifest: WorkedManifest) -> [String] {
        do throws(ManifestError) {
            _ = try Manifest(yaml: manifest.yaml, file: manifest.file, folder: manifest.folder)
            return []
        } catch {
            return error.issues.map { "\($0.line):\($0.column): \($0.message)" }
        }
    }

    private static func misspelt(_ manifest: WorkedManifest) throws -> [WorkedManifest] {
        let lines = manifest.yaml.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
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

    private static func ask(_ manifests: [WorkedManifest]) throws -> [[String]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let driver = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "manifest_issues.py")
        let tools = try #require(SharedFolder.url).appending(path: "tools")
        process.arguments = ["python3", driver.path(percentEncoded: false), tools.path(percentEncoded: false)]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(manifests))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode([[String]].self, from: answer)
    }
}

import Documents
import Foundation
import TestSupport
import Testing

/// A real product, set up with authorizations to be ended; `Tests/Servers/NAME.py` explains each.
struct RealServer: Sendable {
    let name: String
    let announced: JSON
    private let conversation: Conversation
    private let places: Set<String>

    /// `nil`, and said so, where the product is not installed.
    init?(_ name: String, in bench: Workbench) async throws {
        conversation = try await Conversation("Servers/\(name).py", [bench.folder.appending(path: "server").path])
        announced = try JSON(parsing: Array(conversation.announced))
        self.name = name
        if let missing = announced["missing"]?.string {
            print("SKIPPED \(name): it is not installed. To install it: \(missing)")
            return nil
        }
        let connectors = try await bench.revoke("connectors", "list", "--format", "json").json()["connectors"]?.array
        places = Set((connectors ?? []).flatMap { $0["surfaces"]?.array ?? [] }.compactMap { $0["id"]?.string })
        for one in announced["expected"]?.array ?? [] {
            guard let place = one["surface"]?.string, !places.contains(place) else { continue }
            print("SKIPPED \(place) of \(name): the connector has no such place")
        }
    }

    var configuration: String { announced["config"]?.string ?? "" }
    /// What is to be found, of the places that the connector knows.
    var expected: [JSON] {
        let all = announced["expected"]?.array ?? []
        return all.filter { places.contains($0["surface"]?.string ?? "") }
    }
    var unsupported: [String] { announced["unsupported"]?.array?.compactMap(\.string) ?? [] }
    var notExpected: [String] { announced["not_expected"]?.array?.compactMap(\.string) ?? [] }

    /// What stands at the server, read past `revoke`.
    func view() async throws -> JSON {
        try JSON(parsing: Array(await conversation.ask(#"{"do": "view"}"#)))
    }

    /// Whether a credential still opens the door.
    func works(_ id: String) async throws -> Bool {
        let question = JSON.object(["do": .string("use"), "id": .string(id)])
        let answer = try JSON(parsing: Array(await conversation.ask(question.text)))
        return try #require(answer["works"]).bool == true
    }

    /// Everything secret that was handed out: none of it may be found anywhere.
    func secrets() throws -> [String] {
        let folder = URL(filePath: configuration).deletingLastPathComponent()
        let held = folder.appending(path: "held")
        let files =
            ["operator.secret", "operator.password", "registration.token"].map { folder.appending(path: $0) }
            + (try FileManager.default.contentsOfDirectory(atPath: held.path)).map { held.appending(path: $0) }
        let base = announced["base_url"]?.string ?? ""
        return try files.filter { FileManager.default.fileExists(atPath: $0.path) }.map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            return text.hasPrefix(base) ? String(text.dropFirst(base.count)) : text
        }
    }
}

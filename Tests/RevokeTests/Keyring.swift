import Documents
import Foundation
import TestSupport

/// A vendor that remembers what is deleted and breaks down as a test says; `Tests/Support/keyring_vendor.py`.
struct Keyring: Sendable {
    struct Request: Sendable {
        var at: Double
        var method: String
        var path: String
    }

    let base: String
    private let conversation: Conversation

    /// Takes the members of a JSON object as settings.
    init(_ settings: String) async throws {
        conversation = try await Conversation(
            "Support/keyring_vendor.py", greeting: "{" + settings.split(separator: "\n").joined(separator: " ") + "}")
        base = try JSON(parsing: Array(conversation.announced))["base_url"]?.string ?? ""
    }

    private func ask(_ what: String, _ more: String = "") async throws -> JSON {
        try JSON(parsing: Array(await conversation.ask(#"{"do": "\#(what)"\#(more)}"#)))
    }

    func set(_ settings: String) async throws { _ = try await ask("set", ", " + settings) }

    /// Paths of what works still, such as `/keys/k001`.
    func alive() async throws -> [String] { try await ask("view")["alive"]?.array?.compactMap(\.string) ?? [] }

    func requests() async throws -> [Request] {
        try await ask("log")["requests"]?.array?.map { entry in
            Request(
                at: Double(entry["at"]?.scalarText ?? "") ?? 0, method: entry["method"]?.string ?? "",
                path: entry["path"]?.string ?? "")
        } ?? []
    }

    func deletions() async throws -> [Request] { try await requests().filter { $0.method == "DELETE" } }

    /// Waits until the vendor has heard enough.
    func hears(_ isEnough: (Request) -> Bool, times: Int = 1) async throws {
        for _ in 0..<1500 {
            if try await requests().count(where: isEnough) >= times { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    static let token = "keyring-token-8Kq2mZ4x"
    static let connectors = testsFolder + "/Support/connectors"

    /// A folder with this vendor's account in its configuration, and its connector trusted.
    func bench(_ more: String = "") async throws -> Workbench {
        let bench = try Workbench(
            environment: ["KEYRING_TOKEN": Self.token, "REVOKE_CONNECTORS_PATH": Self.connectors])
        try bench.configure(configuration + more)
        let trust = try await bench.revoke("connectors", "trust", Self.connectors + "/keyring", "--yes")
        if trust.code != 0 { throw Conversation.Failure.ended(trust.errors) }
        return bench
    }

    var configuration: String {
        """
        accounts:
          - name: acme
            connector: keyring
            base_url: \(base)
            credential: {kind: bearer, secret: {env: KEYRING_TOKEN}}

        """
    }
}

extension Workbench {
    /// The whole log, a record after the other.
    func records() async throws -> [JSON] {
        let list = try await revoke("log", "list", "--last", "1000000", "--format", "jsonl")
        return try list.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    }
}

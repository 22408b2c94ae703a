import Documents
import Foundation
import TestSupport
import Testing

/// What can be wrong before anything is sent: one clear sentence, what to do, and the contract's exit code.
@Suite struct BadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var code: Int32
        /// The first line of what is said.
        var says: String
        var arguments: [String] = ["--dry-run"]
        /// The configuration, in which `BASE` is the vendor's address.
        var configuration = BadInputTests.configuration
        var testDescription: String { name }
    }

    static let configuration = """
        accounts:
          - name: acme
            connector: keyring
            base_url: BASE
            credential: {kind: bearer, secret: {env: KEYRING_TOKEN}}

        """

    private static func with(_ old: String, _ new: String) -> String {
        configuration.replacingOccurrences(of: old, with: new)
    }

    static let files = [
        Case(name: "no configuration", code: 64, says: "No accounts yet: ", configuration: ""),
        Case(
            name: "a key that is none", code: 64,
            says: "config.yaml:3:5: 'conector' is not a key of an account; did you",
            configuration: with("credential:", "conector: x\n    credential:").replacingOccurrences(
                of: "    connector: keyring\n    base_url: BASE\n    conector: x",
                with: "    conector: x\n    connector: keyring\n    base_url: BASE")),
        Case(
            name: "two of one name", code: 64, says: "config.yaml:6:5: there are two accounts named 'acme'; give one",
            configuration: configuration + configuration.dropFirst("accounts:\n".count)),
        Case(
            name: "no such connector", code: 64,
            says: "config.yaml:3:16: no connector is called 'keyrin'; did you mean",
            configuration: with("connector: keyring", "connector: keyrin")),
        Case(
            name: "http", code: 64,
            says: "config.yaml:4:15: 'base_url' is http, which is allowed towards this computer",
            configuration: with("BASE", "http://keyring.example")),
        Case(
            name: "a secret that all can read", code: 64,
            says: "acme: the file open.key can be read by others (mode 644)",
            configuration: with("{env: KEYRING_TOKEN}", "{file: open.key}")),
        Case(
            name: "a secret that is not there", code: 64,
            says: "acme: the file no.key does not exist or cannot be reached",
            configuration: with("{env: KEYRING_TOKEN}", "{file: no.key}")),
        Case(
            name: "a variable that is not set", code: 64,
            says: "acme: the variable NO_TOKEN is empty or not set; set it",
            configuration: with("KEYRING_TOKEN", "NO_TOKEN")),
        Case(
            name: "a command that fails", code: 1, says: "Not one account could be entered; nothing was changed.",
            configuration: with("{env: KEYRING_TOKEN}", "{command: [sh, -c, 'echo locked >&2; exit 1']}")),
        Case(name: "not YAML", code: 64, says: "config.yaml:2:1: not YAML: ", configuration: "accounts: ["),
        Case(name: "nothing in it", code: 64, says: "config.yaml:1:1: the file is empty", configuration: "\n"),
    ]

    static let words = [
        Case(
            name: "no such account", code: 64, says: "No account is called 'acm'; nothing was selected.",
            arguments: ["--dry-run", "--account", "acm"]),
        Case(
            name: "no such kind", code: 64, says: "'--kind webhok' is no kind of authorization.",
            arguments: ["--yes", "--kind", "webhok"]),
        Case(
            name: "no such connector to choose", code: 64, says: "No connector is called 'keyrin'.",
            arguments: ["--yes", "--connector", "keyrin"]),
        Case(
            name: "a connector without an account", code: 64, says: "No account uses the connector 'slack'; nothing",
            arguments: ["--yes", "--connector", "slack"]),
        Case(
            name: "no such number", code: 64, says: "The last plan has no number 77; nothing was selected.",
            arguments: ["--yes", "--authorization", "77"]),
        Case(
            name: "no such id", code: 64, says: "Nothing is called 'acme/key/k999' now; nothing was selected.",
            arguments: ["--yes", "--authorization", "acme/key/k999"]),
        Case(
            name: "no terminal", code: 64, says: "There is no terminal to ask on; nothing was changed.", arguments: []),
        Case(
            name: "no input wanted", code: 64, says: "There is no terminal to ask on; nothing was changed.",
            arguments: ["--no-input"]),
        Case(
            name: "another number", code: 64, says: "Stopped: you typed '7', the plan has 3. Nothing was changed.",
            arguments: ["--confirm", "7"]),
        Case(
            name: "another number beside --yes", code: 64, says: "Stopped: you typed '7', the plan has 3. Nothing was",
            arguments: ["--yes", "--confirm", "7"]),
        Case(
            name: "too many", code: 64, says: "This would end 3 authorizations, more than the limit of 2. Nothing was",
            arguments: ["--yes", "--max", "2"]),
        Case(
            name: "too large a share", code: 64,
            says: "This would end 3 of the 3 that were listed (100 %), more than the",
            arguments: ["--yes", "--max-percent", "50"]),
        Case(
            name: "an option that is none", code: 64, says: "Unknown option '--dryrun'. Did you mean '--dry-run'?",
            arguments: ["--dryrun"]),
        Case(
            name: "a format that is none", code: 64, says: "The value 'xml' is invalid for '--format <format>'.",
            arguments: ["--dry-run", "--format", "xml"]),
        Case(
            name: "no such plan", code: 64, says: "no.plan cannot be read as a plan: there is no such file.",
            arguments: ["apply", "no.plan", "--yes"]),
        Case(name: "no run to go on with", code: 64, says: "There was no run yet.", arguments: ["resume", "--yes"]),
        Case(name: "no run to verify", code: 64, says: "There was no run yet.", arguments: ["verify"]),
        Case(
            name: "no such run", code: 64, says: "No run is called '20261123-k7q2'.",
            arguments: ["verify", "20261123-k7q2"]),
        Case(
            name: "a plan to be written nowhere", code: 1,
            says: "The plan cannot be written to /no/a.plan. Nothing was",
            arguments: ["--yes", "--plan-out", "/no/a.plan"]),
    ]

    @Test("refuses with one sentence, and sends nothing", arguments: files + words)
    func refuses(_ wrong: Case) async throws {
        let keyring = try await Keyring(#""keys": 3"#)
        let bench = try await keyring.bench()
        try bench.write("open.key", "x", mode: 0o644)
        try bench.configure(wrong.configuration.replacingOccurrences(of: "BASE", with: keyring.base))
        if wrong.configuration.isEmpty { try FileManager.default.removeItem(at: bench.configuration) }
        let end = try await bench.start(wrong.arguments).end()
        #expect(end.code == wrong.code, "\(end.errors)")
        // Long lines are broken where nobody's window says how wide it is.
        let said = end.errors.replacingOccurrences(of: "\n  ", with: " ")
        #expect(said.contains("revoke: " + wrong.says), "\(end.errors)")
        #expect(!end.errors.contains("Error"))
        #expect(try await keyring.deletions().isEmpty)
        let forPrograms = try await bench.start(wrong.arguments + ["--format", "json"]).end()
        if wrong.arguments.last != "xml" {
            #expect(forPrograms.code == wrong.code)
            #expect(forPrograms.errors.contains(#"{"error":{"code":""#), "\(forPrograms.errors)")
        }
        #expect(try await keyring.deletions().isEmpty)
    }

    @Test("refuses a connector's folder that was not confirmed")
    func untrusted() async throws {
        let keyring = try await Keyring(#""keys": 3"#)
        let bench = try await keyring.bench()
        try FileManager.default.removeItem(at: bench.state.appending(path: "trusted-connectors"))
        let end = try await bench.revoke("--dry-run", "--no-input")
        #expect(end.code == 64)
        #expect(end.complaint.hasPrefix("revoke: The connector 'keyring' comes from"))
        #expect(try await keyring.requests().isEmpty)
    }

    @Test("does not speak with whom it cannot know")
    func untrustedCertificate() async throws {
        let vendor = try await ScriptedVendor(#"{"routes": {}}"#, encryption: .selfSigned(name: "127.0.0.1"))
        try await expectLockedOut(vendor.origin, "the certificate of 127.0.0.1 is not trusted here")
        #expect(try await vendor.log().requests.isEmpty)
    }

    @Test("says whom it did not reach")
    func unreachable() async throws { try await expectLockedOut("http://127.0.0.1:9", "127.0.0.1 was not reached") }

    private func expectLockedOut(_ base: String, _ reason: String) async throws {
        let bench = try await Keyring("").bench()
        try bench.configure(Self.with("BASE", base))
        let end = try await bench.revoke("--yes")
        #expect(end.code == 1)
        #expect(end.complaint == "revoke: Not one account could be entered; nothing was changed.")
        #expect(end.errors.contains("  acme: " + reason), "\(end.errors)")
    }
}

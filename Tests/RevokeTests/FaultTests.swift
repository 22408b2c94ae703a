import Documents
import Foundation
import Testing

/// What goes wrong with one thing, and what is to be said of it.
struct DeletionFault: CustomTestStringConvertible, Sendable {
    var name: String
    /// What the requests to one thing get; `THING` is its path.
    var steps: String
    var outcome = "dead"
    var code: Int32 = 0
    /// How often the vendor is asked to end it.
    var deletions = 1
    var testDescription: String { name }

    static func deleting(
        _ name: String, _ steps: String, _ outcome: String = "dead", _ code: Int32 = 0, deletions: Int = 1
    ) -> DeletionFault {
        DeletionFault(
            name: name, steps: #""DELETE THING": [\#(steps)]"#, outcome: outcome, code: code, deletions: deletions)
    }
}

/// What is said of a thing whose vendor breaks down or lies: never that it is dead while it lives.
@Suite struct FaultTests {
    static let faults: [DeletionFault] = [
        .deleting("asks to wait", #"{"status": 429, "headers": {"Retry-After": "1"}}"#, deletions: 2),
        .deleting("breaks down", #"{"status": 500}"#, deletions: 2),
        .deleting("breaks down after it was done", #"{"status": 500, "applies": true}"#),
        .deleting("hangs up", #"{"cut": "before"}"#, deletions: 2),
        .deleting("hangs up after it was done", #"{"cut": "before", "applies": true}"#),
        .deleting("answers half", #"{"cut": "head", "applies": true}"#),
        .deleting("says that it is gone", #"{"status": 404, "applies": true}"#),
        .deleting(
            "says that it is gone, and it is not", #"{"status": 404, "applies": false, "forever": true}"#, "alive", 3),
        .deleting("lies", #"{"json": {"ok": true}, "applies": false, "forever": true}"#, "alive", 3),
        .deleting("lies without a word", #"{"status": 204, "applies": false, "forever": true}"#, "alive", 3),
        .deleting("takes its time", #"{"status": 204, "later": 2}"#),
        .deleting("is slow", #"{"status": 204, "delay": 3}"#),
        .deleting("answers nonsense", #"{"body": "<html>done", "applies": true}"#),
        .deleting(
            "redirects", #"{"status": 302, "headers": {"Location": "/login"}, "forever": true}"#, "alive", 3,
            deletions: 5),
        .deleting("forbids", #"{"status": 403, "json": {"message": "not you"}, "forever": true}"#, "failed", 3),
        .deleting("lets us in no more", #"{"status": 401, "json": {}, "forever": true}"#, "failed", 3),
    ]

    @Test("proves by the list", arguments: faults)
    func listed(_ fault: DeletionFault) async throws { try await expect(fault, of: "/keys/k002") }

    @Test("proves by asking about it alone", arguments: faults)
    func asked(_ fault: DeletionFault) async throws { try await expect(fault, of: "/hooks/h002") }

    static let blind = [
        DeletionFault(
            name: "answers to no question", steps: #""GET THING": [{"real": true}, {"status": 403, "forever": true}]"#,
            outcome: "unknown", code: 3),
        DeletionFault(name: "breaks down when asked once", steps: #""GET THING": [{"status": 500}]"#),
        DeletionFault(
            name: "answers a question with nonsense", steps: #""GET THING": [{"real": true}, {"body": "{"}]"#),
    ]

    @Test("says unknown of what it cannot see", arguments: blind)
    func unseen(_ fault: DeletionFault) async throws { try await expect(fault, of: "/hooks/h002") }

    private func expect(_ fault: DeletionFault, of path: String) async throws {
        let steps = fault.steps.replacingOccurrences(of: "THING", with: path)
        let keyring = try await Keyring(#""keys": 3, "hooks": 3, "steps": {\#(steps)}"#)
        let bench = try await keyring.bench()
        let end = try await bench.revoke("--yes", "--format", "json")
        #expect(end.code == fault.code)
        let parts = path.split(separator: "/")
        let id = "acme/\(parts[0].dropLast())/\(parts[1])"
        let item = try end.json().items.first { $0["id"]?.string == id }
        #expect(item?["outcome"]?.string == fault.outcome, "\(item ?? .null)")
        #expect(try await keyring.deletions().count { $0.path == path } == fault.deletions)
        let alive = try await keyring.alive()
        #expect(alive.contains(path) == ["alive", "failed"].contains(fault.outcome))
        #expect(alive.filter { $0 != path } == [])
        #expect(try await bench.revoke("log", "verify").code == 0)
    }
}

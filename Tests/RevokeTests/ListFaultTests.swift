import Documents
import Foundation
import Testing

/// What is said of a place that cannot be listed as it should: never that all of it was seen.
@Suite struct ListFaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        var name: String
        /// What the requests for the list of keys get.
        var steps: String
        var state = "failed"
        var code: Int32 = 5
        var testDescription: String { name }
    }

    static let faults = [
        Fault(name: "breaks down once", steps: #"{"status": 500}"#, state: "seen", code: 0),
        Fault(name: "hangs up once", steps: #"{"cut": "body", "json": {"data": []}}"#, state: "seen", code: 0),
        Fault(
            name: "asks to wait", steps: #"{"status": 429, "headers": {"Retry-After": "1"}}"#, state: "seen", code: 0),
        Fault(
            name: "forbids", steps: #"{"status": 403, "json": {"message": "no"}, "forever": true}"#, state: "forbidden"),
        Fault(name: "lets us in no more", steps: #"{"status": 401, "json": {}, "forever": true}"#),
        Fault(name: "answers nonsense", steps: #"{"body": "<html>", "forever": true}"#),
        Fault(name: "answers something else", steps: #"{"json": {"keys": []}, "forever": true}"#),
        Fault(name: "answers nothing", steps: #"{"status": 204, "forever": true}"#),
        Fault(name: "answers 50 MB", steps: #"{"size": 52428800, "forever": true}"#),
        Fault(
            name: "repeats a page", steps: #"{"json": {"data": [], "next": "same"}, "forever": true}"#),
        Fault(name: "is not there", steps: #"{"status": 404, "json": {"message": "no"}, "forever": true}"#),
    ]

    @Test("ends what it sees and says what it does not", arguments: faults)
    func list(_ fault: Fault) async throws {
        let keyring = try await Keyring(#""keys": 3, "hooks": 3, "steps": {"GET /keys": [\#(fault.steps)]}"#)
        let bench = try await keyring.bench()
        let end = try await bench.revoke("--yes", "--format", "json")
        #expect(end.code == fault.code, "\(end.errors)")
        #expect(try end.json().coverage("key") == fault.state, "\(end.output)")
        #expect(try await keyring.alive() == (fault.state == "seen" ? [] : ["/keys/k001", "/keys/k002", "/keys/k003"]))
        #expect(try Set(end.json().outcomes.values) == ["dead"])
    }

    @Test("comes to an end with a list that has none")
    func endless() async throws {
        let keyring = try await Keyring(#""steps": {"GET /keys": [{"endless": true, "forever": true}]}"#)
        let bench = try await keyring.bench()
        let end = try await bench.revoke("--dry-run", "--format", "json")
        #expect(end.code == 5)
        #expect(try ["failed", "partial"].contains(end.json().coverage("key")))
    }

    @Test(
        "stops where it is not told who it is",
        arguments: [
            #"{"body": "hello", "forever": true}"#, #"{"status": 401, "json": {"message": "who?"}, "forever": true}"#,
            #"{"json": {}, "forever": true}"#,
        ])
    func lockedOut(_ step: String) async throws {
        let keyring = try await Keyring(#""keys": 3, "steps": {"GET /me": [\#(step)]}"#)
        let bench = try await keyring.bench()
        let end = try await bench.revoke("--yes")
        #expect(end.code == 1)
        #expect(end.complaint == "revoke: Not one account could be entered; nothing was changed.")
        #expect(try await keyring.deletions().isEmpty)
    }
}

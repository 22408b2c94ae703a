import AuditLog
import Authorizations
import Cryptography
import Foundation
import Testing

@Suite struct RecordTests {
    let directory = StateDirectory()
    let store: Store
    let run: RunID

    static let time = Date(timeIntervalSince1970: 1_795_424_563.12)
    static let answer = StepAnswer(
        .refused, status: 403, verb: "POST", host: "slack.example", template: "/api/{method}", verdict: "forbidden",
        reason: "said \"no\\way\"\n\u{8}\u{1f}é", bytes: 14, milliseconds: 31)
    static let end = RunEnd(.ended, counts: [.dead: 1, .alreadyDead: 2], exitCode: 0)

    init() async throws {
        store = try Store.open(directory: directory.url, access: .readWrite, now: { Self.time })
        run = try await store.beginExample(steps: 2)
        let events: [Event] = [
            .inventoryTaken([SurfaceInventory(account: "acme-slack", surface: "org-app", state: .seen, count: 2)]),
            .planConfirmed(.confirmOption), .stepIntended(step: 1, attempt: 1), .stepAnswered(step: 1, Self.answer),
            .stepIntended(step: 1, attempt: 2),
            .stepSettled(
                step: 1, Settlement(.dead, evidence: "not listed", verifiedAt: Self.time, residualUntil: Self.time)),
            .runResumed(version: "1.1"), .stepVerified(step: 1, Settlement(.alive, reason: "came back")),
            .runEnded(Self.end),
        ]
        for event in events { try await store.record([event], of: run) }
    }

    /// The records with digests and the run's name replaced by words.
    private func shapes() async throws -> [String] {
        try await store.records().map { record in
            record.text.replacing(/"[0-9a-f]{64}"/, with: "\"*\"").replacing(run.description, with: "RUN")
                .replacing(/revoke\/[^"]+/, with: "KEY")
        }
    }

    @Test("writes each record with these keys, in this order")
    func shape() async throws {
        let step = #""account":"acme-slack","action":"revoke""#
        let at = #""at":"2026-11-23T09:02:43.120Z""#
        let slack = #""connector":"slack""#
        #expect(
            try await shapes() == [
                #"{\#(at),"event":"key.created","key":"KEY"}"#,
                #"{"accounts":[{"connector":"github","name":"acme-github"},{\#(slack),"identity":"*","#
                    + #""name":"acme-slack"}],\#(at),"event":"run.started","machine":"*","#
                    + #""manifests":{"github":"a0b1","slack":"5e1f"},"operator":"*","run":"RUN","version":"1.0"}"#,
                #"{\#(at),"counts":{"revoke":2},"event":"plan.made","plan":"d1","run":"RUN"}"#,
                #"{\#(at),"event":"inventory.taken","run":"RUN","#
                    + #""surfaces":[{"account":"acme-slack","count":2,"state":"seen","surface":"org-app"}]}"#,
                #"{\#(at),"event":"plan.confirmed","how":"confirm","run":"RUN"}"#,
                #"{\#(step),\#(at),"attempt":1,"authorization":"*",\#(slack),"event":"step.intended","#
                    + #""kind":"installed-app","owner":"*","run":"RUN","step":1,"surface":"org-app","target":"*","#
                    + #""title":"*"}"#,
                #"{\#(step),"answer":"refused",\#(at),"authorization":"*","bytes":14,\#(slack),"#
                    + #""event":"step.answered","host":"slack.example","kind":"installed-app","milliseconds":31,"#
                    + #""reason":"said \"no\\way\"\n\b\u001fé","run":"RUN","status":403,"step":1,"#
                    + #""surface":"org-app","template":"/api/{method}","verb":"POST","verdict":"forbidden"}"#,
                #"{\#(step),\#(at),"attempt":2,"authorization":"*",\#(slack),"event":"step.intended","#
                    + #""kind":"installed-app","run":"RUN","step":1,"surface":"org-app"}"#,
                #"{\#(step),\#(at),"authorization":"*",\#(slack),"event":"step.settled","evidence":"not listed","#
                    + #""kind":"installed-app","outcome":"dead","residual_until":"2026-11-23T09:02:43.120Z","#
                    + #""run":"RUN","step":1,"surface":"org-app","verified_at":"2026-11-23T09:02:43.120Z"}"#,
                #"{\#(at),"event":"run.resumed","run":"RUN","version":"1.1"}"#,
                #"{\#(step),\#(at),"authorization":"*",\#(slack),"event":"step.verified","kind":"installed-app","#
                    + #""outcome":"alive","reason":"came back","run":"RUN","step":1,"surface":"org-app"}"#,
                #"{\#(at),"counts":{"already-dead":2,"dead":1},"event":"run.ended","exit_code":0,"run":"RUN","#
                    + #""state":"ended"}"#,
            ])
    }

    @Test("writes canonical JSON, as Python's own writer does")
    func canonical() async throws {
        let script = """
            import json, sys
            for line in open(sys.argv[1], encoding='utf-8', newline='\\n'):
                line = line.rstrip('\\n')
                again = json.dumps(json.loads(line), sort_keys=True, separators=(',', ':'), ensure_ascii=False)
                assert again == line, (again, line)
            """
        let file = directory.url.path + "/records"
        let lines = try await store.records().map(\.text).joined(separator: "\n") + "\n"
        try Data(lines.utf8).write(to: URL(filePath: file))
        let python = try Command("python3", ["-c", script, file])
        #expect(python.status == 0, "\(python.output)")
    }

    @Test("holds nothing personal, in the records or in their tree")
    func personal() async throws {
        let text = try await store.records().map(\.text).joined()
        for value in ["A1", "owner1", "Lumen", "hooks.lumen", "T024BE7LD", "ana@", "ana-laptop", "revoke --vendor"] {
            #expect(!text.contains(value), "\(value)")
        }
    }

    @Test("opens its commitments: a digest of salt and value stands in the records")
    func commitments() async throws {
        let text = try await store.records().map(\.text).joined()
        let commitments = try await store.commitments(of: run)
        #expect(commitments.count == 3 + 2 * 4)
        #expect(Set(commitments.map(\.salt)).count == commitments.count)
        for commitment in commitments {
            #expect(commitment.salt.count == 16)
            #expect(SHA256.digest(of: commitment.salt + Array(commitment.value.utf8)).hex == commitment.digest)
            #expect(text.contains(commitment.digest) == (commitment.step < 2))
        }
    }

    @Test("shows records with their values: all, the last ones, those of a run")
    func values() async throws {
        let last = try await store.records(last: 2)
        #expect(last.map(\.sequence) == [11, 12])
        #expect(last[0].values["title"] == "Lumen \"Notes\" 1")
        #expect(last[0].values["authorization"] == "acme-slack/org-app/A1")
        #expect(last[1].values["operator"] == "ana@acme.example")
        #expect(last[1].values["identity:acme-slack"] == "T024BE7LD")
        let other = try await store.begin(.example)
        #expect(try await store.records(of: run).map(\.sequence) == Array(2...12))
        #expect(try await store.records(of: other).map(\.sequence) == [13])
        #expect(try await store.records(of: run, last: 1).map(\.sequence) == [12])
    }

    @Test("erases a personal value everywhere beside the log, and every proof still holds")
    func erase() async throws {
        try await store.savePlan(
            #"{"title":"Lumen \"Notes\" 1"}"#, digest: "d1", numbers: [(1, "acme-slack/org-app/A1")])
        let before = try await store.head()
        #expect(try await store.erase("Lumen \"Notes\" 1") == 1)
        #expect(try await store.erase("acme-slack/org-app/A1") == 1)
        #expect(try await store.erase("nobody@acme.example") == 0)
        #expect(try await store.records(last: 2)[0].values.keys.sorted() == ["owner", "target"])
        #expect(try await store.steps(of: run)[0].authorization == "erased")
        #expect(try await store.plan(digest: "d1") == nil)
        #expect(try await store.authorization(number: 1) == nil)
        #expect(try await store.head() == before)
        #expect(try await store.verify().valid)
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.url.path) {
            let bytes = try Data(contentsOf: directory.url.appending(path: name))
            #expect(bytes.range(of: Data("Notes\" 1".utf8)) == nil, "\(name)")
            #expect(bytes.range(of: Data("org-app/A1".utf8)) == nil, "\(name)")
        }
    }
}

import Coordination
import Documents
import Foundation
import Testing

/// Saved plans: exactly what was seen is carried out, once, at the account that it was made for.
@Suite struct ApplyTests {
    /// A vendor with things to end and a plan of them.
    struct Scene {
        let keyring: Keyring
        let bench: Workbench
        var plan: String { bench.folder.appending(path: "a.plan").path }

        init() async throws {
            keyring = try await Keyring(#""keys": 3, "hooks": 2"#)
            bench = try await keyring.bench()
            #expect(try await bench.revoke("--dry-run", "--plan-out", plan).code == 0)
        }

        func expectRefused(_ code: String) async throws {
            let end = try await bench.revoke("apply", plan, "--yes", "--format", "json")
            #expect(end.code == 64)
            #expect(end.complaint.contains(#""code":"\#(code)""#), "\(end.errors)")
            #expect(try await keyring.deletions().isEmpty)
        }

        /// Changes the plan and seals it again: a seal tells of changes, it does not forbid them.
        func reseal(_ change: (inout Plan) -> Void) throws {
            var changed = try PlanDocument.plan(from: [UInt8](Data(contentsOf: URL(filePath: plan))))
            change(&changed)
            changed.digest = PlanDocument.digest(of: changed)
            var bytes: [UInt8] = []
            PlanDocument.write(changed) { bytes += $0 }
            try Data(bytes).write(to: URL(filePath: plan))
        }
    }

    @Test("carries out a plan at a real product, once")
    func cycle() async throws {
        let bench = try Workbench()
        guard let server = try await RealServer("moto", in: bench) else { return }
        try bench.configure(String(contentsOfFile: server.configuration, encoding: .utf8))
        let plan = bench.folder.appending(path: "a.plan").path
        // One of moto's places answers 500, which costs the time of five tries.
        let look = try await bench.revoke(
            "--dry-run", "--kind", "connected-account", "--plan-out", plan, "--format", "json")
        #expect(look.code == 0, "\(look.errors)")
        let run = try await bench.revoke("apply", plan, "--yes", "--format", "json")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try run.json().outcomes.count == look.json().ids.count)
        #expect(try run.json().outcomes.values.allSatisfy { $0 == "dead" })
        let view = try await server.view()
        #expect(view["providers"] == .array([]))
        #expect(try await bench.revoke("apply", plan, "--yes").code == 64)
        #expect(try await server.view() == view)
        #expect(try await bench.revoke("verify").code == 0)
        #expect(try await bench.revoke("resume", "--yes").code == 0)
    }

    @Test("refuses a plan that was changed")
    func changed() async throws {
        let scene = try await Scene()
        let text = try String(contentsOfFile: scene.plan, encoding: .utf8)
        try text.replacingOccurrences(of: "k002", with: "k009").write(
            toFile: scene.plan, atomically: true, encoding: .utf8)
        try await scene.expectRefused("changed-plan")
    }

    @Test("refuses a plan whose time is over")
    func stale() async throws {
        let scene = try await Scene()
        try scene.reseal { plan in
            plan.createdAt -= 2 * Plan.lifetime
            plan.expiresAt -= 2 * Plan.lifetime
        }
        try await scene.expectRefused("stale-plan")
    }

    @Test("refuses a plan for somebody else's account")
    func foreign() async throws {
        let scene = try await Scene()
        try await scene.keyring.set(#""identity": "acme-2""#)
        try await scene.expectRefused("foreign-plan")
    }

    @Test("refuses a plan for another host")
    func elsewhere() async throws {
        let scene = try await Scene()
        let other = try await Keyring(#""keys": 3, "hooks": 2"#)
        try scene.bench.configure(other.configuration)
        try await scene.expectRefused("foreign-plan")
        #expect(try await other.deletions().isEmpty)
    }

    @Test("refuses what is no plan", arguments: ["", "{}", "[1]", #"{"schema": "revoke/plan/9"}"#])
    func nonsense(_ text: String) async throws {
        let scene = try await Scene()
        try text.write(toFile: scene.plan, atomically: true, encoding: .utf8)
        try await scene.expectRefused("not-a-plan")
    }

    @Test("leaves alone what is new, and sends nothing for what is gone")
    func moved() async throws {
        let scene = try await Scene()
        try await scene.keyring.set(#""add": ["/keys/k900"], "remove": ["/hooks/h001", "/keys/k001"]"#)
        let run = try await scene.bench.revoke("apply", scene.plan, "--yes", "--format", "json")
        #expect(run.code == 0)
        let outcomes = try run.json().outcomes
        #expect(outcomes["acme/hook/h001"] == "already-dead" && outcomes["acme/key/k001"] == "already-dead")
        #expect(outcomes["acme/hook/h002"] == "dead" && outcomes["acme/key/k002"] == "dead")
        #expect(try run.json()["new"]?.array?.compactMap { $0["id"]?.string } == ["acme/key/k900"])
        #expect(try await scene.keyring.alive() == ["/keys/k900"])
        #expect(try await Set(scene.keyring.deletions().map(\.path)) == ["/hooks/h002", "/keys/k002", "/keys/k003"])
    }

    @Test("goes on with a plan whose process was killed, and lets a later keep-list rule")
    func killed() async throws {
        let scene = try await Scene()
        try scene.bench.configure(scene.keyring.configuration + "keep: [{id: k002, reason: ours}]\n")
        // The hooks' phase comes before the keys'.
        try await scene.keyring.set(#""steps": {"DELETE /hooks/h001": [{"delay": 20}]}"#)
        let process = try scene.bench.start(["apply", scene.plan, "--yes"])
        try await scene.keyring.hears { $0.method == "DELETE" }
        process.send(signal: SIGKILL)
        _ = try await process.end()
        let resumed = try await scene.bench.revoke("resume", "--yes", "--format", "json")
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try resumed.json().outcomes["acme/key/k002"] == "kept")
        #expect(try await scene.keyring.alive() == ["/keys/k002"])
        #expect(try await scene.bench.revoke("apply", scene.plan, "--yes").code == 64)
        #expect(try await scene.bench.revoke("verify").code == 0)
    }

    @Test("leaves what is left where the account has changed hands since the crash")
    func changedHands() async throws {
        let scene = try await Scene()
        try await scene.keyring.set(#""steps": {"DELETE /hooks/h001": [{"delay": 20, "applies": true}]}"#)
        let process = try scene.bench.start(["apply", scene.plan, "--yes"])
        try await scene.keyring.hears { $0.path == "/hooks/h001" && $0.method == "DELETE" }
        process.send(signal: SIGKILL)
        _ = try await process.end()
        let sent = try await scene.keyring.deletions().count
        try await scene.keyring.set(#""identity": "acme-2""#)
        let resumed = try await scene.bench.revoke("resume", "--yes", "--format", "json")
        #expect(resumed.code == 3, "\(resumed.errors)")
        #expect(try resumed.json().outcomes["acme/hook/h001"] == "dead")
        #expect(try resumed.json().outcomes["acme/key/k001"] == "skipped")
        #expect(try await scene.keyring.deletions().count == sent)
    }
}

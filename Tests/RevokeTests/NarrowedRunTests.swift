import Documents
import Foundation
import Testing

/// Runs that mean only a part, against real products.
@Suite struct NarrowedRunTests {
    @Test("ends only the number that was named")
    func number() async throws {
        let bench = try Workbench()
        guard let server = try await RealServer("radicale", in: bench) else { return }
        try bench.configure(String(contentsOfFile: server.configuration, encoding: .utf8))
        let plan = try await bench.revoke("--dry-run", "--format", "json").json()
        let share = try #require(plan.items.first { $0["surface"]?.string == "radicale-share" })
        let number = try #require(share["number"]?.int)
        let run = try await bench.revoke("--authorization", "\(number)", "--confirm", "1", "--format", "json")
        #expect(run.code == 0)
        #expect(try run.json().outcomes == [share["id"]?.string ?? "": "dead"])
        for one in server.expected {
            #expect(try await server.works(one["use"]?.string ?? "") == (one["surface"]?.string == "radicale-link"))
        }
    }

    @Test("ends only the kind that was named, at the account that was named")
    func kind() async throws {
        let bench = try Workbench()
        guard let server = try await RealServer("wordpress", in: bench) else { return }
        try bench.configure(String(contentsOfFile: server.configuration, encoding: .utf8))
        let plan = try await bench.revoke("--dry-run", "--format", "json").json()
        let plugin = try #require(plan.items.first { $0["surface"]?.string == "plugin" })
        let run = try await bench.revoke(
            "--kind", plugin["kind"]?.string ?? "", "--account", "acme-blog", "--yes", "--format", "json")
        #expect(try run.json().outcomes[plugin["id"]?.string ?? ""] == "dead")
        #expect(try await !server.works(plugin["vendor_id"]?.string ?? ""))
        for one in server.expected where one["surface"]?.string == "application-password" {
            #expect(try await server.works(one["use"]?.string ?? ""))
        }
    }

    @Test("lets the keep-list rule over what was named")
    func keep() async throws {
        let bench = try Workbench()
        guard let server = try await RealServer("wordpress", in: bench) else { return }
        let keep = "keep:\n  - {connector: wordpress, kind: installed-app, reason: our forms}\n"
        try bench.configure(String(contentsOfFile: server.configuration, encoding: .utf8) + keep)
        let plan = try await bench.revoke("--dry-run", "--format", "json").json()
        let plugin = try #require(plan.items.first { $0["surface"]?.string == "plugin" })
        #expect(plugin["action"]?.string == "keep")
        let run = try await bench.revoke("--authorization", plugin["id"]?.string ?? "", "--yes", "--format", "json")
        #expect(run.code == 0)
        #expect(try run.json().outcomes == [plugin["id"]?.string ?? "": "kept"])
        #expect(try await server.works(plugin["vendor_id"]?.string ?? ""))
    }
}

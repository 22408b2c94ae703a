import Documents
import Foundation
import Testing

/// The whole cycle against real products.
@Suite struct RealServerTests {
    struct Product: CustomTestStringConvertible, Sendable {
        var name: String
        /// Of a run that has ended all that can be ended.
        var code: Int32
        /// What this tool signs in with is kept, by its file, so that it can look again.
        var keepsOperator: String?
        var testDescription: String { name }
    }

    static let products = [
        // One of its places answers with an error of its own.
        Product(name: "moto", code: 5, keepsOperator: "operator.id"),
        Product(name: "glewlwyd", code: 0),
        // Steps by hand remain.
        Product(name: "radicale", code: 4),
        Product(name: "wordpress", code: 4),
    ]

    @Test("ends what stands at a real product, proves it, and nothing else", arguments: products)
    func cycle(_ product: Product) async throws {
        let bench = try Workbench()
        guard let server = try await RealServer(product.name, in: bench) else { return }
        let own = try Self.configure(bench, server, product)
        var printed: [RevokeProcess.End] = []
        func revoke(_ arguments: String...) async throws -> RevokeProcess.End {
            let end = try await bench.start(arguments + ["--format", "json"]).end()
            printed.append(end)
            return end
        }
        let before = try await server.view()

        let look = try await revoke("--dry-run", "--plan-out", bench.folder.appending(path: "a.plan").path)
        #expect(look.code == (product.code == 4 ? 0 : product.code))
        try Self.expectListed(look.json(), server)
        #expect(try await server.view() == before)

        let capped = try await revoke("--yes", "--max", "1")
        #expect(capped.code == 64)
        #expect(try await server.view() == before)

        let run = try await revoke("--yes")
        #expect(run.code == product.code)
        let outcomes = try run.json().outcomes
        for item in try look.json().items {
            let outcome = outcomes[item["id"]?.string ?? ""]
            let isManual = item["action"]?.string == "manual"
            #expect(outcome == (isManual ? "manual" : item["vendor_id"]?.string == own ? "kept" : "dead"), "\(item)")
        }
        try await Self.expectEnded(server, but: own)

        let after = try await server.view()
        let again = try await revoke("--yes")
        #expect(again.code == product.code)
        #expect(try again.json().outcomes.values.allSatisfy { ["already-dead", "manual", "kept"].contains($0) })
        #expect(try await server.view() == after)

        let verify = try await revoke("verify", run.json().run)
        #expect(verify.code == product.code)
        #expect(try verify.json().outcomes == outcomes)
        let log = try await revoke("log", "verify")
        #expect(log.code == 0)
        #expect(try log.json()["valid"]?.bool == true)
        _ = try await revoke("log", "show", run.json().run)
        try Self.expectNoSecrets(server, bench, printed)
    }

    /// The server's configuration, with its own credential in the keep-list where it stands among the rest.
    private static func configure(_ bench: Workbench, _ server: RealServer, _ product: Product) throws -> String? {
        let given = URL(filePath: server.configuration)
        var text = try String(contentsOf: given, encoding: .utf8)
        var own: String?
        if let file = product.keepsOperator {
            let id = try String(contentsOf: given.deletingLastPathComponent().appending(path: file), encoding: .utf8)
            text += "keep:\n  - {connector: aws, id: \(id), reason: our own key}\n"
            own = id
        }
        try bench.configure(text)
        return own
    }

    /// Exactly what the set-up made is in the plan: by the vendor's ids, values in hand by their number.
    private static func expectListed(_ plan: JSON, _ server: RealServer) throws {
        let listed = plan.items.filter { $0["action"]?.string != "manual" }
        let wanted = server.expected.filter { $0["opt_in"]?.bool != true }
        func surfaces(_ items: [JSON]) -> [String] { items.compactMap { $0["surface"]?.string }.sorted() }
        #expect(surfaces(listed) == surfaces(wanted))
        let named = Set(wanted.compactMap { $0["vendor_id"]?.string })
        #expect(named.isSubset(of: listed.compactMap { $0["vendor_id"]?.string }))
        for surface in server.unsupported { #expect(plan.coverage(surface) == "failed") }
        for id in server.notExpected { #expect(!listed.contains { $0["vendor_id"]?.string == id }) }
    }

    private static func expectEnded(_ server: RealServer, but own: String?) async throws {
        let wanted = server.expected.filter { $0["opt_in"]?.bool != true }
        for id in wanted.compactMap({ $0["use"]?.string }) {
            #expect(try await server.works(id) == (id == own), "\(id)")
        }
        let roles = try await server.view()["roles"]
        for id in server.notExpected {
            // A role that nobody outside trusts cannot be used by them: it stands where it is listed.
            if let roles { #expect(roles[id] != nil) } else { #expect(try await server.works(id), "\(id)") }
        }
    }

    private static func expectNoSecrets(
        _ server: RealServer, _ bench: Workbench, _ printed: [RevokeProcess.End]
    ) throws {
        let state = try bench.stateBytes()
        let plan = try String(contentsOf: bench.folder.appending(path: "a.plan"), encoding: .utf8)
        let secrets = try server.secrets()
        #expect(!secrets.isEmpty)
        for secret in secrets {
            #expect(state.range(of: Data(secret.utf8)) == nil)
            #expect(!plan.contains(secret))
            for end in printed {
                #expect(!end.output.contains(secret) && !end.errors.contains(secret))
                #expect(!end.commandLine.contains(secret))
            }
        }
    }
}

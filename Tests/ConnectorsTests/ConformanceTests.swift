import Authorizations
import ConnectorKit
import ConnectorTesting
import Connectors
import Testing

@Suite struct ConformanceTests {
    @Test("carries out what was recorded", arguments: Recording.all)
    func exchange(_ recording: Recording) async throws {
        for problem in try await recording.conformance().problems(with: recording.exchange) {
            Issue.record("\(problem)")
        }
    }

    @Test("concludes nothing from a server that fails", arguments: Recording.all)
    func failing(_ recording: Recording) async throws {
        let problems = try await recording.conformance().problemsWithFailingServer(recording.exchange)
        for problem in problems { Issue.record("\(problem)") }
    }

    @Test("writes nothing in a dry run", arguments: Recording.all)
    func dryRun(_ recording: Recording) async throws {
        for problem in try await recording.conformance().problemsInDryRun(recording.exchange) {
            Issue.record("\(problem)")
        }
    }

    @Test("goes nowhere but to the address that stands in", arguments: Recording.all)
    func elsewhere(_ recording: Recording) async throws {
        let problems = try await recording.conformance().problemsElsewhere(recording.exchange)
        for problem in problems { Issue.record("\(problem)") }
    }

    @Test("records what each surface asks for", arguments: Catalog.entries)
    func coverage(_ entry: CatalogEntry) throws {
        let missing = try Conformance.missing(of: entry.connector(), in: entry.recordings())
        for one in missing { Issue.record("\(one)") }
    }

    @Test("says by hand what is known badly", arguments: Catalog.entries)
    func unconfirmed(_ entry: CatalogEntry) throws {
        for surface in try entry.connector().manifest.surfaces where surface.confidence == .low {
            #expect(surface.manual != nil, "\(entry.id)/\(surface.id)")
        }
    }

    @Test("lets no value in hand belong to two vendors")
    func rivals() throws {
        #expect(try Conformance.rivals(among: Catalog.entries.map { try $0.connector() }) == [])
    }
}

/// One exchange of the catalogue.
struct Recording: Sendable, CustomTestStringConvertible {
    let id: String
    let exchange: Exchange

    var testDescription: String { "\(id)/\(exchange.name)" }

    func conformance() throws -> Conformance { Conformance(try #require(try Catalog.connector(id))) }

    /// A file that cannot be read is `coverage`'s to report.
    static let all = Catalog.entries.flatMap { entry in
        ((try? entry.recordings()) ?? []).map { Recording(id: entry.id, exchange: $0) }
    }
}

extension CatalogEntry: CustomTestStringConvertible {
    package var testDescription: String { id }
}

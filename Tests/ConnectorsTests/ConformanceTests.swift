import ConnectorKit
import ConnectorTesting
import Connectors
import Testing

@Suite struct ConformanceTests {
    @Test("carries out what was recorded", arguments: Recording.all)
    func exchange(_ recording: Recording) async throws {
        let problems = try await Conformance(recording.connector()).problems(with: recording.exchange)
        for problem in problems { Issue.record("\(problem)") }
    }

    @Test("concludes nothing from a server that fails", arguments: Recording.all)
    func failing(_ recording: Recording) async throws {
        let problems = try await Conformance(recording.connector()).problemsWithFailingServer(recording.exchange)
        for problem in problems { Issue.record("\(problem)") }
    }
}

/// One exchange of the catalogue.
struct Recording: Sendable, CustomTestStringConvertible {
    let id: String
    let exchange: Exchange

    var testDescription: String { "\(id)/\(exchange.name)" }

    func connector() throws -> Connector { try #require(try Catalog.connector(id)) }

    /// A file that cannot be read is the catalogue's test to report.
    static let all = Catalog.entries.flatMap { entry in
        ((try? entry.recordings()) ?? []).map { Recording(id: entry.id, exchange: $0) }
    }
}

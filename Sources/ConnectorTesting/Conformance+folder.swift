package import ConnectorKit

extension Conformance {
    /// Everything that the exchanges of one folder show to be wrong, one sentence each.
    package func problems(with exchanges: [Exchange]) async -> [String] {
        var problems = Self.missing(of: connector, in: exchanges)
        for exchange in exchanges {
            let played = await self.problems(with: exchange)
            problems += played
            // What fails as it was recorded says nothing by failing in other ways too.
            guard played.isEmpty else { continue }
            problems += await problemsWithFailingServer(exchange)
            problems += await problemsInDryRun(exchange)
            problems += await problemsElsewhere(exchange)
        }
        return problems
    }
}

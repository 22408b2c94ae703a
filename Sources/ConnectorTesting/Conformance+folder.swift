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
        // A world in which parts are missing says nothing more.
        if problems.isEmpty { problems += await problemsInSandbox(exchanges) }
        return problems
    }

    /// The sandbox plays the folder: everything is listed, ended, proved, and put back where that can be.
    private func problemsInSandbox(_ exchanges: [Exchange]) async -> [String] {
        let lives = SandboxLife.all(of: connector, exchanges)
        do {
            var problems: [String] = []
            for life in lives { problems += try await life.problems() }
            if let first = lives.first { problems += try await first.problemsOfUndoing() }
            return problems.map { "\(connector.id): in the sandbox: \($0)" }
        } catch {
            return ["\(connector.id): in the sandbox: \(error)"]
        }
    }
}

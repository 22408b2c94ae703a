package import ConnectorKit
internal import Documents
internal import Transport

/// Holds a connector against what was recorded of its vendor: the engine's own operations, over recorded answers.
package struct Conformance: Sendable {
    package let connector: Connector

    package init(_ connector: Connector) { self.connector = connector }

    /// Plays one exchange; what is not as it claims, one sentence each.
    package func problems(with exchange: Exchange) async -> [String] {
        let network = ExchangeTransport(exchange)
        let replay = Replay(exchange, of: connector, over: network, signingKey: TestKey.pem)
        let played = await Played(replay, exchange)
        // What was sent otherwise explains everything after it.
        let differences = network.differences
        if !differences.isEmpty { return differences + played.problems }
        return played.problems.map { "\(exchange.file): \($0)" } + leaks(of: replay, played, network)
    }

    /// A server that only fails must make no proof, and no list that looks whole.
    package func problemsWithFailingServer(_ exchange: Exchange) async -> [String] {
        let replay = Replay(exchange, of: connector, over: FailingTransport(), signingKey: TestKey.pem)
        switch exchange.operation {
        case .verify, .verifyDisabled:
            guard case .reading(.inconclusive)? = try? await replay.run() else { break }
            return []
        case .discover, .list:
            do { _ = try await replay.run() } catch { return [] }
        default: return []
        }
        // A list that fails throws, which a proof by listing turns into no conclusion as well.
        do { _ = try await replay.run() } catch { return [] }
        return ["\(exchange.file): a server that answers 500 gives a conclusion"]
    }

    /// Secrets in what people see: answers, errors, labels, addresses.
    private func leaks(of replay: Replay, _ played: Played, _ network: ExchangeTransport) -> [String] {
        let shown = [played.shown] + network.requests.flatMap { [$0.label, $0.shownAddress ?? ""] }
        return replay.secrets.all.filter { secret in shown.contains { $0.contains(secret) } }
            .map { _ in "a secret is shown in '\(played.shown)'" }
    }
}

/// Every request is answered by 500.
private struct FailingTransport: Transport {
    func send(_ request: Request) async throws -> Response { Response(status: 500, address: request.address) }
}

/// How an exchange went, held against its claim.
private struct Played {
    var problems: [String] = []
    /// All that would be shown of it.
    var shown: String

    init(_ replay: Replay, _ exchange: Exchange) async {
        do {
            let result = try await replay.run()
            shown = "\(result)"
            problems = Self.problems(result, exchange)
        } catch {
            shown = "\(error)"
            problems = Self.problems(error, exchange)
        }
    }

    private static func problems(_ result: Replay.Result, _ exchange: Exchange) -> [String] {
        switch (result, exchange.shows) {
        case (.ids(let ids), .list), (.ids(let ids), .secondPage), (.ids(let ids), .empty):
            return idProblems(ids, exchange)
        case (.answers(let answers), _):
            let expected = exchange.answer.map { [$0] } ?? exchange.shows.answers
            return answers.filter { !expected.contains($0.meaning) }.map { answer in
                "the answer is \(answer.meaning) (\(answer.status ?? 0), \(answer.reason ?? "")), not \(expected)"
            }
        case (.reading(.dead), .dead), (.reading(.alive), .alive), (.reading(.inconclusive), .failed),
            (.reading(.inconclusive), .throttled):
            return []
        case (.reading(let reading), _): return ["it reads '\(reading)', not \(exchange.shows.rawValue)"]
        case (.identity(let identity), .identity): return identity.isConfirmed ? [] : ["nobody is identified"]
        case (.fields(let fields), .identity), (.fields(let fields), .list), (.fields(let fields), .alive):
            return fields.isEmpty ? ["nothing of what the manifest names is in the answer"] : []
        case (.bound(let values), .identity): return values.isEmpty ? ["nothing is bound"] : []
        case (.token, .token): return []
        default: return ["\(exchange.operation) cannot show '\(exchange.shows.rawValue)'"]
        }
    }

    private static func idProblems(_ ids: [String], _ exchange: Exchange) -> [String] {
        let expected = exchange.finds ?? []
        if exchange.finds == nil, exchange.shows != .empty { return ["'finds' is missing; the list has \(ids)"] }
        let isSame = ids.count == expected.count && zip(ids, expected).allSatisfy { $0 == $1 || $1 == Exchange.secret }
        return isSame ? [] : ["it finds \(ids), not \(expected)"]
    }

    private static func problems(_ error: any Error, _ exchange: Exchange) -> [String] {
        switch (error, exchange.shows) {
        case (ListFailure.slowDown, .throttled): []
        case (is ListFailure, .failed), (is EntranceFailure, .failed), (is EntranceFailure, .refused): []
        default: ["it fails: \(error)"]
        }
    }
}

extension Exchange.Claim {
    /// What a write may be answered where the exchange says nothing else.
    fileprivate var answers: [Answer.Meaning] {
        switch self {
        case .again: [.gone, .accepted]
        case .refused: [.refused]
        case .throttled: [.slowDown]
        case .failed: [.ambiguous, .forbidden]
        default: [.accepted]
        }
    }
}

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
        var problems = played.problems.map { "\(exchange.file): \($0)" }
        if !exchange.operation.isChange, let write = network.requests.first(where: { $0.effect == .write }) {
            problems.append("\(exchange.file): '\(write.label)' writes")
        }
        return problems + leaks(of: replay, played, network).map { "\(exchange.file): \($0)" }
    }

    /// Secrets in what people see: answers, errors, labels, addresses.
    private func leaks(of replay: Replay, _ played: Played, _ network: ExchangeTransport) -> [String] {
        let shown = [played.shown] + network.requests.flatMap { [$0.label, $0.shownAddress ?? ""] }
        return replay.secrets.all.filter { secret in shown.contains { $0.contains(secret) } }
            .map { _ in "a secret is shown in '\(played.shown)'" }
    }

    /// A server that only fails must make no proof, and no list that looks whole.
    package func problemsWithFailingServer(_ exchange: Exchange) async -> [String] {
        switch exchange.operation {
        case .discover, .list, .verify, .verifyDisabled: break
        default: return []
        }
        let network = AnsweringTransport { _, _ in Exchange.Answered(status: 500) }
        let replay = Replay(exchange, of: connector, over: network, signingKey: TestKey.pem)
        do {
            if case .reading(.inconclusive) = try await replay.run() { return [] }
        } catch {
            // A list that fails, which a proof by listing turns into no conclusion as well.
            return []
        }
        return ["\(exchange.file): a server that answers 500 gives a conclusion"]
    }

    /// A dry run sends no write, whatever is asked of it.
    package func problemsInDryRun(_ exchange: Exchange) async -> [String] {
        guard exchange.operation.isChange else { return [] }
        let network = AnsweringTransport.playing(exchange)
        let replay = Replay(exchange, of: connector, over: network, signingKey: TestKey.pem, manner: .dryRun)
        _ = await Played(replay, exchange)
        return network.requests.filter { $0.effect == .write }.map { "\(exchange.file): a dry run sends '\($0.label)'" }
    }

    /// Where an address stands in for the vendor's, no request goes anywhere else.
    package func problemsElsewhere(_ exchange: Exchange) async -> [String] {
        let network = AnsweringTransport.playing(exchange)
        let base = "https://elsewhere.example"
        let replay = Replay(exchange, of: connector, over: network, signingKey: TestKey.pem, manner: .elsewhere(base))
        _ = await Played(replay, exchange)
        if network.requests.isEmpty { return ["\(exchange.file): nothing was sent to an address that stands in"] }
        return network.requests.filter { $0.address.origin.description != base }
            .map {
                "\(exchange.file): '\($0.label)' goes to \($0.address.origin), not to the address that stands in for it"
            }
    }
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
            let wanted = expected.map { "\($0)" }.joined(separator: " or ")
            return answers.filter { !expected.contains($0.meaning) }.map { answer in
                let why = answer.reason.map { ": \($0)" } ?? ""
                let status = answer.status.map { "HTTP \($0)" } ?? "nothing was sent"
                return "the answer means \(answer.meaning) (\(status)\(why)), not \(wanted)"
            }
        case (.reading(.dead), .dead), (.reading(.alive), .alive), (.reading(.inconclusive), .failed),
            (.reading(.inconclusive), .throttled):
            return []
        case (.reading(let reading), _): return ["it shows \(reading.words), not \(exchange.shows.rawValue)"]
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

extension Reading {
    fileprivate var words: String {
        switch self {
        case .dead(let evidence): "dead (\(evidence))"
        case .alive(let evidence): "alive (\(evidence))"
        case .inconclusive(let reason): "nothing (\(reason))"
        }
    }
}

package import Authorizations
internal import ConnectorKit
package import Documents
package import Foundation

/// What became of a plan: everything that a run's table, JSON and exit code say.
package struct RunReport: Sendable {
    package static let schema = "revoke/run/1"

    package var run: String
    package var plan: Plan
    package var startedAt: Date
    package var endedAt: Date
    /// By number; every item of the plan has one.
    package var results: [Int: StepResult]
    /// From the start of the command to the end of the listing.
    package var secondsToInventory: Double?
    package var logSize: Int
    /// Root of the log's Merkle tree, in hex.
    package var logRoot: String
    package var wasInterrupted: Bool
    /// What has appeared since, found by `verify` and `apply`.
    package var new: [Plan.Item] = []

    package init(
        run: String, plan: Plan, startedAt: Date, endedAt: Date, results: [Int: StepResult],
        secondsToInventory: Double?,
        logSize: Int, logRoot: String, wasInterrupted: Bool
    ) {
        self.run = run
        self.plan = plan
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.results = results
        self.secondsToInventory = secondsToInventory
        self.logSize = logSize
        self.logRoot = logRoot
        self.wasInterrupted = wasInterrupted
    }

    package func count(_ outcome: Outcome) -> Int { results.values.count { $0.settlement.outcome == outcome } }

    package var secondsToLastAccepted: Double? { seconds(to: results.values.compactMap(\.acceptedAt).max()) }

    package var secondsToLastDead: Double? {
        seconds(to: results.values.filter { $0.settlement.outcome == .dead }.compactMap(\.verifiedAt).max())
    }

    /// `nil` where it was before the start: `verify` tells of what an earlier run has sent.
    private func seconds(to time: Date?) -> Double? {
        time.map { $0.timeIntervalSince(startedAt) }.flatMap { $0 < 0 ? nil : $0 }
    }

    package var exitCode: ExitStatus {
        ExitStatus.of(
            outcomes: results.values.map(\.settlement.outcome), coverage: plan.coverage, wasInterrupted: wasInterrupted)
    }

    package func json() -> JSON {
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        func date(_ value: Date?) -> JSON { value.map { .string(Moment.text($0)) } ?? .null }
        func seconds(_ value: Double?) -> JSON { value.map { .number(Self.tenths($0)) } ?? .null }
        let items = plan.items.map { item -> JSON in
            let result = results[item.number] ?? StepResult(Settlement(.skipped))
            return .object([
                "id": .string(item.id), "number": .number(item.number),
                "outcome": .string(result.settlement.outcome.rawValue),
                "attempts": .number(result.attempts), "accepted_at": date(result.acceptedAt),
                "verified_at": date(result.verifiedAt),
                "residual_until": date(result.residualUntil), "reason": text(result.settlement.reason),
                "evidence": text(result.settlement.evidence),
            ])
        }
        var summary = JSONObject(Outcome.allCases.filter { count($0) > 0 }.map { ($0.rawValue, .number(count($0))) })
        summary["seconds_to_inventory"] = seconds(secondsToInventory)
        summary["seconds_to_last_accepted"] = seconds(secondsToLastAccepted)
        summary["seconds_to_last_dead"] = seconds(secondsToLastDead)
        var object = JSONObject([
            ("schema", .string(Self.schema)), ("run", .string(run)), ("plan", .string(plan.digest)),
            ("started_at", date(startedAt)), ("ended_at", date(endedAt)), ("authorizations", .array(items)),
            ("coverage", .array(plan.coverage.map { PlanDocument.json($0) })), ("summary", .object(summary)),
            ("log", .object(["size": .number(logSize), "root": .string(logRoot)])),
        ])
        if !new.isEmpty { object["new"] = .array(new.map { PlanDocument.json($0, plan) }) }
        return .object(object)
    }

    /// With three decimals.
    private static func tenths(_ value: Double) -> String {
        // A clock that is set back in between makes no time negative.
        let thousandths = max(0, Int((value * 1000).rounded()))
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}

/// The exit codes of the contract.
package enum ExitStatus: Int32, Sendable {
    case done = 0
    case error = 1
    /// Only with `--dry-run --detailed-exitcode`.
    case somethingToRevoke = 2
    case notDead = 3
    case manualLeft = 4
    case notSeen = 5
    case usage = 64
    case interrupted = 130

    /// The first of 1, 3, 5, 4 that applies.
    package static func of(outcomes: [Outcome], coverage: [Coverage], wasInterrupted: Bool) -> ExitStatus {
        if wasInterrupted { return .interrupted }
        if outcomes.contains(where: \.isOpen) { return .notDead }
        if isCutShort(coverage) { return .notSeen }
        return outcomes.contains(.manual) ? .manualLeft : .done
    }

    package static func ofDryRun(_ plan: Plan, isLockedOut: Bool, isDetailed: Bool) -> ExitStatus {
        if isLockedOut { return .error }
        if isCutShort(plan.coverage) { return .notSeen }
        return isDetailed && plan.numberToEnd > 0 ? .somethingToRevoke : .done
    }

    /// Something could not be seen this time; the vendor's own permanent limits do not count.
    private static func isCutShort(_ coverage: [Coverage]) -> Bool {
        coverage.contains { entry in
            if entry.byNature { return false }
            return switch entry.state {
            case .forbidden, .failed, .partial: true
            case .seen, .unlistable, .notConfigured: false
            }
        }
    }
}

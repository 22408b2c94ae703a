internal import Authorizations
internal import ConnectorKit
package import Foundation

/// Reads again what a run ended: still dead, or back; and what was open: gone meanwhile, or not.
package struct Verifier: Sendable {
    private let plan: Plan
    private let inventory: Inventory
    private let now: Date

    package init(plan: Plan, inventory: Inventory, now: Date) {
        self.plan = plan
        self.inventory = inventory
        self.now = now
    }

    /// The results as they are now, by number; a step that cannot be read is unknown.
    package func results(_ known: [Int: StepResult]) async -> [Int: StepResult] {
        await withTaskGroup(of: (Int, StepResult).self) { group in
            for item in plan.items {
                let before = known[item.number] ?? StepResult(Settlement(.skipped, reason: "it was never sent"))
                group.addTask { (item.number, await result(item, before)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func result(_ item: Plan.Item, _ before: StepResult) async -> StepResult {
        var result = before
        if item.action == .keep || before.settlement.outcome == .kept { return before }
        let reading = await reading(item, sentAt: before.acceptedAt)
        result.verifiedAt = now
        let was = before.settlement.outcome
        switch reading {
        case .dead(let evidence):
            // What no read had shown alive after the request is proved by the change that the run's own listing saw.
            result.settlement = Settlement(
                was == .alreadyDead || was == .skipped ? .alreadyDead : .dead, evidence: evidence)
        case .alive(let evidence):
            switch was {
            case .dead, .alreadyDead: result.settlement = Settlement(.alive, evidence: evidence, reason: "came back")
            case .manual: result.settlement = Settlement(.manual, evidence: evidence, reason: before.settlement.reason)
            case .skipped: result.settlement = before.settlement
            default: result.settlement = Settlement(.alive, evidence: evidence, reason: before.settlement.reason)
            }
        case .inconclusive(let reason):
            if was == .manual || was == .accepted || was == .skipped { return before }
            result.verifiedAt = before.verifiedAt
            result.settlement = Settlement(.unknown, reason: reason)
        }
        return result
    }

    private func reading(_ item: Plan.Item, sentAt: Date?) async -> Reading {
        guard let session = inventory.session(of: item.authorization) else {
            let failure = inventory.visited.first { $0.visit.account.name == item.authorization.account }?.failure
            // The credential in use was ended by the run: that it is not let in any more is what was wanted.
            if item.phase == .ownCredential, failure?.cause == .notLetIn {
                return .dead(evidence: "the credential is not accepted: \(failure?.reason ?? "")")
            }
            return .inconclusive(reason: failure?.reason ?? "the account is not configured any more")
        }
        guard let surface = session.surface(item.authorization.surface), item.authorization.vendorID != nil else {
            return .inconclusive(reason: "nothing can be asked about it")
        }
        if item.phase == .ownCredential {
            return (try? await session.isStillLetIn()) ?? .inconclusive(reason: "interrupted")
        }
        let ending: Ending = item.action == .disable ? .disable : .revoke
        switch session.proof(of: surface, after: ending)?.form {
        case .request:
            let secret = try? await session.heldValue(of: item.authorization)
            return (try? await session.probe(item.authorization, after: ending, secret: secret, sentAt: sentAt))
                ?? .inconclusive(reason: "interrupted")
        case .listing:
            do {
                return try await session.list(again: item.authorization, after: ending).reading(of: item.id)
            } catch {
                return .inconclusive(reason: AccountSession.words(for: error))
            }
        case .nothing, nil: return .inconclusive(reason: "nothing can be asked about it")
        }
    }
}

internal import Authorizations
internal import ConnectorKit
package import Transport

/// Carries out the steps of a plan: phase by phase across all accounts, within a phase surface by surface in the
/// manifest's order, within a surface as many at once as the vendor allows.
package struct Coordinator: Sendable {
    private let context: RunContext

    package init(
        run: String, journal: any Journal, timepiece: Timepiece = .system,
        tell: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        context = RunContext(id: run, journal: journal, timepiece: timepiece, tell: tell, gates: RunContext.Gates())
    }

    /// Groups at work at once for each surface; the rest waits, so that memory stays bounded.
    private static let groupsAtOnce = 256

    /// Runs every step to its end.
    ///
    /// Cancelling starts no further request; those sent are heard out and recorded.
    ///
    /// - Returns: what was settled, by number. A step that is missing was interrupted.
    /// - Throws: what the journal threw: nothing more is sent then.
    package func carryOut(_ steps: [Step]) async throws -> [Int: StepResult] {
        try await withThrowingTaskGroup(of: [(Step, StepResult)].self) { proofs in
            var results: [Int: StepResult] = [:]
            for phase in Phase.allCases {
                let ofPhase = steps.filter { $0.item.phase == phase }
                if ofPhase.isEmpty || Task.isCancelled { continue }
                // The credential in use goes when everything else is over, proofs included.
                if phase == .ownCredential {
                    while let settled = try await proofs.next() { Self.add(settled, to: &results) }
                    if Task.isCancelled { break }
                }
                context.tell(.phaseBegan(phase, steps: ofPhase.count))
                try await begin(ofPhase, in: &proofs, &results)
            }
            while let settled = try await proofs.next() { Self.add(settled, to: &results) }
            return results
        }
    }

    private static func add(_ settled: [(Step, StepResult)], to results: inout [Int: StepResult]) {
        for (step, result) in settled { results[step.number] = result }
    }

    /// Starts the groups of one phase and returns when the next may begin; their proofs may go on beside it.
    private func begin(
        _ steps: [Step], in proofs: inout ThrowingTaskGroup<[(Step, StepResult)], any Error>,
        _ results: inout [Int: StepResult]
    ) async throws {
        let accounts = Dictionary(grouping: steps) { $0.authorization.account }
        let (settled, settle) = AsyncStream.makeStream(of: Void.self)
        for (_, ofAccount) in accounts {
            proofs.addTask { [self] in
                try await carryOut(surfaces: ofAccount) { settle.yield() }
            }
        }
        // One word from each account says that its part of the phase is over.
        var missing = accounts.count
        for await _ in settled {
            // Thrown here it stops the others as well.
            try context.breakage.check()
            missing -= 1
            if missing == 0 { break }
        }
    }

    /// The surfaces of one account in the manifest's order; `done` is called once, when the next phase may begin.
    private func carryOut(surfaces steps: [Step], done: @escaping @Sendable () -> Void) async throws -> [(
        Step, StepResult
    )] {
        var isDone = false
        defer { if !isDone { done() } }
        return try await withThrowingTaskGroup(of: [(Step, StepResult)].self) { proofs in
            var results: [(Step, StepResult)] = []
            for surface in Self.inOrder(steps) {
                if Task.isCancelled { break }
                let released = Gate(width: 0)
                var waiting = Self.groups(of: surface)[...]
                let count = waiting.count
                var started = 0
                var finished = 0
                // Released groups make room; `released` opens once for each.
                while finished < count {
                    while started - finished < Self.groupsAtOnce, let group = waiting.popFirst() {
                        proofs.addTask { [context] in
                            var group = StepGroup(group, run: context) { released.leave() }
                            return try await group.finish()
                        }
                        started += 1
                    }
                    await released.enter()
                    finished += 1
                }
            }
            isDone = true
            done()
            while let settled = try await proofs.next() { results += settled }
            return results
        }
    }

    private static func inOrder(_ steps: [Step]) -> [[Step]] {
        let bySurface = Dictionary(grouping: steps) { $0.authorization.surface }
        return bySurface.values.sorted { one, other in
            let (one, other) = (one[0], other[0])
            let ids = one.session.manifest.surfaces.map(\.id)
            let ranks = [one, other].map { step in ids.firstIndex(of: step.surface.id) ?? ids.count }
            return (one.session.manifest.id, ranks[0]) < (other.session.manifest.id, ranks[1])
        }
    }

    /// Steps of one surface, those that one listing or one request serves together in one group.
    private static func groups(of steps: [Step]) -> [[Step]] {
        var order: [String] = []
        var groups: [String: [Step]] = [:]
        for step in steps {
            let key: String
            if step.proof?.form == .listing {
                key = "parent " + step.authorization.parent
            } else {
                key = Bulking.key(of: step).map { "bulk " + $0 } ?? "step \(step.number)"
            }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(step)
        }
        return order.compactMap { groups[$0] }
    }
}

import AuditLog
import Authorizations
import Foundation
import Testing

@Suite struct ConcurrentRecordTests {
    /// `REVOKE_BENCHMARK=200000` makes it a measurement; `REVOKE_BENCHMARK_FOLDER` says on which disk.
    static let environment = ProcessInfo.processInfo.environment
    static let events = environment["REVOKE_BENCHMARK"].flatMap(Int.init) ?? 1920
    static let tasks = 64

    @Test("loses nothing that many tasks record at once, and keeps each task's order")
    func manyTasks() async throws {
        let folder = Self.environment["REVOKE_BENCHMARK_FOLDER"].map { URL(filePath: $0) }
        let directory = StateDirectory(in: folder ?? FileManager.default.temporaryDirectory)
        let store = try directory.open()
        let stepsEach = max(Self.events / 3 / Self.tasks, 1)
        let run = try await store.beginExample(steps: stepsEach * Self.tasks)
        let before = try await store.head().size
        let clock = ContinuousClock()
        let time = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<Self.tasks {
                    group.addTask {
                        for step in stride(from: task + 1, through: stepsEach * Self.tasks, by: Self.tasks) {
                            try await Self.end(step, of: run, in: store)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let count = stepsEach * Self.tasks * 3
        print("\(count) events of \(Self.tasks) tasks in \(time): \(Int(Double(count) / (time / .seconds(1))))/s")

        #expect(try await store.head().size == before + count)
        #expect(try await store.steps(of: run).allSatisfy { $0.state == .settled && $0.outcome == .dead })
        let checked = ContinuousClock.now
        let verification = try await store.verify()
        print("verified \(verification.size) records in \(ContinuousClock.now - checked)")
        #expect(verification.findings == [])
    }

    private static func end(_ step: Int, of run: RunID, in store: Store) async throws {
        try await store.record([.stepIntended(step: step, attempt: 1)], of: run)
        let answer = StepAnswer(
            .accepted, status: 200, verb: "POST", host: "slack.example", template: "/api/apps.uninstall",
            verdict: "done", bytes: 14, milliseconds: 31)
        try await store.record([.stepAnswered(step: step, answer)], of: run)
        let settlement = Settlement(.dead, evidence: "read again: not in the list", verifiedAt: Date())
        try await store.record([.stepSettled(step: step, settlement)], of: run)
    }
}

import AuditLog
import Authorizations
import Foundation
import Testing

@Suite struct RunTests {
    let directory = StateDirectory()

    @Test("keeps where each step stands, for whoever goes on after a crash")
    func steps() async throws {
        let run = try await directory.open().beginExample(steps: 5)
        let store = try directory.open()
        try await store.record([.stepIntended(step: 2, attempt: 1)], of: run)
        try await store.record(
            [.stepIntended(step: 3, attempt: 1), .stepAnswered(step: 3, StepAnswer(.slowDown))], of: run)
        try await store.record(
            [
                .stepIntended(step: 4, attempt: 1), .stepAnswered(step: 4, StepAnswer(.ambiguous)),
                .stepIntended(step: 4, attempt: 2), .stepAnswered(step: 4, StepAnswer(.accepted)),
            ], of: run)
        let settlement = Settlement(.alreadyDead, evidence: "not listed", verifiedAt: Date(timeIntervalSince1970: 9))
        try await store.record([.stepSettled(step: 5, settlement)], of: run)

        let steps = try await directory.open().steps(of: run)
        #expect(steps.map(\.state) == [.planned, .intended, .answered, .answered, .settled])
        #expect(steps.map(\.attempt) == [0, 1, 1, 2, 0])
        #expect(steps.map(\.answers) == [0, 0, 0, 2, 0])
        #expect(steps.map(\.answer) == [nil, nil, .slowDown, .accepted, nil])
        #expect(steps.map(\.outcome) == [nil, nil, nil, nil, .alreadyDead])
        #expect(steps.map { $0.acceptedAt != nil } == [false, false, false, true, false])
        #expect(steps[4].verifiedAt == settlement.verifiedAt)
        #expect(steps[4].evidence == "not listed")
        #expect(steps[0].authorization == "acme-slack/org-app/A1")
        #expect(steps[0].kind == .installedApp && steps[0].action == .revoke && steps[0].connector == "slack")
    }

    @Test("finds the last run, and the last one that has not ended")
    func lastRuns() async throws {
        let store = try directory.open()
        #expect(try await store.lastRun() == nil)
        let (one, two, three) = (
            try await store.begin(.example), try await store.begin(.example), try await store.begin(.example)
        )
        try await store.record([.runEnded(RunEnd(.interrupted, counts: [:], exitCode: 130))], of: one)
        try await store.record([.runEnded(RunEnd(.ended, counts: [.dead: 1], exitCode: 3))], of: three)
        #expect(try await store.lastRun()?.id == three)
        #expect(try await store.lastRun()?.exitCode == 3)
        #expect(try await store.lastUnfinishedRun()?.id == two)
        try await store.record([.runEnded(RunEnd(.ended, counts: [:], exitCode: 0))], of: two)
        #expect(try await store.lastUnfinishedRun()?.id == one)
        #expect(try await store.runs().map(\.id) == [three, two, one])
        try await store.record([.runResumed(version: "1.0")], of: one)
        #expect(try await store.run(one)?.state == .running)
        #expect(try await store.run(one)?.endedAt == nil)
    }

    @Test("refuses events of steps and runs that there are not, and records nothing of the call")
    func unknown() async throws {
        let store = try directory.open()
        let run = try await store.beginExample(steps: 1)
        let before = try await store.head()
        await #expect(throws: StoreError.unknownStep(2, run: run)) {
            try await store.record([.planConfirmed(.typed), .stepIntended(step: 2, attempt: 1)], of: run)
        }
        let other = RunID.random(at: Date())
        await #expect(throws: StoreError.unknownRun(other)) {
            try await store.record([.planConfirmed(.typed)], of: other)
        }
        #expect(try await store.head() == before)
        #expect(store.failure == nil)
    }

    @Test("records what has happened although the task was cancelled")
    func cancelled() async throws {
        let store = try directory.open()
        let run = try await store.beginExample(steps: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.record([.stepIntended(step: 1, attempt: 1)], of: run)
            return try await store.steps(of: run)
        }
        #expect(try await task.value[0].state == .intended)
    }

    @Test("keeps the last plan with its numbers, and those that runs carry out")
    func plans() async throws {
        let store = try directory.open()
        #expect(try await store.lastPlan() == nil)
        try await store.savePlan(#"{"a":1}"#, digest: "d1", numbers: [(1, "x/y/1"), (2, "x/y/2")])
        let run = try await store.beginExample(steps: 1)
        try await store.savePlan(#"{"a":2}"#, digest: "d2", numbers: [(1, "x/y/2")])
        try await store.savePlan(#"{"a":3}"#, digest: "d3", numbers: [(1, "x/y/3")])
        #expect(try await store.lastPlan()?.text == #"{"a":3}"#)
        #expect(try await store.authorization(number: 1) == "x/y/3")
        #expect(try await store.authorizationNumbers() == ["x/y/3": 1])
        #expect(try await store.plan(digest: "d1")?.text == #"{"a":1}"#)
        #expect(try await store.plan(digest: "d2") == nil)
        #expect(try await store.run(run)?.plan == "d1")
        try await store.savePlan(#"{"a":1}"#, digest: "d1", numbers: [])
        #expect(try await store.lastPlan()?.digest == "d1")
    }

    @Test("lets a plan be carried out once")
    func appliedOnce() async throws {
        let store = try directory.open()
        let (one, two) = (try await store.begin(.example), try await store.begin(.example))
        #expect(try await store.runThatApplied("d1") == nil)
        #expect(try await store.markPlanApplied("d1", by: one) == nil)
        #expect(try await store.markPlanApplied("d1", by: two) == one)
        #expect(try await directory.open().runThatApplied("d1") == one)
    }
}

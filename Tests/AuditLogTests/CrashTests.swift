import AuditLog
import Authorizations
import Foundation
import Synchronization
import Testing

@Suite struct CrashTests {
    static let steps = 20_000
    static let lanes = 16

    /// Kills its own process once `limit` steps were answered by all lanes together.
    static func answer(
        _ lane: Int, of run: RunID, in store: Store, acknowledgedAt log: String, limit: Int
    ) async throws {
        for step in stride(from: lane, through: steps, by: lanes) {
            try await store.record([.stepIntended(step: step, attempt: 1)], of: run)
            try await store.record([.stepAnswered(step: step, StepAnswer(.accepted))], of: run)
            acknowledge(step, at: log)
            if answered.add(1, ordering: .relaxed).newValue == limit { kill(getpid(), SIGKILL) }
        }
    }

    static let answered = Atomic(0)

    /// One line a step that was recorded, written after its `record` had returned.
    static func acknowledge(_ step: Int, at path: String) {
        let line = Array("\(step)\n".utf8)
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        precondition(file >= 0 && write(file, line, line.count) == line.count)
        close(file)
    }

    @Test("has everything whose recording returned before the process was killed", arguments: [1, 13, 150, 1500])
    func killed(limit: Int) async throws {
        let directory = StateDirectory()
        let acknowledged = directory.url.path + "-acknowledged"
        defer { unlink(acknowledged) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = directory.url.path as String, log = acknowledged as String, limit = limit as Int] in
            let store = try Store.open(directory: URL(filePath: path), access: .readWrite)
            let run = try await store.beginExample(steps: CrashTests.steps)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 1...CrashTests.lanes {
                    group.addTask {
                        try await CrashTests.answer(lane, of: run, in: store, acknowledgedAt: log, limit: limit)
                    }
                }
                try await group.waitForAll()
            }
        }
        let store = try directory.open()
        let run = try #require(try await store.lastUnfinishedRun())
        let steps = Dictionary(uniqueKeysWithValues: try await store.steps(of: run.id).map { ($0.number, $0) })
        let lines = try String(contentsOfFile: acknowledged, encoding: .utf8).split(separator: "\n").compactMap {
            Int($0)
        }
        #expect(lines.count >= limit)
        for step in lines { #expect(steps[step]?.state == .answered) }
        #expect(try await store.verify().findings == [])
        try await store.record([.runResumed(version: "1.0")], of: run.id)
        #expect(try await store.verify().findings == [])
    }
}

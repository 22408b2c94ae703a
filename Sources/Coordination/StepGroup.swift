internal import Authorizations
internal import ConnectorKit
internal import Foundation

/// Steps that one read proves together, on their way to the end: those under one parent of a list, or one alone.
///
/// A task owns it; nothing else touches it.
struct StepGroup {
    private struct Member {
        var step: Step
        var machine: StepMachine
        var next: StepMachine.Next
        /// When `next` is due.
        var due: ContinuousClock.Instant
        var acceptedAt: Date?
        var attempt = 0

        var isToBeSent: Bool { if case .send = next { true } else { false } }
    }

    let run: RunContext
    /// Called once, when the next group may begin: all is settled, or was accepted a while ago.
    let release: @Sendable () -> Void
    private var members: [Member]
    private var results: [(Step, StepResult)] = []
    private var isReleased = false

    init(_ steps: [Step], run: RunContext, release: @escaping @Sendable () -> Void) {
        self.run = run
        self.release = release
        members = steps.map { step in
            var attempts = 0
            if case .begun(_, let counted) = step.beginning { attempts = counted }
            var machine = StepMachine(
                proof: step.proof, isIdempotent: step.change?.isIdempotent ?? false,
                hasManualWay: step.surface.manual != nil, attempts: attempts)
            let next: StepMachine.Next
            switch step.beginning {
            // What this tool signs in with was read alive a moment ago: it let us in.
            case .planned(let isKnownAlive): next = step.isOwnCredential ? .send(after: .zero) : machine.start(isKnownAlive: isKnownAlive)
            case .begun(let answer, _): next = machine.resume(answer: answer)
            }
            return Member(step: step, machine: machine, next: next, due: .now, attempt: attempts)
        }
    }

    /// Runs until every member is settled or the task is cancelled; returns what was settled.
    mutating func finish() async throws -> [(Step, StepResult)] {
        defer { letGo() }
        while true {
            try await settle()
            if members.isEmpty || Task.isCancelled { return results }
            try await send()
            try await settle()
            if members.isEmpty || Task.isCancelled { return results }
            if members.contains(where: \.isToBeSent) {
                try await pause(until: members.filter(\.isToBeSent).map(\.due).min() ?? .now)
                continue
            }
            try await pause(until: members.map(\.due).min() ?? .now)
            if Task.isCancelled { return results }
            await read()
        }
    }

    private mutating func letGo() {
        if !isReleased { release() }
        isReleased = true
    }

    /// Waits; lets the next group begin once all has been accepted for a while.
    private mutating func pause(until due: ContinuousClock.Instant) async throws {
        if !isReleased, members.allSatisfy({ $0.acceptedAt != nil }) {
            let latest = members.compactMap(\.acceptedAt).max() ?? .distantPast
            let rest = RunContext.patience - run.now().timeIntervalSince(latest)
            if rest <= 0 {
                letGo()
            } else if due > .now + .seconds(rest) {
                try? await Task.sleep(for: .seconds(rest))
                if Task.isCancelled { return }
                letGo()
            }
        }
        // Cancelled while waiting: the loop sees it and leaves.
        if due > .now { try? await Task.sleep(until: due, clock: .continuous) }
    }

    /// Records what the machines have settled.
    private mutating func settle() async throws {
        var settled: [(Step, StepResult)] = []
        var open: [Member] = []
        for member in members {
            if case .settle(let settlement) = member.next {
                settled.append((member.step, run.result(settlement, member.machine.attempts, member.acceptedAt, member.step)))
            } else {
                open.append(member)
            }
        }
        if settled.isEmpty { return }
        members = open
        try await run.record(settled.map { .settled($0.0, $0.1) })
        for (step, result) in settled { run.tell(.settled(step, result)) }
        results += settled
    }

    /// Sends what is due, many at once; every answer is heard out and recorded even if the run is stopped meanwhile.
    private mutating func send() async throws {
        let due = members.indices.filter { members[$0].isToBeSent && members[$0].due <= .now }
        if due.isEmpty { return }
        for index in due { members[index].attempt += 1 }
        let batches = Bulking.batches(of: due.map { members[$0].step })
        let run = run
        let attempts = members.map(\.attempt)
        let indexOf = Dictionary(uniqueKeysWithValues: due.map { (members[$0].step.number, $0) })
        try await withThrowingTaskGroup(of: [(Int, Answer, Date)].self) { group in
            var running = 0
            for batch in batches {
                if Task.isCancelled { break }
                if running >= RunContext.sendsAtOnce, let answers = try await group.next() {
                    running -= 1
                    take(answers)
                }
                let numbered = batch.map { ($0, attempts[indexOf[$0.number] ?? 0]) }
                // A task of its own, out of reach of cancellation: what has been sent must be heard out.
                group.addTask { try await Task { try await run.send(numbered) }.value.map { (indexOf[$0.0] ?? 0, $0.1, $0.2) } }
                running += 1
            }
            while let answers = try await group.next() { take(answers) }
        }
    }

    private mutating func take(_ answers: [(Int, Answer, Date)]) {
        for (index, answer, at) in answers {
            let next = members[index].machine.answered(answer)
            if answer.meaning == .accepted || answer.meaning == .gone { members[index].acceptedAt = at }
            advance(index, to: next)
            run.tell(.answered(members[index].step, answer))
        }
    }

    /// One read for all members that wait for one.
    private mutating func read() async {
        let waiting = members.indices.filter { !members[$0].isToBeSent && members[$0].due <= .now }
        if waiting.isEmpty { return }
        let readings = await run.read(waiting.map { (members[$0].step, members[$0].acceptedAt) })
        for (index, reading) in zip(waiting, readings) {
            guard let reading else { continue }
            let isPreRead = if case .preRead = members[index].next { true } else { false }
            advance(index, to: isPreRead ? members[index].machine.preRead(reading) : members[index].machine.read(reading))
        }
    }

    private mutating func advance(_ index: Int, to next: StepMachine.Next) {
        members[index].next = next
        switch next {
        case .preRead(let wait), .read(let wait): members[index].due = .now + wait
        case .send(let wait): members[index].due = .now + wait * Double.random(in: 0.5...1.5)
        case .settle: break
        }
    }
}

internal import Authorizations
internal import ConnectorKit
internal import Foundation
internal import Transport

/// Steps that one read proves together, on their way to the end: those under one parent of a list, or one alone.
///
/// A task owns it; nothing else touches it.
struct StepGroup {
    private struct Member {
        var step: Step
        var machine: StepMachine
        var next: StepMachine.Next
        /// When `next` is due, by the run's timepiece.
        var due: Duration
        var sentAt: Date?
        var acceptedAt: Date?
        /// The same, by the run's timepiece.
        var acceptedSince: Duration?
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
            case .planned(let isKnownAlive):
                next = step.isOwnCredential ? .send(after: .zero) : machine.start(isKnownAlive: isKnownAlive)
            case .begun(let answer, _): next = machine.resume(answer: answer)
            }
            var due = run.timepiece.now()
            if case .read(let wait) = next { due += wait }
            return Member(
                step: step, machine: machine, next: next, due: due, sentAt: step.acceptedAt,
                acceptedAt: step.acceptedAt,
                attempt: attempts)
        }
    }

    private var now: Duration { run.timepiece.now() }

    /// One listing serves all that are due at about the same time; a read of its own waits for nobody.
    private var nextReading: Duration {
        let due = members.map(\.due)
        guard let first = due.min() else { return now }
        return members[0].step.proof?.form == .listing ? due.filter { $0 < first + .seconds(1) }.max() ?? first : first
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
                await pause(until: members.filter(\.isToBeSent).map(\.due).min() ?? now)
                continue
            }
            await pause(until: nextReading)
            if Task.isCancelled { return results }
            await read()
        }
    }

    private mutating func letGo() {
        if !isReleased { release() }
        isReleased = true
    }

    /// Waits; lets the next group begin once all has been accepted for a while.
    private mutating func pause(until due: Duration) async {
        let accepted = members.compactMap(\.acceptedSince)
        if !isReleased, accepted.count == members.count, let latest = accepted.max() {
            let end = latest + RunContext.patience
            if end < due {
                await sleep(until: end)
                if Task.isCancelled { return }
            }
            if end <= now { letGo() }
        }
        await sleep(until: due)
    }

    /// Cancelled while waiting: the loop sees it and leaves.
    private func sleep(until due: Duration) async {
        let wait = due - now
        if wait > .zero { try? await run.timepiece.sleep(wait) }
    }

    /// Records what the machines have settled.
    private mutating func settle() async throws {
        var settled: [(Step, StepResult)] = []
        var open: [Member] = []
        for member in members {
            if case .settle(let settlement) = member.next {
                settled.append(
                    (member.step, run.result(settlement, member.machine.attempts, member.acceptedAt, member.step)))
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

    /// Sends what is due, many at once; what has left is heard out and recorded even if the run is stopped meanwhile.
    private mutating func send() async throws {
        let due = members.indices.filter { members[$0].isToBeSent && members[$0].due <= now }
        if due.isEmpty { return }
        for index in due { members[index].attempt += 1 }
        let run = run
        let chunks = chunks(of: due)
        try await withThrowingTaskGroup(of: ([Int], [RunContext.Heard]).self) { group in
            var running = 0
            for (indices, chunk) in chunks {
                if Task.isCancelled { break }
                if running >= RunContext.sendsAtOnce / RunContext.chunk + 1,
                    let (indices, answers) = try await group.next()
                {
                    running -= 1
                    take(answers, for: indices)
                }
                group.addTask { (indices, try await run.send(chunk)) }
                running += 1
            }
            while let (indices, answers) = try await group.next() { take(answers, for: indices) }
        }
    }

    /// Cuts what is to be sent into chunks of requests, with the places of their members.
    private func chunks(of due: [Int]) -> [(indices: [Int], chunk: [[(step: Step, attempt: Int)]])] {
        let batches = Bulking.batches(of: due.map { members[$0].step }).map { batch in batch.map { due[$0] } }
        return stride(from: 0, to: batches.count, by: RunContext.chunk).map { start in
            let ofChunk = batches[start..<min(start + RunContext.chunk, batches.count)]
            let chunk = ofChunk.map { batch in batch.map { (members[$0].step, members[$0].attempt) } }
            return (ofChunk.flatMap { $0 }, chunk)
        }
    }

    private mutating func take(_ answers: [RunContext.Heard], for indices: [Int]) {
        let now = now
        for (index, heard) in zip(indices, answers) {
            // Given up before it left: the run is over for it, and the loop sees that it was stopped.
            guard let answer = heard.answer else { continue }
            let next = members[index].machine.answered(answer)
            members[index].sentAt = heard.sentAt
            if answer.meaning == .accepted || answer.meaning == .gone {
                members[index].acceptedAt = heard.at
                members[index].acceptedSince = now
            }
            advance(index, to: next, from: now)
            run.tell(.answered(members[index].step, answer))
        }
    }

    /// One read for all members that wait for one.
    private mutating func read() async {
        let waiting = members.indices.filter { !members[$0].isToBeSent && members[$0].due <= self.now }
        if waiting.isEmpty { return }
        let readings = await run.read(waiting.map { (members[$0].step, members[$0].sentAt) })
        let now = now
        for (index, reading) in zip(waiting, readings) {
            guard let reading else { continue }
            let isPreRead = if case .preRead = members[index].next { true } else { false }
            let next = isPreRead ? members[index].machine.preRead(reading) : members[index].machine.read(reading)
            advance(index, to: next, from: now)
        }
    }

    private mutating func advance(_ index: Int, to next: StepMachine.Next, from now: Duration) {
        members[index].next = next
        switch next {
        case .preRead(let wait), .read(let wait): members[index].due = now + wait
        case .send(let wait): members[index].due = now + wait * Double.random(in: 0.5...1.5)
        case .settle: break
        }
    }
}

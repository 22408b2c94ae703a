import Authorizations
import ConnectorKit
import Coordination
import Testing

@Suite("One step, answer by answer")
struct StepMachineTests {
    private func machine(
        _ form: Proof.Form = .request, within: Duration = .seconds(60), after: Duration = .zero,
        every: Duration = .seconds(1), isIdempotent: Bool = true, hasManualWay: Bool = false
    ) -> StepMachine {
        StepMachine(
            proof: Proof(form: form, within: within, after: after, every: every), isIdempotent: isIdempotent,
            hasManualWay: hasManualWay)
    }

    private static let alive = Reading.alive(evidence: "it stands there")
    private static let nothing = Reading.inconclusive(reason: "HTTP 500")

    private func outcome(_ next: StepMachine.Next) -> Outcome? {
        if case .settle(let settlement) = next { settlement.outcome } else { nil }
    }

    @Test("Only this run's listing spares the read before the first request, and only where the listing is the proof")
    func start() {
        #expect(machine(.listing).start(isKnownAlive: true) == .send(after: .zero))
        #expect(machine(.listing).start(isKnownAlive: false) == .preRead(after: .zero))
        #expect(machine(.request).start(isKnownAlive: true) == .preRead(after: .zero))
        #expect(machine(.nothing(LocalizedText(en: "", fr: ""))).start(isKnownAlive: false) == .send(after: .zero))
    }

    @Test("A value that this account does not know may live in another one")
    func elsewhere() {
        var proof = Proof(form: .request, within: .seconds(60))
        proof.mayBeElsewhere = true
        var machine = StepMachine(proof: proof, isIdempotent: true, hasManualWay: false)
        #expect(outcome(machine.preRead(.dead(evidence: "401"))) == .unknown)
        #expect(machine.preRead(Self.alive) == .send(after: .zero))
        _ = machine.answered(Answer(.accepted))
        #expect(outcome(machine.read(.dead(evidence: "401"))) == .dead)
    }

    @Test("A refusal settles after one alive read", arguments: [Answer.Meaning.refused, .forbidden])
    func refusal(_ meaning: Answer.Meaning) {
        for (hasManualWay, expected) in [(false, Outcome.failed), (true, .manual)] {
            var machine = machine(hasManualWay: hasManualWay)
            #expect(machine.answered(Answer(meaning, reason: "no right")) == .read(after: .zero))
            #expect(
                machine.read(Self.alive)
                    == .settle(Settlement(expected, evidence: "it stands there", reason: "no right")))
        }
    }

    @Test("A refusal of what is gone is dead")
    func refusalOfTheDead() {
        var machine = machine()
        _ = machine.answered(Answer(.refused))
        #expect(outcome(machine.read(.dead(evidence: "404"))) == .dead)
    }

    @Test("Five reads in a row without a conclusion are unknown; a conclusion between starts the count again")
    func blindness() {
        var machine = machine()
        _ = machine.answered(Answer(.accepted))
        var waits: [StepMachine.Next] = []
        for _ in 1...4 { waits.append(machine.read(Self.nothing)) }
        #expect(waits == [1, 2, 4, 8].map { .read(after: .seconds($0)) })
        #expect(machine.read(Self.alive) == .read(after: .seconds(1)))
        for _ in 1...4 { _ = machine.read(Self.nothing) }
        #expect(outcome(machine.read(Self.nothing)) == .unknown)
    }

    @Test("Five blind reads before the first request settle unknown, and nothing is sent")
    func blindPreRead() {
        var machine = machine()
        for count in 0..<4 { #expect(machine.preRead(Self.nothing) == .preRead(after: .seconds(1 << count))) }
        #expect(outcome(machine.preRead(Self.nothing)) == .unknown)
        #expect(machine.attempts == 0)
    }

    @Test("What was accepted is asked about until its time is over, and then counts as alive")
    func limit() {
        var machine = machine(within: .seconds(20), after: .seconds(5), every: .seconds(2))
        #expect(machine.answered(Answer(.accepted)) == .read(after: .seconds(5)))
        for wait in [2, 4, 8, 6] { #expect(machine.read(Self.alive) == .read(after: .seconds(wait))) }
        #expect(
            machine.read(Self.alive)
                == .settle(
                    Settlement(
                        .alive, evidence: "it stands there",
                        reason: "the vendor accepted it, yet it is still there after 5 reads")))
    }

    @Test("A read without a conclusion spends none of that time")
    func blindReadsAreFree() {
        var machine = machine(within: .seconds(3))
        _ = machine.answered(Answer(.accepted))
        #expect(machine.read(Self.alive) == .read(after: .seconds(1)))
        #expect(machine.read(Self.nothing) == .read(after: .seconds(1)))
        #expect(machine.read(Self.alive) == .read(after: .seconds(2)))
        #expect(machine.read(Self.nothing) == .read(after: .seconds(1)))
        #expect(outcome(machine.read(Self.alive)) == .alive)
    }

    @Test("After a lost answer the first alive read leads to another attempt where repeating does no harm")
    func repetition() {
        var machine = machine()
        for (attempt, wait) in zip(1..., [1, 2, 4, 8]) {
            #expect(machine.answered(Answer(.ambiguous)) == .read(after: .zero))
            #expect(machine.read(Self.alive) == .send(after: .seconds(wait)))
            #expect(machine.attempts == attempt)
        }
        _ = machine.answered(Answer(.ambiguous, reason: "HTTP 500"))
        var last = machine.read(Self.alive)
        while case .read = last { last = machine.read(Self.alive) }
        #expect(last == .settle(Settlement(.alive, evidence: "it stands there", reason: "HTTP 500")))
    }

    @Test("Where it does harm, the whole time is waited first")
    func carefulRepetition() {
        var machine = machine(within: .seconds(3), isIdempotent: false)
        _ = machine.answered(Answer(.ambiguous))
        #expect(machine.read(Self.alive) == .read(after: .seconds(1)))
        #expect(machine.read(Self.alive) == .read(after: .seconds(2)))
        #expect(machine.read(Self.alive) == .send(after: .seconds(1)))
    }

    @Test("A conflict is an attempt like any other; the fifth is a refusal")
    func conflict() {
        var machine = machine()
        for wait in [1, 2, 4, 8] { #expect(machine.answered(Answer(.conflict)) == .send(after: .seconds(wait))) }
        #expect(machine.answered(Answer(.conflict, reason: "412")) == .read(after: .zero))
        #expect(machine.read(Self.alive) == .settle(Settlement(.failed, evidence: "it stands there", reason: "412")))
    }

    @Test("After a conflict a request that must not be repeated blindly waits for one alive read")
    func carefulConflict() {
        var machine = machine(isIdempotent: false)
        #expect(machine.answered(Answer(.conflict)) == .read(after: .zero))
        #expect(machine.read(Self.alive) == .send(after: .seconds(1)))
    }

    @Test("A vendor that asked to slow down to the end of patience is ambiguous")
    func slowDown() {
        var machine = machine(isIdempotent: true)
        #expect(machine.answered(Answer(.slowDown)) == .read(after: .zero))
        #expect(machine.read(Self.alive) == .send(after: .seconds(1)))
    }

    @Test("After a crash a conflict is no refusal, and an acceptance is not asked about too soon")
    func resume() {
        var conflicted = StepMachine(
            proof: Proof(form: .request, within: .seconds(3)), isIdempotent: true, hasManualWay: false, attempts: 1)
        #expect(conflicted.resume(answer: .conflict) == .read(after: .zero))
        #expect(conflicted.read(Self.alive) == .send(after: .seconds(1)))
        var accepted = machine(after: .seconds(7))
        #expect(accepted.resume(answer: .accepted) == .read(after: .seconds(7)))
        var lost = machine(after: .seconds(7))
        #expect(lost.resume(answer: nil) == .read(after: .zero))
    }

    @Test("What cannot be read is accepted at best, and sent again only where that does no harm")
    func withoutReading() {
        let form = Proof.Form.nothing(LocalizedText(en: "asking would run it", fr: "demander l’exécuterait"))
        var machine = machine(form)
        #expect(machine.answered(Answer(.gone)) == .settle(Settlement(.accepted, reason: "asking would run it")))
        var lost = self.machine(form)
        for wait in [1, 2, 4, 8] { #expect(lost.answered(Answer(.ambiguous)) == .send(after: .seconds(wait))) }
        #expect(outcome(lost.answered(Answer(.ambiguous))) == .unknown)
        var careful = self.machine(form, isIdempotent: false)
        #expect(outcome(careful.answered(Answer(.ambiguous))) == .unknown)
        var conflicted = self.machine(form, isIdempotent: false)
        #expect(outcome(conflicted.answered(Answer(.conflict))) == .failed)
        var refused = self.machine(form)
        #expect(outcome(refused.answered(Answer(.refused))) == .failed)
    }
}

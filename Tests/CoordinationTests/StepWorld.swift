import Authorizations
import ConnectorKit
import Coordination

/// One authorization, a hostile vendor, a log that survives and a machine that does not: `states.md`, explored.
struct StepWorld: Hashable {
    /// Where the program stands between two things that can go wrong.
    enum Place: Hashable {
        case down
        case next(StepMachine.Next)
        case committed
        case heard(Answer.Meaning)
    }

    /// What may happen at all.
    struct Rules: Hashable {
        var form: Proof.Form
        var isIdempotent: Bool
        /// The vendor carries out what it accepts.
        var obeys = true
        /// It does so some time after it said so.
        var isSlow = false
        /// It may also refuse, or say that there is no such thing although there is.
        var lies = false

        var canRead: Bool { if case .nothing = form { false } else { true } }
    }

    var rules: Rules
    var faults: Int
    var crashes: Int
    var isAlive = true
    /// Accepted, and not yet carried out.
    var isPending = false
    var place = Place.down
    /// The durable part.
    var intents = 0
    var answers = 0
    var lastAnswer: Answer.Meaning?
    var isAnswered = true
    var settled: Settlement?
    private var machine: StepMachine?
    /// Requests that left since a read last said alive.
    private(set) var sentBlindly = 0
    /// A request left after the last read.
    private(set) var isUnread = false
    private(set) var sends = 0
    private(set) var hasUnloggedRequest = false

    init(_ rules: Rules, faults: Int, crashes: Int) {
        self.rules = rules
        self.faults = faults
        self.crashes = crashes
    }

    /// Every world that can follow.
    var successors: [StepWorld] {
        if settled != nil { return [] }
        var worlds: [StepWorld] = []
        if isPending { worlds.append(changed { ($0.isAlive, $0.isPending) = (false, false) }) }
        if crashes > 0, place != .down {
            worlds.append(
                changed {
                    $0.crashes -= 1
                    $0.place = .down
                    $0.machine = nil
                })
        }
        switch place {
        case .down: worlds.append(changed { $0.resume() })
        case .next(.settle(let settlement)): worlds.append(changed { $0.settled = settlement })
        case .next(.preRead): worlds += read { $0.preRead($1) }
        case .next(.read): worlds += read { $0.read($1) }
        case .next(.send):
            worlds.append(
                changed {
                    $0.intents += 1
                    $0.isAnswered = false
                    $0.place = .committed
                })
        case .committed: worlds += sent
        case .heard(let meaning): worlds.append(changed { $0.record(meaning) })
        }
        return worlds
    }

    private func changed(_ change: (inout StepWorld) -> Void) -> StepWorld {
        var world = self
        change(&world)
        return world
    }

    private mutating func resume() {
        let proof = Proof(form: rules.form, within: .seconds(3), after: .seconds(1))
        var machine = StepMachine(
            proof: proof, isIdempotent: rules.isIdempotent, hasManualWay: false, attempts: answers)
        place =
            intents == 0
            ? .next(machine.start(isKnownAlive: false)) : .next(machine.resume(answer: isAnswered ? lastAnswer : nil))
        self.machine = machine
    }

    private func read(_ next: (inout StepMachine, Reading) -> StepMachine.Next) -> [StepWorld] {
        var worlds = [
            changed { world in
                world.take(world.isAlive ? .alive(evidence: "") : .dead(evidence: ""), next)
                world.isUnread = false
                if world.isAlive { world.sentBlindly = 0 }
            }
        ]
        if faults > 0 {
            worlds.append(
                changed {
                    $0.faults -= 1
                    $0.take(.inconclusive(reason: ""), next)
                })
        }
        return worlds
    }

    private mutating func take(_ reading: Reading, _ next: (inout StepMachine, Reading) -> StepMachine.Next) {
        guard var machine else { return }
        place = .next(next(&machine, reading))
        self.machine = machine
    }

    private var sent: [StepWorld] {
        var base = changed {
            $0.sends += 1
            $0.sentBlindly += 1
            $0.isUnread = true
        }
        base.hasUnloggedRequest = hasUnloggedRequest || isAnswered
        func answered(_ meaning: Answer.Meaning, isApplied: Bool = false, isFault: Bool = true) -> StepWorld {
            base.changed {
                if isApplied, rules.obeys {
                    if rules.isSlow { $0.isPending = $0.isAlive } else { $0.isAlive = false }
                }
                if isFault { $0.faults -= 1 }
                $0.place = .heard(meaning)
            }
        }
        var worlds = [answered(isAlive ? .accepted : .gone, isApplied: true, isFault: false)]
        guard faults > 0 else { return worlds }
        worlds += [
            answered(.ambiguous, isApplied: true), answered(.ambiguous), answered(.slowDown), answered(.conflict),
        ]
        if rules.lies { worlds += [answered(.refused), answered(.forbidden), answered(.gone)] }
        return worlds
    }

    private mutating func record(_ meaning: Answer.Meaning) {
        guard var machine else { return }
        answers += 1
        (lastAnswer, isAnswered) = (meaning, true)
        place = .next(machine.answered(Answer(meaning, reason: "as it said")))
        self.machine = machine
    }
}

import Authorizations
import ConnectorKit
import Coordination
import Testing

/// All that can come out of one world, walked breadth first.
private struct Exploration {
    var outcomes: Set<Outcome> = []
    var ends: [StepWorld] = []
    var states = 0

    /// Checks what must hold everywhere on the way.
    init(_ start: StepWorld) {
        var seen: [StepWorld: Int] = [start: 0]
        var worlds = [start]
        var entries = [0]
        var successors: [[Int]] = []
        while successors.count < worlds.count {
            let world = worlds[successors.count]
            let next = world.successors
            if next.isEmpty { Self.check(end: world) }
            Self.check(world)
            successors.append(
                next.map { world in
                    if let known = seen[world] { return known }
                    seen[world] = worlds.count
                    worlds.append(world)
                    entries.append(0)
                    return worlds.count - 1
                })
        }
        states = worlds.count
        ends = worlds.filter { $0.settled != nil }
        outcomes = Set(ends.compactMap { $0.settled?.outcome })
        #expect(Self.isWithoutCircles(successors, &entries), "some path never ends")
        #expect(
            !start.rules.canRead || start.faults + start.crashes < 4 || worlds.count > 100,
            "hardly anything was explored")
    }

    private static func check(_ world: StepWorld) {
        if world.hasUnloggedRequest { Issue.record("a request without a durable intent: \(world)") }
        if !world.rules.isIdempotent, world.sentBlindly > 1 {
            Issue.record("sent twice without an alive read between: \(world)")
        }
        if world.answers > StepMachine.attemptLimit { Issue.record("more attempts than allowed: \(world)") }
    }

    private static func check(end world: StepWorld) {
        guard let outcome = world.settled?.outcome else {
            Issue.record("stuck: \(world)")
            return
        }
        if outcome == .dead || outcome == .alreadyDead, world.isAlive {
            Issue.record("called dead, is alive: \(world)")
        }
        if outcome == .dead, world.isUnread { Issue.record("dead without a read after the last request: \(world)") }
        if outcome == .alreadyDead, world.sends > 0 { Issue.record("already dead, though a request left: \(world)") }
        if !world.rules.canRead, outcome == .dead || outcome == .alreadyDead {
            Issue.record("dead without a way to read: \(world)")
        }
    }

    private static func isWithoutCircles(_ successors: [[Int]], _ entries: inout [Int]) -> Bool {
        for next in successors { for index in next { entries[index] += 1 } }
        var free = entries.indices.filter { entries[$0] == 0 }
        var left = 0
        while let index = free.popLast() {
            left += 1
            for next in successors[index] {
                entries[next] -= 1
                if entries[next] == 0 { free.append(next) }
            }
        }
        return left == successors.count
    }
}

@Suite("Every interleaving of one step with a hostile vendor and crashes")
struct StepMachineModelTests {
    static let forms: [Proof.Form] = [.request, .listing, .nothing(LocalizedText(en: "no way", fr: "aucun moyen"))]
    static let rules: [StepWorld.Rules] = forms.flatMap { form in
        [true, false].map { StepWorld.Rules(form: form, isIdempotent: $0) }
    }

    private func outcomes(_ rules: StepWorld.Rules, faults: Int, crashes: Int) -> Set<Outcome> {
        Exploration(StepWorld(rules, faults: faults, crashes: crashes)).outcomes
    }

    @Test("A vendor that obeys ends dead, whatever is lost on the way", arguments: rules)
    func obedience(_ rules: StepWorld.Rules) {
        for faults in 0..<5 {
            let expected: Set<Outcome> = rules.canRead ? [.dead] : [.accepted]
            let plain = outcomes(rules, faults: faults, crashes: 0)
            if rules.canRead || rules.isIdempotent {
                #expect(plain == expected, "faults: \(faults)")
            } else {
                // What cannot be read must not be sent twice, so that a lost answer stays unknown.
                #expect(plain.isSubset(of: [.accepted, .unknown, .failed]), "faults: \(faults)")
            }
        }
    }

    @Test("A vendor that does nothing is never called dead", arguments: rules)
    func disobedience(_ rules: StepWorld.Rules) {
        var rules = rules
        (rules.obeys, rules.lies) = (false, true)
        for crashes in [0, 2] {
            let all = outcomes(rules, faults: 4, crashes: crashes)
            #expect(all.isDisjoint(with: [.dead, .alreadyDead]))
            // Fewer reads without a conclusion than the limit never end in unknown.
            if rules.canRead { #expect(!all.contains(.unknown)) }
        }
        if rules.canRead { #expect(outcomes(rules, faults: 0, crashes: 0) == [.alive]) }
    }

    @Test("A crash at any point brings no new outcome", arguments: rules)
    func crashes(_ rules: StepWorld.Rules) {
        for (isSlow, lies) in [(false, false), (true, false), (false, true)] {
            var rules = rules
            (rules.isSlow, rules.lies) = (isSlow, lies)
            for faults in 0..<4 {
                let plain = outcomes(rules, faults: faults, crashes: 0)
                var allowed = plain.union([.dead, .alreadyDead])
                // A request that may have left cannot be sent again where nothing can be asked.
                if !rules.canRead, !rules.isIdempotent { allowed.insert(.unknown) }
                let extra = outcomes(rules, faults: faults, crashes: 3).subtracting(allowed)
                #expect(extra.isEmpty, "\(rules), faults: \(faults)")
            }
        }
    }

    @Test("Five reads in a row without a conclusion are unknown, four are not")
    func blindness() {
        let rules = StepWorld.Rules(form: .request, isIdempotent: true)
        #expect(!outcomes(rules, faults: 4, crashes: 1).contains(.unknown))
        #expect(outcomes(rules, faults: 5, crashes: 0).contains(.unknown))
    }
}

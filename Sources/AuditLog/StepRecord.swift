internal import Authorizations

extension Record {
    /// A record of one step.
    ///
    /// Keys are in the order that ``CanonicalObject`` wants.
    static func ofStep(_ event: Event, _ step: StepFacts, _ run: RunID, at time: Timestamp) -> Record? {
        switch event {
        case .stepIntended(_, let attempt): intended(step, attempt: attempt, run: run, at: time)
        case .stepAnswered(_, let answer): answered(step, answer, run: run, at: time)
        case .stepSettled(_, let settlement): settled(step, settlement, "step.settled", run: run, at: time)
        case .stepVerified(_, let settlement): settled(step, settlement, "step.verified", run: run, at: time)
        case .runResumed, .inventoryTaken, .planMade, .planConfirmed, .runEnded: nil
        }
    }

    private static func intended(_ step: StepFacts, attempt: Int, run: RunID, at time: Timestamp) -> Record {
        let isFirst = attempt == 1
        var object = CanonicalObject()
        object.add("account", step.account)
        object.add("action", step.action)
        object.add("at", time)
        object.add("attempt", attempt)
        object.add("authorization", step.authorization)
        object.add("connector", step.connector)
        object.add("event", "step.intended")
        object.add("kind", step.kind)
        object.add("owner", isFirst ? step.owner : nil)
        object.add("run", run.description)
        object.add("step", step.number)
        object.add("surface", step.surface)
        object.add("target", isFirst ? step.target : nil)
        object.add("title", isFirst ? step.title : nil)
        return Record(run: run, body: object.finished(), change: .intend(run, step.number, attempt))
    }

    private static func answered(_ step: StepFacts, _ answer: StepAnswer, run: RunID, at time: Timestamp) -> Record {
        var object = CanonicalObject()
        object.add("account", step.account)
        object.add("action", step.action)
        object.add("answer", answer.kind.rawValue)
        object.add("at", time)
        object.add("authorization", step.authorization)
        object.add("bytes", answer.bytes)
        object.add("connector", step.connector)
        object.add("event", "step.answered")
        object.add("host", answer.host)
        object.add("kind", step.kind)
        object.add("milliseconds", answer.milliseconds)
        object.add("reason", answer.reason)
        object.add("run", run.description)
        object.add("status", answer.status)
        object.add("step", step.number)
        object.add("surface", step.surface)
        object.add("template", answer.template)
        object.add("verb", answer.verb)
        object.add("verdict", answer.verdict)
        return Record(run: run, body: object.finished(), change: .answer(run, step.number, answer, time))
    }

    private static func settled(
        _ step: StepFacts, _ settlement: Settlement, _ event: String, run: RunID, at time: Timestamp
    ) -> Record {
        var object = CanonicalObject()
        object.add("account", step.account)
        object.add("action", step.action)
        object.add("at", time)
        object.add("authorization", step.authorization)
        object.add("connector", step.connector)
        object.add("event", event)
        object.add("evidence", settlement.evidence)
        object.add("kind", step.kind)
        object.add("outcome", settlement.outcome.rawValue)
        object.add("reason", settlement.reason)
        object.add("residual_until", settlement.residualUntil.map(Timestamp.init))
        object.add("run", run.description)
        object.add("step", step.number)
        object.add("surface", step.surface)
        object.add("verified_at", settlement.verifiedAt.map(Timestamp.init))
        return Record(run: run, body: object.finished(), change: .settle(run, step.number, settlement))
    }
}

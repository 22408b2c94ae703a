internal import Authorizations
internal import Cryptography

/// A record as it goes to the log, with the change of state that belongs to it.
struct Record: Sendable {
    let run: RunID?
    let body: [UInt8]
    let leaf: [UInt8]
    let change: Change
    /// Whether a head of the log is signed right after it.
    let closesChapter: Bool

    init(run: RunID?, body: [UInt8], change: Change, closesChapter: Bool = false) {
        self.run = run
        self.body = body
        leaf = MerkleTree.leaf(body)
        self.change = change
        self.closesChapter = closesChapter
    }
}

extension Record {
    static func keyCreated(_ key: VerifierKey, at time: Timestamp) -> Record {
        var object = CanonicalObject()
        object.add("at", time)
        object.add("event", "key.created")
        object.add("key", key.description)
        return Record(run: nil, body: object.finished(), change: .none, closesChapter: true)
    }

    static func runStarted(_ start: RunStart, run: RunID, at time: Timestamp) -> Record {
        var commitments: [Commitment] = []
        func commit(_ field: Commitment.Field, of account: String? = nil, to value: String?) -> String? {
            guard let value else { return nil }
            let salt = [UInt8].random(count: Commitment.saltLength)
            let commitment = Commitment(field, of: account, to: value, salt: salt)
            commitments.append(commitment)
            return commitment.digest
        }
        let accounts = start.accounts.sorted { $0.name < $1.name }.map { account in
            var object = CanonicalObject()
            object.add("connector", account.connector)
            object.add("identity", commit(.identity, of: account.name, to: account.identity))
            object.add("name", account.name)
            return object
        }
        var object = CanonicalObject()
        object.add("accounts", accounts)
        object.add("at", time)
        object.add("event", "run.started")
        object.add("machine", commit(.machine, to: start.machine))
        object.add("manifests", start.manifests)
        object.add("operator", commit(.operator, to: start.operator))
        object.add("run", run.description)
        object.add("version", start.version)
        return Record(
            run: run, body: object.finished(), change: .begin(run, start.command, time, commitments),
            closesChapter: true)
    }

    /// A record of what concerns the run as a whole.
    static func ofRun(_ event: Event, _ run: RunID, at time: Timestamp) -> Record? {
        switch event {
        case .runResumed(let version): runResumed(run, version: version, at: time)
        case .inventoryTaken(let surfaces): inventoryTaken(surfaces, run: run, at: time)
        case .planConfirmed(let how): planConfirmed(how, run: run, at: time)
        case .runEnded(let end): runEnded(end, run: run, at: time)
        case .planMade, .stepIntended, .stepAnswered, .stepSettled, .stepVerified: nil
        }
    }

    private static func runResumed(_ run: RunID, version: String, at time: Timestamp) -> Record {
        var object = CanonicalObject()
        object.add("at", time)
        object.add("event", "run.resumed")
        object.add("run", run.description)
        object.add("version", version)
        return Record(run: run, body: object.finished(), change: .resume(run), closesChapter: true)
    }

    private static func inventoryTaken(_ surfaces: [SurfaceInventory], run: RunID, at time: Timestamp) -> Record {
        let objects = surfaces.map { surface in
            var object = CanonicalObject()
            object.add("account", surface.account)
            object.add("count", surface.count)
            object.add("state", surface.state.rawValue)
            object.add("surface", surface.surface)
            return object
        }
        var object = CanonicalObject()
        object.add("at", time)
        object.add("event", "inventory.taken")
        object.add("run", run.description)
        object.add("surfaces", objects)
        return Record(run: run, body: object.finished(), change: .none)
    }

    static func planMade(
        _ plan: RunPlan, commitments: [[Commitment]], run: RunID, at time: Timestamp
    ) -> Record {
        var object = CanonicalObject()
        object.add("at", time)
        object.add("counts", Dictionary(grouping: plan.steps, by: \.action.rawValue).mapValues(\.count))
        object.add("event", "plan.made")
        object.add("plan", plan.digest)
        object.add("run", run.description)
        return Record(run: run, body: object.finished(), change: .plan(run, plan, commitments))
    }

    private static func planConfirmed(_ how: Confirmation, run: RunID, at time: Timestamp) -> Record {
        var object = CanonicalObject()
        object.add("at", time)
        object.add("event", "plan.confirmed")
        object.add("how", how.rawValue)
        object.add("run", run.description)
        return Record(run: run, body: object.finished(), change: .none, closesChapter: true)
    }

    private static func runEnded(_ end: RunEnd, run: RunID, at time: Timestamp) -> Record {
        let counts = end.counts.map { ($0.key.rawValue, $0.value) }
        var object = CanonicalObject()
        object.add("at", time)
        object.add("counts", Dictionary(uniqueKeysWithValues: counts))
        object.add("event", "run.ended")
        object.add("exit_code", end.exitCode)
        object.add("run", run.description)
        object.add("state", end.kind.rawValue)
        return Record(run: run, body: object.finished(), change: .end(run, end, time), closesChapter: true)
    }
}

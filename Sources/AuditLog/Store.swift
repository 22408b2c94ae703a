package import Authorizations
internal import Cryptography
package import Foundation
internal import GRDB
internal import Synchronization

/// The state folder: runs, their steps, plans, and the audit log, in one SQLite database, with its keys beside it.
package final class Store: Sendable {
    package enum Access: Sendable {
        /// Makes no file and changes none.
        case readOnly
        /// Makes what is missing.
        case readWrite
    }

    let database: DatabaseQueue
    let folder: StateFolder
    private let now: @Sendable () -> Date
    var timestamp: Timestamp { Timestamp(now()) }
    /// `nil` where the store was opened for reading only.
    private let journal: Journal?
    private let digestKey: Result<[UInt8], StoreError>
    private let facts = Mutex<[RunID: [Int: StepFacts]]>([:])

    /// Opens the state in `directory`.
    ///
    /// A new log's heads are signed in the name of `origin`, or, where it is `nil`, of its own key: `revoke/7d1c90d4`.
    package static func open(
        directory: URL, access: Access, origin: String? = nil, now: @escaping @Sendable () -> Date = { Date() }
    ) throws(StoreError) -> Store {
        let folder = StateFolder(directory)
        switch access {
        case .readOnly: return try Store(reading: folder, now: now)
        case .readWrite:
            try folder.prepare()
            try folder.prepareDatabase()
            return try Store(writing: folder, origin: origin, now: now)
        }
    }

    private init(reading folder: StateFolder, now: @escaping @Sendable () -> Date) throws(StoreError) {
        self.folder = folder
        self.now = now
        database = try Connection.reading(folder)
        journal = nil
        digestKey = Result { () throws(StoreError) in try folder.digestKeyBytes() }
    }

    private init(
        writing folder: StateFolder, origin: String?, now: @escaping @Sendable () -> Date
    ) throws(StoreError) {
        self.folder = folder
        self.now = now
        let database = try Connection.writing(folder)
        let (signer, digestKey) = try Self.keys(in: folder, for: database, origin: origin)
        do {
            try database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    var writer = try RecordWriter(db)
                    guard writer.size == 0 else { return .commit }
                    try writer.add(.keyCreated(signer.verifier, at: Timestamp(now())))
                    try writer.finish(signer: signer)
                    return .commit
                }
            }
        } catch {
            throw StoreError(error, path: folder.database)
        }
        self.database = database
        self.digestKey = .success(digestKey)
        journal = Journal(database, path: folder.database, signer: signer)
    }

    /// Makes the keys of a new log.
    ///
    /// The log of a lost key is not gone on with: nobody could tell who signs it.
    private static func keys(
        in folder: StateFolder, for database: DatabaseQueue, origin: String?
    ) throws(StoreError) -> (SignerKey, [UInt8]) {
        let isNew: Bool
        do {
            isNew = try database.read { try $0.isEmptyLog }
        } catch {
            throw StoreError(error, path: folder.database)
        }
        if isNew {
            if try folder.key(at: folder.logKey) == nil {
                let signer = origin.map { SignerKey(name: $0, key: .random()) } ?? SignerKey(random: "revoke/")
                try folder.makeKey(signer.exported, at: folder.logKey)
            }
            if try folder.key(at: folder.digestKey) == nil {
                try folder.makeKey([UInt8].random(count: SHA256.byteCount).hex, at: folder.digestKey)
            }
        }
        guard let text = try folder.key(at: folder.logKey) else { throw .keyMissing(path: folder.logKey) }
        guard let signer = SignerKey(text) else {
            throw .keyMalformed(path: folder.logKey, reason: "it does not read PRIVATE+KEY+name+id+seed")
        }
        return (signer, try folder.digestKeyBytes())
    }

    /// Takes the folder for one run; throws ``StoreError/inUse(_:)`` where another has it.
    package func lock() throws(StoreError) -> RunLock {
        try RunLock(path: folder.lock, at: Timestamp(now()))
    }

    /// Why the log could not be written, from the first time on that it could not.
    ///
    /// Nothing may be sent then.
    package var failure: StoreError? { journal?.failure }

    /// Names a secret without telling it: the same secret has the same name in this folder, and in no other.
    package func keyedDigest(of secret: Secret) throws(StoreError) -> String {
        let digestKey = try digestKey.get()
        return secret.reveal { HMACSHA256.code(of: Array($0.utf8), key: digestKey).hex }
    }
}

extension Store {
    /// Begins a run, which is in the log when this returns.
    package func begin(_ start: RunStart) async throws(StoreError) -> RunID {
        let time = now()
        var run = RunID.random(at: time)
        while try await self.run(run) != nil { run = RunID.random(at: time) }
        try await append([.runStarted(start, run: run, at: Timestamp(time))], announcesAct: true)
        facts.withLock { $0[run] = [:] }
        return run
    }

    /// Records what happened in a run, with the changes of its steps, in one transaction that is on the disk when
    /// this returns.
    ///
    /// Many callers share a commit.
    ///
    /// After a record could not be written, whatever leads to a request is refused; what has happened is tried again,
    /// and is the caller's to show where it fails.
    package func record(_ events: [Event], of run: RunID) async throws(StoreError) {
        try await load(run)
        let time = Timestamp(now())
        var records: [Record] = []
        records.reserveCapacity(events.count)
        var planned: [Int: StepFacts]?
        for event in events {
            if case .planMade(let plan) = event {
                let commitments = plan.steps.map { $0.commitments() }
                records.append(.planMade(plan, commitments: commitments, run: run, at: time))
                planned = Dictionary(
                    zip(plan.steps, commitments).map { ($0.number, $0.facts($1)) }, uniquingKeysWith: { $1 })
            } else if let record = Record.ofRun(event, run, at: time) {
                records.append(record)
            } else if let number = event.step {
                guard let step = planned?[number] ?? facts.withLock({ $0[run]?[number] }) else {
                    throw .unknownStep(number, run: run)
                }
                Record.ofStep(event, step, run, at: time).map { records.append($0) }
            }
        }
        try await append(records, announcesAct: events.contains(where: \.announcesAct))
        if let planned { facts.withLock { $0[run] = planned } }
    }

    private func append(_ records: [Record], announcesAct: Bool) async throws(StoreError) {
        guard let journal else { throw .readOnly(path: folder.database) }
        if announcesAct, let failure = journal.failure { throw failure }
        try await journal.append(records)
    }

    /// Gets at hand what the records of a run repeat, where another process began it.
    private func load(_ run: RunID) async throws(StoreError) {
        if facts.withLock({ $0[run] != nil }) { return }
        let known = try await read { db in
            let exists = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?)", arguments: [run.description])
            guard exists == true else { throw StoreError.unknownRun(run) }
            return try db.stepFacts(of: run)
        }
        facts.withLock { $0[run] = known }
    }
}

extension Event {
    fileprivate var step: Int? {
        switch self {
        case .stepIntended(let step, _), .stepAnswered(let step, _), .stepSettled(let step, _),
            .stepVerified(let step, _):
            step
        case .runResumed, .inventoryTaken, .planMade, .planConfirmed, .runEnded: nil
        }
    }
}

extension StateFolder {
    fileprivate func digestKeyBytes() throws(StoreError) -> [UInt8] {
        guard let text = try key(at: digestKey) else { throw .keyMissing(path: digestKey) }
        guard let bytes = [UInt8](hex: text), bytes.count == SHA256.byteCount else {
            throw .keyMalformed(path: digestKey, reason: "it is not 64 hexadecimal digits")
        }
        return bytes
    }
}

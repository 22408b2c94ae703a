internal import Foundation
internal import GRDB
internal import Synchronization

/// Writes records, many callers' in one transaction: while a commit is on its way to the disk the next ones gather,
/// and go together when it has ended.
///
/// A record is durable when its ``append(_:)`` returns.
final class Journal: Sendable {
    private struct Entry {
        let records: [Record]
        let done: CheckedContinuation<StoreError?, Never>
    }

    private struct State {
        var waiting: [Entry] = []
        var isDraining = false
        var failure: StoreError?
    }

    private let state = Mutex(State())
    private let database: DatabaseQueue
    private let path: String
    private let signer: SignerKey

    init(_ database: DatabaseQueue, path: String, signer: SignerKey) {
        self.database = database
        self.path = path
        self.signer = signer
    }

    /// Why a record could not be written; nothing that leads to a request may be recorded from then on.
    var failure: StoreError? { state.withLock { $0.failure } }

    /// Not cancelled by the task's cancellation: what has happened is recorded in any case.
    func append(_ records: [Record]) async throws(StoreError) {
        let failure = await withCheckedContinuation { done in
            let begins = state.withLock { state in
                state.waiting.append(Entry(records: records, done: done))
                defer { state.isDraining = true }
                return !state.isDraining
            }
            if begins { drain() }
        }
        if let failure { throw failure }
    }

    /// Commits what waits, and goes on as long as something does; reads have their turn in between.
    private func drain() {
        database.asyncWriteWithoutTransaction { [self] db in
            let batch = state.withLock { state in
                defer { state.waiting.removeAll(keepingCapacity: true) }
                return state.waiting
            }
            let failure = commit(batch, in: db)
            let goesOn = state.withLock { state in
                state.failure = state.failure ?? failure
                state.isDraining = !state.waiting.isEmpty
                return state.isDraining
            }
            // First the answers, then the next commit: who is answered now may still be in it.
            for entry in batch { entry.done.resume(returning: failure) }
            if goesOn { drain() }
        }
    }

    private func commit(_ batch: [Entry], in db: Database) -> StoreError? {
        do {
            try db.inTransaction(.immediate) {
                var writer = try RecordWriter(db)
                for entry in batch {
                    for record in entry.records { try writer.add(record) }
                }
                try writer.finish(signer: signer)
                return .commit
            }
            return nil
        } catch {
            return StoreError(error, path: path)
        }
    }
}

/// Adds records to the end of the log within one transaction.
struct RecordWriter {
    private let db: Database
    private var edge: MerkleTree.Edge
    private var wantsCheckpoint = false

    /// The most records that may follow the last signed head.
    private static let unsigned = 1024

    /// Reads where the log ends, for another process may have added to it.
    init(_ db: Database) throws {
        self.db = db
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT size, edge, (SELECT max(sequence) FROM record) AS last FROM tree"))
        guard let row, let size: Int = row["size"], let bytes: Data = row["edge"],
            let edge = MerkleTree.Edge(size: size, bytes: [UInt8](bytes))
        else { throw StoreError.logChanged(record: 1) }
        let last: Int = row["last"] ?? 0
        guard last == size else { throw StoreError.logChanged(record: min(last, size) + 1) }
        self.edge = edge
    }

    var size: Int { edge.size }

    mutating func add(_ record: Record) throws {
        edge.append(record.leaf)
        try db.run(
            "INSERT INTO record (sequence, run, leaf, body) VALUES (?, ?, ?, ?)",
            [
                edge.size, record.run?.description, Data(record.leaf),
                String(decoding: record.body, as: UTF8.self),
            ])
        try record.change.apply(to: db, sequence: edge.size)
        if record.closesChapter { wantsCheckpoint = true }
    }

    func finish(signer: SignerKey) throws {
        try db.run("UPDATE tree SET size = ?, edge = ?", [edge.size, Data(edge.bytes)])
        let signed = try Int.fetchOne(db.cachedStatement(sql: "SELECT max(size) FROM checkpoint")) ?? 0
        guard edge.size > signed, wantsCheckpoint || edge.size - signed >= Self.unsigned else { return }
        let checkpoint = Checkpoint(origin: signer.verifier.name, size: edge.size, root: edge.root)
        try db.run(
            "INSERT INTO checkpoint (size, note) VALUES (?, ?)", [checkpoint.size, signer.note(checkpoint.text)])
    }
}

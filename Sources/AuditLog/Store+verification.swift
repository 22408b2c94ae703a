internal import Foundation
internal import GRDB

extension Store {
    /// Checks the whole log: each record against its leaf, all of them against the heads that were signed, the newest
    /// and those before, and against `notes`, heads that were kept elsewhere.
    package func verify(knowing notes: [String] = []) async throws(StoreError) -> Verification {
        let keptKey = folder.verifierKey
        return try await read { db in
            var heads = notes.map { Verifier.Head(size: nil, note: $0) }
            for row in try Row.fetchAll(db, sql: "SELECT size, note FROM checkpoint ORDER BY size") {
                heads.append(Verifier.Head(size: row["size"], note: row["note"]))
            }
            var verifier = Verifier(heads: heads, keptKey: keptKey)
            let rows = try Row.fetchCursor(db, sql: "SELECT sequence, leaf, body FROM record ORDER BY sequence")
            while let row = try rows.next() {
                let leaf: Data = row["leaf"]
                let body: String = row["body"]
                guard verifier.take(sequence: row["sequence"], leaf: [UInt8](leaf), body: Array(body.utf8))
                else { break }
            }
            let stored = try Row.fetchOne(db, sql: "SELECT size, edge FROM tree").flatMap { row in
                MerkleTree.Edge(size: row["size"], bytes: [UInt8](row["edge"] as Data))
            }
            return verifier.finish(stored: stored, missingTriggers: try Schema.missingTriggers(in: db))
        }
    }

    /// The size and root of the log as it is now.
    package func head() async throws(StoreError) -> Checkpoint {
        let origin = folder.verifierKey?.name ?? ""
        return try await read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT size, edge FROM tree"),
                let edge = MerkleTree.Edge(size: row["size"], bytes: [UInt8](row["edge"] as Data))
            else { throw StoreError.logChanged(record: 1) }
            return Checkpoint(origin: origin, size: edge.size, root: edge.root)
        }
    }

    /// The newest signed head, as a note that anybody can check.
    package func newestCheckpoint() async throws(StoreError) -> String? {
        try await read { try String.fetchOne($0, sql: "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1") }
    }
}

extension StateFolder {
    /// The public part of the log's key, where the key is there and can be read: a copy of a log is checked without it.
    fileprivate var verifierKey: VerifierKey? {
        guard let text = FileManager.default.contents(atPath: logKey) else { return nil }
        return SignerKey(String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines))?.verifier
    }
}

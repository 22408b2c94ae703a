internal import Foundation

/// What checking the whole log has found.
package struct Verification: Sendable, Hashable {
    package enum Finding: Sendable, Hashable {
        case recordChanged(Int)
        case recordMissing(Int)
        /// The log ends before the head that was signed or kept; `size` is that head's.
        case endMissing(size: Int)
        /// The records up to `size` give another root than the head over them.
        case rootDiffers(size: Int)
        /// The head over `size` records is not signed by the log's key.
        case signatureWrong(size: Int)
        /// A note that was handed in is no head of this log, or not signed by its key.
        case noteForeign
        /// The key beside the log is not the one that its first record names.
        case otherKey
        /// What makes the log append-only is gone from the database.
        case triggerMissing(String)
    }

    package var size: Int
    package var root: [UInt8]
    /// The first record on which nothing can be built, counted from 1.
    package var firstBroken: Int?
    package var findings: [Finding]
    /// The public key that the log's first record names, in C2SP's form.
    package var key: String?

    package var valid: Bool { findings.isEmpty }
}

/// Goes through a log from its first record to its last, and holds it against its signed heads.
struct Verifier {
    struct Head {
        /// Where the head is kept; `nil` for one that was handed in.
        var size: Int?
        var note: String
    }

    private(set) var edge = MerkleTree.Edge()
    private var key: VerifierKey?
    private let keptKey: VerifierKey?
    private let heads: [Head]
    /// The heads that the log's key has signed, by size; known once the first record is.
    private var signed: [Int: [[UInt8]]] = [:]
    private var soundSize = 0
    private var firstBroken: Int?
    private var findings: [Verification.Finding] = []

    init(heads: [Head], keptKey: VerifierKey?) {
        self.heads = heads
        self.keptKey = keptKey
    }

    /// Takes the next record; `false` where nothing after it can be judged.
    mutating func take(sequence: Int, leaf: [UInt8], body: [UInt8]) -> Bool {
        let expected = edge.size + 1
        guard sequence == expected else {
            find(.recordMissing(expected), from: expected)
            return false
        }
        if sequence == 1 { begin(with: body) }
        let actual = MerkleTree.leaf(body)
        if actual != leaf { find(.recordChanged(sequence), from: sequence) }
        edge.append(actual)
        guard let roots = signed.removeValue(forKey: sequence) else { return true }
        if roots.allSatisfy({ $0 == edge.root }) {
            if firstBroken == nil { soundSize = sequence }
        } else if firstBroken == nil {
            find(.rootDiffers(size: sequence), from: soundSize + 1)
        }
        return true
    }

    /// `stored` is the edge of the tree as the database has it.
    mutating func finish(stored: MerkleTree.Edge?, missingTriggers: [String]) -> Verification {
        if edge.size == 0, findings.isEmpty { find(.recordMissing(1), from: 1) }
        if let latest = (signed.keys + [stored?.size ?? 0]).max(), latest > edge.size {
            if firstBroken == nil { find(.endMissing(size: latest), from: edge.size + 1) }
        } else if stored != edge, firstBroken == nil {
            find(.rootDiffers(size: edge.size), from: soundSize + 1)
        }
        findings += missingTriggers.map { .triggerMissing($0) }
        return Verification(
            size: edge.size, root: edge.root, firstBroken: firstBroken, findings: findings, key: key?.description)
    }

    private mutating func find(_ finding: Verification.Finding, from record: Int) {
        findings.append(finding)
        firstBroken = firstBroken ?? record
    }

    /// The first record names the key that has signed all heads.
    private mutating func begin(with body: [UInt8]) {
        guard let key = Self.key(in: String(decoding: body, as: UTF8.self)) else {
            return find(.recordChanged(1), from: 1)
        }
        self.key = key
        if let keptKey, keptKey.description != key.description { findings.append(.otherKey) }
        for head in heads {
            guard let checkpoint = key.text(of: head.note).flatMap(Checkpoint.init(text:)),
                checkpoint.origin == key.name, head.size == nil || head.size == checkpoint.size
            else {
                findings.append(head.size.map { .signatureWrong(size: $0) } ?? .noteForeign)
                continue
            }
            signed[checkpoint.size, default: []].append(checkpoint.root)
        }
    }

    private static func key(in record: String) -> VerifierKey? {
        guard let start = record.range(of: "\"event\":\"key.created\",\"key\":\"")?.upperBound else { return nil }
        return VerifierKey(String(record[start...].prefix { $0 != "\"" }))
    }
}

internal import Cryptography

/// The tree of RFC 6962 section 2.1, with SHA-256.
package enum MerkleTree {
    /// The root of the tree without leaves.
    package static let emptyRoot = SHA256.digest(of: [UInt8]())

    package static func leaf(_ entry: [UInt8]) -> [UInt8] {
        var digest = SHA256()
        digest.update(0)
        digest.update(entry)
        return digest.digest()
    }

    package static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var digest = SHA256()
        digest.update(1)
        digest.update(left)
        digest.update(right)
        return digest.digest()
    }

    /// The root over leaf digests; `MTH` of the standard.
    package static func root(of leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        var edge = Edge()
        for leaf in leaves { edge.append(leaf) }
        return edge.root
    }

    /// The digests that lead from leaf `index` to the root; `PATH` of the standard.
    package static func inclusionProof(of index: Int, in leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        guard leaves.count > 1 else { return [] }
        let middle = leaves.startIndex + split(leaves.count)
        let (left, right) = (leaves[..<middle], leaves[middle...])
        return index < left.count
            ? inclusionProof(of: index, in: left) + [root(of: right)]
            : inclusionProof(of: index - left.count, in: right) + [root(of: left)]
    }

    /// The digests that show the first `size` leaves to be a beginning of all; `PROOF` of the standard.
    package static func consistencyProof(from size: Int, in leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        consistencyProof(from: size, in: leaves, isKnown: true)
    }

    private static func consistencyProof(
        from size: Int, in leaves: ArraySlice<[UInt8]>, isKnown: Bool
    ) -> [[UInt8]] {
        guard size < leaves.count else { return isKnown ? [] : [root(of: leaves)] }
        let middle = leaves.startIndex + split(leaves.count)
        let (left, right) = (leaves[..<middle], leaves[middle...])
        return size <= left.count
            ? consistencyProof(from: size, in: left, isKnown: isKnown) + [root(of: right)]
            : consistencyProof(from: size - left.count, in: right, isKnown: false) + [root(of: left)]
    }

    /// The largest power of two smaller than `count`.
    private static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}

extension MerkleTree {
    /// The right edge of a growing tree: the roots of its full subtrees, from the largest to the smallest.
    ///
    /// It is all that adding a leaf needs, so that a head costs O(log n) whatever the size of the log.
    package struct Edge: Sendable, Equatable {
        package private(set) var size = 0
        private var roots: [[UInt8]] = []

        package init() {}

        /// `nil` where the bytes are not the edge of a tree of that size.
        package init?(size: Int, bytes: [UInt8]) {
            guard size >= 0, bytes.count == size.nonzeroBitCount * SHA256.byteCount else { return nil }
            self.size = size
            roots = stride(from: 0, to: bytes.count, by: SHA256.byteCount).map {
                Array(bytes[$0..<$0 + SHA256.byteCount])
            }
        }

        package var bytes: [UInt8] { Array(roots.joined()) }

        package mutating func append(_ leaf: [UInt8]) {
            var subtree = leaf
            for _ in 0..<(~size).trailingZeroBitCount { subtree = MerkleTree.node(roots.removeLast(), subtree) }
            roots.append(subtree)
            size += 1
        }

        package var root: [UInt8] {
            guard var root = roots.last else { return MerkleTree.emptyRoot }
            for left in roots.dropLast().reversed() { root = MerkleTree.node(left, root) }
            return root
        }
    }
}

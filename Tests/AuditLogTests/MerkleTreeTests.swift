import AuditLog
import Cryptography
import Testing

@Suite struct MerkleTreeTests {
    /// The leaves of certificate-transparency-go's and RFC 9162's reference tree.
    static let reference: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ]

    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test("digests a leaf as 'printf \\0entry-0 | sha256sum' does")
    func leaf() {
        let digest = MerkleTree.leaf(Array("entry-0".utf8)).hex
        #expect(digest == "40766b2033429026f53d54502679a839706b4741f8dcaf3a8bba5f41b5ffe075")
    }

    @Test("has a root without leaves")
    func empty() {
        #expect(MerkleTree.emptyRoot.base64 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        #expect(MerkleTree.Edge().root == MerkleTree.emptyRoot)
    }

    @Test("gives the root of the published checkpoint over three entries")
    func checkpoint() {
        let leaves = (0..<3).map { MerkleTree.leaf(Array("entry-\($0)".utf8)) }
        #expect(MerkleTree.root(of: leaves[...]).base64 == "pkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=")
    }

    @Test("gives the roots of the reference tree", arguments: 1...8)
    func referenceRoots(size: Int) {
        let leaves = Self.reference.prefix(size).map(MerkleTree.leaf)
        #expect(MerkleTree.root(of: leaves[...]).hex == Self.roots[size - 1])
    }

    @Test("goes on from its edge as if it had never stopped", arguments: [0, 1, 2, 3, 7, 8, 31, 100])
    func edge(size: Int) throws {
        var whole = MerkleTree.Edge()
        for index in 0..<size { whole.append(MerkleTree.leaf([UInt8(index)])) }
        var reopened = try #require(MerkleTree.Edge(size: size, bytes: whole.bytes))
        whole.append(MerkleTree.leaf([255]))
        reopened.append(MerkleTree.leaf([255]))
        #expect(reopened == whole)
        #expect(reopened.root == Self.recursiveRoot((0..<size).map { [UInt8($0)] } + [[255]]))
    }

    @Test("refuses an edge that is not of that size")
    func wrongEdge() {
        #expect(MerkleTree.Edge(size: 3, bytes: [UInt8](repeating: 0, count: 32)) == nil)
        #expect(MerkleTree.Edge(size: -1, bytes: []) == nil)
    }

    @Test("proves that each leaf is in the tree", arguments: 1...9)
    func inclusion(size: Int) {
        let leaves = (0..<size).map { MerkleTree.leaf([UInt8($0)]) }
        for index in leaves.indices {
            let proof = MerkleTree.inclusionProof(of: index, in: leaves[...])
            #expect(Self.root(from: leaves[index], at: index, size: size, proof) == MerkleTree.root(of: leaves[...]))
        }
    }

    /// RFC 9162's reference tree: PROOF(3, D[7]) of RFC 6962 section 2.1.3 is [c, d, g, l].
    @Test("proves what RFC 6962 proves of its tree of seven")
    func consistency() {
        let leaves = Self.reference.prefix(7).map(MerkleTree.leaf)
        let (a, b, c, d) = (leaves[0], leaves[1], leaves[2], leaves[3])
        let (g, h) = (MerkleTree.node(a, b), MerkleTree.node(c, d))
        let k = MerkleTree.node(g, h)
        let l = MerkleTree.node(MerkleTree.node(leaves[4], leaves[5]), leaves[6])
        #expect(MerkleTree.consistencyProof(from: 3, in: leaves[...]) == [c, d, g, l])
        #expect(MerkleTree.consistencyProof(from: 4, in: leaves[...]) == [l])
        #expect(MerkleTree.consistencyProof(from: 6, in: leaves[...]).count == 3)
        #expect(MerkleTree.consistencyProof(from: 7, in: leaves[...]) == [])
        #expect(MerkleTree.node(k, l).hex == Self.roots[6])
    }

    /// RFC 6962 section 2.1, word for word.
    private static func recursiveRoot(_ entries: [[UInt8]]) -> [UInt8] {
        guard entries.count > 1 else { return MerkleTree.leaf(entries[0]) }
        var split = 1
        while split * 2 < entries.count { split *= 2 }
        return MerkleTree.node(
            recursiveRoot(Array(entries[..<split])), recursiveRoot(Array(entries[split...])))
    }

    /// RFC 9162 section 2.1.3.2: how somebody else checks an inclusion proof.
    private static func root(from leaf: [UInt8], at index: Int, size: Int, _ proof: [[UInt8]]) -> [UInt8] {
        var (place, last, digest) = (index, size - 1, leaf)
        for sibling in proof {
            if place % 2 == 1 || place == last {
                digest = MerkleTree.node(sibling, digest)
                while place % 2 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                digest = MerkleTree.node(digest, sibling)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return digest
    }
}

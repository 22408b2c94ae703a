import Cryptography
import Testing

@Suite struct SHA256Tests {
    struct Case: CustomTestStringConvertible {
        var message: [UInt8]
        var digest: String
        var testDescription: String { "\(message.count) bytes" }
    }

    /// FIPS 180-4 examples, and one that fills several blocks.
    static let cases = [
        Case(message: [], digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Case(
            message: Array("abc".utf8), digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Case(
            message: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        Case(
            message: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
            digest: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("digests as FIPS 180-4 says", arguments: cases)
    func published(_ expected: Case) {
        #expect(SHA256.digest(of: expected.message).hex == expected.digest)
    }

    @Test("gives the same in pieces as in one piece", arguments: cases)
    func pieces(_ expected: Case) {
        var digest = SHA256()
        if let first = expected.message.first { digest.update(first) }
        let rest = Array(expected.message.dropFirst())
        digest.update(Array(rest.prefix(rest.count / 3)))
        digest.update(Array(rest.dropFirst(rest.count / 3)))
        #expect(digest.digest().hex == expected.digest)
    }

    struct CodeCase: CustomTestStringConvertible {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
        var testDescription: String { "key of \(key.count), message of \(message.count) bytes" }
    }

    /// RFC 4231, test cases 1, 2, 3 and 6, and an empty key.
    static let codes = [
        CodeCase(
            key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        CodeCase(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        CodeCase(
            key: [UInt8](repeating: 0xaa, count: 20), message: [UInt8](repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        CodeCase(
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        CodeCase(key: [], message: [], code: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]

    @Test("makes the codes of RFC 4231", arguments: codes)
    func authenticates(_ expected: CodeCase) {
        #expect(HMACSHA256.code(of: expected.message, key: expected.key).hex == expected.code)
    }
}

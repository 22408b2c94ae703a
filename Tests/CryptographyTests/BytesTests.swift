import Cryptography
import Testing

@Suite struct BytesTests {
    struct Case: CustomTestStringConvertible {
        var bytes: [UInt8]
        var hex: String
        var base64: String
        var base64url: String
        var testDescription: String { hex }
    }

    /// RFC 4648 section 10, and bytes in which the two alphabets differ.
    static let cases = [
        Case(bytes: [], hex: "", base64: "", base64url: ""),
        Case(bytes: Array("f".utf8), hex: "66", base64: "Zg==", base64url: "Zg"),
        Case(bytes: Array("fo".utf8), hex: "666f", base64: "Zm8=", base64url: "Zm8"),
        Case(bytes: Array("foo".utf8), hex: "666f6f", base64: "Zm9v", base64url: "Zm9v"),
        Case(bytes: Array("foob".utf8), hex: "666f6f62", base64: "Zm9vYg==", base64url: "Zm9vYg"),
        Case(bytes: Array("fooba".utf8), hex: "666f6f6261", base64: "Zm9vYmE=", base64url: "Zm9vYmE"),
        Case(bytes: [0xfb, 0xff, 0x00, 0xfe], hex: "fbff00fe", base64: "+/8A/g==", base64url: "-_8A_g"),
    ]

    @Test("writes bytes as text, and reads them again", arguments: cases)
    func encodings(_ expected: Case) {
        #expect(expected.bytes.hex == expected.hex)
        #expect(expected.bytes.base64 == expected.base64)
        #expect(expected.bytes.base64url == expected.base64url)
        #expect([UInt8](hex: expected.hex) == expected.bytes)
        #expect([UInt8](hex: expected.hex.uppercased()) == expected.bytes)
        #expect([UInt8](base64: expected.base64) == expected.bytes)
        #expect([UInt8](base64url: expected.base64url) == expected.bytes)
    }

    @Test("reads back whatever it wrote")
    func roundTrip() {
        for count in 0..<70 {
            let bytes = [UInt8].random(count: count)
            #expect([UInt8](hex: bytes.hex) == bytes)
            #expect([UInt8](base64: bytes.base64) == bytes)
            #expect([UInt8](base64url: bytes.base64url) == bytes)
        }
    }

    @Test("refuses what is not hexadecimal", arguments: ["f", "0g", " 0", "é", "0x10"])
    func notHex(_ text: String) {
        #expect([UInt8](hex: text) == nil)
    }

    @Test(
        "refuses what is not base64 with padding",
        arguments: ["Zg", "Zg=", "Z===", "Zh==", "Zm9=", "====", "Zm9v\n", "-_8A", "Zg==Zg=="])
    func notBase64(_ text: String) {
        #expect([UInt8](base64: text) == nil)
    }

    @Test("refuses what is not base64 for URLs", arguments: ["Zg==", "Z", "Zh", "+/8A", "Zm9v "])
    func notBase64url(_ text: String) {
        #expect([UInt8](base64url: text) == nil)
    }

    @Test("is never random twice")
    func random() {
        let values = Set((0..<1000).map { _ in [UInt8].random(count: 16) })
        #expect(values.count == 1000)
    }

    @Test("compares whole arrays")
    func constantTime() {
        #expect([UInt8]().equalsInConstantTime([]))
        #expect(([1, 2, 3] as [UInt8]).equalsInConstantTime([1, 2, 3]))
        #expect(!([1, 2, 3] as [UInt8]).equalsInConstantTime([1, 2, 4]))
        #expect(!([1, 2, 3] as [UInt8]).equalsInConstantTime([1, 2]))
    }
}

import Documents
import Foundation
import Testing

@testable import ConnectorKit

@Suite("Points in time as vendors write them")
struct MomentTests {
    @Test(
        "Numbers, RFC 3339 and its looser forms, RFC 5322",
        arguments: [
            ("1784109600", 1_784_109_600.0), ("\"1784109600\"", 1_784_109_600), ("1784109600123", 1_784_109_600.123),
            ("1784109600.5", 1_784_109_600.5), ("99999999999", 99_999_999_999), ("100000000000", 100_000_000),
            ("\"2026-07-15T10:00:00Z\"", 1_784_109_600), ("\"2026-07-15T10:00:00.250Z\"", 1_784_109_600.25),
            ("\"2026-07-15 10:00:00\"", 1_784_109_600), ("\"2026-07-15T12:00:00+0200\"", 1_784_109_600),
            ("\"2026-07-15T12:00:00+02:00\"", 1_784_109_600), ("\"2026-07-15T05:30:00-04:30\"", 1_784_109_600),
            ("\"2026-07-15\"", 1_784_073_600), ("\"2026-07-15T10:00:00\"", 1_784_109_600),
            ("\"Wed, 15 Jul 2026 10:00:00 +0000\"", 1_784_109_600),
            ("\"Wed, 15 Jul 2026 10:00:00 GMT\"", 1_784_109_600),
            ("\"Wed, 15 Jul 2026 06:00:00 -0400\"", 1_784_109_600), ("\"2024-02-29T00:00:00Z\"", 1_709_164_800),
        ])
    func dates(_ text: String, _ seconds: Double) throws {
        let date = try #require(Moment.date(try JSON(parsing: Array(text.utf8))))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.0005, "\(text)")
    }

    @Test(
        "Never, and nonsense",
        arguments: [
            "0", "\"0\"", "\"\"", "null", "\"never\"", "-5", "true", "[]", "\"2026-13-01\"", "\"2026-07-15T10:00:00+\"",
        ])
    func never(_ text: String) throws { #expect(Moment.date(try JSON(parsing: Array(text.utf8))) == nil) }

    @Test("What is written is read back", arguments: [0.0, 951_782_400, 1_784_109_600.001, 4_102_444_799.999])
    func writing(_ seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        let read = Moment.date(.string(Moment.text(date)))
        #expect(read.map { abs($0.timeIntervalSince(date)) < 0.0005 } ?? false)
    }
}

@Suite("What nobody marked but looks random")
struct RedactionTests {
    @Test(
        "Twenty characters without a blank, of more than 3.5 bits each",
        arguments: [
            ("xoxb-2048-AbCdEfGhIjKl", true), ("aaaaaaaaaaaaaaaaaaaaaaaa", false), ("abcdefghij klmnopqrst", false),
            ("short-Ab3dEf9hIj2", false), ("5f3c9a7be1d04826bb17", true), ("5f5f5f3c3c3c7b7b7b1d1d1d", false),
            ("AKIAIOSFODNN7EXAMPLEx", true),
        ])
    func random(_ text: String, _ expected: Bool) { #expect(Redaction.looksRandom(text) == expected, "\(text)") }

    @Test("In addresses, path segments and query values are masked by the same rule, the host is not")
    func addresses() {
        let secret = "T0AbCdEfGhIjKlMnOpQrStUv"
        #expect(
            Redaction.maskAddress("https://hooks.example/services/\(secret)?k=\(secret)&a=b")
                == "https://hooks.example/services/…StUv?k=…StUv&a=b")
        #expect(
            Redaction.maskAddress("https://a-very-long-hostname-0123456789xyz.example")
                == "https://a-very-long-hostname-0123456789xyz.example")
        #expect(Redaction.maskAddress("https://h.example/x#\(secret)").contains(secret) == false)
        #expect(Redaction.maskAddress("https://h.example:8443/\(secret);v=1") != "https://h.example:8443/\(secret);v=1")
    }

    @Test("In a vendor's words, keys are masked and words are not")
    func words() {
        let secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
        #expect(Redaction.maskRandom(in: "Invalid key: \(secret) given") == "Invalid key: …p7dc given")
        #expect(!Redaction.maskRandom(in: "Invalid key:\t\(secret)\ngiven").contains(secret))
        #expect(!Redaction.maskRandom(in: "token='\(secret)'").contains(secret))
        #expect(
            Redaction.maskRandom(in: "needs admin.directory.user.security") == "needs admin.directory.user.security")
    }
}

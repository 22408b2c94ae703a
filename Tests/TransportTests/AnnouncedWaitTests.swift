import Testing

@testable import Transport

@Suite struct AnnouncedWaitTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var headers: Headers
        var status = 429
        var names = LimitHeaders()
        var wait: Duration?
        var testDescription: String {
            headers.fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + " with \(status)"
        }
    }

    static let named = LimitHeaders(remaining: "X-Left", reset: "X-Reset", retryAfter: "X-Wait")

    static let cases = [
        Case(headers: [.init("Retry-After", "7")], wait: .seconds(7)),
        Case(headers: [.init("retry-after", "0.5")], wait: .milliseconds(500)),
        Case(headers: [.init("Retry-After", "Sat, 01 Aug 2026 12:01:00 GMT")], wait: .seconds(60)),
        Case(headers: [.init("Retry-After", "Saturday, 01-Aug-26 12:01:00 GMT")], wait: .seconds(60)),
        Case(headers: [.init("Retry-After", "Sat Aug  1 12:01:00 2026")], wait: .seconds(60)),
        Case(headers: [.init("Retry-After", "Sat, 01 Aug 2026 11:00:00 GMT")]),
        Case(headers: [.init("Retry-After", "soon")]),
        Case(headers: [.init("Retry-After", "-1")]),
        Case(headers: [.init("Retry-After", "nan")]),
        Case(headers: [.init("Retry-After", "7")], status: 202),
        Case(headers: [.init("X-Wait", "8")], names: named, wait: .seconds(8)),
        Case(headers: [.init("X-Left", "0"), .init("X-Reset", "9")], status: 200, names: named, wait: .seconds(9)),
        Case(headers: [.init("X-Left", "1"), .init("X-Reset", "9")], status: 200, names: named),
        Case(headers: [.init("X-Left", "0")], status: 200, names: named),
        Case(
            headers: [.init("X-Left", "0"), .init("X-Reset", "1785585630")], status: 200, names: named,
            wait: .seconds(30)),
        Case(headers: [.init("X-Left", "0"), .init("X-Reset", "1785585630000")], names: named, wait: .seconds(30)),
        Case(
            headers: [.init("X-Left", "0"), .init("X-Reset", "2026-08-01T14:00:30+02:00")], names: named,
            wait: .seconds(30)),
        Case(
            headers: [.init("X-Left", "0"), .init("X-Reset", "2026-08-01T12:00:30.5Z")], names: named,
            wait: .milliseconds(30_500)),
        Case(headers: [.init("X-Left", "0"), .init("X-Reset", "9")], status: 200),
        Case(headers: [.init("RateLimit", #""default";r=0;t=30"#)], status: 200, wait: .seconds(30)),
        Case(headers: [.init("RateLimit", #""default";r=5;t=30"#)], status: 200),
        Case(
            headers: [.init("RateLimit", #""burst";r=0;t=3, "daily";r=0;t=30, "x";r=9;t=99"#)], status: 200,
            wait: .seconds(30)),
        Case(headers: [.init("RateLimit", "limit=10, remaining=0, reset=5")], status: 200, wait: .seconds(5)),
        Case(headers: [.init("RateLimit", "r=0;t=1e300")], status: 200, wait: .seconds(1_000_000_000)),
        Case(headers: [.init("RateLimit", "r=0;t=nan, ;=;,=")], status: 200),
    ]

    @Test("understands how vendors say when to come back", arguments: cases)
    func waits(_ expected: Case) throws {
        let address = try #require(Address("https://api.vendor.example/"))
        let response = Response(status: expected.status, headers: expected.headers, address: address)
        #expect(response.announcedWait(expected.names, TestTime().timepiece) == expected.wait)
    }

    @Test(
        "reads no date into what is none",
        arguments: [
            "", "1", "2026-08-01", "2026-13-01T00:00:00Z", "Sat, 01 Foo 2026 12:01:00 GMT", "a b c d e f",
            "2026-08-01T12:00:30",
        ])
    func dates(text: String) {
        #expect(WireDate.seconds(text) == nil)
    }

    @Test(
        "knows the calendar",
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0), ("2000-02-29T00:00:00Z", 951_782_400), ("1994-11-06T08:49:37Z", 784_111_777),
        ])
    func calendar(text: String, seconds: Double) {
        #expect(WireDate.seconds(text) == seconds)
    }
}

import AuditLog
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(
        "writes UTC to the millisecond",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"), (1_795_424_563_120, "2026-11-23T09:02:43.120Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ])
    func text(milliseconds: Int64, expected: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == expected)
    }

    @Test("writes what Foundation writes")
    func foundation() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for day in stride(from: Int64(0), to: 40_000, by: 13) {
            let time = Timestamp(milliseconds: day * 86_400_000 + day * 1000)
            #expect(time.description == time.date.formatted(style))
        }
    }
}

@Suite struct RunIDTests {
    @Test("names a run after its day")
    func day() throws {
        let id = RunID.random(at: Timestamp(milliseconds: 1_795_424_563_120).date)
        #expect(id.description.hasPrefix("20261123-"))
        #expect(RunID(id.description) == id)
    }

    @Test("refuses what names no run", arguments: ["", "20261123", "20261123-k7q", "20261123-K7Q2", "2026112-k7q22"])
    func malformed(text: String) {
        #expect(RunID(text) == nil)
    }
}

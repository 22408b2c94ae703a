package import Foundation

/// A time in UTC to the millisecond, as records have it: `2026-11-23T09:02:43.120Z`.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// RFC 3339 by hand: Foundation's formatters take longer than the rest of a record.
    var bytes: [UInt8] {
        let (days, millisecond) = milliseconds.floorDivided(by: 86_400_000)
        let (year, month, day) = Self.civil(days)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        let seconds = millisecond / 1000
        let parts: [(Int64, Int, Character?)] = [
            (year, 4, nil), (month, 2, "-"), (day, 2, "-"), (seconds / 3600, 2, "T"), (seconds / 60 % 60, 2, ":"),
            (seconds % 60, 2, ":"), (millisecond % 1000, 3, "."),
        ]
        for (value, width, separator) in parts {
            if let separator = separator?.asciiValue { bytes.append(separator) }
            var divisor: Int64 = width == 4 ? 1000 : width == 3 ? 100 : 10
            while divisor > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
        }
        bytes.append(UInt8(ascii: "Z"))
        return bytes
    }

    /// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).floorDivided(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

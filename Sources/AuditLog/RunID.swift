internal import Cryptography
package import Foundation

/// Names one run: its day in UTC and four characters that nobody reads wrong, `20261123-k7q2`.
package struct RunID: Sendable, Hashable, LosslessStringConvertible {
    package let description: String

    /// `nil` unless the text has the form of a run's name.
    package init?(_ description: String) {
        let parts = description.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 8, parts[1].count == 4,
            parts[0].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            parts[1].allSatisfy({ Self.alphabet.contains($0) })
        else { return nil }
        self.description = description
    }

    package static func random(at time: Date) -> RunID {
        let day = Timestamp(time).description.prefix(10).filter { $0 != "-" }
        let suffix = [UInt8].random(count: 4).map { alphabet[Int($0) % alphabet.count] }
        return RunID(unchecked: day + "-" + String(decoding: suffix, as: UTF8.self))
    }

    private init(unchecked description: String) { self.description = description }

    /// 32 characters, so that a random byte falls on each equally often; without i, l, o and u.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}

internal import COpenSSL

extension [UInt8] {
    /// Bytes that nobody can guess, from the system's generator.
    package static func random(count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let filled = RAND_bytes(buffer.baseAddress, Int32(count))
            precondition(filled == 1, "the system gives no random bytes")
            initialized = count
        }
    }

    /// Compares in a time that depends on the lengths only, so that a secret cannot be guessed byte by byte.
    package func equalsInConstantTime(_ other: [UInt8]) -> Bool {
        count == other.count && CRYPTO_memcmp(self, other, count) == 0
    }
}

extension [UInt8] {
    /// Two lower-case hexadecimal digits a byte.
    package var hex: String {
        String(unsafeUninitializedCapacity: count * 2) { buffer in
            for (index, byte) in enumerated() {
                buffer[index * 2] = Self.hexDigit(byte >> 4)
                buffer[index * 2 + 1] = Self.hexDigit(byte & 15)
            }
            return count * 2
        }
    }

    /// `nil` unless the text is pairs of hexadecimal digits, in either case.
    package init?(hex text: String) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.hexValue(digits[index]), let low = Self.hexValue(digits[index + 1])
            else { return nil }
            append(high << 4 | low)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// The two alphabets of RFC 4648.
private enum Alphabet {
    static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    static let standardValues = values(of: standard)
    static let urlValues = values(of: url)

    private static func values(of alphabet: [UInt8]) -> [UInt8?] {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }
}

extension [UInt8] {
    /// Base64 with padding, RFC 4648 section 4.
    package var base64: String {
        let digits = encoded(in: Alphabet.standard)
        return String(decoding: digits, as: UTF8.self) + String(repeating: "=", count: (3 - count % 3) % 3)
    }

    /// Base64 for URLs without padding, RFC 4648 section 5, as RFC 7515 wants it.
    package var base64url: String { String(decoding: encoded(in: Alphabet.url), as: UTF8.self) }

    /// `nil` unless the text is base64 with its padding and nothing else.
    package init?(base64 text: String) {
        let digits = Array(text.utf8)
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard digits.count.isMultiple(of: 4), padding < 3 else { return nil }
        self.init(digits: digits.dropLast(padding), values: Alphabet.standardValues)
    }

    /// `nil` unless the text is base64 for URLs without padding.
    package init?(base64url text: String) {
        self.init(digits: Array(text.utf8)[...], values: Alphabet.urlValues)
    }

    private func encoded(in alphabet: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(count * 4 / 3 + 2)
        for start in stride(from: 0, to: count, by: 3) {
            let group = self[start..<Swift.min(start + 3, count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0...group.count { digits.append(alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)]) }
        }
        return digits
    }

    /// Refuses a lone last digit, and last digits whose unused bits are not zero: each value has one text.
    private init?(digits: ArraySlice<UInt8>, values: [UInt8?]) {
        guard digits.count % 4 != 1 else { return nil }
        self = []
        reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var width = 0
        for digit in digits {
            guard let value = values[Int(digit)] else { return nil }
            bits = bits << 6 | UInt32(value)
            width += 6
            if width >= 8 {
                width -= 8
                append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
                bits &= (1 << UInt32(width)) - 1
            }
        }
        guard bits == 0 else { return nil }
    }
}

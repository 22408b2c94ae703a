internal import COpenSSL

/// SHA-256, of bytes in one piece or as they come.
package struct SHA256: ~Copyable {
    package static let byteCount = 32

    // Fetched once: finding the algorithm costs OpenSSL more than digesting a short input. It is never changed again.
    fileprivate nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    private let context = EVP_MD_CTX_new()

    package init() {
        EVP_DigestInit_ex2(context, Self.algorithm, nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: [UInt8]) {
        EVP_DigestUpdate(context, bytes, bytes.count)
    }

    package mutating func update(_ byte: UInt8) {
        withUnsafePointer(to: byte) { _ = EVP_DigestUpdate(context, $0, 1) }
    }

    /// The digest of all bytes so far.
    package consuming func digest() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = Self.byteCount
        }
    }

    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.digest()
    }

    package static func digest(of text: String) -> [UInt8] { digest(of: Array(text.utf8)) }
}

/// HMAC with SHA-256, RFC 2104.
package enum HMACSHA256 {
    package static func code(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            HMAC(SHA256.algorithm, key, Int32(key.count), bytes, bytes.count, buffer.baseAddress, nil)
            count = SHA256.byteCount
        }
    }
}

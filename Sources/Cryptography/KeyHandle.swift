internal import COpenSSL

/// Owns one key of OpenSSL.
final class KeyHandle: Sendable {
    /// Safe to share: a key is not changed after it was made, and OpenSSL counts its owners atomically.
    nonisolated(unsafe) let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    /// The signature over `message`, digested by `algorithm` or, where it is `nil`, as the key's kind does itself.
    func signature(of message: [UInt8], digestedBy algorithm: OpaquePointer? = nil) -> [UInt8]? {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var size = 0
        guard EVP_DigestSignInit(context, nil, algorithm, nil, pointer) == 1,
            EVP_DigestSign(context, nil, &size, message, message.count) == 1
        else { return nil }
        var signature = [UInt8](repeating: 0, count: size)
        guard EVP_DigestSign(context, &signature, &size, message, message.count) == 1 else { return nil }
        return Array(signature.prefix(size))
    }

    func accepts(_ signature: [UInt8], of message: [UInt8], digestedBy algorithm: OpaquePointer? = nil) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, algorithm, nil, pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

internal import COpenSSL

/// The ways to sign a JSON Web Token with a private key that vendors ask for, RFC 7518 section 3.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case es256 = "ES256"
}

/// A private key in PEM, for one algorithm.
package struct SigningKey: Sendable {
    package let algorithm: SignatureAlgorithm
    private let handle: KeyHandle

    package init(pem: [UInt8], for algorithm: SignatureAlgorithm) throws(SigningKeyError) {
        ERR_clear_error()
        let source = BIO_new_mem_buf(pem, Int32(clamping: pem.count))
        defer { BIO_free(source) }
        // Without a callback OpenSSL would ask for the password on the terminal.
        guard let handle = KeyHandle(PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)) else {
            ERR_clear_error()
            throw String(decoding: pem, as: UTF8.self).contains("ENCRYPTED") ? .encrypted : .notAPrivateKey
        }
        let kind = Self.kind(of: handle.pointer)
        guard kind == algorithm.keyKind else { throw .otherKind(found: kind, expected: algorithm.keyKind) }
        self.algorithm = algorithm
        self.handle = handle
    }

    /// The signature as JWS wants it: for ES256 both numbers in 32 bytes each, not OpenSSL's DER.
    package func signature(of message: [UInt8]) throws(SigningKeyError) -> [UInt8] {
        guard let signature = handle.signature(of: message, digestedBy: EVP_sha256()) else { throw .cannotSign }
        guard algorithm == .es256 else { return signature }
        guard let numbers = Self.joined(der: signature) else { throw .cannotSign }
        return numbers
    }

    private static func kind(of key: OpaquePointer) -> String {
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return "RSA"
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var size = 0
            guard EVP_PKEY_get_group_name(key, &name, name.count, &size) == 1 else { return "EC" }
            let curve = String(decoding: name.prefix(size).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return curve == "prime256v1" ? "EC P-256" : "EC \(curve)"
        case EVP_PKEY_ED25519: return "Ed25519"
        default: return "another kind"
        }
    }

    private static func joined(der: [UInt8]) -> [UInt8]? {
        der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            guard let signature = d2i_ECDSA_SIG(nil, &start, buffer.count) else { return nil }
            defer { ECDSA_SIG_free(signature) }
            var joined = [UInt8](repeating: 0, count: 64)
            let written = joined.withUnsafeMutableBufferPointer { joined in
                BN_bn2binpad(ECDSA_SIG_get0_r(signature), joined.baseAddress, 32) == 32
                    && BN_bn2binpad(ECDSA_SIG_get0_s(signature), joined.baseAddress.map { $0 + 32 }, 32) == 32
            }
            return written ? joined : nil
        }
    }
}

extension SignatureAlgorithm {
    fileprivate var keyKind: String {
        switch self {
        case .rs256: "RSA"
        case .es256: "EC P-256"
        }
    }
}

extension SigningKey {
    /// A JSON Web Signature in compact form, RFC 7515 section 7.1, over a header and a payload that are JSON texts.
    package func compactJWS(header: String, payload: String) throws(SigningKeyError) -> String {
        let signed = Array(header.utf8).base64url + "." + Array(payload.utf8).base64url
        return try signed + "." + signature(of: Array(signed.utf8)).base64url
    }
}

/// Why a private key cannot be used.
package enum SigningKeyError: Error, Hashable, Sendable {
    case notAPrivateKey
    case encrypted
    case otherKind(found: String, expected: String)
    case cannotSign
}

extension SigningKeyError: CustomStringConvertible {
    /// What is wrong with the key, in one sentence without a full stop, fit to follow "error: ".
    package var description: String {
        switch self {
        case .notAPrivateKey: "the key is no private key in PEM"
        case .encrypted: "the private key is encrypted, and there is nobody to ask for its password"
        case .otherKind(let found, let expected): "the private key is of kind \(found), where \(expected) is needed"
        case .cannotSign: "the private key does not sign"
        }
    }

    package var hint: String {
        switch self {
        case .notAPrivateKey: "the text must begin with '-----BEGIN PRIVATE KEY-----' or its older forms"
        case .encrypted: "remove the password: openssl pkey -in KEY -out NEW-KEY"
        case .otherKind: "take the key that the vendor gave for this credential"
        case .cannotSign: "ask the vendor for another key"
        }
    }
}

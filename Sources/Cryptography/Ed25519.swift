internal import COpenSSL

/// Ed25519, RFC 8032.
package enum Ed25519 {
    package struct PrivateKey: Sendable {
        /// The 32 bytes from which the key is derived.
        package let seed: [UInt8]
        package let publicKey: PublicKey
        private let handle: KeyHandle

        /// `nil` unless `seed` is 32 bytes.
        package init?(seed: [UInt8]) {
            guard seed.count == 32,
                let handle = KeyHandle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count))
            else { return nil }
            var bytes = [UInt8](repeating: 0, count: 32)
            var size = bytes.count
            guard EVP_PKEY_get_raw_public_key(handle.pointer, &bytes, &size) == 1,
                let publicKey = PublicKey(bytes: bytes)
            else { return nil }
            self.seed = seed
            self.handle = handle
            self.publicKey = publicKey
        }

        package static func random() -> PrivateKey {
            guard let key = PrivateKey(seed: .random(count: 32)) else {
                preconditionFailure("OpenSSL was built without Ed25519")
            }
            return key
        }

        package func signature(of message: [UInt8]) -> [UInt8] {
            guard let signature = handle.signature(of: message) else {
                preconditionFailure("Ed25519 signs any message")
            }
            return signature
        }
    }

    package struct PublicKey: Sendable {
        package let bytes: [UInt8]
        private let handle: KeyHandle

        /// `nil` unless `bytes` are 32.
        package init?(bytes: [UInt8]) {
            guard bytes.count == 32,
                let handle = KeyHandle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count))
            else { return nil }
            self.bytes = bytes
            self.handle = handle
        }

        package func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            handle.accepts(signature, of: message)
        }
    }
}

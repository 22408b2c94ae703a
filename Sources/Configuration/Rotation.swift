internal import Cryptography

/// Tells whether a configured secret is still the one that a vendor replaced, without storing it.
enum Rotation {
    static func mark(_ secret: String) -> String { SHA256.digest(of: "revoke rotation " + secret).hex }
}

package import Cryptography

/// The name and public key by which anybody can check a log: `name+keyid+key`, as C2SP's signed notes have it.
package struct VerifierKey: Sendable, CustomStringConvertible {
    package let name: String
    package let key: Ed25519.PublicKey

    package init(name: String, key: Ed25519.PublicKey) {
        self.name = name
        self.key = key
    }

    package init?(_ description: String) {
        let parts = description.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let bytes = [UInt8](base64: String(parts[2])),
            bytes.first == Self.ed25519, let key = Ed25519.PublicKey(bytes: Array(bytes.dropFirst()))
        else { return nil }
        self.init(name: String(parts[0]), key: key)
        guard id.hex == parts[1] else { return nil }
    }

    package var description: String { "\(name)+\(id.hex)+\(([Self.ed25519] + key.bytes).base64)" }

    /// The first four bytes of a digest of name, kind and key.
    package var id: [UInt8] {
        Array(SHA256.digest(of: Array(name.utf8) + [0x0a, Self.ed25519] + key.bytes).prefix(4))
    }

    static let ed25519: UInt8 = 1
}

/// The private key that signs a log's heads.
struct SignerKey: Sendable {
    let verifier: VerifierKey
    private let key: Ed25519.PrivateKey

    init(name: String, key: Ed25519.PrivateKey) {
        self.key = key
        verifier = VerifierKey(name: name, key: key.publicKey)
    }

    /// Named after its own public key, so that neither a host nor a person is in the name.
    init(random prefix: String) {
        let key = Ed25519.PrivateKey.random()
        self.init(name: prefix + SHA256.digest(of: key.publicKey.bytes).hex.prefix(8), key: key)
    }

    private static let prefix = "PRIVATE+KEY+"

    /// The form of Go's `golang.org/x/mod/sumdb/note`: `PRIVATE+KEY+name+keyid+seed`.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "+", maxSplits: 2)
        guard parts.count == 3, let bytes = [UInt8](base64: String(parts[2])), bytes.first == VerifierKey.ed25519,
            let key = Ed25519.PrivateKey(seed: Array(bytes.dropFirst()))
        else { return nil }
        self.init(name: String(parts[0]), key: key)
        guard verifier.id.hex == parts[1] else { return nil }
    }

    /// The whole key as text.
    ///
    /// Secret.
    var exported: String {
        "\(Self.prefix)\(verifier.name)+\(verifier.id.hex)+\(([VerifierKey.ed25519] + key.seed).base64)"
    }

    /// The note over `text`, which ends in a line feed.
    func note(_ text: String) -> String {
        let signature = verifier.id + key.signature(of: Array(text.utf8))
        return "\(text)\n\u{2014} \(verifier.name) \(signature.base64)\n"
    }
}

extension VerifierKey {
    /// The text of a note that this key signed, `nil` where it did not.
    ///
    /// Signatures of others are passed over.
    package func text(of note: String) -> String? {
        let bytes = Array(note.utf8)
        let lineFeed = UInt8(ascii: "\n")
        guard bytes.last == lineFeed, !bytes.contains(where: { $0 < 0x20 && $0 != lineFeed }),
            let end = bytes.indices.dropFirst().last(where: { bytes[$0] == lineFeed && bytes[$0 - 1] == lineFeed })
        else { return nil }
        let text = Array(bytes[..<end])
        let lines = bytes[(end + 1)...].split(separator: lineFeed, omittingEmptySubsequences: false).dropLast()
        var isSigned = false
        for line in lines {
            guard let signature = Signature(line: String(decoding: line, as: UTF8.self)) else { return nil }
            guard signature.name == name, signature.keyID == id else { continue }
            guard key.accepts(signature.bytes, of: text) else { return nil }
            isSigned = true
        }
        return isSigned ? String(decoding: text, as: UTF8.self) : nil
    }

    private struct Signature {
        let name: String
        let keyID: [UInt8]
        let bytes: [UInt8]

        init?(line: String) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "\u{2014}", !parts[1].isEmpty,
                let value = [UInt8](base64: String(parts[2])), value.count > 4
            else { return nil }
            name = String(parts[1])
            keyID = Array(value.prefix(4))
            bytes = Array(value.dropFirst(4))
        }
    }
}

/// A head of the log, as C2SP's checkpoints have it.
package struct Checkpoint: Sendable, Hashable {
    package var origin: String
    package var size: Int
    package var root: [UInt8]

    package init(origin: String, size: Int, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note; lines after the third are extensions, which are passed over.
    package init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last == "", !lines[0].isEmpty, let size = Int(lines[1]), size >= 0,
            lines[1] == String(size), let root = [UInt8](base64: String(lines[2])), root.count == SHA256.byteCount
        else { return nil }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    package var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }
}

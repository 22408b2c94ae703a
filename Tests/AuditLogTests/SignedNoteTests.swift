import AuditLog
import Cryptography
import Testing

@Suite struct SignedNoteTests {
    /// Made and checked by coreutils and openssl.
    static let note = """
        revoke.example/audit
        3
        pkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=

        — revoke.example/audit \
        nA0fKenizxqyVcFHHQnua/DJX6AF9Yo9BaeAYrU6LYmDuwV1zEYYpCMq/zbgqFzSoSfYIaJelOIF46TmQaaTRpn6GQg=

        """

    static let vkey = "revoke.example/audit+9c0d1f29+AdRcxCRSjZDvXIAuadyjwcc1GPu75Sqco1mTdFG0j7gY"

    let key: VerifierKey

    init() throws {
        key = try #require(VerifierKey(Self.vkey))
    }

    @Test("reads and writes a published key")
    func verifierKey() {
        #expect(key.name == "revoke.example/audit")
        #expect(key.id.hex == "9c0d1f29")
        #expect(key.description == Self.vkey)
    }

    @Test(
        "refuses what is no key",
        arguments: [
            "", "name", "name+9c0d1f29", "revoke.example/audit+00000000+AdRcxCRSjZDvXIAuadyjwcc1GPu75Sqco1mTdFG0j7gY",
            "other+9c0d1f29+AdRcxCRSjZDvXIAuadyjwcc1GPu75Sqco1mTdFG0j7gY", "revoke.example/audit+9c0d1f29+AdRc",
        ])
    func notAKey(text: String) {
        #expect(VerifierKey(text) == nil)
    }

    @Test("accepts a published checkpoint")
    func accepts() throws {
        let text = try #require(key.text(of: Self.note))
        let checkpoint = try #require(Checkpoint(text: text))
        #expect(checkpoint.origin == "revoke.example/audit")
        #expect(checkpoint.size == 3)
        #expect(checkpoint.text == text)
    }

    @Test("passes over signatures of others")
    func others() {
        let other = "— witness.example/w1 " + [UInt8](repeating: 7, count: 68).base64 + "\n"
        #expect(key.text(of: Self.note + other) != nil)
    }

    @Test(
        "refuses a note that was changed",
        arguments: [
            ("\n3\n", "\n4\n"), ("pkvy", "pkvz"), ("nA0fKen", "nA0fKem"), ("— revoke.example/audit", "— other"),
            ("— revoke", "- revoke"), ("\n\n", "\n"), ("GQg=\n", "GQg="), ("\n3\n", "\n3\r\n"),
        ])
    func changed(from old: String, to new: String) {
        let note = Self.note.replacing(old, with: new)
        #expect(note != Self.note)
        #expect(key.text(of: note) == nil)
    }

    @Test(
        "refuses what is no checkpoint",
        arguments: [
            "", "origin\n", "origin\n3\n", "origin\n03\npkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=\n",
            "origin\n-1\npkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=\n", "origin\n3\npkvy\n",
            "\n3\npkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=\n",
        ])
    func notACheckpoint(text: String) {
        #expect(Checkpoint(text: text) == nil)
    }
}

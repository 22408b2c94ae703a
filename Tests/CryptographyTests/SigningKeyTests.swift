import Cryptography
import Foundation
import Testing

/// Keys are made, and signatures checked, by the program `openssl`.
@Suite struct SigningKeyTests {
    static let kinds = [
        "RSA": ["-algorithm", "RSA"], "P-256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "P-384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        "secp256k1": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
        "Ed25519": ["-algorithm", "ED25519"],
    ]

    static func pem(_ kind: String) throws -> [UInt8] {
        Array(try openssl(["genpkey"] + #require(kinds[kind])))
    }

    static func openssl(_ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
        return data
    }

    @Test("signs tokens that openssl accepts", arguments: [("RSA", SignatureAlgorithm.rs256), ("P-256", .es256)])
    func compactJWS(kind: String, algorithm: SignatureAlgorithm) throws {
        let pem = try Self.pem(kind)
        let key = try SigningKey(pem: pem, for: algorithm)
        let token = try key.compactJWS(header: #"{"alg":"\#(algorithm.rawValue)"}"#, payload: #"{"iss":"é?>"}"#)
        let parts = token.split(separator: ".").map(String.init)
        #expect([UInt8](base64url: parts[1]) == Array(#"{"iss":"é?>"}"#.utf8))
        var signature = try #require([UInt8](base64url: parts[2]))
        if algorithm == .es256 {
            #expect(signature.count == 64)
            signature = Self.der(signature)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "revoke-jws-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["key": pem, "signature": signature, "text": Array("\(parts[0]).\(parts[1])".utf8)]
        for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
        let path = folder.path
        _ = try Self.openssl(["pkey", "-in", path + "/key", "-pubout", "-out", path + "/public"])
        let verdict = try Self.openssl(
            ["dgst", "-sha256", "-verify", path + "/public", "-signature", path + "/signature", path + "/text"])
        #expect(String(decoding: verdict, as: UTF8.self) == "Verified OK\n")
    }

    /// Two ASN.1 integers, each with a zero before a byte that looks like a sign.
    private static func der(_ joined: [UInt8]) -> [UInt8] {
        let numbers = [joined[..<32], joined[32...]].flatMap { number in
            let digits = Array(number.drop { $0 == 0 })
            let padded = digits[0] >= 0x80 ? [0] + digits : digits
            return [0x02, UInt8(padded.count)] + padded
        }
        return [0x30, UInt8(numbers.count)] + numbers
    }

    @Test("gives both numbers of ES256 in 32 bytes, however small they are")
    func fixedWidth() throws {
        let key = try SigningKey(pem: Self.pem("P-256"), for: .es256)
        for number in 0..<600 {
            #expect(try key.signature(of: Array("\(number)".utf8)).count == 64)
        }
    }

    struct Refusal: CustomTestStringConvertible {
        var kind: String
        var algorithm: SignatureAlgorithm
        var error: SigningKeyError
        var testDescription: String { "\(kind) for \(algorithm.rawValue)" }
    }

    static let refusals = [
        Refusal(kind: "RSA", algorithm: .es256, error: .otherKind(found: "RSA", expected: "EC P-256")),
        Refusal(kind: "P-256", algorithm: .rs256, error: .otherKind(found: "EC P-256", expected: "RSA")),
        Refusal(kind: "P-384", algorithm: .es256, error: .otherKind(found: "EC secp384r1", expected: "EC P-256")),
        Refusal(kind: "secp256k1", algorithm: .es256, error: .otherKind(found: "EC secp256k1", expected: "EC P-256")),
        Refusal(kind: "Ed25519", algorithm: .rs256, error: .otherKind(found: "Ed25519", expected: "RSA")),
    ]

    @Test("refuses a key of another kind", arguments: refusals)
    func otherKind(_ expected: Refusal) throws {
        let pem = try Self.pem(expected.kind)
        #expect(throws: expected.error) { try SigningKey(pem: pem, for: expected.algorithm) }
    }

    @Test(
        "refuses what is no key",
        arguments: ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
    func notAKey(text: String) {
        #expect(throws: SigningKeyError.notAPrivateKey) { try SigningKey(pem: Array(text.utf8), for: .rs256) }
    }

    @Test("refuses a key with a password, and asks nobody for it")
    func encrypted() throws {
        let pem = Array(
            try Self.openssl(["genpkey", "-algorithm", "ED25519", "-aes-256-cbc", "-pass", "pass:secret"]))
        #expect(throws: SigningKeyError.encrypted) { try SigningKey(pem: pem, for: .rs256) }
    }
}

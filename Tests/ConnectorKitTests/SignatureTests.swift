import Authorizations
import Documents
import Foundation
import Testing
import Transport

@testable import ConnectorKit

/// What another language's implementation makes of the same input.
private enum Reference {
    /// `nil`, and said so, where the library is absent.
    static func run(_ script: String, _ input: JSON) throws -> JSON? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (incoming, outgoing) = (Pipe(), Pipe())
        process.standardInput = incoming
        process.standardOutput = outgoing
        try process.run()
        incoming.fileHandleForWriting.write(Data(input.bytes))
        try incoming.fileHandleForWriting.close()
        let output = outgoing.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 77 {
            print("SKIPPED: \(String(decoding: output, as: UTF8.self))")
            return nil
        }
        return try JSON(parsing: Array(output))
    }
}

@Suite("AWS Signature Version 4, against another implementation")
struct AWSSignatureTests {
    private static let botocore = """
        import sys, json, datetime
        try:
            import botocore.auth as auth, botocore.awsrequest as awsrequest, botocore.credentials as credentials
        except ImportError:
            print("botocore is absent"); sys.exit(77)
        given = json.load(sys.stdin)
        moment = datetime.datetime(2015, 8, 30, 12, 36, 0, tzinfo=datetime.timezone.utc)
        class Fixed(datetime.datetime):
            @classmethod
            def now(cls, tz=None): return moment if tz else moment.replace(tzinfo=None)
            @classmethod
            def utcnow(cls): return moment.replace(tzinfo=None)
        if hasattr(auth, "get_current_datetime"): auth.get_current_datetime = lambda remove_tzinfo=True: moment.replace(tzinfo=None)
        auth.datetime = type("module", (), {"datetime": Fixed, "timezone": datetime.timezone}) if not isinstance(auth.datetime, type) else Fixed
        request = awsrequest.AWSRequest(given["method"], given["url"], headers=given["headers"], data=given["body"].encode())
        keys = credentials.Credentials(given["id"], given["key"], given["token"])
        auth.SigV4Auth(keys, given["service"], given["region"]).add_auth(request)
        print(json.dumps({"authorization": request.headers["Authorization"], "date": request.headers["X-Amz-Date"]}))
        """

    @Test(
        "Queries, paths, headers, bodies and session tokens",
        arguments: [
            ("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", [:], "", nil),
            (
                "POST", "https://iam.amazonaws.com/", ["Content-Type": "application/x-www-form-urlencoded"],
                "Action=ListKeys&B=a%20b", nil
            ),
            ("GET", "https://x.example.com/?Filter.10=b&Filter.1=a&Filter=c&Filter-1=d", [:], "", nil),
            ("GET", "https://x.example.com/?a=2&a=1&b&c=", [:], "", nil),
            ("GET", "https://x.example.com/?k=%E1%88%B4&-=~", [:], "", nil),
            ("GET", "https://x.example.com/a%20b/c%2Fd/:e", [:], "", nil),
            ("DELETE", "https://x.example.com/v1/hooks/1/", [:], "", "sess/ion=="),
            (
                "PUT", "https://x.example.com:8443/a",
                ["Content-Type": "application/json", "X-Amz-Target": "  S.Op  "], "{\"a\":1}", nil
            ),
            ("PATCH", "https://x.example.com/a?x=%2B", ["X-Amz-Meta-Z": "1", "X-Amz-Meta-A": "2"], "é", "t"),
        ] as [(String, String, [String: String], String, String?)])
    func botocore(_ method: String, _ url: String, _ headers: [String: String], _ body: String, _ token: String?) throws
    {
        let (id, key) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        let given = JSON.object([
            "method": .string(method), "url": .string(url), "body": .string(body), "id": .string(id),
            "key": .string(key),
            "token": token.map { .string($0) } ?? .null, "service": .string("iam"), "region": .string("us-east-1"),
            "headers": .object(JSONObject(headers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ])
        guard let reference = try Reference.run(Self.botocore, given) else { return }
        var request = Request(.read, method, try #require(Address(url)), body: body.isEmpty ? nil : Array(body.utf8))
        for (name, value) in headers { request.headers[name] = value }
        var parts = ["access_key_id": Secret(id), "secret_access_key": Secret(key)]
        if let token { parts["session_token"] = Secret(token) }
        let signed = try AWSSignature(region: "us-east-1", service: "iam", parts: parts)
            .sign(request, at: Date(timeIntervalSince1970: 1_440_938_160.7))
        #expect(signed.headers["X-Amz-Date"] == reference["date"]?.string)
        let ours = try #require(signed.headers["Authorization"])
        let theirs = try #require(reference["authorization"]?.string)
        #expect(Self.signedHeaders(ours) == Self.signedHeaders(theirs))
        #expect(ours == theirs)
    }

    private static func signedHeaders(_ text: String) -> String? {
        text.firstMatch(of: /SignedHeaders=([^,]*)/).map { String($0.output.1) }
    }

    @Test("The published example: IAM ListUsers of 2015-08-30")
    func published() throws {
        var request = Request(
            .read, "GET", try #require(Address("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")))
        request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        let parts = [
            "access_key_id": Secret("AKIDEXAMPLE"),
            "secret_access_key": Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ]
        let signed = try AWSSignature(region: "us-east-1", service: "iam", parts: parts)
            .sign(request, at: Date(timeIntervalSince1970: 1_440_938_160))
        #expect(
            signed.headers["Authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        )
    }
}

@Suite("JSON Web Tokens, checked by another implementation")
struct JSONWebTokenTests {
    private static let script = """
        import sys, json, base64, subprocess
        try:
            from cryptography.hazmat.primitives import hashes, serialization
            from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
        except ImportError:
            print("cryptography is absent"); sys.exit(77)
        given = json.load(sys.stdin)
        if "make" in given:
            key = rsa.generate_private_key(65537, 2048) if given["make"] == "RS256" else ec.generate_private_key(ec.SECP256R1())
            print(json.dumps({"pem": key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()}))
            sys.exit(0)
        part = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        head, body, signature = given["jwt"].split(".")
        key = serialization.load_pem_private_key(given["pem"].encode(), None).public_key()
        signed = (head + "." + body).encode()
        if isinstance(key, rsa.RSAPublicKey): key.verify(part(signature), signed, padding.PKCS1v15(), hashes.SHA256())
        else:
            raw = part(signature)
            assert len(raw) == 64
            key.verify(utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")), signed, ec.ECDSA(hashes.SHA256()))
        print(json.dumps({"header": json.loads(part(head)), "claims": json.loads(part(body))}))
        """

    @Test("Signed by the key that is given, with what RFC 7523 wants", arguments: ["RS256", "ES256"])
    func signing(_ algorithm: String) async throws {
        guard let pem = try Reference.run(Self.script, .object(["make": .string(algorithm)]))?["pem"]?.string else {
            return
        }
        let manifest = """
            settings: {subject: {about: {en: "who", fr: "qui"}, optional: true}}
            credentials:
              main: {kind: jwt, claims: {iss: "{client}", sub: "{subject}", scope: "{scopes}"}, lifetime: 5m, token_url: "https://login.example.test/token", scopes: [a, b]}
            whoami: {request: GET /me, identity: /id}
            surfaces:
              - id: hook
                kind: webhook
                actor: account-owner
                confidence: high
                effects: {en: "Ends it.", fr: "Y met fin."}
                discover: {request: GET /hooks, items: /items, next: none, fields: {id: /id}}
                revoke: {request: "DELETE /hooks/{id}", done: 204}
                verify: {list: again}
            """
        let engine = try await Engine(
            manifest, parts: ["main": ["client": "me@x", "private_key": pem, "private_key_id": "k1"]]
        ) { asked, _ in
            asked.url.hasSuffix("/token") ? .json("{\"access_token\": \"got\"}") : .json("{\"id\": 1}")
        }
        #expect(engine.network.asked.map { $0.headers["Authorization"] } == [nil, "Bearer got"])
        let form = try #require(engine.network.asked.first?.body)
        #expect(form.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="))
        let jwt = try #require(form.split(separator: "assertion=").last.map(String.init))
        let checked = try #require(try Reference.run(Self.script, .object(["jwt": .string(jwt), "pem": .string(pem)])))
        #expect(checked["header"]?["alg"]?.string == algorithm && checked["header"]?["kid"]?.string == "k1")
        let claims = try #require(checked["claims"])
        #expect(claims["iss"]?.string == "me@x" && claims["scope"]?.string == "a b")
        #expect(claims["aud"]?.string == "https://login.example.test/token")
        #expect(claims["sub"] == nil, "a setting without a value")
        let (issued, expires) = (try #require(claims["iat"]?.int), try #require(claims["exp"]?.int))
        #expect(expires - issued == 300 && abs(Double(issued) - Date().timeIntervalSince1970) < 60)
        #expect(claims["jti"]?.string?.count == 32)
    }
}

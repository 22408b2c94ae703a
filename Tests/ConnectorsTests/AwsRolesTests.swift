import Authorizations
import ConnectorKit
import Documents
import Foundation
import Synchronization
import Testing
import Transport

@testable import Connectors

@Suite("AWS roles that trust another account") struct AwsRolesTests {
    static let own = "123456789012"
    static let vendor = "arn:aws:iam::464622532012:root"

    static func policy(_ statements: String...) -> TrustPolicy? {
        TrustPolicy(#"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#)
    }

    static func allow(_ principal: String, _ more: String = "") -> String {
        #"{"Effect":"Allow","Principal":\#(principal),"Action":"sts:AssumeRole"\#(more)}"#
    }

    @Test(
        "tell who is an outsider",
        arguments: [
            (#"{"AWS":"arn:aws:iam::464622532012:root"}"#, ["464622532012"]),
            (
                #"{"AWS":["arn:aws:iam::123456789012:user/deploy","arn:aws:iam::464622532012:role/x"]}"#,
                ["464622532012"]
            ),
            (
                #"{"AWS":["464622532012","arn:aws:sts::464622532012:assumed-role/a/b","112233445566"]}"#,
                ["464622532012", "112233445566"]
            ),
            (#"{"AWS":"arn:aws-us-gov:iam::464622532012:user/x"}"#, ["464622532012"]),
            (#"{"AWS":"*"}"#, ["*"]), (#""*""#, ["*"]),
            (#"{"AWS":"arn:aws:iam::123456789012:root"}"#, []), (#"{"AWS":"AIDAEXAMPLEDELETED"}"#, []),
            (#"{"Service":"ec2.amazonaws.com","Federated":"accounts.google.com"}"#, []),
        ])
    func outsiders(principal: String, expected: [String]) throws {
        #expect(try #require(Self.policy(Self.allow(principal))).outsiders(of: Self.own) == expected)
    }

    @Test("read a policy as AWS and as others send it, and one statement without a list")
    func encodings() throws {
        let plain = #"{"Version":"2012-10-17","Statement":\#(Self.allow(#"{"AWS":"464622532012"}"#))}"#
        let encoded = try #require(plain.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        for text in [plain, encoded, "\n " + plain] {
            #expect(TrustPolicy(text)?.outsiders(of: Self.own) == ["464622532012"])
        }
        #expect(TrustPolicy("%7Bnothing") == nil)
        #expect(TrustPolicy("") == nil)
    }

    @Test("heed what denies, and who a condition narrows everybody down to")
    func conditions() throws {
        let denied = Self.allow(#"{"AWS":"464622532012"}"#).replacing("Allow", with: "Deny")
        #expect(try #require(Self.policy(denied)).outsiders(of: Self.own) == [])
        func everybody(from account: String) -> String {
            Self.allow(#""*""#, #","Condition":{"StringEquals":{"aws:PrincipalAccount":"\#(account)"}}"#)
        }
        #expect(try #require(Self.policy(everybody(from: Self.own))).outsiders(of: Self.own) == [])
        var policy = try #require(
            Self.policy(everybody(from: Self.own), everybody(from: "464622532012"), Self.allow(#""*""#)))
        #expect(policy.outsiders(of: Self.own) == ["464622532012", "*"])
        let isRemoved = policy.remove("*")
        #expect(isRemoved)
        #expect(policy.outsiders(of: Self.own) == ["464622532012"])
    }

    @Test("name external ids and principals narrower than an account")
    func terms() throws {
        let statement = Self.allow(
            #"{"AWS":["arn:aws:iam::464622532012:role/x","\#(Self.vendor)"]}"#,
            #","Condition":{"StringEquals":{"sts:ExternalId":["a","b"]},"Bool":{"aws:MultiFactorAuthPresent":true}}"#)
        let terms = try #require(Self.policy(statement)).terms(for: "464622532012")
        #expect(
            terms == [
                "arn:aws:iam::464622532012:role/x", "sts:ExternalId=a", "sts:ExternalId=b",
                "Bool aws:MultiFactorAuthPresent=true",
            ])
    }

    @Test(
        "are put back as they were",
        arguments: [
            [
                allow(
                    #"{"AWS":"\#(vendor)"}"#,
                    #","Sid":"Vendor","Condition":{"StringEquals":{"sts:ExternalId":"acme-42"}}"#)
            ],
            [allow(#"{"AWS":["arn:aws:iam::123456789012:root","\#(vendor)"]}"#, #","Sid":"Both""#)],
            [allow(#"{"Service":"ec2.amazonaws.com","AWS":"\#(vendor)"}"#)],
            [allow(#""*""#), allow(#"{"AWS":"\#(vendor)"}"#)],
            [allow(#"{"Service":"ec2.amazonaws.com"}"#), allow(#"{"AWS":"\#(vendor)"}"#)],
        ])
    func undo(statements: [String]) throws {
        let original = try #require(TrustPolicy(#"{"Statement":[\#(statements.joined(separator: ","))]}"#))
        var policy = original
        let before = policy.statements(trusting: "464622532012")
        let isRemoved = policy.remove("464622532012")
        #expect(isRemoved)
        #expect(!policy.statements.isEmpty)
        #expect(!policy.outsiders(of: Self.own).contains("464622532012"))
        #expect(policy.statements(trusting: "*") == original.statements(trusting: "*"))
        let without = policy
        let isRemovedAgain = policy.remove("464622532012")
        #expect(!isRemovedAgain)
        #expect(policy == without)
        let isRestored = policy.restore("464622532012", as: before)
        #expect(isRestored)
        #expect(policy == original)
        let isRestoredAgain = policy.restore("464622532012", as: before)
        #expect(!isRestoredAgain)
    }

    @Test("do not lose one of two outsiders that are ended at once")
    func atOnce() async throws {
        let iam = OneRole(try #require(Self.policy(Self.allow(#"{"AWS":["464622532012","112233445566"]}"#))).text)
        let session = try await Self.session(over: iam)
        let items = try await session.all("cross-account-role").items
        #expect(items.map(\.holder) == ["464622532012", "112233445566"])
        #expect(Set(items.map(\.id)).count == 2)
        await withTaskGroup(of: Answer.Meaning?.self) { group in
            for item in items { group.addTask { try? await session.end(item, by: .revoke, run: "RUN").meaning } }
            for await meaning in group { #expect(meaning == .accepted) }
        }
        #expect(TrustPolicy(iam.policy)?.outsiders(of: Self.own) == [])
    }

    @Test("of a real IAM are ended and put back, and nothing else is touched")
    func moto() async throws {
        guard let server = try await RealServer.start("moto") else { return }
        let connector = try #require(try Catalog.connector("aws"))
        let session = try await server.session(
            of: connector,
            CredentialSource(
                kind: "sigv4",
                parts: .named([
                    "access_key_id": server.file("operator.id"), "secret_access_key": server.file("operator.secret"),
                ])))
        let before = try #require(try await server.view()["roles"])
        let (items, coverage) = try await session.all("cross-account-role")
        #expect(coverage.state == .seen)
        let role = try #require(items.first)
        #expect(items.count == 1 && role.title == "vendor-readonly" && role.holder == "464622532012")
        #expect(
            role.owner == session.identity.name && role.scopes == ["sts:ExternalId=acme-42"] && role.createdAt != nil)

        #expect(try await session.end(role, by: .revoke, run: "RUN").meaning == .accepted)
        #expect(
            try await session.list(again: role, after: .revoke).reading(of: role.id)
                == .dead(evidence: "listed again: it is no longer there"))
        #expect(try await session.end(role, by: .revoke, run: "RUN").meaning == .gone)
        let after = try #require(try await server.view()["roles"])
        let arns = (
            vendor: "arn:aws:iam::123456789012:role/vendor-readonly",
            batch: "arn:aws:iam::123456789012:role/nightly-batch"
        )
        #expect(after[arns.vendor] != before[arns.vendor] && after[arns.vendor]?["Statement"]?.array?.count == 1)
        #expect(after[arns.batch] == before[arns.batch])

        #expect(try await session.end(role, by: .undo, run: "RUN").meaning == .accepted)
        #expect(try await server.view()["roles"] == before)
        #expect(try await session.all("cross-account-role").items == items)
    }

    private static func session(over transport: any Transport) async throws -> AccountSession {
        var account = Account(name: "acme", connectors: ["aws"])
        account.credential = CredentialSource(kind: "sigv4", parts: .single(.env("")))
        let services = EntranceServices(
            network: { _ in transport }, retrying: { $0 }, readOnly: { ReadOnlyTransport($0) },
            parts: { _, _, _ in ["access_key_id": Secret("AKIAIOSFODNN7EXAMPLE"), "secret_access_key": Secret("none")]
            },
            keep: { _, _, _, _ in }, digest: { $0 }, now: { Date() }, isDryRun: false)
        let connector = try #require(try Catalog.connector("aws"))
        return try await Entrance(account: account, connector: connector, services: services).enter()
    }
}

/// An IAM with one role, which takes its time.
private final class OneRole: Transport {
    private let stored: Mutex<String>

    init(_ policy: String) { stored = Mutex(policy) }

    var policy: String { stored.withLock { $0 } }

    func send(_ request: Request) async throws -> Response {
        let form = String(decoding: request.body ?? [], as: UTF8.self).split(separator: "&").reduce(
            into: [String: String]()
        ) {
            let pair = $1.split(separator: "=", maxSplits: 1)
            $0[String(pair[0])] = String(pair[1]).replacing("+", with: " ").removingPercentEncoding
        }
        try await Task.sleep(for: .milliseconds(20))
        if let new = form["PolicyDocument"] { stored.withLock { $0 = new } }
        let text = policy.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        let role = """
            <Path>/</Path><RoleName>both</RoleName><Arn>arn:aws:iam::123456789012:role/both</Arn>\
            <AssumeRolePolicyDocument>\(text)</AssumeRolePolicyDocument>
            """
        let result: String =
            switch form["Action"] ?? "" {
            case "ListRoles": "<Roles><member>\(role)</member></Roles><IsTruncated>false</IsTruncated>"
            case "GetRole": "<Role>\(role)</Role>"
            default: "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/operator</Arn>"
            }
        let action = form["Action"] ?? ""
        return Response(
            status: 200,
            body: Array("<\(action)Response><\(action)Result>\(result)</\(action)Result></\(action)Response>".utf8),
            address: request.address)
    }
}

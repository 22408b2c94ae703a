import ConnectorKit
import Testing
import Transport

@Suite("Worked manifests", .enabled(if: SharedFolder.url != nil))
struct WorkedManifestTests {
    @Test("load without an issue", arguments: SharedFolder.manifests)
    func loads(_ worked: WorkedManifest) throws {
        let manifest = try Manifest(yaml: worked.yaml, file: worked.file, folder: worked.folder)
        #expect(manifest.id == worked.folder)
    }

    @Test("are all there")
    func count() {
        #expect(SharedFolder.manifests.count == 19)
    }

    struct Under: CustomTestStringConvertible {
        var surface: String
        var names: [String]
        var testDescription: String { surface }
    }

    @Test(
        "say under which names an item is known",
        arguments: [
            Under(surface: "aws/access-key", names: ["user"]),
            Under(surface: "dropbox/team-member-linked-app", names: ["member"]),
            Under(surface: "google-cloud/iam-outside-member", names: ["project", "role"]),
            Under(surface: "mailgun/domain-webhook", names: ["domain"]),
            Under(surface: "make/hook", names: ["organization", "team"]),
            Under(surface: "shapes/delegation", names: []),
            Under(surface: "shapes/device-session", names: ["member", "tag"]),
            Under(surface: "twilio/phone-number-webhook", names: ["account", "number"]),
        ])
    func under(_ expected: Under) throws {
        #expect(try Self.surface(expected.surface).discover?.under == expected.names)
    }

    @Test("merge a surface's form into each of its forms")
    func form() throws {
        let key = try Self.surface("aws/access-key")
        guard case .list(let list)? = key.discover?.source else {
            Issue.record("found \(String(describing: key.discover))")
            return
        }
        #expect(list.operation.formPairs == ["Version=2010-05-08", "Action=ListAccessKeys", "UserName={user}"])
        #expect(list.operation.effect == .read)
        #expect(list.operation.answer == .xml)
        guard case .cursor(_, to: .form("Marker"), while: let condition?, stopsWhenEmpty: false) = list.next else {
            Issue.record("found \(list.next)")
            return
        }
        #expect(condition.source == "/ListAccessKeysResponse/ListAccessKeysResult/IsTruncated \"true\"")
        #expect(key.revoke?.disablesFirst == true)
        #expect(key.disable?.undo?.map(\.operation.effect) == [.write])
    }

    @Test("ask a step again while it is pending")
    func pending() throws {
        let steps = try #require(try Self.surface("google-cloud/api-key").revoke?.steps)
        #expect(steps.map(\.operation.requestLine) == ["DELETE /v2/{+name}", "GET /v2/{+operation}"])
        #expect(steps[0].take.map(\.name) == ["operation"])
        #expect(steps[1].verdicts.pending?.source == "2xx where /done not true")
        #expect(steps[1].within == .seconds(120))
    }

    @Test("let a surface's header win over the connector's")
    func headers() throws {
        let key = try Self.surface("klaviyo/api-key")
        #expect(
            key.disable?.steps[0].operation.headerLines == [
                "Accept: application/vnd.api+json", "Content-Type: application/vnd.api+json",
                "revision: 2026-07-15.pre",
            ])
    }

    private static func surface(_ path: String) throws -> Surface {
        let parts = path.split(separator: "/").map(String.init)
        let worked = try #require(SharedFolder.manifests.first { $0.folder == parts[0] })
        let manifest = try Manifest(yaml: worked.yaml, file: worked.file)
        return try #require(manifest.surfaces.first { $0.id == parts[1] })
    }
}

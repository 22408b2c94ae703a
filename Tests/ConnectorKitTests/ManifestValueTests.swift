import Authorizations
import Documents
import Testing
import Transport

@testable import ConnectorKit

@Suite("Values of a manifest")
struct ManifestValueTests {
    let manifest: Manifest
    let hook: Surface
    let token: Surface

    init() throws {
        manifest = try Manifest(yaml: SampleManifest.yaml, file: "connector.yaml", digest: "d1")
        hook = manifest.surfaces[0]
        token = manifest.surfaces[1]
    }

    @Test("carry what connector, surface and operation say, the last of them first")
    func merging() throws {
        let operation = try hook.list.operation
        #expect(operation.host == "files")
        #expect(operation.auth == .named("main"))
        #expect(operation.headerLines == ["X-Tag: {tag}", "version: 2", "X-Group: {group}"])
        #expect(operation.queryPairs == ["locale=fr", "per_page=100", "kind=web", "kind=mail"])
        #expect(operation.redact == ["password", "token"])
        #expect(operation.body == nil, "a form of the surface is no body of a GET")
        #expect(operation.line == 35)
        #expect(hook.disable?.steps[0].operation.formPairs == ["api_version=3"])
        let put = try #require(hook.revoke?.steps[1].operation)
        #expect(put.jsonSource == "\"{doc}\"")
        #expect(put.queryPairs == ["locale=en"])
    }

    @Test("know what a verb does and whether it may be repeated")
    func effects() throws {
        let steps = try #require(hook.revoke?.steps)
        #expect(steps.map(\.operation.effect) == [.read, .write])
        #expect(steps.map(\.operation.isIdempotent) == [true, true])
        #expect(hook.disable?.steps[0].operation.isIdempotent == false)
        #expect(hook.disable?.undo?[0].operation.isIdempotent == true)
    }

    @Test("find their place in a run")
    func surface() {
        #expect(manifest.digest == "d1")
        #expect(manifest.commonBudgets == ["all"])
        #expect(manifest.surfaces.map(\.phase) == [.subscriptions, .keys])
        #expect(hook.residual?.duration == .seconds(90 * 60))
        #expect(hook.discover?.under == ["team", "group", "app"])
        #expect(hook.discover?.fields.map(\.name) == ["id", "title", "scopes", "created_at"])
        #expect(token.given?.secret?.groupNames == ["id"])
    }

    @Test("say how a list is walked")
    func paging() throws {
        let list = try hook.list
        guard case .offset("skip", limit: "take", size: 50, total: .header("X-Total")) = list.next else {
            Issue.record("found \(list.next)")
            return
        }
        #expect(list.outer.map { $0.items?.source } == ["/apps"])
        #expect(list.outer[0].condition?.source == "/state not \"off\"")
        #expect(list.items.items?.source == "/hooks")
        #expect(list.empty?.source == "404, 200 where /hooks present false")
        guard case .request(let teams) = manifest.lists[0].list.source,
            case .cursor(.place(let place), to: .query("after"), while: nil, stopsWhenEmpty: false) = teams.next
        else {
            Issue.record("found \(manifest.lists[0].list.source)")
            return
        }
        #expect(place.source == "/next")
    }

    @Test("say what is changed in a document before it is sent back")
    func edits() throws {
        let steps = try #require(hook.revoke?.steps)
        #expect(steps[0].take.map(\.name) == ["doc", "etag"])
        #expect(
            steps[1].edits.map(\.source) == [
                "drop /hooks where /id \"{id}\", /role not \"{role}\" in /apps where /id \"{app}\"",
                "set /count to 1",
            ])
        #expect(steps[1].verdicts.conflict?.source == "409")
        #expect(hook.disable?.steps[0].verdicts.done?.source == "200/202 where /state matches ^off")
        #expect(hook.disable?.undo?[0].verdicts.done?.source == "2xx")
    }

    @Test("gather values for one request and keep the types of JSON")
    func bulk() throws {
        let bulk = try #require(token.revoke?.bulk)
        #expect(bulk.of.source == "\"{secret}\"")
        #expect(bulk.max == 50)
        #expect(bulk.operation.jsonSource == "{tokens: \"{tokens}\", force: true, note: \"a\"}")
        #expect(bulk.operation.auth == Operation.Auth.none)
        #expect(token.revoke?.steps.isEmpty == true)
    }

    @Test("take over in a fallback what it does not say")
    func fallback() throws {
        guard case .request(let operation, let dead, let alive)? = token.verify?.form else {
            Issue.record("found \(String(describing: token.verify))")
            return
        }
        #expect(dead.source == "401")
        #expect(alive.source == "any where /ok true")
        let fallback = try #require(operation.fallback)
        #expect(fallback.when.source == "404, 405")
        #expect(fallback.operation.requestLine == "GET /whoami")
        #expect(fallback.operation.auth == .held)
        #expect(fallback.dead?.source == "401")
        #expect(fallback.alive?.source == "200")
    }

    @Test(
        "read templates",
        arguments: [
            ("/a/{id}", ["/a/", "id"]), ("{+next.path}?x", ["+next.path", "?x"]), ("{{{id}}}", ["{", "id", "}"]),
            ("", []), ("a {{}} b", ["a {} b"]),
        ])
    func templates(text: String, parts: [String]) throws {
        let template = try Template(parsing: text)
        let found = template.parts.map { part in
            switch part {
            case .literal(let text): text
            case .variable(let name, let isReserved): (isReserved ? "+" : "") + name
            }
        }
        #expect(found == parts)
    }

    @Test(
        "suggest the nearest word",
        arguments: [
            ("instaled-app", "installed-app"), ("beerer", "bearer"), ("helt", "held"), ("lst", "list"), ("zzz", nil),
        ])
    func suggestion(word: String, nearest: String?) {
        #expect(Suggestion.nearest(to: word, among: ["installed-app", "bearer", "held", "list"]) == nearest)
    }
}

extension Surface {
    fileprivate var list: ListOperation {
        get throws {
            guard case .list(let list)? = discover?.source else { throw NoList() }
            return list
        }
    }

    private struct NoList: Error {}
}

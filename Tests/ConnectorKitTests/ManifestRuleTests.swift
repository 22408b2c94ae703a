import ConnectorKit
import Testing

/// Each case breaks the sample manifest in one place.
@Suite("Rules of a manifest")
struct ManifestRuleTests {
    struct Case: CustomTestStringConvertible {
        var sound: String
        var broken: String
        var messages: [String]
        var testDescription: String { messages.first ?? broken }

        init(_ sound: String, _ broken: String, _ messages: String...) {
            self.sound = sound
            self.broken = broken
            self.messages = messages
        }
    }

    @Test("takes the sample")
    func sound() throws {
        _ = try Manifest(yaml: SampleManifest.yaml, file: "connector.yaml", folder: "sample")
    }

    @Test("says what is wrong and where", arguments: cases)
    func broken(_ expected: Case) throws {
        try #require(SampleManifest.yaml.contains(expected.sound))
        let yaml = SampleManifest.yaml.replacing(expected.sound, with: expected.broken, maxReplacements: 1)
        let error = try #require(throws: ManifestError.self) {
            try Manifest(yaml: yaml, file: "f", folder: "sample")
        }
        #expect(error.issues.map { "\($0.line):\($0.column): \($0.message)" } == expected.messages)
    }

    static let cases = [
        Case("format: 1", "format: 2", "1:9: format 2 is not known here; this program reads 1"),
        Case("id: sample", "id: other", "2:5: 'other' must be the folder's name, 'sample'"),
        Case("title: Sample\n", "title: Sample\ntitle: Again\n", "4:1: key 'title' is given twice"),
        Case(
            "hosts: {api:", "hosts: {\"api\": \"https://one\", 'api': \"https://two\", api:",
            "5:31: key 'api' is given twice",
            "5:53: key 'api' is given twice"),
        Case("title: Sample", "title: &a Sample", "3:8: anchors, aliases and tags are not allowed"),
        Case("title: Sample", "title: !!str Sample", "3:8: anchors, aliases and tags are not allowed"),
        Case("title: Sample", "title: *a", "3:8: not YAML: found undefined alias"),
        Case("title: Sample", "title: [Sample", "4:8: not YAML: did not find expected ',' or ']'"),
        Case("title: Sample", "title: {Sample: 1}", "3:8: found a mapping where a text is expected"),
        Case("title: Sample", "title:", "3:7: found nothing where a text is expected"),
        Case(
            "{zone}", "{zones}",
            "5:52: nothing binds 'zones' here; did you mean 'zone'?",
            "7:3: setting 'zone' is never used"),
        Case(
            ", one_of: [eu.example.test, us.example.test]", "",
            "5:52: setting 'zone' stands in a host: give it 'pattern' or 'one_of'"),
        Case("whoami: {", "whoami: {request: GET /i, ", "17:27: key 'request' is given twice"),
        Case("rate: 60/1m", "rate: 60/0m", "15:29: '60/0m' is not a rate; write 60/1m"),
        Case("per: team", "per: taem", "16:15: nothing binds 'taem'; did you mean 'team'?"),
        Case(
            "main: {kind: bearer", "main: {kind: basic",
            "10:9: 'password' is missing in credential 'main' of kind 'basic'",
            "10:9: 'user' is missing in credential 'main' of kind 'basic'"),
        Case(
            "main: {kind: bearer", "main: {kind: bearer, prefix: a",
            "10:24: 'prefix' says nothing about kind 'bearer'"),
        Case(
            "budget: [team]", "auth: other",
            """
            55:16: credential 'other' may not go to host 'files'; add it to the credential's 'hosts' or say \
            'auth: none'
            """),
        Case("budget: [team]", "auth: othr", "56:13: 'othr' is not one of the credentials; did you mean 'other'?"),
        Case("from: main", "from: mian", "11:33: 'mian' is not one of the credentials; did you mean 'main'?"),
        Case("bind: {me: /name}", "bind: {zone: /name}", "17:50: 'zone' is bound already; names are bound once"),
        Case("bind: {me: /name}", "bind: {run: /name}", "17:50: 'run' cannot be a name"),
        Case("bind: {me: /name}", "bind: {Me: /name}", "17:50: 'Me' cannot be a name"),
        Case("kind: webhook", "kind: other", "23:11: kind 'other' has no phase of its own: say 'phase'"),
        Case(
            "X-Tag: \"{tag}\"", "X-Tag: \"{team}\"",
            "8:3: setting 'tag' is never used",
            "12:32: nothing binds 'team' here; known: count, reason, run, sent_at, tag, zone"),
        Case("headers: {version:", "headers: {a b:", "29:15: 'a b' cannot be the name of a header"),
        Case(
            "for_each: groups", "for_each: {list: groups, where: {/group: {starts: a}}}",
            "34:49: 'starts' is not a test; did you mean 'starts_with'?"),
        Case(
            "for_each: teams, request", "for_each: groups, request",
            "19:3: list 'teams' is never used",
            "20:3: list 'groups' is for each of itself",
            "20:39: nothing binds 'team' here; known: count, me, reason, run, sent_at, tag, zone"),
        Case(
            "per_page: 100", "per_page: null",
            "37:37: found nothing where a text is expected; write \"\" for empty text"),
        Case(
            "per_page: 100", "per_page: {id}",
            "37:37: found a mapping where a text is expected; text with braces must stand in quotes"),
        Case(
            "X-Group: \"{group}\"", "X-Group: \"{+group}\"",
            "36:26: '{+group}' is allowed in 'request' and 'link' only"),
        Case("X-Group: \"{group}\"", "X-Group: \"{group\"", "36:26: '{' stands alone; write '{{' and '}}' for braces"),
        Case("X-Group: \"{group}\"", "X-Group: \"{group,role}\"", "36:26: '{group,role}': one name and no modifier"),
        Case(
            "X-Group: \"{group}\"", "X-Group: \"{?group}\"",
            "36:26: '{?group}': only {name} and {+name} are allowed; put parameters under 'query'"),
        Case("X-Group: \"{group}\"", "X-Group: \"{Group}\"", "36:26: '{Group}' is not a name"),
        Case("GET /hooks\n", "GET /hooks/{tag}\n", "35:16: 'tag' may be left out, so it cannot stand in a path"),
        Case("GET /hooks\n", "GET hooks\n", "35:16: the path must begin with '/' or '{+'"),
        Case("GET /hooks\n", "get /hooks\n", "35:16: 'get /hooks' is not a request; write 'GET /path'"),
        Case(
            "size: 50, total: {header: X-Total}", "limits: 1",
            "41:13: 'offset' needs 'size', 'total' or 'pages' to know when to stop",
            "41:41: unknown key 'limits' in next; did you mean 'limit'?"),
        Case(
            "next: {offset: skip", "next: {link: next, offset: skip",
            "41:13: 'next' needs exactly one of cursor, last, offset, page, link, url"),
        Case("next: {link: next}", "next: {link: next, size: 5}", "20:96: 'size' says nothing about paging by 'link'"),
        Case(
            "title: [/name, /label]", "title: [/name, /~label]",
            "42:40: '/~label': '~' must be followed by 0 or 1 in a JSON Pointer"),
        Case(
            "title: [/name, /label]", "title: {at: /name, all: [/a]}",
            "42:32: field 'title' needs exactly one of at, all, text, header"),
        Case("title: [/name, /label]", "title: {in: /names, at: /name}", "42:32: 'where' is missing in field 'title'"),
        Case("relative: true", "relative: maybe", "42:118: 'maybe' is neither true nor false"),
        Case(
            "keep: {role: /role}", "keep: {title: /role}",
            "42:25: 'title' is bound already; names are bound once",
            "50:106: nothing binds 'role' here; known: app, count, created_at, doc, etag, group, id, me"),
        Case(
            "where: {/state: {not: off}}", "where: off",
            "38:37: a condition maps places to tests, as in {/state: active}"),
        Case(
            "matches: \"^off\"", "matches: \"(a+)+\"",
            "57:60: a repeat without bound around another takes exponential time"),
        Case("status: [200, 202]", "status: [200, 2002]", "57:22: '2002' is not a status"),
        Case(
            "where: {/id: \"{id}\", /role: {not: \"{role}\"}}", "where: {/id: \"{zone}\"}",
            "50:79: 'drop' must use a name of the item, else it drops what belongs to others"),
        Case("budget: [team]", "budget: [teams]", "56:16: 'teams' is not one of the budgets; did you mean 'team'?"),
        Case("done: 2xx", "done: [404, {status: 7}]", "59:88: '7' is not a status"),
        Case(
            "conflict: 409\n          done: 200\n", "conflict: 409\n",
            "47:11: 'done' is missing in step: which answer means accepted?"),
        Case(
            "- request: PUT", "- effect: read\n          request: PUT",
            "46:9: no step writes, so revoke would change nothing"),
        Case(
            "      verify: {list: again, dead: {where: {/state: off}}}\n", "", "55:7: 'verify' is missing in disable"),
        Case(
            "query: {locale: en}", "query: {by: \"{id}\"}",
            "31:17: nothing binds 'id' here; known: count, group, me, reason, run, sent_at, tag, team"),
        Case("max: 50", "max: 0", "68:47: '0' is not a number from 1 up"),
        Case(
            "as: tokens", "as: secret",
            "68:34: 'secret' is bound already; names are bound once",
            "68:101: nothing binds 'tokens' here; known: count, id, me, reason, run, secret, sent_at, tag"),
        Case(
            "auth: held\n", "\n",
            "72:13: 401 with the account's own credential says that we are not let in, not that it is dead"),
        Case("request: GET /whoami, ", "", "74:17: 'request' is missing in fallback"),
        Case(
            "verify: {list: again, within: 2m}", "verify: {list: again, within: 2 m}",
            "60:35: '2 m' is not a duration; write 30s, 2m, 36h or 7d"),
        Case(
            "given: {secret: '(?<id>tk)_[a-z]{20}', ", "given: {",
            "66:12: 'given' needs 'secret' or 'url': what does the value look like?",
            "68:18: nothing binds 'secret' here; known: count, id, me, reason, run, sent_at, tag, zone",
            "71:13: 'held' needs a value in hand: the surface has no 'given: {secret: …}'"),
        Case("residual: {for: 90m}", "residual: {note: {en: a, fr: b}}", "27:15: 'for' is missing in residual"),
        Case("- id: token", "- id: hook", "61:9: two surfaces are called 'hook'"),
        Case("- id: token", "- id: Token", "61:9: 'Token' is not an id; write it with small letters, digits and '-'"),
    ]
}

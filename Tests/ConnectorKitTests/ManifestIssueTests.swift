import ConnectorKit
import Testing

@Suite("Issues of a manifest")
struct ManifestIssueTests {
    @Test("come all at once, each at its place")
    func allAtOnce() throws {
        let error = try #require(throws: ManifestError.self) {
            try Manifest(yaml: Self.broken, file: "connector.yaml", folder: "broken")
        }
        #expect(error.issues.map(\.description) == Self.messages)
    }

    static let broken = """
        format: 1
        id: broken
        title: Everything that can be wrong
        sources: [nothing]
        hosts: {api: "https://api.example.test", files: "http://files.vendor.example"}
        settings:
          workspace: {pattern: "(?=x).+"}
        credentials:
          main: {kind: beerer}
        errors:
          slow_down: 4029
        budgets:
          steady: {per: account, rate: 20 per minute}
        whoami: {request: GET /me, identity: id}
        lists:
          teams: {request: "GET /{workspace}/teams", items: /teams, next: none, bind: {team: /id}}
        surfaces:
          - id: app
            kind: instaled-app
            actor: app
            confidence: high
            effects: {en: "Ends it."}
            discover:
              for_each: team
              request: GET /apps?limit=100
              item: /apps
              fields: {id: /id, title: /name, last_used_at: $.usage.last}
            revoke: {request: "DELETE /apps/{idd}", host: file, done: 200}
            verify: {request: "GET /apps/{id}", dead: 200, alive: 200}
          - id: hook
            kind: webhook
            actor: app
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover:
              for_each: teams
              request: POST /hooks/list
              json: {team: "{team}"}
              items: /hooks
              where: {/state: {is: on}}
              next: {cursor: /next}
              fields: {id: /id}
            revoke: {request: "GET /hooks/{id}/stop"}
          - id: token
            kind: access-token
            actor: token-holder
            confidence: low
            effects: {en: "Ends it.", fr: "Y met fin."}
            given: {secret: "tok_[a-z]{20}"}
            revoke: {request: POST /revoke, auth: helt, form: {token: "{secret}"}, json: {token: "{secret}"}, done: 200}
            verify: {request: GET /me, auth: held, dead: 401, alive: 200, within: 5 minutes}
            manual: {link: https://vendor.example, steps: {en: [Open it, End it], fr: [Ouvrez]}, proof: {en: Gone, fr: Parti}}
        """

    /// Word for word as the manifest's reference shows them.
    static let messages = [
        "connector.yaml:5:49: error: host 'files' must begin with https://",
        "connector.yaml:7:14: error: 'about' is missing in setting 'workspace'",
        "connector.yaml:7:24: error: look-around and back references are not allowed in patterns",
        "connector.yaml:9:16: error: 'beerer' is not a kind of credential; did you mean 'bearer'?",
        "connector.yaml:11:14: error: '4029' is not a status; write 204, [200, 204], 4xx or {status: …, where: …}",
        "connector.yaml:13:32: error: '20 per minute' is not a rate; write 60/1m",
        "connector.yaml:14:38: error: 'id' is not a JSON Pointer; did you mean '/id'?",
        "connector.yaml:19:11: error: 'instaled-app' is not a kind; did you mean 'installed-app'?",
        "connector.yaml:22:14: error: 'effects' is read by people: it needs both 'en' and 'fr'",
        """
        connector.yaml:24:7: error: 'next' is missing in discover: how does the list go on? write 'next: none' where \
        the vendor has no paging
        """,
        "connector.yaml:24:17: error: 'team' is not one of the lists; did you mean 'teams'?",
        "connector.yaml:25:16: error: parameters belong under 'query', not into the request line",
        "connector.yaml:26:7: error: unknown key 'item' in discover; did you mean 'items'?",
        "connector.yaml:27:53: error: '$.usage.last' is not a JSON Pointer; did you mean '/usage/last'?",
        "connector.yaml:28:23: error: nothing binds 'idd' here; did you mean 'id'?",
        "connector.yaml:28:51: error: 'file' is not one of the hosts; did you mean 'files'?",
        "connector.yaml:29:47: error: status 200 is both dead and alive",
        "connector.yaml:30:5: error: 'verify' is missing in surface 'hook': an acceptance alone is never 'dead'",
        """
        connector.yaml:37:16: error: 'POST' writes, and discover may only read; say 'effect: read' if this request \
        changes nothing
        """,
        """
        connector.yaml:40:24: error: 'is' is not a test; one of not, present, empty, matches, starts_with, ends_with, \
        after
        """,
        "connector.yaml:41:13: error: where does the next cursor go? say 'query', 'form', 'json' or 'header'",
        """
        connector.yaml:43:23: error: 'GET' reads, so revoke would change nothing; say 'effect: write' if it does
        """,
        "connector.yaml:50:43: error: 'helt' is not one of the credentials; did you mean 'held'?",
        "connector.yaml:50:82: error: a request has one body: 'form' or 'json'",
        "connector.yaml:51:75: error: '5 minutes' is not a duration; write 30s, 2m, 36h or 7d",
        "connector.yaml:52:51: error: 'steps' has 2 steps in English and 1 in French",
    ]
}

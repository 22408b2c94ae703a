/// The files of a new connector: whole and right as they are, so that an author begins from something that works.
enum ConnectorTemplate {
    static func files(_ id: String) -> [(name: String, text: String)] {
        let keys = #"{"id": "k1", "name": "Billing"}, {"id": "k2", "name": "Website form"}"#
        let k2 = #"{"id": "k2", "name": "Website form"}"#
        return [
            ("connector.yaml", manifest(id)),
            (
                "exchanges/whoami.http",
                exchange(id, "Who we are.", ["operation": "whoami", "shows": "identity"], "GET /me")
                    + answer(200, #"{"id": "u1", "name": "Atelier Lumen"}"#)
            ),
            (
                "exchanges/api-key-list.http",
                surface(id, "Two keys.", "discover", "list", ["finds": #"["k1", "k2"]"#])
                    + answer(200, #"{"data": [\#(keys)], "next": null}"#)
            ),
            (
                "exchanges/api-key-empty.http",
                surface(id, "No keys.", "discover", "empty") + answer(200, #"{"data": [], "next": null}"#)
            ),
            (
                "exchanges/api-key-second-page.http",
                surface(id, "The list goes on.", "discover", "second-page", ["finds": #"["k1", "k2"]"#])
                    + answer(200, #"{"data": [{"id": "k1", "name": "Billing"}], "next": "c2"}"#) + "###\n"
                    + request(id, "GET /keys?per_page=100&cursor=c2")
                    + answer(200, #"{"data": [\#(k2)], "next": null}"#)
            ),
            (
                "exchanges/api-key-revoke.http",
                surface(id, "A key is ended.", "revoke", "revoke", ["values": #"{"id": "k1"}"#], "DELETE /keys/k1")
                    + "HTTP/1.1 204 No Content\n"
            ),
            (
                "exchanges/api-key-again.http",
                surface(
                    id, "A key that is no longer there.", "revoke", "again", ["values": #"{"id": "k1"}"#],
                    "DELETE /keys/k1") + answer(404, #"{"message": "no such key"}"#)
            ),
            (
                "exchanges/api-key-throttled.http",
                surface(
                    id, "Too many requests.", "revoke", "throttled", ["values": #"{"id": "k1"}"#], "DELETE /keys/k1")
                    + "HTTP/1.1 429 Too Many Requests\nRetry-After: 30\n"
            ),
            (
                "exchanges/api-key-dead.http",
                surface(id, "The list without the key.", "verify", "dead", ["values": #"{"id": "k1"}"#])
                    + answer(200, #"{"data": [\#(k2)], "next": null}"#)
            ),
            (
                "exchanges/api-key-alive.http",
                surface(id, "The list with the key.", "verify", "alive", ["values": #"{"id": "k1"}"#])
                    + answer(200, #"{"data": [\#(keys)], "next": null}"#)
            ),
        ]
    }

    private static func manifest(_ id: String) -> String {
        """
        format: 1
        id: \(id)
        title: \(id)
        sources: [where you read it, with the date]
        hosts: {api: "https://api.\(id).example"}
        credentials:
          main: {kind: bearer}
        errors:
          gone: 404
          reason: /message
        whoami: {request: GET /me, identity: /id, title: /name}

        surfaces:
          - id: api-key
            kind: api-key
            actor: account-owner
            confidence: low
            effects: {en: "Programs that use this key stop.", fr: "Les programmes qui utilisent cette clé s'arrêtent."}
            discover:
              request: GET /keys
              query: {per_page: 100}
              items: /data
              next: {cursor: /next, query: cursor}
              fields: {id: /id, title: /name, created_at: /created_at, last_used_at: /last_used_at}
            revoke: {request: "DELETE /keys/{id}", done: 204}
            verify: {list: again}

        """
    }

    private static func surface(
        _ id: String, _ claim: String, _ operation: String, _ shows: String, _ more: [String: String] = [:],
        _ line: String = "GET /keys?per_page=100"
    ) -> String {
        let keys = ["surface": "api-key", "operation": operation, "shows": shows].merging(more) { $1 }
        return exchange(id, claim, keys, line)
    }

    private static func exchange(_ id: String, _ claim: String, _ keys: [String: String], _ line: String) -> String {
        let order = ["surface", "operation", "shows", "values", "finds"]
        let lines = order.compactMap { key in keys[key].map { "# \(key): \($0)\n" } }.joined()
        return "# \(claim)\n\(lines)# undocumented: made up; replace it by a recorded answer\n" + request(id, line)
    }

    private static func request(_ id: String, _ line: String) -> String {
        "\(line) HTTP/1.1\nHost: api.\(id).example\nAuthorization: Bearer <secret>\n\n"
    }

    private static func answer(_ status: Int, _ body: String) -> String {
        "HTTP/1.1 \(status) \(status == 200 ? "OK" : "Not Found")\nContent-Type: application/json\n\n\(body)\n"
    }
}

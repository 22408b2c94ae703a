/// The files of a new connector: right as they are, so that an author begins from something that works.
enum ConnectorTemplate {
    static func files(_ id: String) -> [(name: String, text: String)] {
        [
            ("connector.yaml", manifest(id)), ("exchanges/list-keys.http", list), ("exchanges/revoke-key.http", revoke),
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

    private static let list = """
        # Two keys.
        # surface: api-key
        # operation: discover
        # shows: list
        # finds: ["k1", "k2"]
        # undocumented: made up; replace it by a recorded answer
        GET /keys?per_page=100 HTTP/1.1
        Authorization: Bearer <secret>

        HTTP/1.1 200 OK
        Content-Type: application/json

        {"data": [{"id": "k1", "name": "first"}, {"id": "k2", "name": "second"}], "next": null}

        """

    private static let revoke = """
        # A key is ended.
        # surface: api-key
        # operation: revoke
        # shows: revoke
        # values: {"id": "k1"}
        # undocumented: made up; replace it by a recorded answer
        DELETE /keys/k1 HTTP/1.1
        Authorization: Bearer <secret>

        HTTP/1.1 204 No Content

        """
}

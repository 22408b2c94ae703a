import ConnectorKit

/// A sound manifest for tests to look at and to break.
enum SampleManifest {
    static let yaml = """
        format: 1
        id: sample
        title: Sample
        sources: [nothing]
        hosts: {api: "https://api.example.test/v1", files: "https://{zone}"}
        settings:
          zone: {about: {en: "zone", fr: "zone"}, one_of: [eu.example.test, us.example.test]}
          tag: {about: {en: "tag", fr: "étiquette"}, optional: true, absent: leave_out}
        credentials:
          main: {kind: bearer, hosts: [api, files]}
          other: {kind: exchange, from: main, request: POST /token, token: /token}
        headers: {Version: "1", X-Tag: "{tag}"}
        redact: [password]
        budgets:
          all: {per: account, rate: 60/1m}
          team: {per: team, concurrent: 1}
        whoami: {request: GET /me, identity: /id, bind: {me: /name}}
        lists:
          teams: {request: GET /teams, items: /data, next: {cursor: /next, query: after}, bind: {team: /id, team_name: /name}}
          groups: {for_each: teams, request: "GET /teams/{team}/groups", items: "", next: {link: next}, bind: {group: /id}}
        surfaces:
          - id: hook
            kind: webhook
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            residual: {for: 90m}
            host: files
            headers: {version: "2"}
            form: {api_version: 3}
            query: {locale: en}
            redact: [token]
            discover:
              for_each: groups
              request: GET /hooks
              headers: {X-Group: "{group}"}
              query: {locale: fr, per_page: 100, kind: [web, mail]}
              outer: [{items: /apps, where: {/state: {not: off}}, bind: {app: /id}}]
              items: /hooks
              empty: [404, {status: 200, where: {/hooks: {present: false}}}]
              next: {offset: skip, limit: take, size: 50, total: {header: X-Total}}
              fields: {id: /id, title: [/name, /label], scopes: {at: /events, each: /name}, created_at: {at: /age, relative: true}}
              keep: {role: /role}
            revoke:
              steps:
                - {request: "GET /hooks/{id}", take: {doc: "", etag: {header: ETag}}}
                - request: PUT /hooks/{id}
                  headers: {If-Match: "{etag}"}
                  json: "{doc}"
                  drop: {in: {at: /apps, where: {/id: "{app}"}}, from: /hooks, where: {/id: "{id}", /role: {not: "{role}"}}}
                  set: {/count: 1}
                  conflict: 409
                  done: 200
            disable:
              request: POST /hooks/{id}/stop
              budget: [team]
              done: {status: [200, 202], where: {/state: {matches: "^off"}}}
              verify: {list: again, dead: {where: {/state: off}}}
              undo: {request: "POST /hooks/{id}/start", idempotent: true, done: 2xx}
            verify: {list: again, within: 2m}
          - id: token
            kind: access-token
            actor: token-holder
            confidence: medium
            effects: {en: "Ends it.", fr: "Y met fin."}
            given: {secret: '(?<id>tk)_[a-z]{20}', near: [sample]}
            revoke:
              bulk: {of: "{secret}", as: tokens, max: 50, request: POST /revoke, auth: none, json: {tokens: "{tokens}", force: true, note: a}, done: 202}
            verify:
              request: GET /me
              auth: held
              dead: 401
              alive: {status: any, where: {/ok: true}}
              fallback: {when: [404, 405], request: GET /whoami, alive: 200}
        """
}

import Authorizations
import ConnectorKit
import Connectors
import Documents
import Testing
import Transport

@Suite("What every manifest must be able to say: revoking") struct RevokingShapeTests {
    @Test(
        "15: a revocation takes the verb, the query and the body that the vendor wants",
        arguments: [
            (
                "highlevel/marketplace-app-installation-revoke",
                #"DELETE /marketplace/app/6601c9d2b7a84e0012f3a9be/installations {"locationId": "#
            ),
            ("supabase/edge-secret-revoke", "DELETE /v1/projects/lumenleadsexampleaab/secrets ["),
            ("sendgrid/marketing-integration-revoke", "DELETE /v3/marketing/integrations?ids="),
            ("mailgun/domain-webhook-revoke", "DELETE /v4/domains/mg.atelier-lumen.example/webhooks?url=https"),
            ("slack/org-app-revoke", "POST /api/admin.apps.uninstall app_id="),
            ("klaviyo/webhook-disable", "PATCH /api/webhooks/"), ("zendesk/webhook-disable", "PATCH /api/v2/webhooks/"),
            ("slack/token-revoke", "GET /api/auth.revoke"), ("meta/system-user-token-revoke", "GET /v"),
            ("twilio/phone-number-webhook-revoke", "POST /2010-04-01/Accounts/"),
        ])
    func forms(name: String, start: String) async throws {
        let recording = try Recording(name)
        let sent = try await recording.sent()
        #expect(sent.last?.hasPrefix(start) == true)
        #expect(try await recording.play().requests.last?.effect == .write)
    }

    @Test("15: an update blanks an address, and a list is read, changed and written back with what guards it")
    func updates() async throws {
        #expect(try await Recording("twilio/phone-number-webhook-revoke").sent().last?.hasSuffix(" VoiceUrl=") == true)
        let sink = try await Recording("google-workspace/alert-center-sink-revoke").sent()
        #expect(sink == ["GET /v1beta1/settings", #"PATCH /v1beta1/settings {"notifications": []}"#])
        let policy = try Recording("google-cloud/iam-outside-member-revoke")
        let written = try await policy.sent().last
        #expect(written?.contains(#""etag": "BwYt3c2aExA=""#) == true)
        #expect(written?.contains("northwind") == false)
        #expect(try await policy.answering(409).meanings() == [.conflict])
    }

    @Test(
        "16: an empty name is refused before anything is sent, else everything would go",
        arguments: [
            ("mailgun/smtp-credential-revoke", "id"), ("mailgun/smtp-credential-revoke", "domain"),
            ("mailgun/domain-webhook-revoke", "id"), ("wordpress/application-password-revoke", "id"),
            ("wordpress/application-password-revoke", "person"), ("sendgrid/marketing-integration-revoke", "id"),
            ("keap/rest-hook-revoke", "id"), ("supabase/edge-secret-revoke", "project"),
        ])
    func emptyNames(name: String, variable: String) async throws {
        for nothing in [JSON.string(""), .null] {
            let recording = try Recording(name).binding(variable, to: nothing)
            #expect(try await recording.play().requests.isEmpty)
            #expect(try await recording.meanings() == [.refused])
        }
    }

    @Test("17: a revocation may take two steps, and may be asked about until it is done")
    func steps() async throws {
        #expect(try Catalog.surface("google-cloud/storage-hmac-key").revoke?.disablesFirst == true)
        let key = try await Recording("google-cloud/storage-hmac-key-revoke").sent()
        #expect(key.map { $0.prefix { $0 != " " } } == ["PUT", "DELETE"])

        var exchange = try Recording("google-cloud/api-key-revoke").exchange
        var pending = exchange.pairs[1]
        pending.answered.body = #"{"name": "operations/akmf.p7-481516234210-9f1c2b3a"}"#
        exchange.pairs.insert(pending, at: 1)
        let (result, requests) = try await Recording(id: "google-cloud", exchange: exchange).play()
        #expect(requests.map(\.method) == ["DELETE", "GET", "GET"])
        #expect(result.meanings == [.accepted])
        #expect(try await Recording("google-cloud/api-key-refused").meanings() == [.refused])

        let app = try Recording("stripe/installed-app-revoke")
        #expect(try await app.answering(200, #"{"status": "uninstalling"}"#).meanings() == [.accepted])
        #expect(try await Recording("stripe/installed-app-alive").conclusion() == "alive")
    }

    @Test("18: success is more than the status")
    func success() async throws {
        let token = try Recording("slack/token-revoke")
        #expect(try await token.meanings() == [.accepted])
        #expect(try await token.answering(200, #"{"ok": true}"#).meanings() == [.ambiguous])
        #expect(try await token.answering(200, #"{"ok": false, "error": "fatal_error"}"#).meanings() == [.ambiguous])
        let user = try Recording("highlevel/user-revoke")
        #expect(try await user.meanings() == [.accepted])
        #expect(try await user.answering(200, #"{"succeeded": true}"#).meanings() == [.ambiguous])
        let scope = try Recording("shopify/optional-scope-revoke")
        let errors = #"{"data": {"appRevokeAccessScopes": {"revoked": [], "userErrors": [{"message": "no"}]}}}"#
        #expect(try await scope.meanings() == [.accepted])
        #expect(try await scope.answering(200, errors).meanings() == [.refused])
        let grant = try Recording("square/oauth-grant-revoke")
        #expect(try await grant.answering(200, #"{"success": false}"#).meanings() == [.ambiguous])
    }

    @Test(
        "18: what is gone already says so in the vendor's way",
        arguments: [
            ("stripe/webhook-endpoint-again", 404), ("zapier/rest-hook-subscription-again", 410),
            ("google-workspace/access-token-again", 400), ("slack/token-again", 200), ("vault/token-again", 200),
            ("github/oauth-app-grant-again", 422),
        ])
    func gone(name: String, status: Int) async throws {
        let recording = try Recording(name)
        _ = try await recording.sent()
        #expect(recording.answered.status == status)
        #expect(try await recording.meanings() == [.gone])
    }

    @Test(
        "19: 403 may mean slow down, and so may 200",
        arguments: [
            ("google-calendar/calendar-share-revoke-throttled", 403), ("google-drive/outside-share-throttled", 403),
            ("github/org-webhook-throttled", 403), ("salesforce/outbound-message-throttled", 403),
            ("aws/access-key-throttled", 400), ("shopify/webhook-subscription-throttled", 200),
        ])
    func throttled(name: String, status: Int) async throws {
        let recording = try Recording(name)
        _ = try await recording.sent()
        #expect(recording.exchange.shows == .throttled && recording.answered.status == status)
    }

    @Test("19: 403 without such a reason is a lack of permission")
    func forbidden() async throws {
        let share = try Recording("google-calendar/calendar-share-revoke-throttled")
        #expect(try await share.meanings() == [.slowDown])
        #expect(try await share.replacing("rateLimitExceeded", with: "forbidden").meanings() == [.forbidden])
    }

    @Test("20: what sends ends before what it signs in with, and the credential in use goes last")
    func order() throws {
        let orders = [
            ["zapier/zap", "zapier/rest-hook-subscription", "zapier/app-connection", "zapier/mcp-server-token"],
            ["make/scenario", "make/hook", "make/connection", "make/key"],
            ["slack/workflow-and-connector", "slack/incoming-webhook", "slack/org-app", "slack/token"],
            ["google-workspace/alert-center-sink", "google-workspace/user-oauth-token", "google-workspace/sessions"],
        ]
        for paths in orders {
            let phases = try paths.map { try Catalog.surface($0).phase }
            #expect(phases == phases.sorted() && Set(phases).count == phases.count, "\(paths)")
        }
        #expect(Phase.allCases.max() == .ownCredential)
        for (path, surface) in try Catalog.everySurface() { #expect(surface.phase < .ownCredential, "\(path)") }
    }

    @Test("21: what else ends is said before anything is done")
    func effects() throws {
        let wide = [
            "google-oauth/refresh-token", "highlevel/marketplace-app-installer", "square/oauth-grant",
            "vault/self-token", "google-workspace/sessions",
        ]
        for path in wide {
            let beyond = try #require(try Catalog.surface(path).beyond, "\(path)")
            #expect(!beyond.en.isEmpty && !beyond.fr.isEmpty && beyond.en != beyond.fr, "\(path)")
        }
        for (path, surface) in try Catalog.everySurface() where surface.revoke != nil || surface.disable != nil {
            let effects = try #require(surface.effects, "\(path)")
            #expect(!effects.en.isEmpty && !effects.fr.isEmpty, "\(path)")
        }
    }

    @Test("22: what can be disabled is, and what it takes to undo is kept, without secrets")
    func undo() async throws {
        #expect(try Catalog.surface("aws/access-key").revoke?.disablesFirst == true)
        let endpoint = try #require(try Catalog.surface("stripe/webhook-endpoint").disable)
        #expect(endpoint.verify != nil && endpoint.undo != nil)
        let hook = try #require(try Catalog.surface("github/org-webhook").discover)
        #expect(hook.keep.map(\.name) == ["url", "events", "content_type"])
        let redacted = try Catalog.list("github/org-webhook").operation.redact
        #expect(redacted.contains("secret") && !hook.keep.contains { redacted.contains($0.name) })
        let share = try await Recording("google-calendar/calendar-share-undo").sent()
        #expect(share.first?.contains(#""role": "reader""#) == true)
        let remade = try await Recording("github/org-webhook-undo").sent()
        #expect(remade.first?.contains(#""url": "https://services.leadconnectorhq.com"#) == true)
        #expect(remade.first?.contains("secret") == false)
    }

    @Test("23: several are ended by one call, up to what it takes, and each has an answer of its own")
    func bulk() async throws {
        #expect(try Catalog.surface("github/leaked-token").revoke?.bulk?.max == 1000)
        #expect(try await Recording("github/leaked-token-bulk").sent().count == 1)
        let apps = try Recording("dropbox/team-member-linked-app-bulk")
        #expect(try await apps.meanings() == [.accepted, .accepted])
        let gone = #"{"success": false, "error_type": {".tag": "app_not_found"}}"#
        let mixed = apps.answering(200, #"{"revoke_linked_app_status": [{"success": true}, \#(gone)]}"#)
        #expect(try await mixed.meanings() == [.accepted, .gone])
        let short = apps.answering(200, #"{"revoke_linked_app_status": [{"success": true}]}"#)
        #expect(try await short.meanings() == [.ambiguous, .ambiguous])
    }

    @Test("24: an address found elsewhere is revoked without a credential, and a live hook is never probed with POST")
    func foundElsewhere() async throws {
        let given = try #require(try Catalog.surface("zapier/rest-hook-subscription").given?.url)
        let list = try Recording("stripe/webhook-endpoint-list")
        let session = try await AccountSession.entered(
            "stripe", answers: [Recording("stripe/whoami").answered, list.answered])
        let targets = try await session.all("webhook-endpoint").items.flatMap(\.targets)
        #expect(targets.filter(given.matchesWhole) == ["https://hooks.zapier.com/hooks/standard/1000002/example/"])

        let hook = try Recording("zapier/rest-hook-subscription-revoke")
        let channel = try Recording("discord/leaked-webhook-url-revoke")
        for recording in [hook, channel] {
            _ = try await recording.sent()
            let request = try #require(try await recording.play().requests.first)
            #expect(request.method == "DELETE" && request.headers["Authorization"] == nil)
        }
        let strange = hook.binding("url", to: .string("https://hooks.example/hooks/standard/1/2/"))
        #expect(try await strange.play().requests.isEmpty)
        #expect(try await strange.meanings() == [.refused])

        for (path, surface) in try Catalog.everySurface() where surface.given?.url != nil {
            guard case .request(let probe, _, _)? = surface.verify?.form else { continue }
            #expect(probe.verb == "GET", "\(path)")
        }
    }
}

extension Replay.Result {
    fileprivate var meanings: [Answer.Meaning] {
        if case .answers(let answers) = self { answers.map(\.meaning) } else { [] }
    }
}

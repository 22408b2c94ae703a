import Authorizations
import ConnectorKit
import ConnectorTesting
import Connectors
import Documents
import Testing
import Transport

@Suite("What every manifest must be able to say: proving, and talking to the vendor") struct ProvingShapeTests {
    @Test(
        "25: what is dead shows it in the vendor's way",
        arguments: [
            ("stripe/webhook-endpoint-dead", 404), ("slack/token-dead", 200), ("github/leaked-token-dead", 401),
            ("vault/self-token-dead", 403), ("oauth2-generic/held-token-dead", 200), ("zapier/zap-dead", 200),
            ("zapier/zap-dead-turned-off", 200), ("highlevel/marketplace-app-installation-dead-not-installed", 200),
            ("google-calendar/calendar-share-dead-role-none", 200), ("webhooks-generic/rest-hook-dead", 410),
            ("stripe/api-key-dead", 200), ("make/hook-dead", 200),
        ])
    func dead(name: String, status: Int) async throws {
        let recording = try Recording(name)
        _ = try await recording.sent()
        #expect(recording.answered.status == status)
        #expect(try await recording.conclusion() == "dead")
    }

    @Test("25: whatever else is answered proves nothing: 401 is not always dead")
    func unknown() async throws {
        let endpoint = try Recording("stripe/webhook-endpoint-dead")
        for status in [302, 401, 403, 429, 500] {
            #expect(try await endpoint.answering(status).conclusion() == "unknown", "\(status)")
        }
        let token = try Recording("vault/self-token-dead")
        #expect(try await token.answering(403, #"{"errors": ["namespace is locked"]}"#).conclusion() == "unknown")
        #expect(try await token.answering(401, #"{"errors": []}"#).conclusion() == "unknown")
        let introspected = try Recording("oauth2-generic/held-token-dead")
        #expect(try await introspected.answering(200, #"{"active": true}"#).conclusion() == "alive")
        #expect(try await introspected.answering(200, "{}").conclusion() == "unknown")
        let app = try Recording("highlevel/marketplace-app-installation-dead-not-installed")
        let still = try app.replacing(#""isInstalled": false"#, with: #""isInstalled": true"#)
        #expect(try await still.conclusion() == "alive")
    }

    @Test("26: a surface says for how long the vendor may take, and meanwhile it is alive or unknown")
    func delay() async throws {
        let limits: [(String, Duration)] = [
            ("google-cloud/iam-outside-member", .seconds(420)), ("xero/access-token", .seconds(2100)),
            ("slack/workspace-app-log", .seconds(600)), ("github/leaked-token", .seconds(300)),
            ("stripe/webhook-endpoint", .seconds(60)),
        ]
        for (path, limit) in limits { #expect(try Catalog.surface(path).verify?.within == limit, "\(path)") }
        #expect(try Catalog.surface("google-calendar/calendar-share").verify?.after == .seconds(1))
        #expect(try await Recording("slack/workspace-app-log-alive").conclusion() == "alive")
        let dead = try Recording("slack/workspace-app-log-dead")
        #expect(try await dead.conformance().problemsWithFailingServer(dead.exchange) == [])
    }

    @Test(
        "27: a surface says what outlives the revocation, for how long, and what would end it",
        arguments: [
            ("aws/access-key", 36 * 60), ("microsoft-graph/delegated-grant", 90), ("xero/connection", 30),
            ("google-cloud/service-account-key", 60), ("mailgun/domain-webhook", 10),
        ])
    func residual(path: String, minutes: Int) throws {
        let residual = try #require(try Catalog.surface(path).residual)
        #expect(residual.duration == .seconds(minutes * 60))
        let note = try #require(residual.note)
        #expect(!note.en.isEmpty && !note.fr.isEmpty)
    }

    @Test("28: a surface says how it can come back, and what blocks that")
    func comesBack() throws {
        let words = [
            ("google-workspace/user-oauth-token", "unless the app is blocked"),
            ("highlevel/marketplace-app-installation", "installToFutureLocations"),
            ("webhooks-generic/rest-hook", "may subscribe again"), ("slack/org-app", "until it is restricted"),
            ("microsoft-graph/delegated-grant", "unless user consent is off"),
        ]
        for (path, expected) in words {
            let text = try #require(try Catalog.surface(path).comesBack, "\(path)")
            #expect(text.en.contains(expected) && !text.fr.isEmpty, "\(path)")
        }
    }

    @Test("29: limits are kept for the vendor, the account, the method or one thing at a time")
    func budgets() async throws {
        let tier = try await Recording("slack/org-app-revoke").play().requests.first?.draws
        #expect(tier?.map(\.budget) == [Budget(rate: Budget.Rate(count: 1, period: .seconds(60)))])
        #expect(tier?.first?.key.contains("POST /admin.apps.uninstall") == true)
        let file = try await Recording("google-drive/outside-share-revoke").play().requests.first?.draws
        let alone = try #require(file?.first { $0.budget.concurrent == 1 })
        #expect(alone.key.hasSuffix("1LumenContactsEXAMPLEbbbbbbbbbbbbbb"))
        let github = try Catalog.manifest("github").budgets
        #expect(github.first { $0.name == "anonymous" }?.budget.scope == .vendor)
        #expect(github.first { $0.name == "user" }?.budget.scope == .account)
        let request = try await Recording("github/org-webhook-revoke").play().requests.first
        #expect(request?.limitHeaders.remaining == "x-ratelimit-remaining")
        #expect(request?.limitHeaders.reset == "x-ratelimit-reset")
    }

    @Test("30: every way to sign in is used by some vendor, and none is a way too")
    func credentials() async throws {
        let kinds = try Catalog.entries.flatMap { entry in
            try Catalog.manifest(entry.id).credentials.flatMap { $0.declaration.accepts.map(\.name) }
        }
        #expect(Set(kinds) == Set(CredentialKind.names))
        let schemes = [
            ("slack/org-app-revoke", "Bearer "), ("notion/oauth-token-revoke", "Basic "),
            ("discord/guild-webhook-list", "Bot "), ("aws/list-users-list", "AWS4-HMAC-SHA256 "),
        ]
        for (name, scheme) in schemes {
            #expect(try await Self.request(name).headers["Authorization"]?.hasPrefix(scheme) == true, "\(name)")
        }
        #expect(try await Self.request("telegram/bot-webhook-list").address.target.hasPrefix("/bot"))
        #expect(try await Self.request("meta/system-user-token-revoke").address.target.contains("&client_secret="))
        #expect(try await Self.request("github/leaked-token-bulk").headers["Authorization"] == nil)
    }

    @Test(
        "30: a token that must be got first is got",
        arguments: [
            "google-workspace/token-main-jwt", "google-workspace/token-main-refresh", "microsoft-graph/token-main",
            "highlevel/token-location", "github/token-main", "salesforce/token-main",
        ])
    func tokens(name: String) async throws {
        #expect(try await Recording(name).sent().count == 1)
    }

    private static func request(_ recording: String) async throws -> Request {
        try #require(try await Recording(recording).play().requests.first)
    }
}

import Authorizations
import ConnectorKit
import Connectors
import Documents
import Testing
import Transport

@Suite("What every manifest must be able to say: who may do it") struct ActorShapeTests {
    @Test("1: a surface says who may do it")
    func actor() throws {
        let onlyTheApp = [
            "hubspot/own-app-refresh-token", "shopify/webhook-subscription", "meta/user-permission",
            "square/oauth-grant", "xero/connection", "quickbooks/oauth-grant", "github/oauth-app-grant",
            "gitlab/oauth-app-token", "notion/oauth-token", "asana/oauth-token", "box/oauth-token", "zoom/oauth-token",
            "calendly/oauth-token",
        ]
        for path in onlyTheApp {
            #expect(try Catalog.surface(path).actor == .app, "\(path)")
            #expect(try Catalog.surface(path).revoke != nil, "\(path)")
        }
        for path in ["square/oauth-grant", "notion/oauth-token", "asana/oauth-token", "zoom/oauth-token"] {
            #expect(try Catalog.revoke(path).auth == .named("app"), "\(path)")
        }
        #expect(try Catalog.surface("slack/token").actor == .tokenHolder)
        #expect(try Catalog.revoke("slack/token").auth == .held)
        #expect(try Catalog.surface("slack/org-app").actor == .accountOwner)
    }

    @Test("2: what can be listed but not revoked is a step by hand, at its own page, and is proved by the list")
    func listedOnly() async throws {
        let listedOnly = [
            "twilio/authorized-connect-app", "mailchimp/authorized-app", "zoom/account-app",
            "github/org-app-installation", "highlevel/workflow", "slack/workspace-app-log",
        ]
        for path in listedOnly {
            let surface = try Catalog.surface(path)
            _ = try Catalog.list(path)
            #expect(surface.revoke == nil && surface.disable == nil && surface.manual != nil, "\(path)")
            #expect(surface.isProvable, "\(path)")
            _ = try await Recording(path + "-dead").sent()
        }
        let session = try await AccountSession.entered(
            "github", settings: ["org": ["atelier-lumen"]],
            answers: [Recording("github/whoami").answered, Recording("github/org-app-installation-list").answered])
        let pages = try await session.all("org-app-installation").items.map { $0.values["page"]?.string }
        let settings = "https://github.com/organizations/atelier-lumen/settings/installations/"
        #expect(pages == [settings + "750001", settings + "750002"])
    }

    @Test("3: what can be revoked but not listed comes in by hand; what can be neither is a step, never silence")
    func unlisted() async throws {
        for path in ["slack/token", "google-oauth/refresh-token", "square/oauth-grant"] {
            let surface = try Catalog.surface(path)
            #expect(surface.discover == nil && surface.given != nil && surface.revoke != nil, "\(path)")
        }
        for path in ["google-drive/push-channel", "google-workspace/sessions"] {
            let surface = try Catalog.surface(path)
            #expect(surface.isAssumed && surface.revoke != nil, "\(path)")
        }
        #expect(try Catalog.surface("google-calendar/private-ics-address").isAssumed)
        for path in ["highlevel/calendar-connection", "google-workspace/domain-wide-delegation"] {
            let surface = try Catalog.surface(path)
            #expect(surface.unlistable != nil && surface.revoke == nil, "\(path)")
            let proof = try #require(surface.manual?.proof)
            #expect(!proof.en.isEmpty && !proof.fr.isEmpty, "\(path)")
        }
        let session = try await AccountSession.entered("slack", answers: [Recording("slack/whoami").answered])
        let (items, coverage) = try await session.all("app-level-token")
        #expect(items.count == 1 && items.first?.vendorID == nil)
        #expect(coverage.state == .unlistable && coverage.byNature && coverage.note != nil)
    }

    @Test("4: an operation may have its own host, authentication and body; a credential goes to its own hosts only")
    func ownWays() async throws {
        #expect(try Catalog.manifest("twilio").hosts.count == 8)
        #expect(try Catalog.revoke("box/oauth-token").host == "oauth")
        #expect(try await Recording("box/oauth-token-revoke").sent().first?.hasPrefix("POST /oauth2/revoke ") == true)
        #expect(try await Self.origin("calendly/oauth-token-revoke") == "https://auth.calendly.com")
        #expect(try await Self.authorization("square/oauth-grant-revoke")?.hasPrefix("Client ") == true)
        #expect(try await Self.authorization("github/leaked-token-bulk") == nil)
        let plaid = try await Recording("plaid/item-revoke").play().requests
        let body = try JSON(parsing: try #require(plaid.first?.body))
        #expect(plaid.first?.headers["Authorization"] == nil)
        #expect(body["client_id"]?.string?.isEmpty == false && body["secret"]?.string?.isEmpty == false)

        let elsewhere = try await Recording("slack/org-app-revoke").play { manifest in
            let place = manifest.surfaces.firstIndex { $0.id == "org-app" }
            let index = try #require(place)
            manifest.surfaces[index].revoke?.steps[0].operation.host = "hooks"
        }
        #expect(elsewhere.requests.isEmpty)
        #expect(try await Recording("slack/org-app-revoke").play().requests.count == 1)
    }

    @Test("5: a surface says which credential, scope, role and plan it needs")
    func needs() async throws {
        #expect(try Catalog.surface("highlevel/marketplace-app-installation").credentialKinds == ["oauth_refresh"])
        let slack = try Catalog.surface("slack/org-app").needs
        #expect(slack.list == [["admin.apps:read"]] && slack.revoke == [["admin.apps:write"]])
        #expect(slack.plan?.en == "Enterprise")
        #expect(try Catalog.surface("aws/identity-center-application").needs.role != nil)
        let graph = try Catalog.surface("microsoft-graph/delegated-grant").needs
        #expect(graph.list == [["Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All"]])

        let settings = ["company": ["c"], "app": ["a"], "locations": ["l"]]
        let session = try await AccountSession.entered(
            "highlevel", kind: "bearer", settings: settings, answers: [Recording("highlevel/whoami").answered])
        let coverage = try await session.all("marketplace-app-installation").coverage
        #expect(coverage.state == .notConfigured)
        #expect(coverage.note?.en == "needs a credential of kind oauth_refresh")
    }

    private static func origin(_ recording: String) async throws -> String? {
        try await Recording(recording).play().requests.first?.address.origin.description
    }

    private static func authorization(_ recording: String) async throws -> String? {
        let requests = try await Recording(recording).play().requests
        return try #require(requests.first).headers["Authorization"]
    }
}

extension Surface {
    /// Known to be there, and not seen.
    fileprivate var isAssumed: Bool { if case .assumed? = discover?.source { true } else { false } }
}

import Authorizations
import ConnectorKit
import Connectors
import Documents
import Foundation
import Testing
import Transport

@Suite("What every manifest must be able to say: listing") struct ListingShapeTests {
    @Test(
        "6: lists stand below lists, up to three levels, and bind names on the way",
        arguments: [
            ("google-workspace/user-oauth-token", ["users"]), ("aws/access-key", ["users"]),
            ("zapier/app-connection", ["apps"]), ("calendly/user-webhook-subscription", ["members"]),
            ("gitlab/project-webhook", ["projects"]),
            ("google-cloud/service-account-key", ["service_accounts", "projects"]),
            ("make/requested-credential", ["requests", "teams", "organizations"]),
        ])
    func nested(path: String, parents: [String]) async throws {
        let id = String(path.prefix { $0 != "/" })
        let lists = try Catalog.manifest(id).lists
        var found: [String] = []
        var bound: [String] = []
        var next = try Catalog.surface(path).discover?.forEach?.list
        while let name = next {
            let list = try #require(lists.first { $0.name == name }).list
            found.append(name)
            bound += list.bind.map(\.name)
            next = list.forEach?.list
        }
        #expect(found == parents)
        let used = try Catalog.list(path).operation.usedNames
        #expect(!used.isDisjoint(with: bound))
    }

    @Test(
        "7: a list goes on in the vendor's way",
        arguments: [
            ("google-calendar/calendar-share", "cursor"), ("slack/org-app", "cursor"),
            ("dropbox/device-session", "cursor in the body"), ("shopify/webhook-subscription", "cursor in the body"),
            ("slack/workflow-and-connector", "cursor in the form"),
            ("pipedream/source", "cursor until a page is empty"), ("stripe/webhook-endpoint", "last id"),
            ("highlevel/custom-menu-link", "offset with a total"), ("make/scenario", "offset"),
            ("slack/workspace-app-log", "page"), ("datadog/application-key", "page from 0"),
            ("woocommerce/webhook", "page with a header"), ("github/org-webhook", "link"),
            ("sentry/service-hook", "link that says whether"), ("twilio/api-key", "address"),
            ("salesforce/outbound-message", "address"), ("microsoft-graph/delegated-grant", "address"),
        ])
    func paging(path: String, style: String) async throws {
        #expect(try Catalog.list(path).next.style == style)
        let recording = try Recording(path + "-second-page")
        #expect(try await recording.sent().count > 1)
    }

    @Test(
        "7: a page that repeats, and a page at another address, are errors and no endless list",
        arguments: ["slack/org-app-second-page", "microsoft-graph/delegated-grant-second-page"])
    func endless(name: String) async throws {
        let recording = try Recording(name)
        let repeated = recording.answering(200, recording.exchange.pairs[0].answered.body)
        let failure = ListFailure.failed(reason: "the vendor repeats a page: the list would never end")
        await #expect(throws: failure) { _ = try await repeated.play() }
    }

    @Test("7: the next page is never asked of another host")
    func strangers() async throws {
        let list = try Recording("microsoft-graph/delegated-grant-list")
        let strange = list.answering(200, #"{"value": [], "@odata.nextLink": "https://graph.example/v1.0/grants"}"#)
        let failure = ListFailure.failed(reason: "the next page is on another host (https://graph.example)")
        await #expect(throws: failure) { _ = try await strange.play() }
    }

    @Test("8: a POST may read, with a form, JSON or GraphQL, and is sent in a dry run too")
    func readingByPost() async throws {
        let operations = [
            (try Catalog.list("dropbox/device-session").operation, "json"),
            (try Catalog.list("google-cloud/iam-outside-member").operation, "json"),
            (try Catalog.list("shopify/webhook-subscription").operation, "graphql"),
            (try Catalog.list("slack/workflow-and-connector").operation, "form"),
            (try Catalog.probe("notion/oauth-token"), "json"), (try Catalog.probe("calendly/oauth-token"), "form"),
        ]
        for (operation, body) in operations {
            #expect(operation.verb == "POST" && operation.effect == .read, "\(operation.label)")
            #expect(operation.body?.name == body, "\(operation.label)")
        }
        #expect(try await Recording("google-oauth/access-token-alive").conclusion() == "alive")
        let dryRun = try await Recording("dropbox/device-session-list").play(manner: .dryRun)
        #expect(dryRun.requests.map(\.method) == ["POST"] && dryRun.requests.map(\.effect) == [.read])
    }

    @Test("9: an empty list is told apart from a missing one, and items stand in many shapes")
    func emptiness() async throws {
        let empty = [
            "google-workspace/user-oauth-token-empty", "vault/token-empty-404", "caldav-generic/radicale-link-empty",
            "aws/list-users-empty", "slack/org-app-empty",
        ]
        for name in empty {
            _ = try await Recording(name).sent()
            #expect(try await Recording(name).ids() == [], "\(name)")
        }
        let missing = ListFailure.failed(reason: "the list is missing in the answer")
        let without = try Recording("slack/org-app-empty").answering(200, #"{"ok": true}"#)
        await #expect(throws: missing) { _ = try await without.play() }
        let forms = [
            "mailgun/domain-webhook-list", "vault/list-roles-list", "discord/guild-webhook-list",
            "telegram/bot-webhook-list", "microsoft-graph/app-secret-list", "aws/saml-provider-list",
        ]
        for name in forms { _ = try await Recording(name).sent() }
        #expect(try Catalog.list("mailgun/domain-webhook").outer.first?.shape == .map)
        #expect(try Catalog.list("telegram/bot-webhook").items.shape == .one)
        #expect(try Catalog.list("aws/saml-provider").operation.answer == .xml)
        #expect(try Catalog.list("caldav-generic/calendarserver-share").operation.verb == "PROPFIND")
    }

    @Test("10: a field is read by its place, out of an address, as a time in any form; a filter leaves items out")
    func fields() async throws {
        #expect(try await Recording("atlassian/jira-admin-webhook-list").ids() == ["3", "5"])
        let fields = try #require(try Catalog.surface("keycloak/user-consent").discover).fields
        #expect(fields.contains { $0.name == "state" && $0.field.isOfNameAndValue })

        let whoAmI = try Recording("stripe/whoami").answered
        let numbers = try await AccountSession.entered(
            "stripe", answers: [whoAmI, Recording("stripe/webhook-endpoint-list").answered])
        let created = try await numbers.all("webhook-endpoint").items.first?.createdAt
        #expect(created == Date(timeIntervalSince1970: 1_709_719_260))
        let texts = try await AccountSession.entered(
            "github", settings: ["org": ["atelier-lumen"]],
            answers: [Recording("github/whoami").answered, Recording("github/org-app-installation-list").answered])
        let installed = try await texts.all("org-app-installation").items.first?.createdAt
        #expect(installed == Date(timeIntervalSince1970: 1_716_297_000))

        let share = try Recording("google-calendar/calendar-share-list-rendez-vous")
        #expect(try await share.ids() == ["user:sync@gohighlevel.example"])
        #expect(try await share.replacing(#""role": "reader""#, with: #""role": "none""#).ids() == [])
    }

    @Test("11: of an event log the newest change of each app decides")
    func log() async throws {
        let log = try Recording("slack/workspace-app-log-list")
        #expect(try await log.ids() == ["A02LEADCON9", "A01GITHUB77", "A02DRIFTAP5"])
        let kept = try log.replacing(#""change_type": "removed""#, with: #""change_type": "disabled""#)
        #expect(try await kept.ids().contains("A01TRELLO33"))
        let older = try log.replacing(#""date": "1704276000""#, with: #""date": "1604276000""#)
        #expect(try await older.ids().contains("A01TRELLO33"))
    }

    @Test("12: a list that is not whole says so: an empty one there is not none")
    func completeness() async throws {
        for path in ["asana/webhook", "box/webhook-v2", "trello/board-power-up", "xero/connection"] {
            #expect(try Catalog.surface(path).discover?.partial != nil, "\(path)")
        }
        #expect(try Catalog.list("salesforce/oauth-token").cap == 2500)
        #expect(try Catalog.list("discord/guild-integration").cap == 50)
        let graph = try Catalog.list("microsoft-graph/delegated-grant")
        #expect(graph.expect != nil && graph.operation.header("ConsistencyLevel") == "eventual")
        let session = try await AccountSession.entered(
            "slack", settings: ["enterprise": ["E03LUMENORG"]],
            answers: [Recording("slack/whoami").answered, Recording("slack/org-app-empty").answered])
        let coverage = try await session.all("org-app").coverage
        #expect(coverage.count == 0 && coverage.state == .partial && coverage.byNature)
    }

    @Test("13: a version header differs from one operation to the next, and an older version has another way")
    func versions() async throws {
        #expect(try Catalog.revoke("highlevel/saas-subscription").header("Version") == "2021-04-15")
        #expect(try Catalog.revoke("highlevel/user").header("Version") == "2021-07-28")
        let apps = try Catalog.list("stripe/installed-app").operation.header("Stripe-Version")
        let destinations = try Catalog.list("stripe/event-destination").operation.header("Stripe-Version")
        #expect(apps != nil && destinations != nil && apps != destinations)
        let old = try await Recording("n8n/workflow-disable-old").sent()
        #expect(old.map { $0.hasSuffix("/unpublish") } == [true, false])
        #expect(old.last?.hasSuffix("/deactivate") == true)
    }

    @Test("14: secrets in answers are named, and what looks random is masked")
    func secrets() async throws {
        #expect(try Catalog.list("google-workspace/backup-codes").operation.redact.contains("verificationCode"))
        #expect(try Catalog.list("stripe/webhook-endpoint").operation.redact.contains("secret"))
        #expect(try Catalog.list("discord/guild-webhook").operation.redact.contains("token"))
        #expect(try Catalog.surface("salesforce/oauth-token").discover?.secrets.map(\.name) == ["handle"])
        let ids = try await Recording("salesforce/oauth-token-list").ids()
        #expect(ids.count == 2 && !ids.contains { $0.contains("DELETETOKEN") })

        let random = "q7Zt2Kx9Lm4Vb8NwR3yH5c"
        let list = try Recording("stripe/webhook-endpoint-list")
            .replacing("leadconnectorhq.com/webhooks/stripe/EXAMPLE", with: "leadconnectorhq.com/webhooks/\(random)")
        let session = try await AccountSession.entered(
            "stripe", answers: [Recording("stripe/whoami").answered, list.answered])
        let targets = try await session.all("webhook-endpoint").items.first?.targets
        #expect(targets == ["https://services.leadconnectorhq.com/webhooks/…yH5c"])
    }
}

extension Field {
    /// Read from the entry of a list whose name is told.
    fileprivate var isOfNameAndValue: Bool { if case .first = source { true } else { false } }
}

extension Paging {
    fileprivate var style: String {
        switch self {
        case .none: "none"
        case .cursor(_, .json, _, _): "cursor in the body"
        case .cursor(_, .form, _, _): "cursor in the form"
        case .cursor(_, _, _, true): "cursor until a page is empty"
        case .cursor: "cursor"
        case .last: "last id"
        case .offset(_, _, _, .some): "offset with a total"
        case .offset: "offset"
        case .page(_, _, _, _, .header?, _): "page with a header"
        case .page(_, 0, _, _, _, _): "page from 0"
        case .page: "page"
        case .link(_, let conditions) where !conditions.isEmpty: "link that says whether"
        case .link: "link"
        case .url: "address"
        }
    }
}

extension ConnectorKit.Operation {
    fileprivate func header(_ name: String) -> String? { headers.first { $0.name == name }?.value.shown }

    fileprivate var usedNames: Set<String> {
        var names = path.names + query.flatMap(\.value.names)
        if case .form(let entries)? = body { names += entries.flatMap(\.value.names) }
        return Set(names)
    }
}

extension ConnectorKit.Operation.Body {
    fileprivate var name: String {
        switch self {
        case .form: "form"
        case .json: "json"
        case .graphql: "graphql"
        case .xml: "xml"
        case .text: "text"
        }
    }
}

import Authorizations
import ConnectorKit
import Documents
import Foundation

@testable import Coordination

/// The agency of every screen: four mailboxes, six accounts, thirty authorizations.
enum AtelierLumen {
    static let now = date("2026-11-23T09:02:13Z")
    static let paris = TimeZone(identifier: "Europe/Paris") ?? .gmt
    static let digest = "9f3a61c2" + String(repeating: "0", count: 56)

    static func date(_ text: String) -> Date { Moment.date(.string(text)) ?? .distantPast }

    static let accounts: [Plan.Account] = [
        account("google", "google-workspace", "direction@atelier-lumen.example"),
        account("zapier", "zapier", "direction@atelier-lumen.example"),
        account("slack", "slack", "atelier-lumen"),
        account("stripe", "stripe", "acct_1Nv0FGQ9RKHgCVdK"),
        account("github", "github", "atelier-lumen"),
        account("highlevel", "highlevel", "Atelier Lumen"),
    ]

    private static func account(_ name: String, _ connector: String, _ identity: String) -> Plan.Account {
        Plan.Account(
            name: name, connector: connector, connectorDigest: "", hosts: ["\(connector).example"], identity: identity)
    }

    static func plan() -> Plan {
        var items = google + zapier + slack + stripe + github + highlevel
        for index in items.indices { items[index].number = index + 1 }
        return sealed(items, coverage)
    }

    static func sealed(_ items: [Plan.Item], _ coverage: [Coverage], accounts: [Plan.Account] = accounts) -> Plan {
        Plan(
            digest: digest, accounts: accounts, createdAt: now, expiresAt: now.addingTimeInterval(Plan.lifetime),
            vendor: nil,
            items: items, coverage: coverage, effects: [:])
    }

    /// One item; a number is given later.
    static func item(
        _ account: String, _ surface: String, _ kind: Kind, _ title: String, _ holder: String? = nil,
        owner: String? = nil,
        scopes: [String] = [], target: String? = nil, used: String? = nil, action: Action = .revoke,
        reversible: Bool = false,
        because: [String] = [], before: Bool = false, isListed: Bool = true, phase: Phase? = nil
    ) -> Plan.Item {
        let id = isListed ? "id-\(title.count)-\(title.filter(\.isLetter).prefix(8))" : nil
        var authorization = Authorization(
            id: "\(account)/\(surface)/\(id ?? "-")", account: account, surface: surface, kind: kind, vendorID: id,
            title: title)
        authorization.holder = holder
        authorization.owner = owner.map { $0.contains("@") ? $0 + "atelier-lumen.example" : $0 }
        authorization.scopes = scopes
        authorization.targets = target.map { [$0] } ?? []
        authorization.lastUsedAt = used.map { date($0 + "T12:00:00Z") }
        return Plan.Item(
            authorization: authorization, number: 0, action: action, phase: phase ?? kind.phase ?? .keys,
            isReversible: reversible, because: because, isBefore: before)
    }

    private static let api = "https://www.googleapis.com/auth/"

    private static var google: [Plan.Item] {
        func grant(_ holder: String, _ owner: String, _ scopes: [String], _ used: String?) -> Plan.Item {
            item(
                "google", "user-oauth-token", .oauthGrant, holder, holder, owner: owner,
                scopes: scopes.map { api + $0 }, used: used)
        }
        return [
            grant("Lead Connector", "direction@", ["calendar", "gmail.modify"], "2026-11-22"),
            grant("Lead Connector", "studio@", ["calendar"], "2026-11-20"),
            grant("Lead Connector", "compta@", ["calendar"], "2025-04-02"),
            grant("Zapier", "direction@", ["calendar", "spreadsheets"], "2026-11-23"),
            grant("Drift", "contact@", ["gmail.readonly"], "2026-11-19"),
            grant("Calendly", "direction@", ["calendar"], nil),
            item("google", "app-specific-password", .accessToken, "GHL mail", owner: "contact@", used: "2026-10-02"),
            item(
                "google", "calendar-acl", .calendarShare, "Rendez-vous", "sync@gohighlevel.example", scopes: ["reader"],
                reversible: true),
            item(
                "google", "secret-address", .other, "The secret address is in no list.", action: .manual,
                isListed: false, phase: .shares),
        ]
    }

    private static var zapier: [Plan.Item] {
        [
            item("zapier", "zap", .automation, "Lead GHL > Agenda", used: "2026-11-22", action: .manual, before: true),
            item("zapier", "zap", .automation, "Facture > GHL", used: "2026-11-21", action: .manual, before: true),
            item(
                "zapier", "zap", .automation, "Formulaire > Slack", used: "2026-11-23", action: .keep,
                because: ["our contact form"]),
            item(
                "zapier", "app-connection", .connectedAccount, "LeadConnector #2", "LeadConnector", used: "2026-11-22"),
            item(
                "zapier", "app-connection", .connectedAccount, "Google Calendar direction@", "Google Calendar",
                used: "2026-11-22"),
        ]
    }

    private static var slack: [Plan.Item] {
        [
            item(
                "slack", "workspace-app-log", .installedApp, "LeadConnector", "LeadConnector",
                scopes: ["channels:read"], action: .manual),
            item(
                "slack", "workspace-app-log", .installedApp, "Drift", "Drift", scopes: ["channels:history"],
                action: .manual),
            item(
                "slack", "workspace-app-log", .installedApp, "GitHub", "GitHub", scopes: ["chat:write"], action: .keep,
                because: ["team notifications"]),
        ]
    }

    private static var stripe: [Plan.Item] {
        func webhook(_ target: String, _ scopes: [String]) -> Plan.Item {
            item(
                "stripe", "webhook-endpoint", .webhook, target, scopes: scopes, target: target, action: .disable,
                reversible: true)
        }
        return [
            webhook(
                "https://services.leadconnectorhq.example/stripe/webhook",
                ["charge.succeeded", "charge.failed", "invoice.paid", "invoice.payment_failed"]),
            webhook("https://hooks.zapier.example/hooks/standard/18/c4f2/", ["invoice.created"]),
            item(
                "stripe", "installed-app", .installedApp, "HighLevel", "HighLevel", scopes: ["customers", "payments"]),
            item("stripe", "installed-app", .installedApp, "Mailchimp", "Mailchimp", scopes: ["customers"]),
            webhook("https://old-shop.example/hook", ["*"]),
        ]
    }

    private static var github: [Plan.Item] {
        [
            item(
                "github", "repo-webhook", .webhook, "web", owner: "atelier-lumen/site", scopes: ["issues"],
                target: "https://services.leadconnectorhq.example/gh", used: "2026-11-23"),
            item(
                "github", "deploy-key", .apiKey, "drift-widget", owner: "atelier-lumen/widget", scopes: ["write"],
                used: "2026-06-02"),
            item("github", "deploy-key", .apiKey, "mailchimp", owner: "atelier-lumen/site", scopes: ["read"]),
            item(
                "github", "repo-webhook", .webhook, "web", owner: "atelier-lumen/site", scopes: ["push"],
                target: "https://hooks.zapier.example/hooks/catch/9", used: "2026-11-22"),
        ]
    }

    private static var highlevel: [Plan.Item] {
        [
            item("highlevel", "social-account", .connectedAccount, "Atelier Lumen", "Facebook", scopes: ["posts"]),
            item(
                "highlevel", "social-account", .connectedAccount, "Atelier Lumen", "Google Business Profile",
                scopes: ["posts"]),
            item(
                "highlevel", "calendar-connection", .connectedAccount, "The connected calendars are in no list.",
                action: .manual, isListed: false),
            item(
                "highlevel", "private-integration", .accessToken, "revoke", used: "2026-11-23", action: .manual,
                phase: .ownCredential),
        ]
    }

    static let coverage: [Coverage] = {
        func entry(
            _ account: String, _ surface: String, _ state: Coverage.State, _ note: String? = nil,
            byNature: Bool = false, count: Int = 0, expected: Int? = nil
        ) -> Coverage {
            Coverage(
                account: account, surface: surface, state: state, byNature: byNature, count: count, expected: expected,
                note: note.map { LocalizedText(en: $0, fr: $0) })
        }
        return [
            entry("google", "user-oauth-token", .seen, count: 6),
            entry("google", "app-specific-password", .seen, count: 1),
            entry("google", "calendar-acl", .seen, count: 1),
            entry("google", "sessions", .notConfigured, "left out unless --kind session asks for it", byNature: true),
            entry("google", "domain-wide-delegation", .unlistable, "no API lists it", byNature: true),
            entry("google", "secret-address", .unlistable, "no API lists it", byNature: true),
            entry("zapier", "zap", .seen, count: 3),
            entry(
                "zapier", "app-connection", .partial, "connections that others did not share are left out",
                byNature: true, count: 2),
            entry("zapier", "mcp-server-token", .unlistable, "no API lists it", byNature: true),
            entry(
                "slack", "workspace-app-log", .partial, "cut short after 4 pages: the answers stopped", count: 400,
                expected: 1200),
            entry("slack", "incoming-webhook", .unlistable, "no API lists it", byNature: true),
            entry("stripe", "webhook-endpoint", .seen, count: 3), entry("stripe", "installed-app", .seen, count: 2),
            entry("stripe", "api-key", .forbidden, "the key may not list API keys (needs key_read)"),
            entry("github", "repo-webhook", .seen, count: 2), entry("github", "deploy-key", .seen, count: 2),
            entry("github", "org-fine-grained-pat", .failed, "api.github.com was not reached in 30 s"),
            entry("highlevel", "social-account", .seen, count: 2),
            entry("highlevel", "calendar-connection", .unlistable, "no API lists it", byNature: true),
        ]
    }()
}

import Authorizations
import ConnectorKit
import Documents
import Foundation

@testable import Coordination

extension AtelierLumen {
    /// What the connectors say of the places that the screens tell more about.
    static let manifests: [String: Manifest] = [
        manifest("google-workspace", "Google Workspace", [grants, unlisted("secret-address", .other, calendarSteps)]),
        manifest("zapier", "Zapier", [byHand("zap", .automation, zapSteps)]),
        manifest("slack", "Slack", [byHand("workspace-app-log", .installedApp, slackSteps)]),
        manifest(
            "highlevel", "HighLevel",
            [
                unlisted("calendar-connection", .connectedAccount, nil),
                byHand("private-integration", .accessToken, tokenSteps),
            ]),
    ].reduce(into: [:]) { $0[$1.id] = $1 }

    private static func manifest(_ id: String, _ title: String, _ surfaces: [Surface]) -> Manifest {
        Manifest(
            id: id, title: title, sources: [], hosts: [("api", Template(literal: "https://api.\(id).example/v1"))],
            surfaces: surfaces, digest: "")
    }

    private static func text(_ text: String) -> LocalizedText { LocalizedText(en: text, fr: text) }

    private static var grants: Surface {
        var surface = Surface(
            id: "user-oauth-token", kind: .oauthGrant, phase: .grants, actor: .accountOwner, confidence: .high,
            auth: .none)
        surface.effects = text("Ends the app's access to this person's data.")
        surface.comesBack = text(
            "The person can consent again at once, unless the app is blocked: Admin console > Security > API controls.")
        surface.beyond = text("Also ends what this person granted to other apps of the same project.")
        surface.residual = Surface.Residual(
            duration: .seconds(3600), note: text("Access tokens that were issued before live on for an hour."))
        return surface
    }

    private static func byHand(_ id: String, _ kind: Kind, _ manual: Manual?) -> Surface {
        var surface = Surface(
            id: id, kind: kind, phase: kind.phase ?? .keys, actor: .accountOwner, confidence: .high, auth: .none)
        surface.manual = manual
        return surface
    }

    private static func unlisted(_ id: String, _ kind: Kind, _ manual: Manual?) -> Surface {
        var surface = byHand(id, kind, manual)
        surface.unlistable = text("no API lists it")
        return surface
    }

    private static func manual(_ link: String, _ steps: [String], proof: String) -> Manual {
        Manual(link: Template(literal: link), steps: (en: steps, fr: steps), proof: text(proof))
    }

    private static let zapSteps = manual(
        "https://zapier.com/app/assets/zaps", ["Find the Zap by its name", "Switch it off", "Menu > Delete"],
        proof: "The Zap is absent from the list.")
    private static let slackSteps = manual(
        "https://slack.com/apps/manage",
        ["Workspace name > Tools & settings > Manage apps", "Open the app, tab Configuration", "Remove app"],
        proof: "The integration log shows it removed.")
    private static let calendarSteps = manual(
        "https://calendar.google.com/calendar/r/settings",
        ["Open the calendar's settings, Integrate calendar", "Secret address: Reset"],
        proof: "The old address answers 404.")
    private static let tokenSteps = manual(
        "https://app.gohighlevel.com/settings/private-integrations",
        ["Open the integration named revoke", "Delete it, last of all"],
        proof: "The token is absent from the page.")

    /// The run of every screen: 18 dead, 1 alive, 1 unknown, 1 failed, 7 by hand, 2 kept.
    static func report(wasInterrupted: Bool = false) -> RunReport {
        let plan = plan()
        let end = date("2026-11-23T09:07:44Z")
        var results: [Int: StepResult] = [:]
        for item in plan.items {
            switch item.action {
            case .keep: results[item.number] = StepResult(Settlement(.kept, reason: item.because.first))
            case .manual: results[item.number] = StepResult(Settlement(.manual))
            case .revoke, .disable:
                let at = now.addingTimeInterval(Double(item.number) * 0.8)
                results[item.number] = StepResult(
                    Settlement(.dead, evidence: "listed again: it is no longer there"), attempts: 1, acceptedAt: at,
                    verifiedAt: now.addingTimeInterval(72))
            }
        }
        results[4]?.residualUntil = date("2026-11-23T10:02:20Z")
        results[5]?.residualUntil = date("2026-11-23T10:02:24Z")
        results[13] = StepResult(
            Settlement(.unknown, reason: "5 reads in a row brought no conclusion: HTTP 502"), attempts: 1)
        results[20] = StepResult(
            Settlement(.alive, reason: "the vendor accepted it, yet it is still there after 10 reads"), attempts: 1,
            acceptedAt: end)
        results[24] = StepResult(Settlement(.failed, reason: "Repository was archived so is read-only."), attempts: 1)
        results[25] = StepResult(
            Settlement(.alreadyDead, evidence: "listed again: it is no longer there"), verifiedAt: now)
        if wasInterrupted { for number in 26...28 { results[number] = StepResult(Settlement(.skipped)) } }
        return RunReport(
            run: "20261123-k7q2", plan: plan, startedAt: now, endedAt: end, results: results, secondsToInventory: 6.2,
            logSize: 82,
            logRoot: "5c1e90d41f0c6a7b8e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69b07a", wasInterrupted: wasInterrupted)
    }
}

import Authorizations
import Configuration
import ConnectorKit
import Coordination
import Foundation
import Reporting

/// The words of what can go wrong before anything was sent, each with what to do.
extension Complaint {
    static func usage(_ code: String, _ message: String, hint: String? = nil) -> Complaint {
        Complaint(code: code, message: message, hint: hint, exitCode: ExitStatus.usage.rawValue)
    }

    static func failure(_ code: String, _ message: String, hint: String? = nil) -> Complaint {
        Complaint(code: code, message: message, hint: hint, exitCode: ExitStatus.error.rawValue)
    }

    static func noConfiguration(_ file: String) -> Complaint {
        usage(
            "no-configuration", "No accounts yet: \(file) does not exist. Nothing was read.",
            hint: "To try everything without an account: revoke sandbox --write-config sandbox/config.yaml")
    }

    static func unreadable(_ file: String, reason: String) -> Complaint {
        failure("unreadable", "\(file) cannot be read: \(reason)", hint: "Check its name and its permissions.")
    }

    static func configuration(_ error: ConfigurationError) -> Complaint {
        usage(
            "configuration", error.issues.map(\.description).joined(separator: "\n"),
            hint:
                "Nothing was read or sent. Mend \(error.issues.count == 1 ? "this line" : "these lines") and try again."
        )
    }

    static func noSecret(_ problems: [String]) -> Complaint {
        usage("no-secret", problems.joined(separator: "\n"), hint: "Nothing was read or sent.")
    }

    static func unknownAccount(_ name: String, known: [String]) -> Complaint {
        let hint =
            Suggestion.nearest(to: name, among: known).map { "Did you mean '\($0)'?" }
            ?? "You have: \(known.joined(separator: " "))"
        return usage("unknown-account", "No account is called '\(name)'; nothing was selected.", hint: hint)
    }

    static func unknownConnector(_ id: String, known: [String]) -> Complaint {
        let near = Suggestion.nearest(to: id, among: known).map { "Did you mean '\($0)'? " } ?? ""
        return usage(
            "unknown-connector", "No connector is called '\(id)'.", hint: near + "All of them: revoke connectors list")
    }

    static func connectorWithoutAccount(_ id: String, configured: [String]) -> Complaint {
        usage(
            "no-account", "No account uses the connector '\(id)'; nothing was selected.",
            hint: "Your accounts use: \(configured.joined(separator: " "))")
    }

    static func unknownKind(_ text: String) -> Complaint {
        let all = Kind.allCases.map(\.rawValue)
        let hint =
            Suggestion.nearest(to: text, among: all).map { "Did you mean '\($0)'?" }
            ?? "All of them: \(all.joined(separator: " "))"
        return usage("unknown-kind", "'--kind \(text)' is no kind of authorization.", hint: hint)
    }

    static func notAnAuthorization(_ text: String) -> Complaint {
        usage(
            "unknown-authorization",
            "'\(text)' is neither a number of the last plan nor the id of an authorization; nothing was selected.",
            hint: "See both with: revoke --dry-run --format json")
    }

    static func unknownNumber(_ number: Int) -> Complaint {
        usage(
            "unknown-authorization", "The last plan has no number \(number); nothing was selected.",
            hint: "Number them anew: revoke --dry-run")
    }

    static func nothingMatches(_ ids: [String]) -> Complaint {
        usage(
            "unknown-authorization", "Nothing is called '\(ids.joined(separator: "', '"))' now; nothing was selected.",
            hint: "It may be gone already. Look: revoke --dry-run")
    }

    static func notADuration(_ text: String, option: String) -> Complaint {
        usage("not-a-duration", "'\(option) \(text)' is no length of time.", hint: "Write 90d, 36h or 2m.")
    }

    static func manifest(_ error: ManifestError) -> Complaint {
        usage("manifest", error.issues.map(\.description).joined(separator: "\n"))
    }

    static func exchanges(_ problems: [String]) -> Complaint {
        usage("exchanges", problems.joined(separator: "\n"), hint: "The format: connectors/README.md")
    }

    static func untrusted(_ id: String, _ folder: String) -> Complaint {
        usage(
            "untrusted-connector",
            "The connector '\(id)' comes from \(folder) and was not confirmed as it is now. Nothing was read.",
            hint: "Look at its hosts and allow it: revoke connectors trust \(folder)")
    }

    // MARK: Confirmation

    static func noTerminal(_ count: Int) -> Complaint {
        usage(
            "not-confirmed", "There is no terminal to ask on; nothing was changed.",
            hint: "Confirm in the command: --confirm \(count), or look: --dry-run")
    }

    static func notConfirmed(typed: String, count: Int) -> Complaint {
        let typed = typed.isEmpty ? "nothing" : typed
        return usage(
            "not-confirmed", "Stopped: you typed \(typed), the plan has \(count). Nothing was changed.",
            hint: "Look again: revoke --dry-run")
    }

    static func overCap(_ count: Int, cap: Int) -> Complaint {
        usage(
            "over-cap", "This would end \(count) authorizations, more than the limit of \(cap). Nothing was changed.",
            hint: "Narrow it, or allow it once: --max \(count)")
    }

    static func overShare(_ count: Int, of total: Int, cap: Int) -> Complaint {
        let share = total == 0 ? 100 : Int((Double(count) * 100 / Double(total)).rounded(.up))
        return usage(
            "over-cap",
            "This would end \(count) of the \(total) that were listed (\(share) %), more than the limit of \(cap) %. Nothing was changed.",
            hint: "Narrow it, or allow it once: --max-percent \(share)")
    }

    // MARK: Plans

    static func plan(_ problem: PlanProblem, file: String) -> Complaint {
        switch problem {
        case .notJSON(let reason):
            usage(
                "not-a-plan", "\(file) is no plan: \(reason). Nothing was sent.",
                hint: "Make one: revoke --dry-run --plan-out \(file)")
        case .malformed(let place):
            usage(
                "not-a-plan", "\(file) is no plan: '\(place)' is missing or not what it must be. Nothing was sent.",
                hint: "Make a new one: revoke --dry-run --plan-out \(file)")
        case .otherSchema(let found):
            usage(
                "not-a-plan", "\(file) says it is '\(found)'; a plan says 'revoke/plan/1'. Nothing was sent.",
                hint: "Make a new one: revoke --dry-run --plan-out \(file)")
        case .digestDiffers:
            usage(
                "changed-plan", "\(file) was changed after it was made: its seal does not fit. Nothing was sent.",
                hint: "Make a new one: revoke --dry-run --plan-out \(file)")
        }
    }

    static func stalePlan(_ plan: Plan, file: String) -> Complaint {
        usage(
            "stale-plan",
            "This plan is from \(Moment.text(plan.createdAt)) and expired on \(Moment.text(plan.expiresAt)). Nothing was sent.",
            hint: "Make a new one: revoke --dry-run --plan-out \(file)")
    }

    static func appliedPlan(_ run: String) -> Complaint {
        usage(
            "applied-plan", "This plan was carried out as run \(run). Nothing was sent.",
            hint: "See what became of it: revoke verify \(run)")
    }

    static func foreignPlan(_ differences: [String]) -> Complaint {
        usage(
            "foreign-plan",
            "This plan does not fit your accounts; nothing was sent.\n" + differences.joined(separator: "\n"),
            hint: "Sign in as the plan has it, or make a new plan: revoke --dry-run --plan-out FILE")
    }

    static func lockedOut(_ inventory: Inventory) -> Complaint {
        let lines = inventory.visited.compactMap { visited in
            visited.failure.map { "\(visited.visit.id): \($0.reason)" }
        }
        return failure(
            "locked-out", "Not one account could be entered; nothing was changed.\n" + lines.joined(separator: "\n"),
            hint: "See each account: revoke accounts check")
    }

    static func noRun(_ id: String?) -> Complaint {
        id.map { usage("unknown-run", "No run is called '\($0)'.", hint: "See them: revoke log list") }
            ?? usage("unknown-run", "There was no run yet.", hint: "Look first: revoke --dry-run")
    }
}

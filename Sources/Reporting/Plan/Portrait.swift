internal import Authorizations
internal import Foundation

/// How one authorization is told in the width of a table's cell.
struct Portrait {
    var who: String?
    /// What it is: kind and title, with the owner before it where it has no column of its own.
    var head = ""
    var host = ""
    /// What it may do.
    var rest = ""

    private static let scopesShown = 12

    /// Takes the owner as it is to be shown; `nil` where it has a column of its own or is not known.
    init(_ authorization: Authorization, owner: String?, _ wording: Wording) {
        who = Self.filled(authorization.holder)
        guard authorization.vendorID != nil else {
            head = wording.unlistable(authorization.surface)
            return
        }
        let title = Self.filled(authorization.title)
        let isNews = title != nil && !Self.same(title, authorization.holder) && !Self.same(title, authorization.owner)
        let target = authorization.targets.first.map(Self.host) ?? ""
        var named = [authorization.kind == .oauthGrant && !isNews ? "" : wording.kind(authorization.kind)]
        if let title, isNews, !Self.same(title, authorization.targets.first) { named.append(wording.quoted(title)) }
        head = named.filter { !$0.isEmpty }.joined(separator: " ")
        if let owner { head = head.isEmpty ? owner : owner + ": " + head }
        if !target.isEmpty {
            head += head.isEmpty ? wording.towards : " " + wording.towards
            host = target
            if authorization.targets.count > 1 { rest = " " + wording.more(authorization.targets.count - 1) }
        }
        let scopes = Self.shortened(authorization.scopes)
        if !scopes.isEmpty { rest += (head.isEmpty ? "" : ": ") + scopes }
        if head.isEmpty, rest.isEmpty { head = wording.kind(authorization.kind) }
        if head.isEmpty, rest.isEmpty { head = title ?? authorization.surface }
        // The second colon of "owner: kind: scopes" would say nothing.
        if let owner, head == owner, rest.isEmpty { head = owner + ": " + wording.kind(authorization.kind) }
    }

    var cell: Cell {
        var cell = Cell(head)
        cell.host = host
        cell.rest = rest
        if host.isEmpty { cell.text += rest }
        return cell
    }

    /// In one sentence's piece, for lists that are not tables.
    var text: String { head + host + rest }

    private static func filled(_ text: String?) -> String? {
        let trimmed = text?.trimmingCharacters(in: .whitespaces)
        return trimmed?.isEmpty == false ? trimmed : nil
    }

    private static func same(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return false }
        return one.lowercased() == other.lowercased()
    }

    /// Of an address the host; anything else as it is.
    static func host(_ target: String) -> String {
        guard let scheme = target.range(of: "://") else { return target }
        let authority = target[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return host.isEmpty ? target : host
    }

    /// Scopes that are addresses by their last part: `…/auth/calendar.readonly` is calendar.readonly.
    private static func shortened(_ scopes: [String]) -> String {
        scopes.prefix(scopesShown).map { scope in
            guard scope.contains("://") else { return scope }
            let path = scope.split(separator: "/").last.map(String.init) ?? scope
            return path.isEmpty ? scope : path
        }.joined(separator: ", ")
    }
}

/// Owners without the domain that all of an account have in common.
struct OwnerNames {
    private var domains: [String: String?] = [:]

    init<Authorizations: Sequence>(_ authorizations: Authorizations) where Authorizations.Element == Authorization {
        for authorization in authorizations {
            guard let owner = authorization.owner, let at = owner.lastIndex(of: "@") else { continue }
            let domain = String(owner[at...])
            if let known = domains[authorization.account] {
                if known != domain { domains[authorization.account] = .some(nil) }
            } else {
                domains[authorization.account] = domain
            }
        }
    }

    func short(_ authorization: Authorization) -> String? {
        guard let owner = authorization.owner, !owner.isEmpty else { return nil }
        guard let domain = domain(of: authorization.account), owner.hasSuffix(domain) else { return owner }
        return owner.dropLast(domain.count) + "@"
    }

    /// With its @; `nil` where there is none in common.
    func domain(of account: String) -> String? { domains[account] ?? nil }
}

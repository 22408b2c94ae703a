internal import Authorizations
internal import Foundation

/// How one authorization is told in the width of a table's cell.
struct Portrait {
    var who: String?
    /// What it is: kind and title.
    var head = ""
    /// A host or an id within the text, which is not cut at its end.
    var whole = ""
    /// Whose data it opens, and what it may do.
    var rest = ""

    private static let scopesShown = 12
    private static let idShown = 21

    /// Takes the owner as it is to be shown; `nil` where it has a column of its own or is not known.
    init(_ authorization: Authorization, owner: String?, _ terminal: Terminal, _ wording: Wording) {
        who = Self.filled(authorization.holder)
        guard authorization.vendorID != nil else {
            head = wording.unlistable(authorization.surface)
            return
        }
        let scopes = Self.shortened(authorization.scopes)
        let target = authorization.targets.first.map(Self.host) ?? ""
        let title = Self.news(in: authorization)
        // A grant by the name of its holder is told by what it opens.
        if authorization.kind == .oauthGrant, title == nil, target.isEmpty, owner != nil || !scopes.isEmpty {
            head = [owner, scopes].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
            return
        }
        head = wording.kind(authorization.kind)
        if target.isEmpty {
            name(title, terminal, wording)
        } else {
            if let title { add(wording.quoted(title)) }
            add(wording.towards)
            whole = target
            if authorization.targets.count > 1 { rest = " " + wording.more(authorization.targets.count - 1) }
        }
        if head.isEmpty, whole.isEmpty { head = Self.filled(authorization.title) ?? authorization.surface }
        if let owner { rest += wording.of(owner) }
        if !scopes.isEmpty { rest += ": " + scopes }
    }

    private mutating func add(_ text: String) { head += head.isEmpty ? text : " " + text }

    private mutating func name(_ title: String?, _ terminal: Terminal, _ wording: Wording) {
        guard let title else { return }
        guard Cut.fitting(title) == .middle else { return add(wording.quoted(title)) }
        add("")
        whole = terminal.isTerminal ? Cutting.middle(title.visible, width: Self.idShown, terminal) ?? title : title
    }

    var cell: Cell {
        var cell = Cell(head)
        cell.whole = whole
        cell.rest = rest
        if whole.isEmpty { cell.text += rest }
        return cell
    }

    /// For lists that are not tables.
    var text: String { head + whole + rest }

    /// A title that says more than holder, owner and target do.
    private static func news(in authorization: Authorization) -> String? {
        guard let title = filled(authorization.title) else { return nil }
        let known = [authorization.holder, authorization.owner, authorization.targets.first].compactMap {
            $0?.lowercased()
        }
        return known.contains(title.lowercased()) ? nil : title
    }

    private static func filled(_ text: String?) -> String? {
        let trimmed = text?.trimmingCharacters(in: .whitespaces)
        return trimmed?.isEmpty == false ? trimmed : nil
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

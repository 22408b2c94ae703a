internal import Documents
internal import Foundation

/// Who may assume a role: the policy that stands on it, as JSON.
///
/// An outsider is an AWS principal of another account, or `*`. Federated principals have surfaces of their own, AWS
/// services are no third party, and the bare ids of deleted users and roles can never be used again.
struct TrustPolicy: Sendable, Hashable {
    static let anyone = "*"
    private var document: JSONObject

    /// AWS sends it percent-encoded, stand-ins for AWS as it is.
    init?(_ text: String) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let plain = trimmed.hasPrefix("{") ? trimmed : trimmed.removingPercentEncoding
        guard let plain, case .object(let object)? = try? JSON(parsing: plain) else { return nil }
        document = object
    }

    var text: String { JSON.object(document).text }

    /// A list, or one statement alone.
    private(set) var statements: [JSONObject] {
        get { document["Statement"].map { ($0.array ?? [$0]).compactMap(\.object) } ?? [] }
        set { document["Statement"] = .array(newValue.map(JSON.object)) }
    }

    /// Accounts other than `own` that are allowed in, `*` among them, in order.
    func outsiders(of own: String) -> [String] {
        let trusted = statements.flatMap { statement in statement.trusted.compactMap(statement.account) }
        return trusted.reduce(into: []) { if $1 != own && !$0.contains($1) { $0.append($1) } }
    }

    /// Those that let `account` in, whomever else they let in.
    func statements(trusting account: String) -> [JSONObject] { statements.filter { $0.only(account) != nil } }

    /// How `account` is narrowed down, for people: principals that are not the whole account, and conditions.
    func terms(for account: String) -> [String] {
        let terms = statements(trusting: account).flatMap { statement in
            (statement.only(account)?.trusted ?? []).filter { $0 != account && !$0.hasSuffix(":root") }
                + statement.conditions
        }
        return terms.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Takes `account` out of every statement; `false` where none trusts it.
    ///
    /// IAM refuses a policy without a statement, and a role cannot be without a policy. So where nothing is left, the
    /// account is denied instead: nobody is let in, and whoever reads the policy sees why.
    mutating func remove(_ account: String) -> Bool {
        let removed = statements.compactMap { $0.only(account) }
        if removed.isEmpty { return false }
        let left = statements.compactMap { $0.without(account) }
        statements = left.isEmpty ? removed.prefix(1).compactMap(\.denial) : left
        return true
    }

    /// Lets `account` in again as the statements did that stood here before; `false` where it is let in so already.
    mutating func restore(_ account: String, as before: [JSONObject]) -> Bool {
        let missing = before.filter { $0.only(account).map { !contains($0) } ?? false }
        if missing.isEmpty { return false }
        var restored = statements
        let denials = missing.compactMap { $0.only(account)?.denial }
        restored.removeAll(where: denials.contains)
        for statement in missing {
            // What was left of it, unless that was changed since.
            if let rest = statement.without(account), let index = restored.firstIndex(of: rest) {
                restored[index] = statement
            } else if var own = statement.only(account) {
                if restored.contains(where: { $0["Sid"] != nil && $0["Sid"] == own["Sid"] }) { own["Sid"] = nil }
                restored.append(own)
            }
        }
        statements = restored
        return true
    }

    private func contains(_ removed: JSONObject) -> Bool {
        let alike = statements.filter {
            $0.isAllowing && $0.leavingOut("Principal", "Sid") == removed.leavingOut("Principal", "Sid")
        }
        return Set(alike.flatMap(\.trusted)).isSuperset(of: removed.trusted)
    }

    /// `arn:aws:iam::464622532012:root`, `arn:aws:sts::464622532012:assumed-role/a/b`, `464622532012` or `*`.
    static func account(of principal: String) -> String? {
        if principal == anyone { return anyone }
        let parts = principal.split(separator: ":", omittingEmptySubsequences: false)
        let account = parts.count >= 6 && parts[0] == "arn" ? parts[4] : principal[...]
        return account.count == 12 && account.allSatisfy { ("0"..."9").contains($0) } ? String(account) : nil
    }
}

/// One statement.
extension JSONObject {
    fileprivate var isAllowing: Bool { self["Effect"]?.string == "Allow" }

    /// Its AWS principals.
    fileprivate var principals: [String] {
        switch self["Principal"] {
        case .string(let principal)?: principal == TrustPolicy.anyone ? [principal] : []
        case .object(let kinds)?: kinds["AWS"].map { ($0.array ?? [$0]).compactMap(\.string) } ?? []
        default: []
        }
    }

    /// Those that it allows in.
    fileprivate var trusted: [String] { isAllowing ? principals : [] }

    /// The same for `account` alone; `nil` where it does not let it in.
    fileprivate func only(_ account: String) -> JSONObject? {
        let kept = trusted.filter { self.account(of: $0) == account }
        if kept.isEmpty { return nil }
        var one = self
        if kept != principals || self["Principal"]?.object?.count ?? 1 > 1 { one.set(kept) }
        return one
    }

    /// The same for everybody else; `nil` where nobody is left.
    fileprivate func without(_ account: String) -> JSONObject? {
        let kept = trusted.filter { self.account(of: $0) != account }
        if kept.count == trusted.count { return self }
        guard var kinds = self["Principal"]?.object else { return nil }
        kinds["AWS"] = kept.isEmpty ? nil : Self.list(kept)
        if kinds.isEmpty { return nil }
        var rest = self
        rest["Principal"] = .object(kinds)
        return rest
    }

    private mutating func set(_ principals: [String]) {
        self["Principal"] = .object(["AWS": Self.list(principals)])
    }

    /// One alone is written as a text.
    private static func list(_ texts: [String]) -> JSON {
        texts.count == 1 ? .string(texts[0]) : .array(texts.map(JSON.string))
    }

    fileprivate func leavingOut(_ names: String...) -> JSONObject {
        JSONObject(members.filter { !names.contains($0.key) }.map { ($0.key, $0.value) })
    }

    private var tests: [(test: String, key: String, values: [String])] {
        (self["Condition"]?.object?.members ?? []).flatMap { test, keys in
            (keys.object?.members ?? []).map { ($0.key, ($0.value.array ?? [$0.value]).compactMap(\.scalarText)) }
                .map { (test, $0.0, $0.1) }
        }
    }

    /// `sts:ExternalId=acme-42`; what is not a comparison for being equal is named before it.
    fileprivate var conditions: [String] {
        tests.flatMap { test, key, values in
            values.map {
                ["StringEquals", "StringLike", "ArnLike", "ArnEquals"].contains(test)
                    ? "\(key)=\($0)" : "\(test) \(key)=\($0)"
            }
        }
    }

    /// The account of one of its principals; where a condition narrows everybody down to one account, that one.
    fileprivate func account(of principal: String) -> String? {
        let only = tests.first { $0.test == "StringEquals" && $0.key.lowercased() == "aws:principalaccount" }
        if principal == TrustPolicy.anyone, let only, only.values.count == 1 {
            return TrustPolicy.account(of: only.values[0])
        }
        return TrustPolicy.account(of: principal)
    }

    /// The statement that lets in nobody, and names whom this one let in.
    fileprivate var denial: JSONObject? {
        guard let principal = trusted.first, let account = account(of: principal) else { return nil }
        let parts = principal.split(separator: ":")
        let whole = parts.count > 1 ? "\(parts[0]):\(parts[1]):iam::\(account):root" : account
        return [
            "Effect": .string("Deny"), "Principal": .object(["AWS": .string(whole)]),
            "Action": .string("sts:AssumeRole"),
        ]
    }
}

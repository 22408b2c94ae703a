package import Authorizations
internal import ConnectorKit
internal import Cryptography
package import Documents
internal import Foundation

/// A plan as JSON, `revoke/plan/1`: what is printed, what is saved, what is applied; one digest names all three.
package enum PlanDocument {
    package static let schema = "revoke/plan/1"

    /// Hashes piece by piece: a plan of many authorizations never stands in memory as one text.
    package static func digest(of plan: Plan) -> String {
        var hash = SHA256()
        write(plan, canonical: true) { hash.update($0) }
        return hash.digest().hex
    }

    /// Writes the object in pieces of about 64 KiB.
    package static func write(_ plan: Plan, _ out: ([UInt8]) -> Void) { write(plan, canonical: false, out) }

    private static func write(_ plan: Plan, canonical: Bool, _ out: ([UInt8]) -> Void) {
        var members = head(of: plan)
        if !canonical { members.insert(("plan", .string(plan.digest)), at: 1) }
        members.append(("authorizations", .null))
        members.append(("coverage", .array(plan.coverage.map(json))))
        members.append(("summary", summary(of: plan)))
        if canonical { members.sort { $0.key < $1.key } }
        var writer = JSONWriter(isCanonical: canonical)
        writer.raw("{")
        for (index, member) in members.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.write(member.key)
            writer.raw(":")
            guard member.key == "authorizations" else {
                writer.write(member.value)
                continue
            }
            writer.raw("[")
            for (number, item) in plan.items.enumerated() {
                if number > 0 { writer.raw(",") }
                if !canonical { writer.raw("\n") }
                writer.write(json(item, plan))
                if writer.bytes.count > 1 << 16 {
                    out(writer.bytes)
                    writer.bytes.removeAll(keepingCapacity: true)
                }
            }
            writer.raw("]")
        }
        writer.raw("}")
        if !canonical { writer.raw("\n") }
        out(writer.bytes)
    }

    private static func head(of plan: Plan) -> [(key: String, value: JSON)] {
        let accounts = plan.accounts.map { account -> JSON in
            .object([
                "name": .string(account.name), "connector": .string(account.connector),
                "connector_digest": .string(account.connectorDigest),
                "hosts": .array(account.hosts.map { .string($0) }),
                "identity": .string(account.identity),
            ])
        }
        return [
            ("schema", .string(schema)), ("accounts", .array(accounts)),
            ("created_at", .string(Moment.text(plan.createdAt))),
            ("expires_at", .string(Moment.text(plan.expiresAt))), ("vendor", plan.vendor.map { .string($0) } ?? .null),
        ]
    }

    package static func json(_ item: Plan.Item, _ plan: Plan) -> JSON {
        let authorization = item.authorization
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        func date(_ value: Date?) -> JSON { value.map { .string(Moment.text($0)) } ?? .null }
        let target: JSON
        switch authorization.targets.count {
        case 0: target = .null
        case 1: target = .string(authorization.targets[0])
        default: target = .array(authorization.targets.map { .string($0) })
        }
        var members: [(String, JSON)] = [
            ("id", .string(authorization.id)), ("number", .number(item.number)),
            ("account", .string(authorization.account)),
            ("connector", .string(plan.account(of: authorization)?.connector ?? "")),
            ("surface", .string(authorization.surface)),
            ("kind", .string(authorization.kind.rawValue)), ("vendor_id", text(authorization.vendorID)),
            ("title", .string(authorization.title)), ("holder", text(authorization.holder)),
            ("client", text(authorization.client)),
            ("owner", text(authorization.owner)), ("scopes", .array(authorization.scopes.map { .string($0) })),
            ("created_at", date(authorization.createdAt)), ("last_used_at", date(authorization.lastUsedAt)),
            ("expires_at", date(authorization.expiresAt)), ("target", target), ("state", text(authorization.state)),
            ("hint", text(authorization.hint)), ("action", .string(item.action.rawValue)),
            ("phase", .string(item.phase.rawValue)),
            ("reversible", .bool(item.isReversible)),
            ("effects", .array(plan.effects(of: item).map { .string($0.en) })),
            ("because", .array(item.because.map { .string($0) })), ("other_end", .null),
            ("before", .bool(item.isBefore)),
            ("parent", .string(authorization.parent)),
        ]
        members.append(
            (
                "values",
                .object(JSONObject(authorization.values.sorted { $0.key < $1.key }.map { ($0.key, exact($0.value)) }))
            ))
        return .object(JSONObject(uniqueMembers: members.map { (key: $0.0, value: $0.1) }))
    }

    package static func json(_ coverage: Coverage) -> JSON {
        .object([
            "account": .string(coverage.account), "surface": .string(coverage.surface),
            "state": .string(coverage.state.rawValue),
            "by_nature": .bool(coverage.byNature), "count": .number(coverage.count),
            "expected": .number(coverage.expected ?? coverage.count),
            "note": coverage.note.map { .string($0.en) } ?? .null,
        ])
    }

    private static func summary(of plan: Plan) -> JSON {
        func counts(_ names: [String]) -> JSON {
            let counted = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            return .object(JSONObject(counted.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }))
        }
        let connectors = plan.accounts.reduce(into: [String: String]()) { $0[$1.name] = $1.connector }
        return .object([
            "total": .number(plan.items.count), "to_end": .number(plan.numberToEnd),
            "by_action": counts(plan.items.map(\.action.rawValue)),
            "by_connector": counts(
                plan.items.map { item in
                    let surface = item.authorization.surface
                    return surface.firstIndex(of: ":").map { String(surface[..<$0]) } ?? connectors[
                        item.authorization.account] ?? ""
                }),
        ])
    }

    /// RFC 8785 sends numbers through a double: what a double would change is written as text instead.
    private static func exact(_ value: JSON) -> JSON {
        switch value {
        case .number(let digits):
            if let whole = Int(digits), String(whole) == digits, whole.magnitude < 1 << 53 { return value }
            return .object([numberKey: .string(digits)])
        case .array(let items): return .array(items.map(exact))
        case .object(let object):
            return .object(JSONObject(uniqueMembers: object.members.map { ($0.key, exact($0.value)) }))
        default: return value
        }
    }

    private static let numberKey = "#number"

    static func restored(_ value: JSON) -> JSON {
        switch value {
        case .array(let items): return .array(items.map(restored))
        case .object(let object):
            if object.count == 1, let digits = object[numberKey]?.string { return .number(digits) }
            return .object(JSONObject(uniqueMembers: object.members.map { ($0.key, restored($0.value)) }))
        default: return value
        }
    }
}

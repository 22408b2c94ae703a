internal import Authorizations
internal import ConnectorKit
package import Documents
internal import Foundation

/// Why a file is not a plan that may be applied.
package enum PlanProblem: Error, Hashable, Sendable {
    case notJSON(reason: String)
    /// A key is missing or is not what it must be.
    case malformed(place: String)
    case otherSchema(found: String)
    /// It was changed after it was sealed.
    case digestDiffers(found: String, expected: String)
}

extension PlanDocument {
    /// Reads a plan back and checks its seal.
    package static func plan(from bytes: [UInt8]) throws(PlanProblem) -> Plan {
        let document: JSON
        do { document = try JSON(parsing: bytes) } catch { throw .notJSON(reason: error.description) }
        return try plan(from: document)
    }

    package static func plan(from document: JSON) throws(PlanProblem) -> Plan {
        guard let schema = document["schema"]?.string else { throw .malformed(place: "schema") }
        guard schema == PlanDocument.schema else { throw .otherSchema(found: schema) }
        guard let digest = document["plan"]?.string else { throw .malformed(place: "plan") }
        let read = Reader()
        var plan = Plan(
            digest: "", accounts: try read.accounts(document), createdAt: try read.date(document, "created_at"),
            expiresAt: try read.date(document, "expires_at"), vendor: document["vendor"]?.string,
            items: try read.items(document), coverage: try read.coverage(document), effects: try read.effects(document))
        let expected = self.digest(of: plan)
        guard expected == digest else { throw .digestDiffers(found: digest, expected: expected) }
        plan.digest = digest
        return plan
    }
}

private struct Reader {
    func string(_ value: JSON, _ key: String, _ place: String = "") throws(PlanProblem) -> String {
        guard let text = value[key]?.string else { throw .malformed(place: place + key) }
        return text
    }

    func date(_ value: JSON, _ key: String, _ place: String = "") throws(PlanProblem) -> Date {
        guard let date = value[key].flatMap(Moment.date) else { throw .malformed(place: place + key) }
        return date
    }

    func list(_ value: JSON, _ key: String) throws(PlanProblem) -> [JSON] {
        guard let items = value[key]?.array else { throw .malformed(place: key) }
        return items
    }

    func accounts(_ document: JSON) throws(PlanProblem) -> [Plan.Account] {
        var accounts: [Plan.Account] = []
        for (index, entry) in try list(document, "accounts").enumerated() {
            let place = "accounts/\(index)/"
            accounts.append(
                Plan.Account(
                    name: try string(entry, "name", place), connector: try string(entry, "connector", place),
                    connectorDigest: try string(entry, "connector_digest", place),
                    hosts: entry["hosts"]?.array?.compactMap(\.string) ?? [],
                    identity: try string(entry, "identity", place)))
        }
        return accounts
    }

    func items(_ document: JSON) throws(PlanProblem) -> [Plan.Item] {
        var items: [Plan.Item] = []
        for (index, entry) in try list(document, "authorizations").enumerated() {
            items.append(try item(entry, "authorizations/\(index)/"))
        }
        return items
    }

    private func item(_ entry: JSON, _ place: String) throws(PlanProblem) -> Plan.Item {
        guard let kind = Kind(rawValue: try string(entry, "kind", place)) else {
            throw .malformed(place: place + "kind")
        }
        guard let action = Action(rawValue: try string(entry, "action", place)) else {
            throw .malformed(place: place + "action")
        }
        guard let phase = Phase(rawValue: try string(entry, "phase", place)) else {
            throw .malformed(place: place + "phase")
        }
        guard let number = entry["number"]?.int else { throw .malformed(place: place + "number") }
        var authorization = Authorization(
            id: try string(entry, "id", place), account: try string(entry, "account", place),
            surface: try string(entry, "surface", place), kind: kind, vendorID: entry["vendor_id"]?.string,
            title: try string(entry, "title", place))
        authorization.holder = entry["holder"]?.string
        authorization.client = entry["client"]?.string
        authorization.owner = entry["owner"]?.string
        authorization.scopes = entry["scopes"]?.array?.compactMap(\.string) ?? []
        authorization.createdAt = entry["created_at"].flatMap(Moment.date)
        authorization.lastUsedAt = entry["last_used_at"].flatMap(Moment.date)
        authorization.expiresAt = entry["expires_at"].flatMap(Moment.date)
        switch entry["target"] {
        case .string(let target)?: authorization.targets = [target]
        case .array(let targets)?: authorization.targets = targets.compactMap(\.string)
        default: break
        }
        authorization.state = entry["state"]?.string
        authorization.hint = entry["hint"]?.string
        authorization.parent = entry["parent"]?.string ?? ""
        for member in entry["values"]?.object?.members ?? [] {
            authorization.values[member.key] = PlanDocument.restored(member.value)
        }
        return Plan.Item(
            authorization: authorization, number: number, action: action, phase: phase,
            isReversible: entry["reversible"]?.bool ?? false,
            because: entry["because"]?.array?.compactMap(\.string) ?? [],
            isBefore: entry["before"]?.bool ?? false)
    }

    func coverage(_ document: JSON) throws(PlanProblem) -> [Coverage] {
        var coverage: [Coverage] = []
        for (index, entry) in try list(document, "coverage").enumerated() {
            let place = "coverage/\(index)/"
            guard let state = Coverage.State(rawValue: try string(entry, "state", place)) else {
                throw .malformed(place: place + "state")
            }
            var one = Coverage(
                account: try string(entry, "account", place), surface: try string(entry, "surface", place),
                state: state,
                byNature: entry["by_nature"]?.bool ?? false, count: entry["count"]?.int ?? 0)
            if let expected = entry["expected"]?.int, expected != one.count { one.expected = expected }
            if let note = entry["note"]?.string { one.note = LocalizedText(en: note, fr: note) }
            coverage.append(one)
        }
        return coverage
    }

    /// Effects stand with each item; one for each surface is enough in memory.
    func effects(_ document: JSON) throws(PlanProblem) -> [String: [LocalizedText]] {
        var effects: [String: [LocalizedText]] = [:]
        for entry in try list(document, "authorizations") {
            let key = try string(entry, "account") + "/" + (try string(entry, "surface"))
            if effects[key] == nil {
                effects[key] = entry["effects"]?.array?.compactMap(\.string).map { LocalizedText(en: $0, fr: $0) }
            }
        }
        return effects
    }
}

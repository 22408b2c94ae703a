import AuditLog
import Authorizations
import ConnectorKit
import Coordination
import Cryptography
import Documents
import Foundation
import Reporting

extension Console {
    func show(accounts: [Account]) throws {
        if general.format == .json {
            return try show(
                json: .object([
                    "accounts": .array(
                        accounts.map { account in
                            .object([
                                "name": .string(account.name),
                                "connectors": .array(account.connectors.map { .string($0) }),
                                "credential": account.credential.map { .string($0.kind) } ?? .null,
                                "place": .string(account.place),
                            ])
                        })
                ]))
        }
        let screens = AccountScreens(result, wording)
        try writeResult { write in
            screens.list(
                accounts.map {
                    AccountScreens.Listed(
                        name: $0.name, connectors: $0.connectors, signsInWith: $0.credential.map(Self.words) ?? "-",
                        place: $0.place)
                }, to: write)
        }
    }

    private static func words(_ source: CredentialSource) -> String {
        func words(_ source: SecretSource) -> String {
            switch source {
            case .env(let name): "$\(name)"
            case .file(let path): path
            case .command(let words): words.first ?? ""
            case .vault(let name): "vault \(name)"
            }
        }
        switch source.parts {
        case .single(let one): return "\(source.kind) from \(words(one))"
        case .named(let parts):
            return "\(source.kind) from \(Set(parts.values.map(words)).sorted().joined(separator: ", "))"
        }
    }

    func show(checks: [AccountCheck]) throws {
        if general.format == .json { return try show(json: .object(["accounts": .array(checks.map(\.json))])) }
        let screens = AccountScreens(result, wording)
        try writeResult { write in
            screens.check(
                checks.map { check in
                    AccountScreens.Checked(
                        name: check.name, signedInAs: check.isReachable ? check.title ?? check.identity : nil,
                        placesSeen: check.surfaces.count(where: \.canList), places: check.surfaces.count,
                        toFix: Self.toFix(check))
                }, to: write)
            if general.verbose {
                for check in checks {
                    for place in check.surfaces {
                        let words = place.canList ? "seen" : place.isByNature ? "cannot be listed" : "not seen"
                        let missing =
                            place.missing.isEmpty ? place.note?.en ?? "" : place.missing.joined(separator: ", ")
                        write("\(check.name)/\(place.id): \(words)\(missing.isEmpty ? "" : " (\(missing))")\n")
                    }
                }
            }
        }
    }

    private static func toFix(_ check: AccountCheck) -> [String] {
        if !check.isReachable { return [check.note ?? "it could not be entered"] }
        var seen: Set<String> = []
        return (check.note.map { [$0] } ?? [])
            + check.surfaces.filter { !$0.isByNature }.flatMap(\.missing).filter { seen.insert($0).inserted }
    }

    func show(connectors: [Connector]) throws {
        let manifests = connectors.map(\.manifest)
        if general.format == .json { return try show(json: .object(["connectors": .array(manifests.map(Self.json))])) }
        try writeResult { ConnectorScreens(result, wording).list(manifests, to: $0) }
    }

    func show(connector: Connector) throws {
        if general.format == .json { return try show(json: Self.json(connector.manifest)) }
        try writeResult {
            ConnectorScreens(result, wording).show(connector.manifest, isFull: general.verbose, to: $0)
        }
    }

    private static func json(_ manifest: Manifest) -> JSON {
        let surfaces = manifest.surfaces.map { surface -> JSON in
            let lists = if case .list? = surface.discover?.source { true } else { surface.isCoded }
            let revoke =
                surface.endsByAPI ? "api" : surface.manual != nil ? "manual" : "none"
            return .object([
                "id": .string(surface.id), "kind": .string(surface.kind.rawValue),
                "actor": .string(surface.actor.rawValue),
                "list": .bool(lists), "revoke": .string(revoke), "verify": .bool(surface.isProvable),
                "undo": .bool(surface.canBeUndone),
                "confidence": .string(surface.confidence.rawValue),
            ])
        }
        return .object(["id": .string(manifest.id), "title": .string(manifest.title), "surfaces": .array(surfaces)])
    }

    // MARK: The log

    func show(_ records: [LogRecord]) throws {
        switch general.format {
        case .json: try show(json: .object(["records": .array(records.map(Self.json))]))
        case .jsonl: try writeResult { write in for record in records { write(Self.json(record).text + "\n") } }
        case .table, .csv, .plain:
            let rows = records.map { record -> LogScreens.Row in
                let body = (try? JSON(parsing: record.text)) ?? .null
                return LogScreens.Row(
                    time: body["at"].flatMap(Moment.date) ?? Date(timeIntervalSince1970: 0), record: record.sequence,
                    run: record.run?.description,
                    event: body["event"]?.string ?? "", text: LogWords.of(body, values: record.values))
            }
            try writeResult { LogScreens(result, wording).list(rows, now: Date(), to: $0) }
        }
    }

    /// Every member of every record, with the values behind its commitments.
    func show(whole records: [LogRecord]) throws {
        guard general.format == .table || general.format == .plain else { return try show(records) }
        try writeResult { write in
            for record in records {
                write("record \(record.sequence)\n")
                let body = (try? JSON(parsing: record.text))?.object?.members ?? []
                for (key, value) in body { write("  \(key)  \((value.scalarText ?? value.text).visible)\n") }
                for (key, value) in record.values.sorted(by: { $0.key < $1.key }) {
                    write("  \(key) is  \(value.visible)\n")
                }
            }
        }
    }

    private static func json(_ record: LogRecord) -> JSON {
        .object([
            "sequence": .number(record.sequence), "record": (try? JSON(parsing: record.text)) ?? .string(record.text),
            "values": .object(JSONObject(record.values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ])
    }

    func show(_ verification: Verification) throws {
        let root = verification.root.hex
        if general.format == .json {
            return try show(
                json: .object([
                    "size": .number(verification.size), "root": .string(root), "valid": .bool(verification.valid),
                    "first_broken": verification.firstBroken.map { .number($0) } ?? .null,
                    "findings": .array(verification.findings.map { .string(LogWords.of($0)) }),
                ]))
        }
        let check = LogScreens.Check(
            size: verification.size, root: root, firstBroken: verification.firstBroken,
            findings: verification.findings.map(LogWords.of),
            key: verification.key)
        try writeResult { LogScreens(result, wording).verify(check, now: Date(), to: $0) }
    }
}

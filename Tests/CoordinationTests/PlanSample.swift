import Authorizations
import Documents
import Foundation

@testable import Coordination

/// A plan with everything that a plan can hold, and with what is hard to write down exactly.
enum PlanSample {
    static let now = Date(timeIntervalSince1970: 1_795_000_000.123)

    static func plan() -> Plan {
        var full = Authorization(
            id: "a/grant/u%20x/1", account: "a", surface: "grant", kind: .oauthGrant, vendorID: "1",
            title: "Überwachung \"é\" \u{2028}\t\u{1F511} <&>")
        full.holder = "Café Ønske"
        full.client = "client.apps.example"
        full.owner = "zoé@example.test"
        full.scopes = ["read", "écrire"]
        full.createdAt = Date(timeIntervalSince1970: 1_600_000_000.987)
        full.lastUsedAt = Date(timeIntervalSince1970: 1_700_000_000)
        full.expiresAt = Date(timeIntervalSince1970: -1.5)
        full.targets = ["https://one.example/", "https://two.example/x?y=z"]
        full.state = "active"
        full.hint = "…1234"
        full.parent = "u%20x"
        full.values = [
            "id": .number("90071992547409931234"), "price": .number("1.10"), "exponent": .number("1E3"),
            "negative": .number("-9007199254740993"), "small": .number("42"), "flag": .bool(true), "none": .null,
            "deep": .object([
                "é": .number("12345678901234567890"), "\u{1F511}": .string("key"), "\u{FB33}": .array([.null]),
                "z": .object([:]),
            ]),
        ]
        let task = Authorization(
            id: "a/phone/-", account: "a", surface: "phone", kind: .other, vendorID: nil, title: "Not listable")
        let effects = LocalizedText(en: "Stops naïve imports.", fr: "Arrête les imports naïfs.")
        var partial = Coverage(account: "a", surface: "grant", state: .partial, byNature: false, count: 1)
        partial.expected = 7
        partial.note = LocalizedText(en: "1 of 7 – “quoted”", fr: "1 sur 7")
        return Plan(
            digest: "",
            accounts: [
                Plan.Account(
                    name: "a", connector: "played", connectorDigest: "00ff", hosts: ["https://api.example.test"],
                    identity: "me@exämple")
            ],
            createdAt: now, expiresAt: now.addingTimeInterval(Plan.lifetime), vendor: "gohighlevel",
            items: [
                Plan.Item(
                    authorization: full, number: 1, action: .revoke, phase: .grants, isReversible: true,
                    because: ["holder name 'Café Ønske'"], isBefore: false),
                Plan.Item(
                    authorization: task, number: 2, action: .manual, phase: .keys, isReversible: false, because: [],
                    isBefore: true),
            ],
            coverage: [partial, Coverage(account: "a", surface: "phone", state: .unlistable, byNature: true)],
            effects: ["a/grant": [effects]])
    }

    static func sealed() -> Plan {
        var plan = plan()
        plan.digest = PlanDocument.digest(of: plan)
        return plan
    }

    static func bytes(_ plan: Plan) -> [UInt8] {
        var bytes: [UInt8] = []
        PlanDocument.write(plan) { bytes += $0 }
        return bytes
    }
}

/// What another language makes of a document.
enum Python {
    static func run(_ script: String, input: [UInt8]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (incoming, outgoing) = (Pipe(), Pipe())
        process.standardInput = incoming
        process.standardOutput = outgoing
        try process.run()
        incoming.fileHandleForWriting.write(Data(input))
        try incoming.fileHandleForWriting.close()
        let output = outgoing.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

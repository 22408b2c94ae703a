import Authorizations
import ConnectorKit
import Coordination
import Foundation
import Synchronization
import Transport

/// A connector of every form of proof, and an account at it.
enum PlayedAccount {
    /// The value that the account signs in with, which one of its tokens is.
    static let secret = "signed-in-with-this"

    static let yaml = """
        format: 1
        id: played
        title: Played
        sources: [nothing]
        hosts: {api: "https://api.example.test"}
        credentials: {main: {kind: bearer}}
        whoami: {request: GET /me, identity: /id}
        lists:
          teams: {request: GET /teams, items: /items, next: none, bind: {team: /id}}
        surfaces:
        \(alone("flow", "automation", "within: 30s"))
        \(alone("zap", "automation", "within: 30s"))
        \(alone("stuck", "automation", "within: 10m"))
          - id: hook
            kind: webhook
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover: {for_each: teams, request: "GET /teams/{team}/hooks", items: /items, next: none, fields: {id: /id}}
            revoke: {request: "DELETE /teams/{team}/hooks/{id}", done: 204, gone: 404}
            verify: {list: again, within: 30s}
          - id: grant
            kind: oauth-grant
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover: {request: GET /grants, items: /items, next: none, fields: {id: /id}, keep: {realm: /realm}}
            revoke:
              bulk: {of: "{id}", as: ids, max: 3, request: POST /grants/revoke, json: {ids: "{ids}", realm: "{realm}"}, done: 200}
            verify: {list: again, within: 30s}
        \(alone("token", "access-token", "within: 30s"))
        """

    private static func alone(_ id: String, _ kind: String, _ limits: String) -> String {
        """
          - id: \(id)
            kind: \(kind)
            actor: account-owner
            confidence: high
            effects: {en: "Ends it.", fr: "Y met fin."}
            discover: {request: GET /\(id)s, items: /items, next: none, fields: {id: /id}}
            revoke: {request: "DELETE /\(id)s/{id}", done: 204, gone: 404}
            verify: {request: "GET /\(id)s/{id}", dead: 404, alive: 200, \(limits)}
        """
    }

    static func visit(_ name: String) throws -> Visit {
        var account = Account(name: name, connectors: ["played"])
        account.credential = CredentialSource(kind: "bearer", parts: .single(.env("X")))
        return Visit(
            account: account, connector: Connector(try Manifest(yaml: yaml, file: "connector.yaml", folder: "played")))
    }

    static func services(_ vendors: [PlayedVendor], isDryRun: Bool = false) -> EntranceServices {
        let network = vendors.reduce(into: [String: PlayedVendor]()) { $0[$1.account] = $1 }
        return EntranceServices(
            network: { network[$0.name] ?? vendors[0] }, retrying: { $0 }, readOnly: { ReadOnlyTransport($0) },
            parts: { _, _, _ in ["token": Secret(secret)] }, keep: { _, _, _, _ in },
            digest: { "digest of \($0.count)" }, now: { Date() }, isDryRun: isDryRun)
    }
}

/// A clock of which 200 seconds pass in one.
enum FastTime {
    static let factor = 200

    static func timepiece() -> Timepiece {
        let start = ContinuousClock.now
        let began = Date().timeIntervalSince1970
        let now: @Sendable () -> Duration = { (ContinuousClock.now - start) * factor }
        return Timepiece(
            now: now, date: { began + now().timeInterval }, sleep: { try await Task.sleep(for: $0 / factor) })
    }
}

/// Everything of one run in one place.
struct Bench {
    let events: EventLog
    let vendors: [PlayedVendor]
    let inventory: Inventory
    let plan: Plan
    let steps: [Coordination.Step]

    init(
        _ vendors: [PlayedVendor], _ events: EventLog,
        beginning: (Plan.Item) -> Coordination.Step.Beginning = { _ in .planned(isKnownAlive: true) }
    )
        async throws
    {
        self.events = events
        self.vendors = vendors
        let visits = try vendors.map { try PlayedAccount.visit($0.account) }
        inventory = try await InventoryTaker(services: PlayedAccount.services(vendors)).take(visits, Selection())
        let own = await inventory.ownCredentials()
        plan = try PlanMaker(selection: Selection(), keeps: [], now: Date()).make(of: inventory, ownCredentials: own)
            .plan
        let inventory = inventory
        steps = plan.items.compactMap { item in
            guard let session = inventory.session(of: item.authorization),
                let surface = session.surface(item.authorization.surface)
            else { return nil }
            return Coordination.Step(
                item: item, session: session, surface: surface, ending: .revoke, secret: nil, beginning: beginning(item)
            )
        }
    }

    func run(_ journal: TestJournal? = nil) async throws -> [Int: StepResult] {
        try await Coordinator(
            run: "RUN", journal: journal ?? TestJournal(events), timepiece: FastTime.timepiece()
        )
        .carryOut(steps)
    }

    func number(_ id: String) -> Int { plan.items.first { $0.id == id }?.number ?? 0 }

    static func outcomes(_ results: [Int: StepResult]) -> Set<Outcome> { Set(results.values.map(\.settlement.outcome)) }

    func outcomes(_ results: [Int: StepResult]) -> [String: Outcome] {
        results.reduce(into: [:]) { all, one in
            if let item = plan.items.first(where: { $0.number == one.key }) {
                all[item.id] = one.value.settlement.outcome
            }
        }
    }
}

/// A journal that takes its time to be durable, and may break.
final class TestJournal: Journal {
    struct Full: Error, Hashable {}

    private let events: EventLog
    private let breaks: @Sendable (StepEvent) -> Bool

    init(_ events: EventLog, breaks: @escaping @Sendable (StepEvent) -> Bool = { _ in false }) {
        self.events = events
        self.breaks = breaks
    }

    func record(_ new: [StepEvent]) async throws {
        if new.contains(where: breaks) { throw Full() }
        // Not cut short by a cancelled run: what is handed in is written.
        await Task { try? await Task.sleep(for: .milliseconds(2)) }.value
        for event in new {
            switch event {
            case .intended(let step, _): events.note(.intended(step.number))
            case .answered(let step, _, _, _, _): events.note(.answered(step.number))
            case .settled(let step, _): events.note(.settled(step.number))
            }
        }
    }
}

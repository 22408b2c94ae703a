import Authorizations
import ConnectorKit
import Coordination
import Documents
import Foundation
import Testing

@Suite("What a plan holds")
struct PlanMakerTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func inventory() async throws -> Inventory {
        let vendor = PlayedVendor("a", EventLog())
        vendor.add("/flows", ["F2", "F1"])
        vendor.add("/teams", ["t1"])
        vendor.add("/teams/t1/hooks", ["H1"])
        vendor.add("/grants", ["G1"], ["realm": .string("one")])
        vendor.add("/tokens", ["T1", PlayedAccount.secret])
        return try await InventoryTaker(services: PlayedAccount.services([vendor], isDryRun: true))
            .take([try PlayedAccount.visit("a")], Selection())
    }

    @Test("Numbers go from 1 in the plan's order, and the same inventory gives the same plan")
    func numbers() async throws {
        let maker = PlanMaker(selection: Selection(), keeps: [], now: Self.now)
        let one = try maker.make(of: try await inventory(), ownCredentials: []).plan
        let other = try maker.make(of: try await inventory(), ownCredentials: []).plan
        #expect(one.items.map(\.number) == Array(1...6))
        #expect(one.items.prefix(2).map(\.id) == ["a/flow/F1", "a/flow/F2"])
        #expect(one.digest == other.digest && one.digest == PlanDocument.digest(of: one))
        #expect(one.expiresAt.timeIntervalSince(one.createdAt) == 86_400)
    }

    @Test("Its text holds no secret of the account, its own token apart, which the vendor listed")
    func secrets() async throws {
        var inventory = try await inventory()
        inventory.authorizations.removeAll { $0.vendorID == PlayedAccount.secret }
        let plan = try PlanMaker(selection: Selection(), keeps: [], now: Self.now).make(
            of: inventory, ownCredentials: []
        ).plan
        #expect(!String(decoding: PlanSample.bytes(plan), as: UTF8.self).contains(PlayedAccount.secret))
    }

    @Test("The credential in use is known, and has a phase of its own")
    func ownCredentials() async throws {
        let inventory = try await inventory()
        let own = await inventory.ownCredentials()
        #expect(own == ["a/token/\(PlayedAccount.secret)"])
        let plan = try PlanMaker(selection: Selection(), keeps: [], now: Self.now).make(
            of: inventory, ownCredentials: own
        ).plan
        #expect(plan.items.filter { $0.phase == .ownCredential }.map(\.id) == Array(own))
    }

    @Test("What is kept is never ended, and an entry that matches nothing is named")
    func keeps() async throws {
        var byID = Keep(reason: "ours", place: "config.yaml:1")
        byID.id = "F1"
        var byKind = Keep(reason: "until 2027", place: "config.yaml:2")
        (byKind.kind, byKind.connector) = ("webhook", "played")
        var idle = Keep(reason: "nothing", place: "config.yaml:3")
        (idle.id, idle.account) = ("F1", "b")
        let made = try PlanMaker(selection: Selection(), keeps: [byID, byKind, idle], now: Self.now)
            .make(of: try await inventory(), ownCredentials: [])
        let kept = made.plan.items.filter { $0.action == .keep }
        #expect(kept.map(\.id) == ["a/flow/F1", "a/hook/t1/H1"])
        #expect(kept.map(\.because) == [["ours"], ["until 2027"]])
        #expect(made.plan.numberToEnd == 4)
        #expect(made.idleKeeps == [idle])
    }

    @Test("All fields of an entry must hold; holders are compared without case")
    func keepFields() {
        var authorization = Authorization(
            id: "a/grant/1", account: "a", surface: "grant", kind: .oauthGrant, vendorID: "1", title: "x")
        authorization.holder = "Backup Co"
        var keep = Keep(reason: "", place: "")
        keep.holder = "BACKUP co"
        #expect(keep.covers(authorization, connector: "played"))
        keep.id = "a/grant/1"
        #expect(keep.covers(authorization, connector: "played"))
        keep.id = "2"
        #expect(!keep.covers(authorization, connector: "played"))
        authorization.holder = nil
        keep.id = nil
        #expect(!keep.covers(authorization, connector: "played"))
    }
}

@Suite("Which authorizations are meant")
struct SelectionTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static func authorization(_ change: (inout Authorization) -> Void = { _ in }) -> Authorization {
        var authorization = Authorization(
            id: "a/grant/1", account: "a", surface: "grant", kind: .oauthGrant, vendorID: "1", title: "x")
        authorization.holder = "Lead Connector"
        authorization.owner = "Ann"
        authorization.createdAt = now.addingTimeInterval(-100 * 86_400)
        authorization.lastUsedAt = now.addingTimeInterval(-10 * 86_400)
        change(&authorization)
        return authorization
    }

    private func match(_ change: (inout Selection) -> Void, _ authorization: Authorization = authorization())
        -> Selection.Match
    {
        var selection = Selection()
        change(&selection)
        return selection.match(authorization, now: Self.now)
    }

    @Test("Values of one criterion are alternatives, different criteria must all hold")
    func criteria() {
        #expect(match { _ in } == .yes)
        #expect(match { $0.kinds = [.webhook, .oauthGrant] } == .yes)
        #expect(match { $0.kinds = [.webhook] } == .no)
        #expect(match { $0.holders = ["other", "LEAD connector"] } == .yes)
        #expect(match { ($0.holders, $0.owners) = (["lead connector"], ["bob"]) } == .no)
        #expect(match { $0.authorizations = ["a/grant/1"] } == .yes)
        #expect(match { $0.authorizations = ["1"] } == .no)
    }

    @Test("Ages are counted back from now")
    func ages() {
        #expect(match { $0.olderThan = .seconds(90 * 86_400) } == .yes)
        #expect(match { $0.olderThan = .seconds(110 * 86_400) } == .no)
        #expect(match { $0.unusedFor = .seconds(9 * 86_400) } == .yes)
        #expect(match { $0.unusedFor = .seconds(11 * 86_400) } == .no)
    }

    @Test("What the vendor does not tell matches nothing, and is counted only where the rest holds")
    func notTold() {
        let silent = Self.authorization { ($0.createdAt, $0.lastUsedAt) = (nil, nil) }
        #expect(match({ $0.olderThan = .seconds(1) }, silent) == .notTold)
        #expect(match({ $0.unusedFor = .seconds(1) }, silent) == .notTold)
        let used = Self.authorization { $0.createdAt = nil }
        #expect(match({ ($0.olderThan, $0.unusedFor) = (.seconds(1), .seconds(20 * 86_400)) }, used) == .no)
    }

    @Test("The step for something unlistable belongs to no holder, owner or age")
    func unlistable() {
        let task = Authorization(
            id: "a/phone/-", account: "a", surface: "phone", kind: .other, vendorID: nil, title: "")
        #expect(match({ _ in }, task) == .yes)
        #expect(match({ $0.holders = ["lead connector"] }, task) == .no)
        #expect(match({ $0.owners = ["ann"] }, task) == .no)
        #expect(match({ $0.olderThan = .seconds(1) }, task) == .no)
        #expect(match({ $0.unusedFor = .seconds(1) }, task) == .no)
    }

    @Test("Accounts and connectors narrow what is read")
    func visits() {
        var selection = Selection()
        (selection.accounts, selection.excludedConnectors) = (["a"], ["slow"])
        #expect(selection.includes(account: "a", connector: "played"))
        #expect(!selection.includes(account: "b", connector: "played"))
        #expect(!selection.includes(account: "a", connector: "slow"))
    }
}

@Suite("Exit codes")
struct ExitStatusTests {
    private static func coverage(_ state: Coverage.State, byNature: Bool = false) -> [Coverage] {
        [Coverage(account: "a", surface: "s", state: state, byNature: byNature)]
    }

    @Test("Of what applies, the first of 130, 3, 5, 4 is the answer")
    func runs() {
        func code(_ outcomes: [Outcome], _ coverage: [Coverage] = [], interrupted: Bool = false) -> Int32 {
            ExitStatus.of(outcomes: outcomes, coverage: coverage, wasInterrupted: interrupted).rawValue
        }
        #expect(code([.dead, .alreadyDead, .kept]) == 0)
        for outcome in [Outcome.alive, .unknown, .accepted, .failed, .skipped] {
            #expect(code([.dead, outcome, .manual], Self.coverage(.failed)) == 3)
        }
        #expect(code([.dead, .manual]) == 4)
        #expect(code([.dead, .manual], Self.coverage(.failed)) == 5)
        #expect(code([.alive], interrupted: true) == 130)
        for state in [Coverage.State.forbidden, .failed, .partial] {
            #expect(code([.dead], Self.coverage(state)) == 5)
            #expect(code([.dead], Self.coverage(state, byNature: true)) == 0)
        }
        for state in [Coverage.State.seen, .unlistable, .notConfigured] {
            #expect(code([.dead], Self.coverage(state)) == 0)
        }
    }

    @Test("A dry run knows 0, 1, 2 and 5")
    func dryRuns() {
        var plan = PlanSample.plan()
        func code(_ isLockedOut: Bool = false, _ isDetailed: Bool = false) -> Int32 {
            ExitStatus.ofDryRun(plan, isLockedOut: isLockedOut, isDetailed: isDetailed).rawValue
        }
        #expect(code(true, true) == 1)
        #expect(code() == 5)
        plan.coverage = []
        #expect(code() == 0)
        #expect(code(false, true) == 2)
        plan.items.removeFirst()
        #expect(code(false, true) == 0)
    }
}

import Documents
import Foundation
import Synchronization
import Transport

/// A vendor in memory: things under paths, which lists show and requests take away.
///
/// It hears every request out, as a transport does for what has left.
final class PlayedVendor: Transport {
    /// What becomes of one request, in place of what would.
    enum Behaviour: Sendable {
        case answer(Int)
        /// Says yes and does nothing.
        case pretend
        /// Does it, and the answer is lost.
        case lose
        /// Waits until ``open()`` before it is done.
        case hold
    }

    struct Asked: Sendable {
        var method: String
        var path: String
        var body: JSON?
        var account: String
    }

    typealias Rule = @Sendable (Asked, _ count: Int) -> Behaviour?

    private struct State {
        var things: [String: [String: JSON]] = [:]
        var asked: [Asked] = []
        var held: [CheckedContinuation<Void, Never>] = []
        var isOpen = false
        var counts: [String: Int] = [:]
        /// The credential was taken away.
        var isShut = false
    }

    let account: String
    private let events: EventLog
    private let rule: Rule
    private let state = Mutex(State())

    init(_ account: String, _ events: EventLog, rule: @escaping Rule = { _, _ in nil }) {
        self.account = account
        self.events = events
        self.rule = rule
    }

    /// Puts things under `path`, whose ids are unique there.
    func add(_ path: String, _ ids: [String], _ members: JSONObject = [:]) {
        state.withLock { state in
            for id in ids {
                var item = members
                item["id"] = .string(id)
                state.things[path, default: [:]][id] = .object(item)
            }
        }
    }

    var asked: [Asked] { state.withLock(\.asked) }
    var left: Int { state.withLock { $0.things.values.reduce(0) { $0 + $1.count } } }

    /// Lets what is held go on.
    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func send(_ request: Request) async throws -> Response {
        let path = String(request.address.target.split(separator: "?")[0])
        let asked = Asked(
            method: request.method, path: path, body: request.body.flatMap { try? JSON(parsing: $0) }, account: account)
        let count = state.withLock { state in
            state.asked.append(asked)
            state.counts["\(request.method) \(path)", default: 0] += 1
            return state.counts["\(request.method) \(path)", default: 0]
        }
        if request.effect == .write { events.note(.sent("\(account) \(request.method) \(path)")) }
        let behaviour = rule(asked, count)
        if case .hold? = behaviour { await wait() }
        let (status, body) = state.withLock { answer(asked, behaviour, &$0) }
        if case .lose? = behaviour {
            throw TransportError.cut(host: request.address.origin.host, reason: "the line went")
        }
        return Response(status: status, body: body?.bytes ?? [], address: request.address)
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    private func answer(_ asked: Asked, _ behaviour: Behaviour?, _ state: inout State) -> (Int, JSON?) {
        if case .answer(let status)? = behaviour { return (status, nil) }
        if state.isShut { return (401, nil) }
        if asked.path == "/me" { return (200, .object(["id": .string("me at \(account)")])) }
        let isPretended = if case .pretend? = behaviour { true } else { false }
        if asked.method == "POST" {
            for id in asked.body?["ids"]?.array?.compactMap(\.string) ?? [] where !isPretended {
                state.things["/grants"]?[id] = nil
            }
            return (200, .object([:]))
        }
        if let items = state.things[asked.path] {
            return (200, .object(["items": .array(items.sorted { $0.key < $1.key }.map(\.value))]))
        }
        let cut = asked.path.lastIndex(of: "/") ?? asked.path.startIndex
        let (parent, id) = (String(asked.path[..<cut]), String(asked.path[asked.path.index(after: cut)...]))
        guard let thing = state.things[parent]?[id] else { return (404, nil) }
        if asked.method == "GET" { return (200, thing) }
        if isPretended { return (204, nil) }
        state.things[parent]?[id] = nil
        if id == PlayedAccount.secret { state.isShut = true }
        return (204, nil)
    }
}

/// Everything that happens in a run, in order: what is durable, what leaves.
final class EventLog: Sendable {
    enum Event: Hashable, Sendable {
        case intended(Int)
        case answered(Int)
        case settled(Int)
        case sent(String)
    }

    private let log = Mutex<[Event]>([])

    func note(_ event: Event) { log.withLock { $0.append(event) } }

    var all: [Event] { log.withLock { $0 } }

    func first(_ event: Event) -> Int? { all.firstIndex(of: event) }

    var sent: [String] { all.compactMap { if case .sent(let what) = $0 { what } else { nil } } }
}

internal import Authorizations
internal import ConnectorKit
internal import Cryptography
internal import Documents
internal import Foundation
internal import Synchronization
internal import Transport

/// Answers as one vendor does, and remembers what was ended.
final class PlayedVendor: Sendable {
    enum Standing: Sendable {
        case alive, disabled, ended
    }

    struct State: Sendable {
        /// Items that are not as they were at first.
        var standing: [String: Standing] = [:]
        /// Credential → access tokens that were given out for it.
        var tokens: [String: Set<String>] = [:]
        /// Items whose change has begun and has further steps, the latest first.
        var underWay: [String] = []
    }

    let vendor: RecordedVendor
    let items: [String: RecordedVendor.Item]
    /// Listing → what of an entry is different once it was disabled.
    let differences: [[(pointer: JSONPointer, value: JSON)]?]
    private let parts: [String: [String: Secret]]
    /// Numbers of what is expected, by verb and path; those whose path holds a mark are always looked at.
    private let byPath: [String: [Int]]
    private let anyPath: [Int]
    private let state = Mutex(State())

    init(_ account: SandboxAccount) async throws {
        vendor = try await RecordedVendor(
            account.connector, account.exchanges, account: account.account, parts: account.parts, inHand: account.inHand
        )
        items = vendor.items.reduce(into: [:]) { $0[$1.id] = $1 }
        let recorded = vendor
        differences = recorded.listings.map { recorded.differenceWhenDisabled($0) }
        parts = account.parts
        var byPath: [String: [Int]] = [:]
        var anyPath: [Int] = []
        for (number, one) in vendor.expected.enumerated() {
            let path = one.asked.target.prefix { $0 != "?" }
            if path.contains(Exchange.secret) {
                anyPath.append(number)
            } else {
                byPath["\(one.asked.method) \(path)", default: []].append(number)
            }
        }
        self.byPath = byPath
        self.anyPath = anyPath
    }

    func answer(_ request: Request) -> (Exchange.Answered, Sandbox.Entry.Effect) {
        state.withLock { state in
            let path = request.address.target.prefix { $0 != "?" }
            let known = byPath["\(request.method) \(path)"] ?? []
            let fitting = (known + anyPath).map { vendor.expected[$0] }.filter {
                $0.asked.difference(from: request) == nil && $0.holds(in: request)
            }
            let admitted = fitting.filter { admits($0, request, state) }
            if let one = state.latestUnderWay(of: admitted) ?? admitted.first { return play(one.role, request, &state) }
            if !fitting.isEmpty { return (refusal, .refused) }
            let nearest = known.first.flatMap { vendor.expected[$0].asked.difference(from: request) }
            let why = nearest.map { ": \($0)" } ?? ""
            return (
                .refusal(404, "nothing like '\(request.method) \(path)' was recorded of \(vendor.connector.id)\(why)"),
                .refused
            )
        }
    }

    /// As the vendor says that nobody is let in, where that was recorded.
    private var refusal: Exchange.Answered {
        let held = Set(vendor.connector.manifest.surfaces.filter { $0.given != nil }.map(\.id))
        let recorded = vendor.exchanges.first { one in
            one.pairs.last?.answered.status == 401 && !(one.surface.map(held.contains) ?? false)
        }
        return recorded?.pairs.last?.answered ?? .refusal(401, "the credential is not one that the sandbox gave out")
    }

    private func admits(_ one: RecordedVendor.Expected, _ request: Request, _ state: State) -> Bool {
        switch one.admission {
        case .anybody: return true
        case .signature(let key): return request.headers["Authorization"]?.accessKey == key
        case .credential(let name, let exact):
            if let token = request.headers["Authorization"]?.bearer, state.tokens[name]?.contains(token) == true {
                return true
            }
            guard let exact else { return false }
            let added = exact.headers.fields.filter {
                one.asked.headers[$0.name] == nil && !$0.name.caseInsensitiveEquals("Content-Type")
            }
            guard added.allSatisfy({ request.headers[$0.name]?.matches($0.value) == true }) else { return false }
            // What is written into the body or the query must be exactly that.
            var asked = exact
            asked.headers = []
            return exact.method.isEmpty || asked.difference(from: request) == nil
        }
    }

    /// Whether a token request brings the secrets that the account has.
    func mayHaveToken(_ exchange: Exchange, _ credential: String, _ request: Request) -> Bool {
        let parts = parts[credential] ?? [:]
        func fits(_ name: String, _ value: String) -> Bool { parts[name].map { $0.reveal { $0 == value } } ?? true }
        let form = String(decoding: request.body ?? [], as: UTF8.self).split(separator: "&").map { pair in
            pair.split(separator: "=", maxSplits: 1).map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
        }
        guard form.allSatisfy({ $0.count < 2 || fits($0[0], $0[1]) }) else { return false }
        guard let basic = request.headers["Authorization"]?.basic else { return true }
        return fits("client_id", basic.user) && fits("client_secret", basic.password)
    }
}

extension PlayedVendor.State {
    /// A later step that may be of several items is of the one that was begun last.
    fileprivate func latestUnderWay(of expected: [RecordedVendor.Expected]) -> RecordedVendor.Expected? {
        guard case .change(_, _, _, let step, _)? = expected.first?.role, step > 0 else { return nil }
        for item in underWay {
            let one = expected.first { one in
                if case .change(item, _, _, let step, _) = one.role { step > 0 } else { false }
            }
            if let one { return one }
        }
        return nil
    }
}

extension RecordedVendor.Expected {
    /// Whether the body has what the step writes into the document.
    fileprivate func holds(in request: Request) -> Bool {
        if mustHold.isEmpty { return true }
        guard let body = try? JSON(parsing: request.body ?? []) else { return false }
        return mustHold.allSatisfy { $0.pointer.value(in: body) == $0.value }
    }
}

extension String {
    var bearer: String? { hasPrefix("Bearer ") ? String(dropFirst(7)) : nil }

    fileprivate var basic: (user: String, password: String)? {
        guard hasPrefix("Basic "), let data = Data(base64Encoded: String(dropFirst(6))) else { return nil }
        let pair = String(decoding: data, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return pair.count == 2 ? (String(pair[0]), String(pair[1])) : nil
    }
}

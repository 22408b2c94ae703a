package import Documents
package import Transport

/// Recorded requests with their answers, and the one claim that they show: `connectors/README.md`.
package struct Exchange: Sendable {
    package enum Operation: Sendable, Hashable {
        case discover, detail, describe
        case revoke, disable, undo, bulk
        case verify, verifyDisabled
        case whoAmI, prepare
        /// A named list of the manifest.
        case list(String)
        /// How a token of that credential is got.
        case token(String)
    }

    package enum Claim: String, Sendable, CaseIterable {
        case list, empty, revoke, again, refused, disable, undo, dead, alive, throttled, failed, identity, token
        case secondPage = "second-page"
    }

    package struct Asked: Sendable {
        package var method: String
        /// Path with the query, as it stands in the request line.
        package var target: String
        package var headers: Headers
        package var body: String

        package var host: String { headers["Host"] ?? "" }
    }

    package struct Answered: Sendable {
        package var status: Int
        package var headers: Headers
        package var body: String

        package init(status: Int, headers: Headers = [], body: String = "") {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package struct Pair: Sendable {
        package var asked: Asked
        package var answered: Answered
        /// Line of the request in the file.
        package var line: Int
    }

    /// The file's name without `.http`.
    package var name: String
    /// The file, for messages.
    package var file: String
    package var claim: String
    /// `nil` where the operation belongs to the whole connector.
    package var surface: String?
    package var operation: Operation
    package var shows: Claim
    /// What is bound before the operation.
    package var values: [String: JSON] = [:]
    /// For lists: the ids, in order, over all pages.
    package var finds: [String]?
    /// For writes, what the answer means where ``shows`` does not say it.
    package var answer: Answer.Meaning?
    package var undocumented: String?
    package var pairs: [Pair]

    /// Stands for a secret, wherever it is written.
    package static let secret = "<secret>"
}

extension Exchange.Operation: CustomStringConvertible {
    /// Whether it changes something at the vendor.
    package var isChange: Bool {
        switch self {
        case .revoke, .disable, .undo, .bulk: true
        case .discover, .detail, .describe, .verify, .verifyDisabled, .whoAmI, .prepare, .list, .token: false
        }
    }

    package init?(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("discover", 1): self = .discover
        case ("detail", 1): self = .detail
        case ("describe", 1): self = .describe
        case ("revoke", 1): self = .revoke
        case ("disable", 1): self = .disable
        case ("undo", 1): self = .undo
        case ("bulk", 1): self = .bulk
        case ("verify", 1): self = .verify
        case ("verify-disabled", 1): self = .verifyDisabled
        case ("whoami", 1): self = .whoAmI
        case ("prepare", 1): self = .prepare
        case ("list", 2): self = .list(String(words[1]))
        case ("token", 2): self = .token(String(words[1]))
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .discover: "discover"
        case .detail: "detail"
        case .describe: "describe"
        case .revoke: "revoke"
        case .disable: "disable"
        case .undo: "undo"
        case .bulk: "bulk"
        case .verify: "verify"
        case .verifyDisabled: "verify-disabled"
        case .whoAmI: "whoami"
        case .prepare: "prepare"
        case .list(let name): "list \(name)"
        case .token(let name): "token \(name)"
        }
    }
}

/// What is wrong with an exchange's file.
package struct ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var reason: String

    package var description: String { "\(file):\(line): error: \(reason)" }
}

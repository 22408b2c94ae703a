internal import Authorizations
internal import Cryptography

/// Values that stand for a personal value in a record: anybody who has value and salt can check it, nobody can guess it.
struct Commitment: Sendable {
    enum Field: String, Sendable, CaseIterable {
        case authorization
        case owner
        case title
        case target
        case `operator`
        case machine
        /// Of the account whose name follows the colon.
        case identity
    }

    let field: String
    let value: String
    let salt: [UInt8]
    /// In hex, as records have it.
    let digest: String

    init(_ field: Field, of account: String? = nil, to value: String, salt: [UInt8]) {
        self.field = account.map { "\(field.rawValue):\($0)" } ?? field.rawValue
        self.value = value
        self.salt = salt
        digest = SHA256.digest(of: salt + Array(value.utf8)).hex
    }

    static let saltLength = 16
}

/// What each record of a step repeats, kept at hand for as long as its run goes on.
struct StepFacts: Sendable {
    let number: Int
    let account: String
    let connector: String
    let surface: String
    let kind: String
    let action: String
    /// Digests of the commitments.
    let authorization: String
    let owner: String?
    let title: String?
    let target: String?
}

extension PlannedStep {
    /// The commitments to what is personal in the step, with fresh salts.
    func commitments() -> [Commitment] {
        let values: [(Commitment.Field, String?)] = [
            (.authorization, authorization.id), (.owner, authorization.owner), (.title, authorization.title),
            (.target, authorization.targets.isEmpty ? nil : authorization.targets.joined(separator: "\n")),
        ]
        return values.compactMap { field, value in
            value.map { Commitment(field, to: $0, salt: .random(count: Commitment.saltLength)) }
        }
    }

    func facts(_ commitments: [Commitment]) -> StepFacts {
        func digest(_ field: Commitment.Field) -> String? {
            commitments.first { $0.field == field.rawValue }?.digest
        }
        return StepFacts(
            number: number, account: authorization.account, connector: connector, surface: authorization.surface,
            kind: authorization.kind.rawValue, action: action.rawValue, authorization: digest(.authorization) ?? "",
            owner: digest(.owner), title: digest(.title), target: digest(.target))
    }
}

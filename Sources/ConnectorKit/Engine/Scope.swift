package import Authorizations
package import Documents

/// What the names of a surface's templates are bound to.
///
/// The shared part (settings, prepare, whoami) is one dictionary for all of an account's requests; what an entry or an
/// item binds comes on top. A name is bound once, so the order of looking does not matter.
package struct Scope: Sendable {
    package enum Value: Sendable, Hashable {
        case plain(JSON)
        case secret(Secret)

        var json: JSON? { if case .plain(let value) = self { value } else { nil } }
    }

    package let shared: [String: Value]
    package var local: [String: Value]
    /// Settings without a value, whose entries in query, form and headers are left out.
    package let leftOut: Set<String>

    package init(shared: [String: Value] = [:], local: [String: Value] = [:], leftOut: Set<String> = []) {
        self.shared = shared
        self.local = local
        self.leftOut = leftOut
    }

    package subscript(name: String) -> Value? { local[name] ?? shared[name] }

    package func json(_ name: String) -> JSON? { self[name]?.json }

    package func text(_ name: String) -> String? { json(name)?.scalarText }

    package func binding(_ names: [String: JSON]) -> Scope {
        var scope = self
        for (name, value) in names { scope.local[name] = .plain(value) }
        return scope
    }

    package mutating func bind(_ name: String, _ value: JSON?) {
        if let value, !value.isNull { local[name] = .plain(value) }
    }

    package mutating func bind(_ name: String, secret: String?) {
        if let secret, !secret.isEmpty { local[name] = .secret(Secret(secret)) }
    }

    /// The bound names as a document, for conditions on an entry of a list: `/name`.
    var document: JSON {
        .object(JSONObject(local.compactMap { name, value in value.json.map { (name, $0) } }))
    }
}

package import Documents
package import Transport

/// One request of a manifest with everything that shapes it; a surface's and the connector's own defaults are merged in.
package struct Operation: Sendable {
    package enum Answer: String, Sendable, CaseIterable {
        case json, xml, text, discard
    }

    package enum Body: Sendable {
        case form([(name: Template, value: Template)])
        case json(JSONTemplate)
        case graphql(query: String, variables: JSONTemplate?)
        case xml(Template)
        case text(Template)
    }

    package enum Auth: Sendable, Hashable {
        case none
        case held
        case named(String)
    }

    package var verb: String
    /// Path, or `{+name}…` that may hold a whole URL.
    package var path: Template
    package var host: String
    package var auth: Auth
    package var headers: [(name: String, value: Template)] = []
    package var query: [(name: Template, value: Template)] = []
    package var body: Body?
    package var effect: Request.Effect
    package var isIdempotent: Bool
    package var answer: Answer = .json
    /// Budgets named by this operation.
    package var budgets: [String] = []
    /// Members whose values are secret, those of connector and surface included.
    package var redact: [String] = []
    package var allowEmpty: [String] = []
    /// The same operation in another way, for older API versions: when the verdict matches, this one is sent instead.
    package var fallback: Fallback?
    /// Line of the request in the manifest, for messages.
    package var line: Int = 0

    package init(
        verb: String, path: Template, host: String, auth: Auth, effect: Request.Effect, isIdempotent: Bool
    ) {
        self.verb = verb
        self.path = path
        self.host = host
        self.auth = auth
        self.effect = effect
        self.isIdempotent = isIdempotent
    }
}

/// Keys of a `fallback` that stand in for those of its operation.
package final class Fallback: Sendable {
    package let when: Verdict
    package let operation: Operation
    /// For lists: the whole list as it is read then.
    ///
    /// `nil` for other operations.
    package let list: ListOperation?
    /// For changes: the verdicts as they are then.
    package let verdicts: ChangeVerdicts?
    package let dead: Verdict?
    package let alive: Verdict?
    /// For `detail` and `describe`: the fields as they are read then, where they differ.
    package let fields: [(name: String, field: Field)]?

    package init(
        when: Verdict, operation: Operation, list: ListOperation? = nil, verdicts: ChangeVerdicts? = nil,
        dead: Verdict? = nil, alive: Verdict? = nil, fields: [(name: String, field: Field)]? = nil
    ) {
        self.when = when
        self.operation = operation
        self.list = list
        self.verdicts = verdicts
        self.dead = dead
        self.alive = alive
        self.fields = fields
    }
}

/// How a list is asked for and walked: manifest 2.5.
package struct ListOperation: Sendable {
    package enum Shape: String, Sendable, CaseIterable {
        case list, map, one, group
    }

    package struct Level: Sendable {
        package var items: Place?
        package var shape: Shape = .list
        package var slots: [(name: String, place: Place)] = []
        package var condition: Condition?
        package var bind: [(name: String, field: Field)] = []

        package init() {}
    }

    package var operation: Operation
    package var outer: [Level] = []
    /// The innermost level.
    package var items: Level
    package var empty: Verdict?
    package var expect: Place?
    package var cap: Int?
    package var next: Paging

    package init(operation: Operation, items: Level, next: Paging) {
        self.operation = operation
        self.items = items
        self.next = next
    }
}

package enum Paging: Sendable {
    package enum Target: Sendable, Hashable {
        case query(String)
        case form(String)
        case json(JSONPointer)
        case header(String)
    }

    package enum Source: Sendable, Hashable {
        case place(Place)
        case header(String)
    }

    case none
    case cursor(Source, to: Target, while: Condition?, stopsWhenEmpty: Bool)
    case last(Place, to: Target, while: Condition?)
    case offset(String, limit: String?, size: Int?, total: Source?)
    case page(String, from: Int, limit: String?, size: Int?, pages: Source?, total: Source?)
    case link(rel: String, while: [(attribute: String, test: Test)])
    case url(Place, while: Condition?)
}

/// Where a name's value comes from, and what is done to it: manifest 2.7.
package struct Field: Sendable {
    package enum Source: Sendable {
        case at(Place)
        case all([Place])
        case text(Template)
        case header(String)
        /// The first element of the list at a place that meets the condition, then a place in it.
        case first(in: Place, where: Condition, at: Place)
    }

    package var source: Source
    package var each: Place?
    package var split: String?
    package var match: Pattern?
    package var map: [String: String]?
    package var pairs = false
    package var digest = false
    package var relative = false

    package init(_ source: Source) { self.source = source }
}

package import Documents

/// Where in an answer something stands: the first of these that is there and not null.
package struct Place: Sendable, Hashable {
    package var pointers: [JSONPointer]

    package init(_ pointers: [JSONPointer]) { self.pointers = pointers }

    package static let whole = Place([JSONPointer()])
}

/// Holds where all tests of any one of the alternatives hold.
package struct Condition: Sendable {
    package struct Requirement: Sendable {
        package var place: Place
        package var test: Test

        package init(place: Place, test: Test) {
            self.place = place
            self.test = test
        }
    }

    package var alternatives: [[Requirement]]

    package init(alternatives: [[Requirement]]) { self.alternatives = alternatives }
}

package indirect enum Test: Sendable {
    case equals(JSONTemplate)
    case oneOf([JSONTemplate])
    case not(Test)
    case present(Bool)
    case empty(Bool)
    case matches(Pattern)
    case startsWith(Template)
    case endsWith(Template)
    /// Later in time than the value.
    case after(Template)
    /// Several tests in one mapping: all hold.
    case all([Test])
}

/// A status with optional conditions; a list of them, of which any counts.
package struct Verdict: Sendable {
    package enum Status: Sendable, Hashable {
        case code(Int)
        /// `4xx`: the hundreds.
        case hundreds(Int)
        case any
    }

    package struct Clause: Sendable {
        /// 2xx where the manifest names none.
        package var statuses: [Status]
        package var condition: Condition?
        package var headers: [(name: String, test: Test)]

        package init(statuses: [Status], condition: Condition? = nil, headers: [(name: String, test: Test)] = []) {
            self.statuses = statuses
            self.condition = condition
            self.headers = headers
        }

        /// A status alone, which is judged after everything that has a condition.
        package var isBare: Bool { condition == nil && headers.isEmpty }
    }

    package var clauses: [Clause]

    package init(clauses: [Clause]) { self.clauses = clauses }
}

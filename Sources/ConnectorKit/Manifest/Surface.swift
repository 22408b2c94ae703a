package import Authorizations
package import Documents
internal import Transport

/// One place at a vendor where authorizations of one kind are kept: manifest 2.6.
package struct Surface: Sendable, Identifiable {
    package struct Needs: Sendable {
        /// Each entry is one scope, or several of which any will do.
        package var list: [[String]] = []
        package var revoke: [[String]] = []
        package var role: LocalizedText?
        package var plan: LocalizedText?

        package init() {}
    }

    package struct Residual: Sendable {
        package var duration: Duration
        package var note: LocalizedText?

        package init(duration: Duration, note: LocalizedText?) {
            self.duration = duration
            self.note = note
        }
    }

    package var id: String
    package var kind: Kind
    package var phase: Phase
    package var actor: Actor
    package var confidence: Confidence
    package var needs = Needs()
    /// Kinds of credential that it takes; `nil` for all.
    package var credentialKinds: [String]?
    package var isOptIn = false
    package var effects: LocalizedText?
    package var beyond: LocalizedText?
    package var comesBack: LocalizedText?
    package var residual: Residual?
    package var discover: Discover?
    package var given: Given?
    package var unlistable: LocalizedText?
    package var revoke: Change?
    package var disable: Change?
    package var undo: Change?
    package var verify: Verify?
    package var manual: Manual?
    /// The credential that its operations use unless they say otherwise.
    package var auth: Operation.Auth
    /// Written in Swift, in the connector's folder, under this id.
    package var isCoded: Bool { if case .coded? = discover?.source { true } else { false } }
    package var endsByAPI: Bool { revoke != nil || disable != nil || isCoded }
    package var canBeUndone: Bool { undo != nil || disable?.undo != nil }

    package init(id: String, kind: Kind, phase: Phase, actor: Actor, confidence: Confidence, auth: Operation.Auth) {
        self.id = id
        self.kind = kind
        self.phase = phase
        self.actor = actor
        self.confidence = confidence
        self.auth = auth
    }
}

/// How a surface is listed.
package struct Discover: Sendable {
    package enum Source: Sendable {
        case list(ListOperation)
        /// Nothing is asked: one item for each entry of `for_each`, not seen.
        case assumed(LocalizedText)
        /// By the connector's own Swift.
        case coded
    }

    package struct Detail: Sendable {
        package var operation: Operation
        package var fields: [(name: String, field: Field)]
        package var keep: [(name: String, field: Field)]

        package init(operation: Operation, fields: [(name: String, field: Field)], keep: [(name: String, field: Field)])
        {
            self.operation = operation
            self.fields = fields
            self.keep = keep
        }
    }

    /// An event log, of which the newest entry for each key decides.
    package struct Fold: Sendable {
        package var by: Field
        package var newest: Field
        package var over: Condition

        package init(by: Field, newest: Field, over: Condition) {
            self.by = by
            self.newest = newest
            self.over = over
        }
    }

    package var forEach: ForEach?
    package var source: Source
    /// In the order written; `id` is always among them.
    package var fields: [(name: String, field: Field)]
    package var keep: [(name: String, field: Field)] = []
    package var secrets: [(name: String, field: Field)] = []
    /// Names that identify an item together with `id`.
    package var under: [String]
    package var detail: Detail?
    package var fold: Fold?
    package var partial: LocalizedText?

    package init(source: Source, fields: [(name: String, field: Field)], under: [String]) {
        self.source = source
        self.fields = fields
        self.under = under
    }
}

package struct ForEach: Sendable {
    package var list: String
    /// On the bound names of an entry, as `/name`.
    package var condition: Condition?

    package init(list: String, condition: Condition?) {
        self.list = list
        self.condition = condition
    }
}

/// A value or an address that comes in by hand.
package struct Given: Sendable {
    package var secret: Pattern?
    package var url: Pattern?
    package var except: Pattern?
    package var near: [String] = []
    package var scans = true
    package var describe: (operation: Operation, fields: [(name: String, field: Field)])?

    package init() {}
}

/// `revoke`, `disable` or `undo`: one or more requests that change something.
package struct Change: Sendable {
    /// Empty where only ``bulk`` is there, or the connector's own Swift.
    package var steps: [Step]
    /// Whether the surface's `disable` is carried out before.
    package var disablesFirst = false
    package var bulk: Bulk?
    /// Of a `disable`: how it is proved and put back.
    package var verify: Verify?
    package var undo: [Step]?

    package init(steps: [Step]) { self.steps = steps }

    /// Whether it may be sent again without a read in between.
    package var isIdempotent: Bool { steps.allSatisfy { $0.operation.effect == .read || $0.operation.isIdempotent } }
}

package struct ChangeVerdicts: Sendable {
    package var refused: Verdict?
    package var gone: Verdict?
    package var already: Verdict?
    package var conflict: Verdict?
    package var pending: Verdict?
    package var done: Verdict?

    package init() {}
}

package struct Step: Sendable {
    package var operation: Operation
    package var verdicts = ChangeVerdicts()
    package var within: Duration?
    package var every: Duration?
    package var take: [(name: String, field: Field)] = []
    package var edits: [Edit] = []

    package init(operation: Operation) { self.operation = operation }
}

/// A change of the JSON body before it is sent.
package enum Edit: Sendable {
    package struct Container: Sendable {
        package var at: JSONPointer
        package var condition: Condition

        package init(at: JSONPointer, condition: Condition) {
            self.at = at
            self.condition = condition
        }
    }

    /// Removes the elements of the list at `from` that meet the condition; `in` names a list one level up.
    case dropItems(in: Container?, from: JSONPointer, where: Condition)
    case dropMembers(from: JSONPointer, [String])
    case set(JSONPointer, JSONTemplate)
    case add(to: JSONPointer, JSONTemplate)
}

package struct Bulk: Sendable {
    package struct Results: Sendable {
        package var items: Place
        package var done: Condition?
        package var gone: Condition?
        package var refused: Condition?

        package init(items: Place) { self.items = items }
    }

    package var operation: Operation
    package var of: JSONTemplate
    /// The name of the list in the request.
    package var name: String
    package var max: Int
    /// Joins the list to one text.
    package var join: String?
    package var done: Verdict?
    package var gone: Verdict?
    package var refused: Verdict?
    package var results: Results?

    package init(operation: Operation, of: JSONTemplate, name: String, max: Int) {
        self.operation = operation
        self.of = of
        self.name = name
        self.max = max
    }
}

package struct Verify: Sendable {
    package enum Form: Sendable {
        case request(Operation, dead: Verdict, alive: Verdict)
        /// The listing again: absent, or present and meeting the condition.
        case listAgain(dead: Verdict?)
        case none(LocalizedText)
    }

    package var form: Form
    package var within: Duration = .seconds(60)
    package var after: Duration = .zero
    package var every: Duration = .seconds(1)

    package init(form: Form) { self.form = form }
}

/// What a person does where no API can.
package struct Manual: Sendable {
    package var link: Template
    package var steps: (en: [String], fr: [String])
    package var proof: LocalizedText

    package init(link: Template, steps: (en: [String], fr: [String]), proof: LocalizedText) {
        self.link = link
        self.steps = steps
        self.proof = proof
    }
}

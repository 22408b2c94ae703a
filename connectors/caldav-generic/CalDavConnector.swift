// Swift, because the verb ACL replaces a whole list of XML in which namespaces count, without the entries that are
// protected or inherited, and because a 207 says of each property by itself whether it could be read.
internal import Authorizations
internal import ConnectorKit
internal import Documents

struct CalDavConnector {
    static let surfaces: [any CodedSurface] = [CalendarAccess()]
}

/// Access control lists (RFC 3744) of the calendars: one authorization for each calendar and principal.
struct CalendarAccess: CodedSurface {
    let surface = Self.described

    func list(under parent: Scope, in session: AccountSession) async throws -> CodedListing {
        let collections = try await read(.home, in: parent, session) ?? []
        let me = parent.text("me")
        let items = collections.flatMap { collection in self.items(of: collection, me: me, under: parent, in: session) }
        return CodedListing(items, shortfall: try Self.shortfall(of: collections, me: me))
    }

    private func items(
        of collection: ControlledCollection, me: String?, under parent: Scope, in session: AccountSession
    ) -> [Authorization] {
        guard case .entries(let entries) = collection.access else { return [] }
        let own = [collection.owner, me].compactMap(\.self)
        let foreign = entries.filter { $0.letsIn(othersThan: own) }
        let principals = foreign.compactMap(\.principal).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        return principals.map { principal in
            let granted = foreign.filter { $0.principal == principal }
            var item = session.item(
                of: surface, vendorID: principal,
                keeping: [
                    "collection": .string(collection.path), "entries": .array(granted.map { .string($0.element.xml) }),
                ],
                under: parent)
            item.title = collection.title ?? collection.path
            item.holder = principal
            item.owner = collection.owner
            item.scopes = granted.flatMap(\.privileges).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            if collection.mayChange == false { item.state = "not ours to change" }
            return item
        }
    }

    /// A server without lists has none to show, ever; a list that is kept from us is something else.
    static func shortfall(of collections: [ControlledCollection], me: String?) throws -> Shortfall? {
        // Calendars of others that are shown among ours: whom they let in is not ours to know.
        let ours = collections.filter { collection in
            guard let me, let owner = collection.owner else { return true }
            return owner.isSameResource(as: me) || collection.access != .forbidden
        }
        if collections.isEmpty { throw ListFailure.failed(reason: "the list is missing in the answer") }
        if !ours.isEmpty, ours.allSatisfy({ $0.access == .none }) {
            return Shortfall(
                .unlistable, isByNature: true,
                note: LocalizedText(
                    en: "this server has no access control lists (RFC 3744) to show",
                    fr: "ce serveur n’a pas de listes de contrôle d’accès (RFC 3744) à montrer"))
        }
        let closed = ours.filter { $0.access.isClosed }
        guard let first = closed.first else { return nil }
        if closed.count == ours.count {
            if case .failed(let status) = first.access {
                throw ListFailure.failed(reason: "\(first.path): HTTP \(status)")
            }
            throw ListFailure.forbidden(reason: "\(first.path): the access control list may not be read")
        }
        return Shortfall(
            .partial, isByNature: false,
            note: LocalizedText(
                en:
                    "the access control lists of \(closed.count) of \(ours.count) collections could not be read (\(first.path))",
                fr:
                    "les listes de contrôle d’accès de \(closed.count) collections sur \(ours.count) n’ont pu être lues (\(first.path))"
            ))
    }

    /// The list has no version that a write could name, so it is read right before it is written.
    func end(_ authorization: Authorization, by ending: Ending, in session: AccountSession) async throws -> Answer {
        let values = authorization.values
        guard let path = values["collection"]?.string, let principal = authorization.vendorID else {
            return Answer(.refused, reason: "which calendar is shared with whom is not known")
        }
        return try await session.inTurn("collection \(path)") {
            let scope = session.scope(values)
            guard let collection = try await read(.collection, in: scope, session)?.first else {
                return Answer(ending == .undo ? .refused : .gone, reason: "there is no calendar \(path)")
            }
            switch collection.access {
            case .entries(let entries):
                var list = AccessControlList(entries)
                switch ending {
                case .revoke: if !list.remove(principal) { return Answer(.gone, reason: "it is not on the list") }
                case .undo:
                    if !list.restore(Self.entries(in: values)) {
                        return Answer(.gone, reason: "it is on the list already")
                    }
                case .disable: return Answer(.refused, reason: "an entry cannot be switched off, only taken away")
                }
                return try await write(list, in: scope, session)
            case .none: return Answer(.refused, reason: "the server shows no access control list of \(path)")
            case .forbidden: throw ListFailure.forbidden(reason: "the access control list of \(path) may not be read")
            case .failed(let status): throw ListFailure.failed(reason: "\(path): HTTP \(status)")
            }
        }
    }

    private static func entries(in values: [String: JSON]) -> [AccessEntry] {
        (values["entries"]?.array ?? []).compactMap(\.string)
            .compactMap { try? QualifiedElement(parsing: Array($0.utf8)) }.map(AccessEntry.init)
    }

    private func write(_ list: AccessControlList, in scope: Scope, _ session: AccountSession) async throws -> Answer {
        var operation = Operation.write("ACL", Self.address("collection"), host: "dav", credential: "main")
        operation.body = .xml(Template(literal: list.xml))
        operation.answer = .xml
        var verdicts = ChangeVerdicts()
        verdicts.done = .status(200, 201, 204)
        var (answer, document) = try await session.change(operation, in: scope, verdicts)
        if answer.meaning != .accepted, let precondition = document?.precondition {
            // Everything but a missing privilege is about this list, not about who we are.
            answer.meaning = precondition == "need-privileges" ? .forbidden : .refused
            answer.reason = "the server demands DAV:\(precondition)"
        }
        return answer
    }
}

extension CalendarAccess {
    private enum Reach { case home, collection }

    /// `nil` where there is no such collection.
    private func read(_ reach: Reach, in scope: Scope, _ session: AccountSession) async throws
        -> [ControlledCollection]?
    {
        let name = reach == .home ? "home" : "collection"
        var operation = Operation.read("PROPFIND", Self.address(name), host: "dav", credential: "main")
        operation.headers = [(name: "Depth", value: Template(literal: reach == .home ? "1" : "0"))]
        operation.body = .xml(Template(literal: ControlledCollection.properties.xml))
        operation.answer = .text
        let document = try await session.document(operation, in: scope, none: reach == .home ? nil : .status(404, 410))
        return try document?.string.map(ControlledCollection.all)
    }

    private static func address(_ name: String) -> Template {
        Template(parts: [.variable("server.origin", isReserved: true), .variable(name, isReserved: true)])
    }

    private static let described: Surface = {
        var surface = Surface(
            id: "acl-entry", kind: .calendarShare, phase: .shares, actor: .accountOwner, confidence: .high,
            auth: .named("main"))
        surface.effects = LocalizedText(
            en: "This person, group or service no longer has these rights on the calendar.",
            fr: "Cette personne, ce groupe ou ce service n’a plus ces droits sur l’agenda.")
        surface.discover = .coded(forEach: "homes", under: ["collection"])
        surface.revoke = .coded
        surface.undo = .coded
        surface.verify = Verify(form: .listAgain(dead: nil))
        return surface
    }()
}

extension ControlledCollection.Access {
    fileprivate var isClosed: Bool {
        switch self {
        case .entries, .none: false
        case .forbidden, .failed: true
        }
    }
}

extension JSON {
    /// What a DAV:error element, wherever it stands in the answer, says must hold.
    fileprivate var precondition: String? {
        switch self {
        case .object(let object):
            object["error"]?.object?.keys.first ?? object.members.lazy.compactMap(\.value.precondition).first
        case .array(let items): items.lazy.compactMap(\.precondition).first
        default: nil
        }
    }
}

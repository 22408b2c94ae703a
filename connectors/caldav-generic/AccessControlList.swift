internal import ConnectorKit
internal import Documents
internal import Foundation

/// One entry of an access control list, RFC 3744 section 5.5.
struct AccessEntry: Sendable, Hashable {
    static let namespace = "DAV:"
    let element: QualifiedElement

    var isGrant: Bool { element["grant"] != nil }

    /// Set by the server, or by a collection further up: it must not be written back, and cannot be taken away here.
    var isFixed: Bool { element["protected"] != nil || element["inherited"] != nil }

    /// An address, or `all`, `authenticated`, `unauthenticated`, `property NAME`; with `not` for everybody else.
    var principal: String? {
        if let principal = element["principal"] { return Self.name(of: principal) }
        return element["invert"]?["principal"].flatMap(Self.name).map { "not \($0)" }
    }

    private static func name(of principal: QualifiedElement) -> String? {
        guard let kind = principal.children.first else { return nil }
        switch kind.name {
        case "href": return kind.text.isEmpty ? nil : kind.text
        case "property": return kind.children.first.map { "property \($0.name)" }
        default: return kind.name
        }
    }

    var privileges: [String] {
        element["grant"]?.all("privilege").flatMap(\.children).map(\.name) ?? []
    }

    /// Whether it lets in somebody beside those whose calendar it is.
    ///
    /// `self` is the calendar's own principal.
    func letsIn(othersThan own: [String]) -> Bool {
        guard isGrant, !isFixed, let principal, principal != "self", principal != "property owner" else { return false }
        return !own.contains { $0.isSameResource(as: principal) }
    }
}

/// What a PROPFIND tells of one collection.
struct ControlledCollection: Sendable, Hashable {
    enum Access: Sendable, Hashable {
        case entries([AccessEntry])
        /// The server has no such property.
        case none
        case forbidden
        case failed(status: Int)
    }

    static let properties: QualifiedElement = {
        let names = ["owner", "acl", "current-user-privilege-set", "displayname"]
        let wanted = names.map { QualifiedElement($0, in: AccessEntry.namespace) }
        return QualifiedElement(
            "propfind", in: AccessEntry.namespace, [QualifiedElement("prop", in: AccessEntry.namespace, wanted)])
    }()

    /// Without scheme and host.
    let path: String
    let title: String?
    let owner: String?
    let access: Access
    /// `nil` where the server does not tell.
    let mayChange: Bool?

    /// Every collection of a multistatus document.
    static func all(in text: String) throws -> [ControlledCollection] {
        let root: QualifiedElement
        do throws(XMLError) { root = try QualifiedElement(parsing: Array(text.utf8)) } catch {
            throw ListFailure.failed(reason: error.description)
        }
        guard root.name == "multistatus" else {
            throw ListFailure.failed(reason: "the answer is no multistatus document")
        }
        return root.all("response").compactMap(ControlledCollection.init)
    }

    private init?(_ response: QualifiedElement) {
        guard let path = response["href"]?.text.withoutOrigin, !path.isEmpty else { return nil }
        self.path = path
        // A property that is there for us stands under 200, every other one under what became of it.
        var found: [String: (status: Int, property: QualifiedElement)] = [:]
        for group in response.all("propstat") {
            for property in group["prop"]?.children ?? [] where property.namespace == AccessEntry.namespace {
                found[property.name] = (group["status"]?.text.statusCode ?? 0, property)
            }
        }
        func property(_ name: String) -> QualifiedElement? {
            found[name].flatMap { $0.status == 200 ? $0.property : nil }
        }
        title = property("displayname").flatMap { $0.text.isEmpty ? nil : $0.text }
        owner = property("owner")?["href"]?.text.withoutOrigin
        let privileges = property("current-user-privilege-set")?.all("privilege").flatMap(\.children).map(\.name)
        mayChange = privileges.map { $0.contains("all") || $0.contains("write-acl") }
        switch found["acl"]?.status ?? response["status"]?.text.statusCode ?? 404 {
        case 200: access = .entries(property("acl")?.all("ace").map(AccessEntry.init) ?? [])
        case 404: access = .none
        case 401, 403: access = .forbidden
        case let status: access = .failed(status: status)
        }
    }
}

/// What the verb ACL writes: all entries that are not fixed, for the server keeps nothing else.
struct AccessControlList: Sendable, Hashable {
    private(set) var entries: [AccessEntry]

    init(_ entries: [AccessEntry]) { self.entries = entries.filter { !$0.isFixed } }

    /// Takes away what `principal` was granted, never what it was denied; `false` where there is none of it.
    mutating func remove(_ principal: String) -> Bool {
        let count = entries.count
        entries.removeAll { $0.isGrant && $0.principal == principal }
        return entries.count < count
    }

    /// Puts entries back at the end, where no rule on their order forbids grants; `false` where they are all there.
    mutating func restore(_ removed: [AccessEntry]) -> Bool {
        let missing = removed.filter { !entries.contains($0) }
        entries += missing
        return !missing.isEmpty
    }

    var xml: String { QualifiedElement("acl", in: AccessEntry.namespace, entries.map(\.element)).xml }
}

extension String {
    /// The path of an address that may have scheme and host.
    var withoutOrigin: String {
        guard let mark = firstRange(of: "://"), let slash = self[mark.upperBound...].firstIndex(of: "/") else {
            return self
        }
        return String(self[slash...])
    }

    /// Whether both name one resource, however they are escaped.
    func isSameResource(as other: String) -> Bool { resource == other.resource }

    private var resource: String {
        let path = withoutOrigin.removingPercentEncoding ?? withoutOrigin
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// `HTTP/1.1 200 OK`.
    fileprivate var statusCode: Int? {
        let words = split(separator: " ")
        return words.count > 1 ? Int(words[1]) : nil
    }
}

import Authorizations
import ConnectorKit
import Documents
import Testing

@testable import Connectors

@Suite("Access control lists of calendars") struct CalDavAclTests {
    /// A multistatus document of collections, each with its properties by status.
    static func document(_ collections: (path: String, groups: [(status: String, properties: String)])...) -> String {
        let responses = collections.map { path, groups in
            let propstats = groups.map {
                "<D:propstat><D:prop>\($0.properties)</D:prop><D:status>HTTP/1.1 \($0.status)</D:status></D:propstat>"
            }
            return "<D:response><D:href>\(path)</D:href>\(propstats.joined())</D:response>"
        }
        return
            "<D:multistatus xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>\(responses.joined())</D:multistatus>"
    }

    static func ace(_ principal: String, _ rest: String = "<D:grant><D:privilege><D:read/></D:privilege></D:grant>")
        -> String
    {
        "<D:ace><D:principal>\(principal)</D:principal>\(rest)</D:ace>"
    }

    static func entries(_ aces: String...) throws -> [AccessEntry] {
        let text = document(("/a/", [("200 OK", "<D:acl>\(aces.joined())</D:acl>")]))
        guard case .entries(let entries)? = try ControlledCollection.all(in: text).first?.access else { return [] }
        return entries
    }

    @Test(
        "tell who else is let in",
        arguments: [
            ("<D:href>/principals/bob/</D:href>", "/principals/bob/"), ("<D:all/>", "all"),
            ("<D:authenticated/>", "authenticated"),
            ("<D:unauthenticated/>", "unauthenticated"),
            ("<D:property><D:group-member-set/></D:property>", "property group-member-set"),
            ("<D:property><D:owner/></D:property>", nil), ("<D:self/>", nil),
            ("<D:href>https://x.example/alice%40acme</D:href>", nil),
        ])
    func principals(principal: String, expected: String?) throws {
        let found = try Self.entries(Self.ace(principal)).filter { $0.letsIn(othersThan: ["/alice@acme/"]) }
        #expect(found.compactMap(\.principal) == (expected.map { [$0] } ?? []))
    }

    @Test("leave out what is denied, protected or inherited; say everybody but one as it is")
    func entriesThatCount() throws {
        let granted = "<D:grant><D:privilege><C:read-free-busy/></D:privilege></D:grant>"
        let all = try Self.entries(
            Self.ace("<D:all/>", "<D:deny><D:privilege><D:all/></D:privilege></D:deny>"),
            Self.ace("<D:all/>", granted + "<D:protected/>"),
            Self.ace("<D:all/>", granted + "<D:inherited><D:href>/</D:href></D:inherited>"),
            "<D:ace><D:invert><D:principal><D:href>/bob/</D:href></D:principal></D:invert>\(granted)</D:ace>")
        #expect(all.filter { $0.letsIn(othersThan: []) }.map(\.principal) == ["not /bob/"])
        #expect(all.last?.privileges == ["read-free-busy"])
    }

    @Test("are written with their namespaces, without what the server keeps, and in their order")
    func writing() throws {
        let denied = "<D:deny><D:privilege><D:write/></D:privilege></D:deny>"
        let all = try Self.entries(
            Self.ace("<D:href>/a&amp;b/</D:href>"), Self.ace("<D:all/>", denied),
            Self.ace("<D:all/>", "<D:grant><D:privilege><C:read-free-busy/></D:privilege></D:grant>"),
            Self.ace("<D:authenticated/>", denied + "<D:protected/>"))
        var list = AccessControlList(all)
        let isRemoved = list.remove("all")
        #expect(isRemoved)
        #expect(
            list.xml == """
                <acl xmlns="DAV:"><ace><principal><href>/a&amp;b/</href></principal><grant><privilege><read/></privilege></grant></ace>\
                <ace><principal><all/></principal><deny><privilege><write/></privilege></deny></ace></acl>
                """)
        let isRemovedAgain = list.remove("all")
        #expect(!isRemovedAgain)
        let isRestored = list.restore([all[2]])
        #expect(isRestored)
        #expect(
            list.xml.contains(
                #"<grant><privilege><read-free-busy xmlns="urn:ietf:params:xml:ns:caldav"/></privilege></grant>"#))
        let isRestoredAgain = list.restore([all[2]])
        #expect(!isRestoredAgain)
        #expect(try QualifiedElement(parsing: Array(list.xml.utf8)).all("ace").map(AccessEntry.init) == list.entries)
        #expect(AccessControlList([]).xml == #"<acl xmlns="DAV:"/>"#)
    }

    static let owner = "<D:owner><D:href>/alice/</D:href></D:owner>"
    static let readable = (status: "200 OK", properties: owner + "<D:acl/>")
    static let absent = (status: "404 Not Found", properties: "<D:acl/>")
    static let closed = (status: "403 Forbidden", properties: "<D:acl/>")

    @Test("count as absent, as closed or as somebody else's, and never as empty")
    func shortfalls() throws {
        func shortfall(_ text: String) throws -> Shortfall? {
            try CalendarAccess.shortfall(of: ControlledCollection.all(in: text), me: "/alice/")
        }
        let ours = (status: "200 OK", properties: Self.owner)
        let theirs = (status: "200 OK", properties: "<D:owner><D:href>/bob/</D:href></D:owner>")
        #expect(try shortfall(Self.document(("/a/", [Self.readable]), ("/b/", [ours, Self.absent]))) == nil)
        let none = try shortfall(Self.document(("/a/", [ours, Self.absent]), ("/b/", [Self.absent])))
        #expect(none?.state == .unlistable && none?.isByNature == true)
        let some = try shortfall(Self.document(("/a/", [Self.readable]), ("/b/", [ours, Self.closed])))
        #expect(some?.state == .partial && some?.isByNature == false)
        #expect(try shortfall(Self.document(("/a/", [Self.readable]), ("/b/", [theirs, Self.closed]))) == nil)
        #expect(throws: ListFailure.self) { try shortfall(Self.document(("/a/", [ours, Self.closed]))) }
        #expect(throws: ListFailure.self) { try shortfall(Self.document()) }
        #expect(throws: ListFailure.self) { try shortfall("<html/>") }
        #expect(throws: ListFailure.self) { try shortfall("<!DOCTYPE x><multistatus xmlns='DAV:'/>") }
    }

    @Test("of a real server without them are unlistable by nature")
    func radicale() async throws {
        guard let server = try await RealServer.start("radicale") else { return }
        let connector = try #require(try Catalog.connector("caldav-generic"))
        let session = try await server.session(
            of: connector,
            CredentialSource(
                kind: "basic",
                parts: .named(["user": server.file("operator.user"), "password": server.file("operator.password")])),
            settings: ["server": ["https://calendar.acme.example"]])
        let (items, coverage) = try await session.all("acl-entry")
        #expect(items.isEmpty)
        #expect(coverage.state == .unlistable && coverage.byNature, "\(coverage)")
    }
}

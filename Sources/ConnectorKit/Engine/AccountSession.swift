package import Authorizations
internal import Documents
internal import Foundation
internal import Synchronization
package import Transport

/// One account at one connector, entered: everything the engine needs to read and to end what stands there.
package final class AccountSession: Sendable {
    package let account: Account
    package let manifest: Manifest
    /// Who we are there; plans are bound to it.
    package let identity: Identity
    /// Put before a surface's id where one account serves several connectors: `connector:`.
    package let surfacePrefix: String
    let builder: RequestBuilder
    /// Settings and what prepare and whoami bound.
    let base: Scope
    let judge: Judge
    let reads: any Transport
    /// `nil` in a dry run.
    let writes: (any Transport)?
    let digest: @Sendable (String) -> String
    let now: @Sendable () -> Date
    let coded: [String: any CodedSurface]
    let turns = Turns()
    package let keyring: Keyring
    private let surfaceNames: [String: SurfaceNames]
    private let feeds = Mutex<[String: ListFeed]>([:])
    private let details = Mutex<[String: Task<ReadAnswer, any Error>]>([:])

    package struct Identity: Sendable, Hashable {
        package var name: String
        package var title: String?
        /// What the credential may do; `nil` where the vendor does not tell.
        package var scopes: [String]?
        /// The vendor was asked, and said who we are.
        package var isConfirmed: Bool
        /// Why it was not confirmed.
        package var note: String?

        package init(
            name: String, title: String? = nil, scopes: [String]? = nil, isConfirmed: Bool, note: String? = nil
        ) {
            self.name = name
            self.title = title
            self.scopes = scopes
            self.isConfirmed = isConfirmed
            self.note = note
        }
    }

    init(
        account: Account, manifest: Manifest, identity: Identity, surfacePrefix: String, builder: RequestBuilder,
        base: Scope, transports: Transports, digest: @escaping @Sendable (String) -> String,
        now: @escaping @Sendable () -> Date, coded: [String: any CodedSurface], keyring: Keyring
    ) {
        self.account = account
        self.manifest = manifest
        self.identity = identity
        self.surfacePrefix = surfacePrefix
        self.builder = builder
        self.base = base
        self.judge = Judge(errors: manifest.errors)
        self.reads = transports.reads
        self.writes = transports.writes
        self.digest = digest
        self.now = now
        self.coded = coded
        self.keyring = keyring
        surfaceNames = manifest.surfaces.reduce(into: [:]) { names, surface in
            names[surface.id] = SurfaceNames(surface, in: manifest, credentialNames: builder.credentialNames)
        }
    }

    func names(of surface: Surface) -> SurfaceNames {
        surfaceNames[surface.id] ?? SurfaceNames(surface, in: manifest, credentialNames: builder.credentialNames)
    }

    /// Addresses of all hosts that may be reached, in order and without repetition.
    package var hosts: [String] {
        var seen: Set<String> = []
        return manifest.hosts.map(\.name).compactMap { builder.hosts[$0]?.origin.description }
            .filter { seen.insert($0).inserted }
            + builder.hosts.values.map(\.origin.description).sorted().filter { seen.insert($0).inserted }
    }

    package func surface(_ id: String) -> Surface? {
        manifest.surfaces.first { surfacePrefix + $0.id == id }
    }

    /// The id that people see: with the connector where one account has several.
    package func shownID(of surface: Surface) -> String { surfacePrefix + surface.id }
}

/// The two ways out: one that cannot write, and one that can.
package struct Transports: Sendable {
    package var reads: any Transport
    package var writes: (any Transport)?

    package init(reads: any Transport, writes: (any Transport)?) {
        self.reads = reads
        self.writes = writes
    }
}

extension AccountSession {
    /// Tries for a read whose body makes no sense, as after a cut.
    private static let readTries = 5

    func read(
        _ operation: Operation, in scope: Scope, extra: PageParameters = PageParameters(), address: Address? = nil
    ) async throws -> ReadAnswer {
        let request = try builder.build(operation, in: scope, extra: extra, address: address)
        var answer = ReadAnswer(try await reads.send(request), as: operation.answer)
        for wait in [1, 2, 4, 8].prefix(Self.readTries - 1) where answer.problem != nil && answer.isGood {
            try await Task.sleep(for: .milliseconds(wait * 250))
            answer = ReadAnswer(try await reads.send(request), as: operation.answer)
        }
        return answer
    }

    func reason(_ answer: ReadAnswer) -> String? {
        judge.reason(answer)
    }

    func source(_ document: JSON, _ headers: Headers, _ isText: Bool, _ scope: Scope) -> FieldSource {
        FieldSource(document: document, headers: headers, scope: scope, isText: isText, digest: digest, now: now())
    }

    func bind(
        _ names: [(name: String, field: Field)], from document: JSON, _ headers: Headers, _ isText: Bool,
        to scope: inout Scope
    ) {
        let source = source(document, headers, isText, scope)
        for (name, field) in names { scope.bind(name, field.value(from: source)) }
    }

    func bindSecrets(_ names: [(name: String, field: Field)], from item: ListItem, to scope: inout Scope) {
        let source = source(item.document, item.headers, item.isText, scope)
        for (name, field) in names { scope.bind(name, secret: field.value(from: source)?.scalarText) }
    }

    /// The named list, read once for all surfaces of a run.
    func feed(_ name: String) throws -> ListFeed {
        try feeds.withLock { feeds in
            if let feed = feeds[name] { return feed }
            guard let list = manifest.lists.first(where: { $0.name == name })?.list else {
                throw ListFailure.failed(reason: "there is no list '\(name)'")
            }
            let feed = ListFeed(list, in: self)
            feeds[name] = feed
            return feed
        }
    }

    /// Forgets what was listed, so that it is read anew.
    package func forget() {
        feeds.withLock { $0.removeAll() }
        details.withLock { $0.removeAll() }
    }

    /// A read that is shared by address within a run.
    func sharedRead(_ operation: Operation, in scope: Scope) async throws -> ReadAnswer {
        let request = try builder.build(operation, in: scope)
        let key =
            request.method + " " + request.address.text + " "
            + (request.body.map { String(decoding: $0, as: UTF8.self) } ?? "")
        let task = details.withLock { details in
            if let task = details[key] { return task }
            let task = Task { [reads] in ReadAnswer(try await reads.send(request), as: operation.answer) }
            details[key] = task
            return task
        }
        return try await task.value
    }
}

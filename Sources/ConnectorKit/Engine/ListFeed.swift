internal import Documents

/// The entries of a named list, which arrive page by page and are read by any number of surfaces.
actor ListFeed {
    private let list: Manifest.List
    /// The session owns its feeds.
    private unowned let session: AccountSession
    private var entries: [Scope] = []
    private var end: Result<Void, any Error>?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var hasBegun = false
    private var seen: Set<String> = []

    init(_ list: Manifest.List, in session: AccountSession) {
        self.list = list
        self.session = session
    }

    /// The entries from `index` on; waits until there is one or the list has ended.
    ///
    /// Empty means the end.
    func entries(from index: Int) async throws -> ArraySlice<Scope> {
        begin()
        while index >= entries.count {
            if let end {
                try end.get()
                return []
            }
            await withCheckedContinuation { waiting.append($0) }
        }
        return entries[index...]
    }

    private func begin() {
        if hasBegun { return }
        hasBegun = true
        // Not a child of the surface that asked first: the others wait for it too.
        Task {
            do {
                try await read()
                finish(.success(()))
            } catch {
                finish(.failure(error))
            }
        }
    }

    private func finish(_ result: Result<Void, any Error>) {
        end = result
        wakeUp()
    }

    private func append(_ items: [ListItem]) { append(items.map(bound)) }

    /// The first name of each level identifies an entry; what is listed twice is one entry.
    private func append(_ new: [Scope]) {
        let names = session.identifyingNames(of: list)
        for entry in new {
            let key = names.map { entry.text($0)?.percentEncoded ?? "" }.joined(separator: "/")
            if seen.insert(key).inserted { entries.append(entry) }
        }
        wakeUp()
    }

    private func wakeUp() {
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume() }
    }

    private func read() async throws {
        switch list.source {
        case .values(let values): append(bound(values))
        case .setting(let name):
            guard case .plain(.array(let values))? = session.base[name] else {
                throw ListFailure.failed(reason: "the setting '\(name)' has no value")
            }
            append(bound(values.compactMap(\.scalarText)))
        case .request(let operation):
            try await session.forEachParent(list.forEach) { parent in
                try await ListWalker(session: self.session, list: operation, scope: parent).walk { page in
                    await self.append(page.items)
                }
            }
        }
    }

    private func bound(_ values: [String]) -> [Scope] {
        guard let name = list.bind.first?.name else { return [] }
        return values.map { session.base.binding([name: .string($0)]) }
    }

    private func bound(_ item: ListItem) -> Scope {
        var scope = item.scope
        session.bind(list.bind, from: item.document, item.headers, item.isText, to: &scope)
        session.bindSecrets(list.secrets, from: item, to: &scope)
        return scope
    }
}

extension AccountSession {
    fileprivate func identifyingNames(of list: Manifest.List) -> [String] {
        SurfaceNames.parents(list.name, in: manifest)
    }

    /// How many parents are listed at once; the transport's lane and the budgets set the real pace.
    static let parentsAtOnce = 48

    /// Calls `body` for each entry of the list, many at once, or once where there is no list.
    ///
    /// - Throws: the list's own failure, after the entries before it were handled. What `body` throws is passed on.
    func forEachParent(_ forEach: ForEach?, _ body: @escaping @Sendable (Scope) async throws -> Void) async throws {
        guard let forEach else { return try await body(base) }
        let feed = try feed(forEach.list)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var index = 0
            var running = 0
            var failure: (any Error)?
            listing: while true {
                let entries: ArraySlice<Scope>
                do { entries = try await feed.entries(from: index) } catch {
                    failure = error
                    break listing
                }
                if entries.isEmpty { break }
                for entry in entries {
                    index += 1
                    if let condition = forEach.condition, !condition.holds(for: entry.document, in: entry) { continue }
                    if running >= Self.parentsAtOnce {
                        try await group.next()
                        running -= 1
                    }
                    try Task.checkCancellation()
                    group.addTask { try await body(entry) }
                    running += 1
                }
            }
            try await group.waitForAll()
            if let failure { throw failure }
        }
    }
}

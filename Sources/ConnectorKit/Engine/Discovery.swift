package import Authorizations
internal import Documents
internal import Foundation
internal import Synchronization
internal import Transport

/// One item as a list showed it, with what its secrets are bound to.
struct FoundItem: Sendable {
    var authorization: Authorization
    var document: JSON
    var scope: Scope
    var isText: Bool
}

extension AccountSession {
    /// Lists one surface, parent by parent, and says how much of it could be seen.
    ///
    /// - Parameter found: is called from many tasks, once for each parent that has anything.
    package func discover(_ surface: Surface, found: @escaping @Sendable ([Authorization]) -> Void) async -> Coverage {
        if let coverage = withoutAsking(surface, found: found) { return coverage }
        guard let discover = surface.discover else { return coverage(surface, .unlistable, byNature: true) }
        let tally = Mutex(Tally())
        do {
            try await forEachParent(discover.forEach) { parent in
                do {
                    let reading = try await self.read(surface, discover, under: parent, withDetails: true)
                    tally.withLock { $0.add(reading) }
                    if !reading.authorizations.isEmpty { found(reading.authorizations) }
                } catch let error as CancellationError {
                    throw error
                } catch {
                    tally.withLock { $0.fail(error, under: parent.text(discover.under.first ?? "")) }
                }
            }
        } catch {
            tally.withLock { $0.failure = $0.failure ?? Self.describe(error) }
        }
        return tally.withLock { $0 }.coverage(of: surface, discover, in: self)
    }

    /// What is known without a request: not configured, unlistable, assumed.
    func withoutAsking(_ surface: Surface, found: @Sendable ([Authorization]) -> Void) -> Coverage? {
        if let missing = missingSetting(surface) { return coverage(surface, .notConfigured, note: missing) }
        if let kinds = surface.credentialKinds, let kind = account.credential?.kind, !kinds.contains(kind) {
            let list = kinds.joined(separator: ", ")
            return coverage(
                surface, .notConfigured,
                note: LocalizedText(
                    en: "needs a credential of kind \(list)", fr: "demande un identifiant de type \(list)"))
        }
        if let text = surface.unlistable {
            found([task(for: surface)])
            return coverage(surface, .unlistable, byNature: true, note: text)
        }
        guard surface.discover == nil else { return nil }
        return coverage(
            surface, .unlistable, byNature: true,
            note: LocalizedText(
                en: "only values in hand can be ended here", fr: "seules des valeurs en main peuvent être révoquées ici"
            ))
    }

    private func task(for surface: Surface) -> Authorization {
        let shown = shownID(of: surface)
        var task = Authorization(
            id: "\(account.name)/\(shown)/-", account: account.name, surface: shown, kind: surface.kind, vendorID: nil,
            title: surface.unlistable?.en ?? surface.id)
        task.values = linked(surface)
        return task
    }

    /// Settings that the link to the vendor's page needs.
    func linked(_ surface: Surface) -> [String: JSON] {
        (surface.manual?.link.names ?? []).reduce(into: [:]) { values, name in values[name] = base.json(name) }
    }

    func coverage(
        _ surface: Surface, _ state: Coverage.State, byNature: Bool = false, note: LocalizedText? = nil
    ) -> Coverage {
        Coverage(account: account.name, surface: shownID(of: surface), state: state, byNature: byNature, note: note)
    }

    private func missingSetting(_ surface: Surface) -> LocalizedText? {
        let used = names(of: surface).listing.union(names(of: surface).later)
        for setting in manifest.settings
        where used.contains(setting.name) && base[setting.name] == nil && !base.leftOut.contains(setting.name) {
            return LocalizedText(
                en: "the setting '\(setting.name)' is missing: \(setting.about.en)",
                fr: "le réglage « \(setting.name) » manque : \(setting.about.fr)")
        }
        return nil
    }

    static func describe(_ error: any Error) -> ListFailure {
        switch error {
        case let failure as ListFailure: failure
        case let error as RequestRefusal: .failed(reason: error.description)
        case let error as TransportError: .failed(reason: error.description)
        case is CancellationError: .failed(reason: "interrupted")
        default: .failed(reason: "\(error)")
        }
    }
}

/// What one parent's listing showed.
struct ParentReading: Sendable {
    /// Empty where an inventory wants the authorizations alone.
    var items: [FoundItem]
    var authorizations: [Authorization]
    var received: Int
    var expected: Int?
    var isCapped: Bool
    var shortfall: Shortfall?

    init(items: [FoundItem], received: Int, expected: Int?, isCapped: Bool, shortfall: Shortfall? = nil) {
        self.init(
            authorizations: items.map(\.authorization), received: received, expected: expected, isCapped: isCapped,
            shortfall: shortfall)
        self.items = items
    }

    init(
        authorizations: [Authorization], received: Int, expected: Int?, isCapped: Bool, shortfall: Shortfall? = nil
    ) {
        items = []
        self.authorizations = authorizations
        self.received = received
        self.expected = expected
        self.isCapped = isCapped
        self.shortfall = shortfall
    }

    /// Why something may stand there that was not shown; `nil` where all was.
    var gap: String? {
        if let expected, expected > received { return "\(received) of \(expected) were listed" }
        return isCapped ? "the vendor lists no more than \(received)" : shortfall?.note.en
    }
}

/// Adds up the parents of a surface.
private struct Tally: Sendable {
    var count = 0
    var received = 0
    /// Announced and not received, under whichever parent.
    var missing = 0
    var parents = 0
    var failedParents = 0
    var isCapped = false
    var shortfall: Shortfall?
    var shortParents = 0
    var failure: ListFailure?
    var failedName: String?

    mutating func add(_ reading: ParentReading) {
        parents += 1
        count += reading.authorizations.count
        received += reading.received
        if let expected = reading.expected { missing += max(0, expected - reading.received) }
        isCapped = isCapped || reading.isCapped
        guard let short = reading.shortfall else { return }
        shortParents += 1
        // What could be otherwise counts more than what cannot.
        if shortfall?.isByNature ?? true { shortfall = short }
    }

    mutating func fail(_ error: any Error, under parent: String?) {
        failedParents += 1
        failure = failure ?? AccountSession.describe(error)
        failedName = failedName ?? parent
    }

    func coverage(of surface: Surface, _ discover: Discover, in session: AccountSession) -> Coverage {
        var coverage = session.coverage(surface, .seen)
        coverage.count = count
        if missing > 0 { coverage.expected = received + missing }
        if case .assumed(let text) = discover.source {
            coverage.state = .unlistable
            coverage.byNature = true
            coverage.note = text
        }
        if let failure {
            (coverage.state, coverage.note) = Self.state(
                of: failure, seen: parents, failed: failedParents, name: failedName)
        } else if isCapped || coverage.expected != nil {
            coverage.state = .partial
            coverage.note = LocalizedText(
                en: isCapped
                    ? "the vendor lists no more than \(received)" : "\(received) of \(received + missing) were listed",
                fr: isCapped
                    ? "le fournisseur n’en liste pas plus de \(received)"
                    : "\(received) sur \(received + missing) ont été listées")
        } else if let shortfall {
            coverage.state = shortParents < parents ? .partial : shortfall.state
            coverage.byNature = shortfall.isByNature
            coverage.note = shortfall.note
        } else if let partial = discover.partial {
            coverage.state = .partial
            coverage.byNature = true
            coverage.note = partial
        }
        return coverage
    }

    private static func state(
        of failure: ListFailure, seen: Int, failed: Int, name: String?
    ) -> (Coverage.State, LocalizedText) {
        let (state, reason) = words(for: failure)
        guard seen > 0, failed > 0 else { return (state, LocalizedText(en: reason, fr: reason)) }
        let first = name.map { " (\($0): \(reason))" } ?? ": \(reason)"
        return (
            .partial,
            LocalizedText(
                en: "\(failed) of \(seen + failed) could not be listed\(first)",
                fr: "\(failed) sur \(seen + failed) n’ont pu être listés\(first)")
        )
    }

    private static func words(for failure: ListFailure) -> (Coverage.State, String) {
        switch failure {
        case .forbidden(let reason): (.forbidden, reason ?? "HTTP 403")
        case .unauthorized(let reason): (.failed, reason ?? "HTTP 401")
        case .slowDown: (.failed, "still asked to wait (429)")
        case .failed(let reason): (.failed, reason)
        }
    }
}

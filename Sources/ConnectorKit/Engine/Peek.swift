package import Authorizations

extension AccountSession {
    private struct Enough: Error {}

    /// Reads the first page of a surface's list, under the first entry of its parents: whether it can be seen at all.
    package func peek(_ surface: Surface) async -> Coverage {
        if let coverage = withoutAsking(surface, found: { _ in }) { return coverage }
        guard let discover = surface.discover, case .list(let list) = discover.source else {
            return await self.discover(surface) { _ in }
        }
        var result = coverage(
            surface, discover.partial == nil ? .seen : .partial, byNature: discover.partial != nil,
            note: discover.partial)
        do {
            guard let parent = try await firstParent(discover.forEach) else { return result }
            try await ListWalker(session: self, list: list, scope: parent).walk { page in
                result.count = page.items.count
                throw Enough()
            }
        } catch is Enough {
            return result
        } catch {
            let failure = Self.describe(error)
            result.state = if case .forbidden = failure { .forbidden } else { .failed }
            result.byNature = false
            result.note = LocalizedText(en: failure.words, fr: failure.words)
        }
        return result
    }

    private func firstParent(_ forEach: ForEach?) async throws -> Scope? {
        guard let forEach else { return base }
        let feed = try feed(forEach.list)
        var index = 0
        while true {
            let entries = try await feed.entries(from: index)
            if entries.isEmpty { return nil }
            for entry in entries {
                index += 1
                if forEach.condition?.holds(for: entry.document, in: entry) ?? true { return entry }
            }
        }
    }
}

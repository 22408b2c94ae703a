internal import Authorizations
internal import ConnectorKit
internal import Cryptography
internal import Documents
internal import Transport

extension PlayedVendor {
    typealias Played = (Exchange.Answered, Sandbox.Entry.Effect)

    func play(_ role: RecordedVendor.Role, _ request: Request, _ state: inout State) -> Played {
        switch role {
        case .recorded(let exchange, let pair): (withSecrets(exchange.pairs[pair].answered).0, .read)
        case .token(let exchange, let credential): token(exchange, credential, request, &state)
        case .listing(let number): (list(vendor.listings[number], differences[number], state), .read)
        case .change(let item, let surface, let ending, let step, let isLast):
            change(item, surface, ending, step, isLast: isLast, request, &state)
        case .document(let number, let ending, let step): write(vendor.listings[number], ending, step, request, &state)
        case .bulk(let surface): bulk(surface, request, &state)
        case .probe(let item, let surface, let ending): (probe(item, surface, ending, state), .read)
        case .detail(let item, let surface):
            if state.standing[item] == .ended {
                (answer(vendor.exchange(surface, [.verify], [.dead]), item), .read)
            } else {
                (
                    answer(vendor.exchange(surface, [.detail], [.list, .identity, .alive], for: items[item]), item),
                    .read
                )
            }
        case .description(let item, let surface):
            if isStanding(item, state) {
                (answer(vendor.exchange(surface, [.describe], [.identity]), item), .read)
            } else {
                (answer(vendor.exchange(surface, [.verify], [.dead]), item), .read)
            }
        }
    }

    private func isStanding(_ item: String?, _ state: State) -> Bool {
        item.map { state.standing[$0] != .ended } ?? false
    }

    private func answer(_ exchange: Exchange?, _ item: String?, pair: Int? = nil) -> Exchange.Answered {
        guard let exchange else { return .refusal(404, "nothing was recorded that would answer this") }
        let number = min(pair ?? exchange.pairs.count - 1, exchange.pairs.count - 1)
        return withSecrets(exchange.answered(number, about: item.flatMap { items[$0] })).0
    }

    /// Invented values in place of the marks.
    private func withSecrets(_ answered: Exchange.Answered) -> (Exchange.Answered, [String]) {
        var answered = answered
        var secrets: [String] = []
        while let range = answered.body.firstRange(of: Exchange.secret) {
            let secret = "sandbox-" + [UInt8].random(count: 16).hex
            secrets.append(secret)
            answered.body.replaceSubrange(range, with: secret)
        }
        return (answered, secrets)
    }

    private func token(_ exchange: Exchange, _ credential: String, _ request: Request, _ state: inout State) -> Played {
        guard mayHaveToken(exchange, credential, request) else {
            return (.refusal(401, "these are not the secrets that the sandbox gave out for '\(credential)'"), .refused)
        }
        let (answered, secrets) = withSecrets(exchange.pairs[0].answered)
        state.tokens[credential, default: []].formUnion(secrets)
        return (answered, .read)
    }

    private func change(
        _ item: String?, _ surface: String, _ ending: Ending, _ step: Int, isLast: Bool, _ request: Request,
        _ state: inout State
    ) -> Played {
        let isDone = item.map { state.standing[$0] == .ended } ?? true
        if let item {
            state.underWay.removeAll { $0 == item }
            if !isLast, !isDone { state.underWay.insert(item, at: 0) }
        }
        let operation: Exchange.Operation = ending == .revoke ? .revoke : ending == .disable ? .disable : .undo
        let claim: Exchange.Claim = ending == .revoke ? .revoke : ending == .disable ? .disable : .undo
        let known = item.flatMap { items[$0] }
        var exchange = vendor.exchange(surface, [operation], [claim], for: known)
        var pair = exchange.map { isLast ? $0.pairs.count - 1 : min(step, $0.pairs.count - 1) }
        if isDone, ending != .undo {
            let again = vendor.exchange(surface, [operation], [.again], for: known)
            // A key must be disabled before it is deleted: of one that is gone the first answer says so.
            let other = ending == .disable ? vendor.exchange(surface, [.revoke], [.again], for: known) : nil
            (exchange, pair) = (again ?? other ?? exchange, again == nil && other != nil ? 0 : pair)
        }
        let answered = answer(exchange, item, pair: pair)
        // What was recorded as a success is one, whatever its status.
        if isLast, let item, !isDone || ending == .undo, exchange?.shows == claim {
            state.standing[item] = ending == .revoke ? .ended : ending == .disable ? .disabled : .alive
        }
        return (answered, .write)
    }

    /// What is no longer in the document that was written has ended; what is in it again stands again.
    private func write(
        _ listing: RecordedVendor.Listing, _ ending: Ending, _ step: Int, _ request: Request, _ state: inout State
    ) -> Played {
        let document = (try? JSON(parsing: request.body ?? [])) ?? .null
        if let left = vendor.items(in: document, as: listing) {
            for (item, _) in listing.places { state.standing[item] = left.contains(item) ? .alive : .ended }
        } else {
            // It is written in another shape than it is listed in: the steps themselves know their way in it.
            let standing = vendor.standing(in: document, as: listing, at: request.address.target)
            if standing.isEmpty {
                return (.refusal(400, "the body is not the document that '\(listing.surface)' keeps"), .refused)
            }
            for (item, stands) in standing { state.standing[item] = stands ? .alive : .ended }
        }
        var answered = Exchange.Answered(
            status: 200, headers: [.init("Content-Type", "application/json")], body: document.text)
        let operation: Exchange.Operation = ending == .undo ? .undo : .revoke
        if let recorded = vendor.exchange(listing.surface, [operation], [.revoke, .undo])?.pairs.last?.answered {
            (answered.status, answered.headers) = (recorded.status, recorded.headers)
            // A vendor that answers with the document answers with what was written.
            if (try? JSON(parsing: recorded.body)) == nil { answered.body = recorded.body }
        }
        return (answered, .write)
    }

    private func bulk(_ surface: String, _ request: Request, _ state: inout State) -> Played {
        guard let bulk = vendor.surface(surface)?.revoke?.bulk,
            let exchange = vendor.exchange(surface, [.bulk], [.revoke])
        else {
            return (.refusal(404, "no bulk was recorded of '\(surface)'"), .refused)
        }
        let body = (try? JSON(parsing: request.body ?? [])) ?? .null
        let named = body.scalars
        var count = 0
        for item in vendor.items where item.surface == surface {
            let value = item.secret?.reveal { $0 } ?? item.vendorID
            let isNamed =
                named.contains(value)
                || bulk.join.map { join in named.contains { $0.split(separator: join).contains { $0 == value } } }
                    ?? false
            guard isNamed else { continue }
            count += 1
            state.standing[item.id] = .ended
        }
        var answered = withSecrets(exchange.pairs[0].answered).0
        if let place = bulk.results?.items.pointers.first, var document = try? JSON(parsing: answered.body),
            let entry = place.value(in: document)?.array?.first
        {
            place.set(.array(Array(repeating: entry, count: count)), in: &document)
            answered.body = document.text
        }
        return (answered, .write)
    }

    private func probe(_ item: String?, _ surface: String, _ ending: Ending, _ state: State) -> Exchange.Answered {
        let standing = item.map { state.standing[$0] ?? .alive } ?? .ended
        let operation: Exchange.Operation = ending == .disable ? .verifyDisabled : .verify
        let isDead = standing == .ended || (ending == .disable && standing == .disabled)
        let known = item.flatMap { items[$0] }
        if !isDead, standing == .disabled,
            let disabled = vendor.exchange(surface, [.verifyDisabled], [.dead], for: known),
            ending == .revoke, disabled.pairs.last.map({ (200..<300).contains($0.answered.status) }) ?? false
        {
            return answer(disabled, item)
        }
        return answer(vendor.exchange(surface, [operation], [isDead ? .dead : .alive], for: known), item)
    }
}

extension JSON {
    /// Texts of all scalars, at any depth.
    fileprivate var scalars: Set<String> {
        switch self {
        case .array(let items): items.reduce(into: []) { $0.formUnion($1.scalars) }
        case .object(let object): object.members.reduce(into: []) { $0.formUnion($1.value.scalars) }
        default: scalarText.map { [$0] } ?? []
        }
    }
}

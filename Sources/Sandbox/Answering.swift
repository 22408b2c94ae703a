internal import ConnectorKit
internal import Documents
internal import Foundation
internal import Transport

extension Exchange {
    /// An answer as it would have been about another thing.
    func answered(_ number: Int, about item: RecordedVendor.Item?) -> Answered {
        var answered = pairs[number].answered
        guard let item else { return answered }
        let replacements = values.compactMap { name, value -> (String, String)? in
            guard let recorded = value.scalarText, recorded.count > 1, recorded != Exchange.secret,
                let own = item.names[name]
            else { return nil }
            return own == recorded ? nil : (recorded, own)
        }
        for (recorded, own) in replacements.sorted(by: { $0.0.count > $1.0.count }) {
            answered.body = answered.body.replacing(recorded, with: own)
        }
        return answered
    }
}

extension PlayedVendor {
    /// A recorded list without what has ended, all of it on one page.
    func list(
        _ listing: RecordedVendor.Listing, _ difference: [(pointer: JSONPointer, value: JSON)]?, _ state: State
    ) -> Exchange.Answered {
        var answered = listing.exchange.pairs[0].answered
        // Several surfaces may read one document.
        let readings = vendor.listings.filter { $0.isOfSameDocument(as: listing) }
        let places = readings.flatMap(\.places)
        let ended = places.filter { place in
            switch state.standing[place.item] {
            case .ended: true
            case .disabled: difference == nil
            case .alive, nil: false
            }
        }
        // What stands below something that is gone goes with it.
        let gone = ended.filter { place in
            !ended.contains {
                $0.pointer.tokens.count < place.pointer.tokens.count
                    && place.pointer.tokens.starts(with: $0.pointer.tokens)
            }
        }
        let changed = listing.places.filter { state.standing[$0.item] == .disabled && difference != nil }
        if gone.isEmpty && changed.isEmpty { return answered }
        let isOneThing = listing.operation.items.shape == .one
        if !gone.isEmpty, isOneThing || (listing.isXML && gone.count == listing.places.count) {
            let empty =
                vendor.exchange(listing.surface, [.discover], [.empty])
                ?? vendor.exchange(listing.surface, [.verify], [.dead])
            return empty.map { $0.answered(0, about: gone.first.flatMap { items[$0.item] }) }
                ?? .refusal(404, "there is nothing any more")
        }
        let edits = changed.flatMap { place in
            (difference ?? []).map { (JSONPointer(tokens: place.pointer.tokens + $0.pointer.tokens), $0.value) }
        }
        if listing.isXML {
            answered.body = XMLText.edited(answered.body, setting: edits, removing: gone.map(\.pointer))
        } else {
            edit(&answered, listing, edits, gone.map(\.pointer))
        }
        return answered
    }

    private func edit(
        _ answered: inout Exchange.Answered, _ listing: RecordedVendor.Listing, _ edits: [(JSONPointer, JSON)],
        _ gone: [JSONPointer]
    ) {
        guard var document = try? JSON(parsing: answered.body) else { return }
        for (pointer, value) in edits { pointer.set(value, in: &document) }
        // From the end, so that what stands before keeps its place.
        for pointer in gone.reversed() { document.remove(pointer, isGroup: listing.operation.items.shape == .group) }
        if listing.operation.outer.isEmpty {
            for total in listing.totals { total.lower(by: gone.count, in: &document, &answered.headers) }
        }
        answered.body = document.text
    }
}

extension Paging.Source {
    fileprivate func lower(by count: Int, in document: inout JSON, _ headers: inout Headers) {
        switch self {
        case .header(let name):
            if let total = headers[name].flatMap({ Int($0) }) { headers[name] = String(max(0, total - count)) }
        case .place(let place):
            for pointer in place.pointers {
                if let value = pointer.value(in: document), let total = value.scalarText.flatMap({ Int($0) }) {
                    let less = max(0, total - count)
                    pointer.set(value.string == nil ? .number(less) : .string(String(less)), in: &document)
                }
            }
        }
    }
}

extension JSON {
    /// Takes an item out of its list or map; a group, which is one thing, is left without members.
    fileprivate mutating func remove(_ pointer: JSONPointer, isGroup: Bool) {
        guard let last = pointer.tokens.last else { return }
        if isGroup {
            pointer.set(.array([]), in: &self)
            return
        }
        let parent = JSONPointer(tokens: pointer.tokens.dropLast())
        switch parent.value(in: self) {
        case .array(var items):
            guard let index = Int(last), items.indices.contains(index) else { return }
            items.remove(at: index)
            parent.set(.array(items), in: &self)
        case .object(var object):
            object[last] = nil
            parent.set(.object(object), in: &self)
        default: break
        }
    }
}

enum JSONText {
    static func object(_ members: KeyValuePairs<String, String>) -> String {
        JSON.object(JSONObject(members.map { ($0.key, .string($0.value)) })).text
    }
}

extension RecordedVendor.Listing {
    fileprivate func isOfSameDocument(as other: RecordedVendor.Listing) -> Bool {
        guard let (asked, answered) = exchange.pairs.first.map({ ($0.asked, $0.answered) }),
            let (otherAsked, otherAnswered) = other.exchange.pairs.first.map({ ($0.asked, $0.answered) })
        else { return false }
        return asked.key == otherAsked.key && answered.body == otherAnswered.body
    }
}

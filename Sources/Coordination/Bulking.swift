internal import Authorizations
internal import ConnectorKit
internal import Documents

/// Puts steps into one request where the vendor takes several: manifest 2.8.
enum Bulking {
    static func batches(of steps: [Step]) -> [[Step]] {
        guard let first = steps.first, first.ending == .revoke, let bulk = first.change?.bulk, let change = first.change else {
            return steps.map { [$0] }
        }
        if steps.count == 1, !change.steps.isEmpty { return [steps] }
        return stride(from: 0, to: steps.count, by: bulk.max).map { Array(steps[$0..<min($0 + bulk.max, steps.count)]) }
    }

    /// What must be equal for two steps to share a request: the names that the request uses beside the list.
    static func key(of step: Step) -> String? {
        guard step.ending == .revoke, let bulk = step.change?.bulk else { return nil }
        let own = Set(bulk.of.names)
        return bulk.requestNames.filter { !own.contains($0) && $0 != bulk.name }.sorted()
            .map { "\($0)=\(step.item.authorization.values[$0]?.text ?? "")" }.joined(separator: "&")
    }
}

internal import Authorizations
internal import ConnectorKit
internal import Documents

/// Puts steps into one request where the vendor takes several: manifest 2.8.
enum Bulking {
    /// Places of the steps that share a request.
    static func batches(of steps: [Step]) -> [[Int]] {
        var order: [[Int]] = []
        var open: [String: Int] = [:]
        for (place, step) in steps.enumerated() {
            guard let key = key(of: step), let max = step.change?.bulk?.max else {
                order.append([place])
                continue
            }
            if let batch = open[key], order[batch].count < max {
                order[batch].append(place)
            } else {
                open[key] = order.count
                order.append([place])
            }
        }
        return order
    }

    /// What must be equal for two steps to share a request: the names that the request uses beside the list.
    static func key(of step: Step) -> String? {
        guard step.ending == .revoke, let bulk = step.change?.bulk else { return nil }
        let own = Set(bulk.of.names)
        return bulk.requestNames.filter { !own.contains($0) && $0 != bulk.name }.sorted()
            .map { "\($0)=\(step.item.authorization.values[$0]?.text ?? "")" }.joined(separator: "&")
    }
}

internal import Synchronization
package import Transport

/// Plays the pairs of one exchange in order: each request must be exactly what the file says.
///
/// Answers come from the address that was asked, so that links in them resolve as they would at the vendor.
package final class ExchangeTransport: Transport {
    private struct State {
        var next = 0
        var differences: [String] = []
        var requests: [Request] = []
    }

    private let pairs: [Exchange.Pair]
    private let file: String
    private let state = Mutex(State())

    package init(_ exchange: Exchange) {
        pairs = exchange.pairs
        file = exchange.file
    }

    /// What was sent otherwise than the file says, and what was not sent.
    ///
    /// The engine turns an error of the network into an answer, so that tests must look here too.
    package var differences: [String] {
        state.withLock { state in
            var all = state.differences
            if all.isEmpty, state.next < pairs.count {
                let pair = pairs[state.next]
                all.append("\(file):\(pair.line): '\(pair.asked.method) \(pair.asked.target)' was not sent")
            }
            return all
        }
    }

    /// What was sent, credentials included.
    package var requests: [Request] { state.withLock(\.requests) }

    package func send(_ request: Request) async throws -> Response {
        try state.withLock { state throws(ExchangeDifference) in
            state.requests.append(request)
            guard state.next < pairs.count else {
                let last = pairs.last?.line ?? 1
                throw Self.note(
                    "\(file):\(last): nothing more was expected, but '\(request.label)' was sent", in: &state)
            }
            let pair = pairs[state.next]
            if let difference = pair.asked.difference(from: request) {
                throw Self.note("\(file):\(pair.line): \(difference)", in: &state)
            }
            state.next += 1
            let answered = pair.answered
            return Response(
                status: answered.status, headers: answered.headers,
                body: request.discardsBody ? [] : Array(answered.body.utf8),
                address: request.address)
        }
    }

    private static func note(_ text: String, in state: inout State) -> ExchangeDifference {
        state.differences.append(text)
        return ExchangeDifference(description: text)
    }
}

/// What was sent is not what the exchange says.
package struct ExchangeDifference: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
}

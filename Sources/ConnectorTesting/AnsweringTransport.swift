internal import ConnectorKit
internal import Synchronization
internal import Transport

/// Answers every request, whatever it is, and keeps what was asked.
final class AnsweringTransport: Transport {
    private let log = Mutex<[Request]>([])
    private let answer: @Sendable (Request, Int) -> Exchange.Answered

    /// The number of the request is counted from 0.
    init(_ answer: @escaping @Sendable (Request, Int) -> Exchange.Answered) { self.answer = answer }

    /// The answers of an exchange one after the other, the last one again for whatever comes after it.
    static func playing(_ exchange: Exchange) -> AnsweringTransport {
        AnsweringTransport { _, number in exchange.pairs[min(number, exchange.pairs.count - 1)].answered }
    }

    var requests: [Request] { log.withLock { $0 } }

    func send(_ request: Request) async throws -> Response {
        let number = log.withLock { log in
            log.append(request)
            return log.count - 1
        }
        let answered = answer(request, number)
        return Response(
            status: answered.status, headers: answered.headers, body: Array(answered.body.utf8),
            address: request.address)
    }
}

/// Hears every write out: once it is handed on, cancelling the task that asked no longer reaches it.
///
/// It stands right above the network, so that a request that still waits for its turn is given up, and one that may have
/// left is answered.
package struct ShieldedTransport: Transport {
    private let next: any Transport

    package init(_ next: any Transport) { self.next = next }

    package func send(_ request: Request) async throws -> Response {
        guard request.effect == .write else { return try await next.send(request) }
        try Task.checkCancellation()
        // A task of its own is out of reach of cancellation.
        return try await Task { try await next.send(request) }.value
    }
}

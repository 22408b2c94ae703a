/// Refuses every request that is not a read, so that a dry run cannot write.
package struct ReadOnlyTransport: Transport {
    private let next: any Transport

    package init(_ next: any Transport) { self.next = next }

    package func send(_ request: Request) async throws -> Response {
        guard request.effect == .read else { throw TransportError.writeInDryRun(label: request.label) }
        return try await next.send(request)
    }
}

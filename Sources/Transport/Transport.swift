/// Sends requests and returns whatever answer came, also when it is an error status.
package protocol Transport: Sendable {
    /// - Throws: ``TransportError`` where no answer came; `CancellationError` where the task was cancelled first.
    func send(_ request: Request) async throws -> Response
}

internal import CCurl

/// Sends requests with libcurl, any number at once, without blocking a thread of the concurrency pool.
///
/// Isolation does the locking: the actor runs on the thread that polls for libcurl, so its methods may call libcurl
/// freely, and a cancellation can never arrive between the two lines that start a transfer.
package actor CurlTransport: Transport {
    private struct Waiting {
        var request: Request
        var continuation: CheckedContinuation<Response, any Error>
    }

    private struct Turns {
        var underWay = 0
        var waiting = FIFO<Int>()
    }

    private let loop = CurlLoop()
    private let settings: CurlSettings
    private var transfers: [Int: Transfer] = [:]
    private var spare: [Transfer] = []
    private var waiting: [Int: Waiting] = [:]
    private var turns: [Origin: Turns] = [:]
    private var lastID = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package init(_ settings: CurlSettings) {
        self.settings = settings
        revoke_multi_set_long(loop.multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        revoke_multi_set_long(loop.multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.atOncePerOrigin)
        revoke_multi_set_long(loop.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.connectionLimit)
        loop.start { [weak self] id, code in
            self?.assumeIsolated { $0.finish(id, code) }
        }
    }

    deinit { loop.stop() }

    /// Below the 1024 file descriptors that a process may usually have.
    private static let connectionLimit = 512

    /// Sends a request, and follows redirects of a read within its origin as far as the request allows.
    package func send(_ request: Request) async throws -> Response {
        var request = request
        for _ in 0..<(request.effect == .read ? request.redirects : 0) {
            let response = try await exchange(request)
            guard let next = request.redirected(by: response) else { return response }
            request = next
        }
        return try await exchange(request)
    }

    private func exchange(_ request: Request) async throws -> Response {
        let origin = request.address.origin
        guard origin.scheme == "https" || origin.isLoopback else {
            throw TransportError.notEncrypted(host: origin.host)
        }
        if let part = request.malformedPart { throw TransportError.malformedRequest(host: origin.host, part: part) }
        try Task.checkCancellation()
        lastID += 1
        let id = lastID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                admit(id, Waiting(request: request, continuation: continuation))
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    private func admit(_ id: Int, _ next: Waiting) {
        let origin = next.request.address.origin
        if turns[origin, default: Turns()].underWay < settings.atOncePerOrigin {
            start(id, next)
        } else {
            waiting[id] = next
            turns[origin]?.waiting.append(id)
        }
    }

    private func start(_ id: Int, _ next: Waiting) {
        turns[next.request.address.origin, default: Turns()].underWay += 1
        let transfer = spare.popLast() ?? Transfer(settings)
        transfer.prepare(id, next.request, next.continuation)
        transfers[id] = transfer
        curl_multi_add_handle(loop.multi, transfer.easy)
    }

    private func finish(_ id: Int, _ code: CURLcode) {
        end(id) { $0.finish(code) }
    }

    private func cancel(_ id: Int) {
        // Its number stays in line; whoever comes to it finds nobody.
        waiting.removeValue(forKey: id)?.continuation.resume(throwing: CancellationError())
        end(id) { $0.cancel() }
    }

    /// Takes a transfer away from libcurl; only the first to ask gets it, and so is the one to resume it.
    private func end(_ id: Int, _ resume: (Transfer) -> Void) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        curl_multi_remove_handle(loop.multi, transfer.easy)
        resume(transfer)
        if spare.count < settings.atOncePerOrigin { spare.append(transfer) }
        giveTurn(at: transfer.origin)
    }

    private func giveTurn(at origin: Origin) {
        turns[origin]?.underWay -= 1
        while let id = turns[origin]?.waiting.popFirst() {
            guard let next = waiting.removeValue(forKey: id) else { continue }
            return start(id, next)
        }
        if turns[origin]?.underWay == 0 { turns[origin] = nil }
    }
}

extension Request {
    /// The request that a redirect within the origin asks for, or `nil` where it is not followed.
    fileprivate func redirected(by response: Response) -> Request? {
        // Other verbs would turn into GET after these three.
        let keepsVerb = method == "GET" || method == "HEAD" ? [301, 302, 303, 307, 308] : [307, 308]
        guard keepsVerb.contains(response.status), let reference = response.headers["Location"],
            let target = address.resolving(reference), target.origin == address.origin
        else { return nil }
        var next = self
        next.address = target
        return next
    }
}

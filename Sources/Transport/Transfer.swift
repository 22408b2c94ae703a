internal import CCurl

/// One libcurl handle and what its callbacks write to; carries one request after the other.
///
/// Lives on the loop's thread. libcurl holds a pointer to it while a request is under way.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    private(set) var id = 0
    private(set) var origin = Origin(scheme: "", host: "", port: 0)
    private let settings: CurlSettings
    private let reason: UnsafeMutablePointer<CChar>
    private var continuation: CheckedContinuation<Response, any Error>?
    private var address: Address?
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var sizeLimit = 0
    private var discardsBody = false
    private var head: [UInt8] = []
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var isHeadWhole = false
    private var wasResent = false
    private var isLoopback: Bool?
    /// How many bytes had left when the request was about to (a proxy's CONNECT); `nil` before that.
    private var sentBefore: Int?

    /// The most that is read of an answer's head, in bytes.
    private static let headLimit = 256 << 10

    init(_ settings: CurlSettings) {
        guard let easy = curl_easy_init() else { preconditionFailure("no memory is left for libcurl") }
        self.easy = easy
        self.settings = settings
        reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        setUp()
    }

    private func setUp() {
        settings.apply(to: easy)
        setCallbacks()
        isLoopback = nil
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
        reason.deallocate()
    }

    static func id(of easy: UnsafeMutableRawPointer?) -> Int {
        var context: UnsafeMutablePointer<CChar>?
        revoke_get_pointer(easy, CURLINFO_PRIVATE, &context)
        return Transfer.from(context)?.id ?? 0
    }

    /// Makes the handle ready to be added; the request is known to be well-formed.
    func prepare(_ id: Int, _ request: Request, _ continuation: CheckedContinuation<Response, any Error>) {
        self.id = id
        self.continuation = continuation
        address = request.address
        origin = request.address.origin
        sizeLimit = request.sizeLimit
        discardsBody = request.discardsBody
        isTooLarge = false
        isHeadWhole = false
        wasResent = false
        sentBefore = nil
        reason.pointee = 0
        setTarget(request)
        setMethodAndBody(request)
        fields = request.fieldList()
        revoke_set_list(easy, CURLOPT_HTTPHEADER, fields)
    }

    /// Hands over the answer or the error, and forgets the request; the handle is no longer libcurl's.
    func finish(_ code: CURLcode) {
        let result = result(code)
        // Setting all options anew costs a twentieth of the rate. But libcurl counts its retries for as long as the
        // handle lives, and gives up at the fifth, so that one with a past begins afresh.
        if code != CURLE_OK || wasResent { reset() }
        clear()?.resume(with: result)
    }

    func cancel() {
        reset()
        clear()?.resume(throwing: CancellationError())
    }

    private func reset() {
        curl_easy_reset(easy)
        setUp()
    }

    private func clear() -> CheckedContinuation<Response, any Error>? {
        revoke_set_list(easy, CURLOPT_HTTPHEADER, nil)
        revoke_set_text(easy, CURLOPT_COPYPOSTFIELDS, nil)
        curl_slist_free_all(fields)
        fields = nil
        address = nil
        head.removeAll(keepingCapacity: head.capacity <= 4096)
        body = []
        defer { continuation = nil }
        return continuation
    }

    private func result(_ code: CURLcode) -> Result<Response, any Error> {
        guard code == CURLE_OK, let address else { return .failure(failure(code)) }
        guard isHeadWhole else {
            // libcurl takes a connection that ends within the head for the end of the head.
            return .failure(TransportError.cut(host: origin.host, reason: "the answer ended within its headers"))
        }
        var status = 0
        revoke_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return .success(Response(status: status, headers: Headers(head: head), body: body, address: address))
    }

    private func failure(_ code: CURLcode) -> TransportError {
        let host = origin.host
        if isTooLarge { return .answerTooLarge(host: host, bytes: sizeLimit) }
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION where !wasSent, CURLE_SSL_ISSUER_ERROR where !wasSent:
            return .untrustedCertificate(host: host, reason: words(code))
        case _ where !wasSent:
            return .unreachable(host: host, reason: words(code))
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(host: host, seconds: settings.totalSeconds)
        case CURLE_ABORTED_BY_CALLBACK:
            return .cut(host: host, reason: "the connection died after the request was sent")
        default:
            return .cut(host: host, reason: words(code))
        }
    }

    /// libcurl's reason, unless it quotes a URL: a proxy's may hold a password.
    private func words(_ code: CURLcode) -> String {
        let words = String(cString: reason)
        return words.isEmpty || words.contains("://") ? String(cString: curl_easy_strerror(code)) : words
    }
}

// What libcurl calls, and what it is told.
extension Transfer {
    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        revoke_set_pointer(easy, CURLOPT_PRIVATE, context)
        revoke_set_bytes(easy, CURLOPT_ERRORBUFFER, reason)
        revoke_set_pointer(easy, CURLOPT_HEADERDATA, context)
        revoke_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.from(context)?.receiveHead(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        revoke_set_pointer(easy, CURLOPT_WRITEDATA, context)
        revoke_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.from(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        revoke_set_pointer(easy, CURLOPT_PREREQDATA, context)
        revoke_set_before_sending(easy) { context, _, _, _, _ in
            Transfer.from(context)?.maySend() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }

    private func setTarget(_ request: Request) {
        revoke_set_text(easy, CURLOPT_URL, request.address.text)
        let isLoopback = request.address.origin.isLoopback
        guard isLoopback != self.isLoopback else { return }
        self.isLoopback = isLoopback
        revoke_set_text(easy, CURLOPT_PROTOCOLS_STR, isLoopback ? "http,https" : "https")
        revoke_set_text(easy, CURLOPT_NOPROXY, isLoopback ? "*" : nil)
    }

    private func setMethodAndBody(_ request: Request) {
        revoke_set_long(easy, CURLOPT_HTTPGET, 1)
        switch (request.method, request.body) {
        case ("GET", nil):
            revoke_set_text(easy, CURLOPT_CUSTOMREQUEST, nil)
        case ("HEAD", _):
            revoke_set_long(easy, CURLOPT_NOBODY, 1)
            revoke_set_text(easy, CURLOPT_CUSTOMREQUEST, nil)
        case (let method, let body):
            // As a POST by another name, which sends 'Content-Length: 0' where there is no body.
            revoke_set_long(easy, CURLOPT_POST, 1)
            revoke_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body?.count ?? 0))
            if let body, !body.isEmpty {
                revoke_set_bytes(easy, CURLOPT_COPYPOSTFIELDS, body)
            } else {
                revoke_set_text(easy, CURLOPT_COPYPOSTFIELDS, "")
            }
            revoke_set_text(easy, CURLOPT_CUSTOMREQUEST, method)
        }
    }

    /// Called by libcurl when it has a connection and is about to send the request.
    ///
    /// When a reused connection dies before a byte of the answer came, libcurl sends the request again by itself
    /// (`Curl_retry_request`), up to five times. The vendor may have carried out the first: a POST would be done twice,
    /// and a DELETE's second answer, 404, would hide what the first did. So nobody may send what has left already, in
    /// whole or in part; the error is ``TransportError/cut(host:reason:)``, and reads are repeated further out.
    /// Where the kernel took no byte, because the connection was found dead, another try is the first one.
    private func maySend() -> Bool {
        guard let sentBefore else {
            sentBefore = bytesSent
            return true
        }
        wasResent = true
        return bytesSent == sentBefore
    }

    /// Whether any byte of the request itself has left, as far as libcurl knows.
    private var wasSent: Bool { sentBefore.map { bytesSent > $0 } ?? false }

    private var bytesSent: Int {
        var bytes = 0
        revoke_get_long(easy, CURLINFO_REQUEST_SIZE, &bytes)
        return bytes
    }

    private func receiveHead(_ line: UnsafeRawBufferPointer) -> Int {
        if line.starts(with: "HTTP/".utf8) {
            // What stood before was an interim answer: 100, 103.
            head.removeAll(keepingCapacity: true)
            isHeadWhole = false
        }
        // What follows the head is a trailer, which is not part of it.
        guard !isHeadWhole else { return line.count }
        isHeadWhole = line.first == 0x0d || line.first == 0x0a
        guard head.count + line.count <= Self.headLimit else {
            isTooLarge = true
            return 0
        }
        head.append(contentsOf: line)
        return line.count
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if discardsBody { return bytes.count }
        guard body.count + bytes.count <= sizeLimit else {
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }
}

internal import CCurl
internal import Foundation

/// What holds for every request of one ``CurlTransport``.
package struct CurlSettings: Sendable {
    /// `revoke/1.0`, say.
    package var userAgent: String
    package var connectSeconds: Int
    /// From the first try to connect to the last byte of the answer.
    package var totalSeconds: Int
    /// How long nothing may arrive or leave; matters where `totalSeconds` is longer.
    package var silenceSeconds: Int
    /// More requests than this to one origin wait for their turn, without their time running.
    package var atOncePerOrigin: Int
    /// Trusted roots; those that curl users name in the environment, else libcurl's own where `nil`.
    package var certificateFile: String?
    package var certificateFolder: String?

    package init(
        userAgent: String, connectSeconds: Int = 10, totalSeconds: Int = 30, silenceSeconds: Int = 30,
        atOncePerOrigin: Int = 64, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.userAgent = userAgent
        self.connectSeconds = connectSeconds
        self.totalSeconds = totalSeconds
        self.silenceSeconds = silenceSeconds
        self.atOncePerOrigin = atOncePerOrigin
        // The curl tool reads these, libcurl does not; the order of precedence is the tool's.
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let bundle = value("CURL_CA_BUNDLE") {
            certificateFile = bundle
        } else {
            certificateFile = value("SSL_CERT_FILE")
            certificateFolder = value("SSL_CERT_DIR")
        }
    }
}

extension CurlSettings {
    /// Sets what does not depend on the request; it stays on the handle.
    func apply(to easy: UnsafeMutableRawPointer) {
        revoke_set_long(easy, CURLOPT_NOSIGNAL, 1)
        revoke_set_text(easy, CURLOPT_USERAGENT, userAgent)
        revoke_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        revoke_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        revoke_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        revoke_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        if let certificateFile { revoke_set_text(easy, CURLOPT_CAINFO, certificateFile) }
        if let certificateFolder { revoke_set_text(easy, CURLOPT_CAPATH, certificateFolder) }
        // The first connection tells whether it can carry the rest, before as many are opened as there are requests.
        revoke_set_long(easy, CURLOPT_PIPEWAIT, 1)
        // A redirect that libcurl followed would carry the credential elsewhere.
        revoke_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        // The answer of a proxy to CONNECT is not the vendor's.
        revoke_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        revoke_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        revoke_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, connectSeconds * 1000)
        revoke_set_long(easy, CURLOPT_TIMEOUT_MS, totalSeconds * 1000)
        revoke_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
        revoke_set_long(easy, CURLOPT_LOW_SPEED_TIME, silenceSeconds)
    }
}

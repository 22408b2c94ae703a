internal import CCurl

/// An absolute http or https URL, parsed once.
package struct Address: Sendable, Hashable, CustomStringConvertible {
    /// As it is sent: without a fragment, percent-encoding untouched.
    package let text: String
    package let origin: Origin
    /// Path with the query, as it stands in the request line.
    package let target: String

    package var description: String { text }

    /// `nil` for what is not an absolute http or https URL, or names a user.
    package init?(_ text: String) { self.init(text, against: nil) }

    /// Resolves a reference as RFC 3986 section 5 does.
    package func resolving(_ reference: String) -> Address? { Address(reference, against: self.text) }

    private init?(_ reference: String, against base: String?) {
        guard !reference.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }), let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        if let base, curl_url_set(handle, CURLUPART_URL, base, 0) != CURLUE_OK { return nil }
        let flags = UInt32(CURLU_DISALLOW_USER)
        guard curl_url_set(handle, CURLUPART_URL, reference, flags) == CURLUE_OK else { return nil }
        curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
        func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        guard let url = part(CURLUPART_URL), let scheme = part(CURLUPART_SCHEME)?.lowercased(),
            scheme == "http" || scheme == "https", let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap(Int.init)
        else { return nil }
        text = url
        origin = Origin(scheme: scheme, host: host, port: port)
        target = (part(CURLUPART_PATH) ?? "/") + (part(CURLUPART_QUERY).map { "?" + $0 } ?? "")
    }
}

/// Scheme, host and port: what a credential is bound to.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package var scheme: String
    package var host: String
    package var port: Int

    package init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    package var description: String {
        port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }

    /// This computer, the only place to which plain http is allowed.
    package var isLoopback: Bool {
        host == "localhost" || host == "[::1]"
            || (host.hasPrefix("127.") && host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e })
    }
}

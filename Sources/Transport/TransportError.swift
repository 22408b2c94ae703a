/// Why no usable answer came back.
package enum TransportError: Error, Hashable, Sendable {
    case unreachable(host: String, reason: String)
    case timedOut(host: String, seconds: Int)
    case untrustedCertificate(host: String, reason: String)
    /// The connection ended after the request had been sent, so that it may have been carried out.
    case cut(host: String, reason: String)
    case answerTooLarge(host: String, bytes: Int)
    case writeInDryRun(label: String)
    case notEncrypted(host: String)
    case redirected(host: String, to: String)
    /// The request cannot be written as HTTP; `part` names what is wrong, without its value.
    case malformedRequest(host: String, part: String)
    /// The credential may not go to that host.
    case credentialNotForHost(credential: String, host: String)
    /// The vendor's token endpoint gave no token.
    case noToken(credential: String, host: String, reason: String)
}

extension TransportError: CustomStringConvertible {
    /// What happened, in one sentence without a full stop, fit to follow "error: ".
    package var description: String {
        switch self {
        case .unreachable(let host, let reason):
            "\(host) was not reached: \(reason)"
        case .timedOut(let host, let seconds):
            "\(host) did not answer within \(seconds) s"
        case .untrustedCertificate(let host, let reason):
            "the certificate of \(host) is not trusted here: \(reason)"
        case .cut(let host, let reason):
            "the connection to \(host) ended before the answer was whole: \(reason)"
        case .answerTooLarge(let host, let bytes):
            "the answer of \(host) is larger than \(size(bytes))"
        case .writeInDryRun(let label):
            "a dry run tried to send '\(label)'"
        case .notEncrypted(let host):
            "\(host) would be reached by http, which is allowed towards this computer only"
        case .redirected(let host, let to):
            "\(host) redirects to \(to), which is not followed"
        case .malformedRequest(let host, let part):
            "a request to \(host) cannot be sent: its \(part) is not allowed in HTTP"
        case .credentialNotForHost(let credential, let host):
            "credential '\(credential)' may not go to \(host)"
        case .noToken(let credential, let host, let reason):
            "\(host) gave no token for credential '\(credential)': \(reason)"
        }
    }
}

extension TransportError {
    /// Whether the request certainly did not leave, so that sending it again repeats nothing.
    package var wasNotSent: Bool {
        switch self {
        case .unreachable, .untrustedCertificate, .writeInDryRun, .notEncrypted: true
        case .malformedRequest, .credentialNotForHost, .noToken: true
        case .timedOut, .cut, .answerTooLarge, .redirected: false
        }
    }
}

/// A number of bytes in the largest unit that divides it.
private func size(_ bytes: Int) -> String {
    if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20) MiB" }
    if bytes >= 1 << 10, bytes % (1 << 10) == 0 { return "\(bytes >> 10) KiB" }
    return "\(bytes) bytes"
}

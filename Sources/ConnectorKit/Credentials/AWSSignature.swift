internal import Authorizations
internal import Cryptography
internal import Foundation
internal import Transport

/// AWS Signature Version 4, as its published description has it: canonical request, string to sign, derived key.
struct AWSSignature {
    let region: String
    let service: String
    let parts: [String: Secret]

    func sign(_ request: Request, at date: Date) throws -> Request {
        guard let id = parts["access_key_id"], let key = parts["secret_access_key"] else {
            throw TransportError.noToken(
                credential: "sigv4", host: request.address.origin.host,
                reason: "the parts 'access_key_id' and 'secret_access_key' are needed")
        }
        var request = request
        let stamp = Self.stamp(date)
        let day = String(stamp.prefix(8))
        request.headers["X-Amz-Date"] = stamp
        if let token = parts["session_token"] { request.headers["X-Amz-Security-Token"] = token.reveal { $0 } }
        let (canonical, signedHeaders) = canonicalRequest(request)
        let credentialScope = "\(day)/\(region)/\(service)/aws4_request"
        let toSign = ["AWS4-HMAC-SHA256", stamp, credentialScope, SHA256.digest(of: canonical).hex].joined(
            separator: "\n")
        var derived = key.reveal { Array("AWS4\($0)".utf8) }
        for step in [day, region, service, "aws4_request"] {
            derived = HMACSHA256.code(of: Array(step.utf8), key: derived)
        }
        let signature = HMACSHA256.code(of: Array(toSign.utf8), key: derived).hex
        request.headers["Authorization"] = id.reveal {
            "AWS4-HMAC-SHA256 Credential=\($0)/\(credentialScope), SignedHeaders=\(signedHeaders), Signature=\(signature)"
        }
        return request
    }

    private func canonicalRequest(_ request: Request) -> (String, signedHeaders: String) {
        let target = request.address.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = target.count > 1 ? Self.canonicalQuery(target[1]) : ""
        let origin = request.address.origin
        let host = origin.port == (origin.scheme == "https" ? 443 : 80) ? origin.host : "\(origin.host):\(origin.port)"
        let signed = request.headers.fields.filter { field in
            let name = field.name.lowercased()
            return name.hasPrefix("x-amz-") || name == "content-type"
        }
        let headers =
            ([("host", host)] + signed.map { ($0.name.lowercased(), $0.value.trimmingCharacters(in: .whitespaces)) })
            .sorted { $0.0 < $1.0 }
        let names = headers.map(\.0).joined(separator: ";")
        let canonical = [
            request.method, Self.canonicalPath(target[0]), query,
            headers.map { "\($0.0):\($0.1)\n" }.joined(), names, SHA256.digest(of: request.body ?? []).hex,
        ]
        return (canonical.joined(separator: "\n"), names)
    }

    /// Sorted by name, then by value: as one text `a.10=` would come before `a=`.
    private static func canonicalQuery(_ query: Substring) -> String {
        query.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
        }
        .sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Every service but the one for files wants the path, as it is sent, encoded once more.
    private static func canonicalPath(_ path: Substring) -> String {
        path.isEmpty
            ? "/"
            : path.split(separator: "/", omittingEmptySubsequences: false).map { String($0).percentEncoded }.joined(
                separator: "/")
    }

    /// `20261123T064950Z`.
    private static func stamp(_ date: Date) -> String {
        let text = Moment.text(Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)))
        return text.replacing("-", with: "").replacing(":", with: "")
    }
}

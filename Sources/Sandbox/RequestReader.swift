internal import Foundation
internal import Transport

/// Reads requests from a connection, one after the other: RFC 9112, bodies by their length only.
struct RequestReader {
    enum Malformed: Error, CustomStringConvertible {
        case head
        case tooLarge
        case withoutLength

        var description: String {
            switch self {
            case .head: "this is no HTTP/1.1 request"
            case .tooLarge: "the request is larger than the sandbox reads"
            case .withoutLength: "a body must come with a Content-Length"
            }
        }
    }

    private static let headLimit = 64 << 10
    private static let bodyLimit = 8 << 20
    private let connection: Int32
    private var buffer: [UInt8] = []

    init(_ connection: Int32) { self.connection = connection }

    /// `nil` where the client has closed the connection.
    mutating func next() throws -> LoopbackServer.Asked? {
        guard let head = try readHead() else { return nil }
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { throw Malformed.head }
        var headers = Headers()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed.head }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.fields.append(Headers.Field(String(line[..<colon]), value))
        }
        if headers["Transfer-Encoding"] != nil { throw Malformed.withoutLength }
        if words[2] == "HTTP/1.0" { headers["Connection"] = "close" }
        let length = try headers["Content-Length"].map { text in
            guard let length = Int(text), length >= 0 else { throw Malformed.head }
            guard length <= Self.bodyLimit else { throw Malformed.tooLarge }
            return length
        }
        if headers["Expect"]?.lowercased() == "100-continue" {
            let text = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            _ = text.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        guard let body = readBody(length ?? 0) else { return nil }
        return LoopbackServer.Asked(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }

    private mutating func readHead() throws -> String? {
        let end = Array("\r\n\r\n".utf8)
        var looked = 0
        while true {
            if let range = buffer[looked...].firstRange(of: end) {
                let head = String(decoding: buffer[..<range.upperBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return head
            }
            if buffer.count > Self.headLimit { throw Malformed.tooLarge }
            looked = max(0, buffer.count - end.count)
            guard fill() else { return nil }
        }
    }

    private mutating func readBody(_ length: Int) -> [UInt8]? {
        while buffer.count < length {
            guard fill() else { return nil }
        }
        let body = Array(buffer[..<length])
        buffer.removeSubrange(..<length)
        return body
    }

    /// Waits for more; `false` where nothing more comes.
    private mutating func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            buffer += chunk[..<count]
            return true
        }
    }
}

internal import Foundation
internal import Synchronization
internal import Transport

/// A small HTTP/1.1 server on 127.0.0.1: any verb, connections that stay open, each on a thread of its own.
///
/// The threads block, and so are none of the concurrency pool's; there are as many as a client opens connections.
final class LoopbackServer: Sendable {
    struct Asked: Sendable {
        var method: String
        /// As it stands in the request line.
        var target: String
        var headers: Headers
        var body: [UInt8]
    }

    struct Answered: Sendable {
        var status: Int
        var headers: Headers
        var body: [UInt8]
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let port: Int
    /// `nil` once it is to be closed: the system may give its number to another file then.
    private let listener: Mutex<Int32?>
    private let open = Mutex<Set<Int32>>([])
    private let answer: @Sendable (Asked) -> Answered

    init(port: Int, answer: @escaping @Sendable (Asked) -> Answered) throws {
        self.answer = answer
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw Failure(description: Self.reason()) }
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        do { self.port = try Self.listen(listener, port) } catch {
            close(listener)
            throw error
        }
        self.listener = Mutex(listener)
        Thread { [self] in accept(on: listener) }.start()
    }

    private static func listen(_ listener: Int32, _ port: Int) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(clamping: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && Glibc.listen(listener, 256) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        guard result else { throw Failure(description: reason()) }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    /// Ends all connections; what is being answered is cut.
    func stop() {
        if let listener = takeListener() { shutdown(listener, Int32(SHUT_RDWR)) }
        open.withLock { open in
            for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func takeListener() -> Int32? {
        listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
    }

    private func accept(on listener: Int32) {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                _ = takeListener()
                close(listener)
                return
            }
            var yes: Int32 = 1
            // Small answers must not wait for the acknowledgement of the one before.
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
            open.withLock { _ = $0.insert(connection) }
            Thread { [self] in
                serve(connection)
                // Out of the set first: the system may give the number to the next connection.
                open.withLock { _ = $0.remove(connection) }
                close(connection)
            }.start()
        }
    }

    private func serve(_ connection: Int32) {
        var reader = RequestReader(connection)
        while true {
            let asked: Asked?
            do { asked = try reader.next() } catch {
                Self.send(Answered(status: 400, headers: [], body: Array("\(error)\n".utf8)), to: connection)
                return
            }
            guard let asked else { return }
            let isLast = asked.headers["Connection"]?.lowercased() == "close"
            guard Self.send(answer(asked), to: connection, withBody: asked.method != "HEAD"), !isLast else { return }
        }
    }

    /// Head and body go out as one, so that neither waits for the other.
    @discardableResult
    private static func send(_ answered: Answered, to connection: Int32, withBody: Bool = true) -> Bool {
        // RFC 9112 section 4: the phrase may be empty, and clients ignore it.
        var head = "HTTP/1.1 \(answered.status) \r\n"
        for field in answered.headers.fields where !isOwn(field.name) { head += "\(field.name): \(field.value)\r\n" }
        let hasBody = answered.status >= 200 && answered.status != 204 && answered.status != 304
        if hasBody { head += "Content-Length: \(answered.body.count)\r\n" }
        var bytes = Array((head + "\r\n").utf8)
        if hasBody && withBody { bytes += answered.body }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    private static func isOwn(_ name: String) -> Bool {
        ["Content-Length", "Transfer-Encoding", "Connection"].contains { name.caseInsensitiveEquals($0) }
    }
}

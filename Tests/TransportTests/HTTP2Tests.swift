import Foundation
import TestSupport
import Testing
import Transport

/// Against nginx, as Python's library speaks no HTTP/2.
@Suite(.enabled(if: Nginx.path != nil, "nginx is not installed")) struct HTTP2Tests {
    @Test("multiplexes requests over few connections, and keeps all header fields in order")
    func multiplexing() async throws {
        let nginx = try Nginx()
        let environment = ["SSL_CERT_FILE": nginx.certificate]
        let settings = CurlSettings(userAgent: "revoke/test", environment: environment)
        let address = try #require(Address("https://127.0.0.1:\(nginx.port)/a"))
        // nginx may still be starting; the transport under test begins without a connection.
        var patience = RetryingTransport.Patience()
        patience.firstWait = .milliseconds(100)
        let retrying = RetryingTransport(patience: patience, CurlTransport(settings))
        _ = try await retrying.send(Request(.read, "GET", address))
        let transport = CurlTransport(settings)
        let request = Request(.write, "DELETE", address, headers: [.init("Authorization", "Bearer s3cret")])
        let responses = try await withThrowingTaskGroup(of: Response.self) { group in
            for _ in 0..<200 { group.addTask { try await transport.send(request) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(responses.allSatisfy { $0.status == 200 && $0.headers["X-Protocol"] == "HTTP/2.0" })
        #expect(responses.allSatisfy { $0.headers.all("X-Many") == ["2", "1"] })
        #expect(responses.allSatisfy { $0.headers["X-Length"] == "0" })
        let connections = Set(responses.compactMap { $0.headers["X-Connection"] })
        #expect(connections.count <= 4, "over \(connections.count) connections")
    }
}

private final class Nginx: Sendable {
    static let path = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let port: Int
    let certificate: String
    private let folder: URL
    private let stop: @Sendable () -> Void

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path
        try makeCertificate(certificate, key: folder.appending(path: "key.pem").path, name: "127.0.0.1")
        let (process, input) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/bin/sh")
        port = Int.random(in: 20_000..<30_000)
        try Self.configuration(folder.path, port).write(
            to: folder.appending(path: "nginx.conf"), atomically: true, encoding: .utf8)
        // Ends with the input, and so with this process at the latest. nginx inherits that its signals are blocked.
        let command = #""$0" -c "$1/nginx.conf" -e "$1/log" & cat; kill -9 $!"#
        process.arguments = ["-c", command, try #require(Self.path), folder.path]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        stop = { [folder] in
            try? input.fileHandleForWriting.close()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    deinit { stop() }

    private static func configuration(_ folder: String, _ port: Int) -> String {
        """
        daemon off; master_process off; pid \(folder)/pid;
        events { worker_connections 512; }
        http {
            access_log off;
            client_body_temp_path \(folder)/1; proxy_temp_path \(folder)/2; fastcgi_temp_path \(folder)/3;
            uwsgi_temp_path \(folder)/4; scgi_temp_path \(folder)/5;
            server {
                listen 127.0.0.1:\(port) ssl http2;
                ssl_certificate \(folder)/cert.pem; ssl_certificate_key \(folder)/key.pem;
                add_header X-Protocol $server_protocol; add_header X-Many 2; add_header X-Connection $connection;
                add_header X-Many 1; add_header X-Length $http_content_length;
                location / { return 200; }
            }
        }
        """
    }
}

internal import Foundation

/// Held by the one run that may be at work in a state folder; let go when it is freed or its process ends.
package final class RunLock: Sendable {
    private let file: Int32

    /// Children must not inherit it, or a secret's command that lives on would keep the folder locked.
    init(path: String, at time: Timestamp) throws(StoreError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == EACCES || errno == EROFS
                ? .readOnly(path: path) : .notWritten(path: path, reason: StoreError.systemReason())
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            defer { close(file) }
            guard errno == EWOULDBLOCK else { throw .notWritten(path: path, reason: StoreError.systemReason()) }
            throw .inUse(Self.holder(in: file))
        }
        let text = Array("\(getpid()) \(Self.host) \(time.milliseconds)\n".utf8)
        // Only words for the one who finds the lock taken: without them it still is.
        if ftruncate(file, 0) == 0 { _ = pwrite(file, text, text.count, 0) }
        self.file = file
    }

    deinit { close(file) }

    /// Not Foundation's, which asks the network for it.
    private static var host: String {
        var name = [UInt8](repeating: 0, count: 256)
        let answer = name.withUnsafeMutableBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { gethostname($0, bytes.count - 1) }
        }
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self).filter { !$0.isWhitespace }
        return answer == 0 && !text.isEmpty ? text : "unknown"
    }

    /// `nil` where the holder has not written yet who it is.
    private static func holder(in file: Int32) -> LockHolder? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(file, &bytes, bytes.count, 0)
        let words = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let process = Int32(words[0]), let since = Int64(words[2]) else { return nil }
        return LockHolder(process: process, host: String(words[1]), since: Timestamp(milliseconds: since))
    }
}

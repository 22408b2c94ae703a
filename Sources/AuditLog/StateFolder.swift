internal import Cryptography
internal import Foundation

/// The folder that holds the database and its keys, and who may look into it.
struct StateFolder: Sendable {
    let path: String

    var database: String { path + "/revoke.sqlite" }
    var logKey: String { path + "/log.key" }
    var digestKey: String { path + "/digest.key" }
    var lock: String { path + "/lock" }

    init(_ directory: URL) { path = directory.path(percentEncoded: false).droppingTrailingSlashes }

    /// Makes the folder where it is missing, and refuses one that others could have changed.
    func prepare() throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey]
            let reason = (cause as? POSIXError).map { StoreError.systemReason($0.code.rawValue) }
            throw .folderNotMade(path: path, reason: reason ?? "\(error)")
        }
        try checkAccess(path, forbidden: 0o022)
    }

    /// Makes the database's file before SQLite does, so that it is never open to others, nor are the files that SQLite
    /// puts beside it with the same permissions.
    func prepareDatabase() throws(StoreError) {
        let file = open(database, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw errno == ENOSPC ? .diskFull(path: database) : denied(database) }
        close(file)
        try checkAccess(database, forbidden: 0o077)
    }

    private func denied(_ path: String) -> StoreError {
        switch errno {
        case EACCES, EROFS, EPERM: .readOnly(path: path)
        default: .notWritten(path: path, reason: StoreError.systemReason())
        }
    }

    private func checkAccess(_ path: String, forbidden: UInt32) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .notRead(path: path, reason: StoreError.systemReason()) }
        guard status.st_uid == geteuid() else { throw .notOurs(path: path, owner: status.st_uid) }
        guard status.st_mode & forbidden == 0 else { throw .openToOthers(path: path, mode: status.st_mode & 0o777) }
    }
}

extension StateFolder {
    /// The text of a key's file, `nil` where there is none.
    func key(at path: String) throws(StoreError) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        try checkAccess(path, forbidden: 0o077)
        do {
            return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
        } catch {
            throw .notRead(path: path, reason: "\(error.localizedDescription)")
        }
    }

    /// Makes a key's file, whole or not at all, unless another process has made it; then that one holds.
    func makeKey(_ text: String, at path: String) throws(StoreError) {
        let draft = path + "." + [UInt8].random(count: 8).hex
        defer { unlink(draft) }
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw errno == ENOSPC ? .diskFull(path: path) : denied(path) }
        let bytes = Array((text + "\n").utf8)
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let code = errno
        close(file)
        guard isWritten else {
            throw code == ENOSPC
                ? .diskFull(path: path) : .notWritten(path: path, reason: StoreError.systemReason(code))
        }
        guard link(draft, path) == 0 || errno == EEXIST else { throw denied(path) }
        try makeDurable()
    }

    /// A new file's name is durable only when its folder is.
    private func makeDurable() throws(StoreError) {
        let folder = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(folder) }
        guard folder >= 0, fsync(folder) == 0 else {
            throw .notWritten(path: path, reason: StoreError.systemReason())
        }
    }
}

extension String {
    fileprivate var droppingTrailingSlashes: String {
        var path = self[...]
        while path.count > 1, path.last == "/" { path = path.dropLast() }
        return String(path)
    }
}

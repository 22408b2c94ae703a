internal import Foundation
internal import GRDB

extension StoreError {
    /// What an error of the database means for the file at `path`.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? StoreError ?? .notWritten(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        self =
            switch error.resultCode {
            case .SQLITE_FULL: .diskFull(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
            case .SQLITE_READONLY, .SQLITE_PERM: .readOnly(path: path)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .corrupt(path: path, reason: reason)
            case .SQLITE_CANTOPEN: .notRead(path: path, reason: reason)
            default: .notWritten(path: path, reason: reason)
            }
    }

    init(reading error: any Error, path: String) {
        let error = StoreError(error, path: path)
        if case .notWritten(let path, let reason) = error {
            self = .notRead(path: path, reason: reason)
        } else {
            self = error
        }
    }

    /// The last error of a system call, in words.
    static func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
}

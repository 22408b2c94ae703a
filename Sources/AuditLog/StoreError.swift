/// Why the state folder cannot be used.
package enum StoreError: Error, Hashable, Sendable {
    case folderNotMade(path: String, reason: String)
    case noStore(path: String)
    case notOurs(path: String, owner: UInt32)
    case openToOthers(path: String, mode: UInt32)
    /// Another run is at work in this folder.
    case inUse(LockHolder?)
    /// Another program keeps the database for itself.
    case busy(path: String)
    case readOnly(path: String)
    case newerVersion(path: String, found: Int, known: Int)
    case corrupt(path: String, reason: String)
    case diskFull(path: String)
    case notWritten(path: String, reason: String)
    case notRead(path: String, reason: String)
    case keyMissing(path: String)
    case keyMalformed(path: String, reason: String)
    /// The log is not what it was when it was written; `record` is the first that is not.
    case logChanged(record: Int)
    case unknownRun(RunID)
    case unknownStep(Int, run: RunID)
}

/// Who is at work in a state folder.
package struct LockHolder: Hashable, Sendable {
    package var process: Int32
    package var host: String
    package var since: Timestamp

    package init(process: Int32, host: String, since: Timestamp) {
        self.process = process
        self.host = host
        self.since = since
    }
}

extension StoreError: CustomStringConvertible {
    /// What was found, in one sentence without a full stop, fit to follow "revoke: ".
    package var description: String {
        switch self {
        case .folderNotMade(let path, let reason): "the state folder '\(path)' cannot be made: \(reason)"
        case .noStore(let path): "there is no state at '\(path)'"
        case .notOurs(let path, let owner): "'\(path)' belongs to another user (uid \(owner)); it was not used"
        case .openToOthers(let path, let mode): "'\(path)' is open to others (mode \(String(mode, radix: 8)))"
        case .inUse(nil): "another revoke is at work here"
        case .inUse(let holder?):
            "another revoke (process \(holder.process) on \(holder.host), since \(holder.since)) is at work here"
        case .busy(let path): "another program keeps '\(path)' locked; nothing was written"
        case .readOnly(let path): "'\(path)' can only be read; nothing was written"
        case .newerVersion(_, let found, let known):
            "the state was written by a newer revoke (schema \(found); this one knows \(known)); nothing was changed"
        case .corrupt(let path, let reason): "'\(path)' is damaged or no database of revoke (\(reason))"
        case .diskFull(let path):
            "the disk of '\(path)' is full: the log cannot be written, so nothing more was sent"
        case .notWritten(let path, let reason):
            "'\(path)' cannot be written (\(reason)): no log, so nothing more was sent"
        case .notRead(let path, let reason): "'\(path)' cannot be read: \(reason)"
        case .keyMissing(let path): "the key '\(path)' is missing, while the log it belongs to is there"
        case .keyMalformed(let path, let reason): "'\(path)' is no key of revoke: \(reason)"
        case .logChanged(let record): "the log was changed after it was written (record \(record))"
        case .unknownRun(let run): "no run is called \(run)"
        case .unknownStep(let number, let run): "run \(run) has no step \(number)"
        }
    }
}

extension StoreError {
    /// What the reader can do about it.
    package var hint: String {
        switch self {
        case .folderNotMade: "name a folder that can be made with --state-dir"
        case .noStore: "name the folder with --state-dir, or make a first run: revoke --dry-run"
        case .notOurs: "run revoke as that user, or name another folder with --state-dir"
        case .openToOthers(let path, _): "close it, and ask who could have read or changed it: chmod go= '\(path)'"
        case .inUse: "wait for it, or follow it: revoke log show --follow"
        case .busy: "end that program, then: revoke resume"
        case .readOnly: "make it writable, or name another folder with --state-dir"
        case .newerVersion: "use the newer one"
        case .corrupt: "do nothing more here; copy the folder, then name another one with --state-dir"
        case .diskFull: "free some space, then: revoke resume"
        case .notWritten: "repair the disk or its permissions, then: revoke resume"
        case .notRead: "check its permissions"
        case .keyMissing: "put it back from a backup; or move the whole folder away, keep it, and begin a new one"
        case .keyMalformed: "put it back from a backup"
        case .logChanged: "do nothing more here; copy the folder, then: revoke log verify"
        case .unknownRun: "see which there are: revoke log list"
        case .unknownStep: "this is a mistake in revoke; nothing was sent for it"
        }
    }
}

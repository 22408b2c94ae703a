internal import Foundation
internal import GRDB

/// How the database is opened.
enum Connection {
    /// How long another program's write is waited for.
    private static let patience: TimeInterval = 5

    /// Opens it for writing, and makes the tables of a new one.
    static func writing(_ folder: StateFolder) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { db in
            // Before anything is changed, were it only the journal's mode.
            try checkVersion(of: db, at: folder.database)
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = ON;
                    PRAGMA wal_autocheckpoint = 4000;
                    PRAGMA journal_size_limit = 33554432;
                    """)
        }
        do {
            let database = try DatabaseQueue(path: folder.database, configuration: configuration)
            try database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    if try db.userVersion == 0 { try Schema.create(in: db) }
                    return .commit
                }
            }
            return database
        } catch {
            throw StoreError(error, path: folder.database)
        }
    }

    /// Opens it without changing a byte of the folder.
    static func reading(_ folder: StateFolder) throws(StoreError) -> DatabaseQueue {
        guard access(folder.database, F_OK) == 0 else { throw .noStore(path: folder.path) }
        do {
            return try readOnly(folder.database, of: folder)
        } catch {
            // In a folder that cannot be written SQLite cannot make its index of the journal; it needs none where there
            // is no journal.
            var journal = stat()
            let hasJournal = stat(folder.database + "-wal", &journal) == 0 && journal.st_size > 0
            let error = StoreError(error, path: folder.database)
            guard error.isLackOfAccess, !hasJournal else { throw error }
        }
        let escaped = folder.database.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        do {
            return try readOnly("file:\(escaped ?? folder.database)?immutable=1", of: folder)
        } catch {
            throw StoreError(error, path: folder.database)
        }
    }

    private static func readOnly(_ path: String, of folder: StateFolder) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { db in
            try checkVersion(of: db, at: folder.database)
            guard try db.userVersion > 0 else { throw StoreError.noStore(path: folder.path) }
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func checkVersion(of db: Database, at path: String) throws {
        let found = try db.userVersion
        guard found <= Schema.version else {
            throw StoreError.newerVersion(path: path, found: found, known: Schema.version)
        }
    }
}

extension StoreError {
    fileprivate var isLackOfAccess: Bool {
        switch self {
        case .notRead, .readOnly: true
        default: false
        }
    }
}

extension Database {
    fileprivate var userVersion: Int {
        get throws { try Int.fetchOne(self, sql: "PRAGMA user_version") ?? 0 }
    }

    var isEmptyLog: Bool {
        get throws { try Int.fetchOne(self, sql: "SELECT size FROM tree") == 0 }
    }
}

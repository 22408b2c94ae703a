import AuditLog
import Foundation
import Testing

@Suite struct RunLockTests {
    let directory = StateDirectory()

    @Test("is held by one run, and says by which")
    func held() throws {
        let store = try directory.open()
        let lock = try store.lock()
        let error = #expect(throws: StoreError.self) { try directory.open().lock() }
        guard case .inUse(let holder?) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(holder.process == getpid())
        #expect(!holder.host.isEmpty)
        withExtendedLifetime(lock) {}
    }

    @Test("is free again when it is let go")
    func free() throws {
        let store = try directory.open()
        var lock: RunLock? = try store.lock()
        #expect(lock != nil)
        lock = nil
        _ = try store.lock()
    }

    @Test("is free again when its process was killed")
    func killed() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.url.path as String] in
            let lock = try Store.open(directory: URL(filePath: path), access: .readWrite).lock()
            kill(getpid(), SIGKILL)
            withExtendedLifetime(lock) {}
        }
        _ = try directory.open().lock()
    }

    @Test("is not inherited by a program that was started meanwhile")
    func children() throws {
        let store = try directory.open()
        var lock: RunLock? = try store.lock()
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sleep")
        child.arguments = ["5"]
        try child.run()
        defer { child.terminate() }
        lock = nil
        #expect(lock == nil)
        _ = try store.lock()
    }

    @Test("does not stop those who only look")
    func readers() throws {
        let lock = try directory.open().lock()
        _ = try directory.open(.readOnly)
        withExtendedLifetime(lock) {}
    }
}

internal import CCurl
internal import Foundation
internal import Synchronization

/// The one thread that may touch a libcurl multi handle, and the executor of the actor that owns the handle.
///
/// libcurl says which sockets to watch (`curl_multi_socket_action`), so that a turn of the loop costs one `poll` and
/// work for the sockets that are ready; `curl_multi_perform` would visit every transfer, each with a `poll` of its own.
final class CurlLoop: SerialExecutor {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isStopped = false
        var isAsleep = false
    }

    /// Safe because only the loop's thread passes it to libcurl.
    nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private let threadID = Mutex<pthread_t?>(nil)
    private let bell: Bell

    init() {
        _ = Self.globalInit
        guard let multi = curl_multi_init(), let bell = Bell() else {
            preconditionFailure("no memory or no file descriptor is left for libcurl")
        }
        self.multi = multi
        self.bell = bell
    }

    private static let globalInit: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

    /// Starts the thread, which calls `finished` for every transfer that ends and lives until ``stop()``.
    func start(_ finished: @escaping @Sendable (_ transfer: Int, _ code: CURLcode) -> Void) {
        let thread = Thread { self.run(finished) }
        thread.name = "revoke-curl"
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wakes = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wakes { bell.ring() }
    }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        bell.ring()
    }

    func checkIsolated() {
        precondition(threadID.withLock { $0 } == pthread_self(), "not on the curl thread")
    }

    private func run(_ finished: (Int, CURLcode) -> Void) {
        threadID.withLock { $0 = pthread_self() }
        ignoreBrokenPipes()
        let watch = SocketWatch(bell: bell.reading)
        watch.attach(to: multi)
        // Cleaning up closes sockets, which the watch is told.
        defer { withExtendedLifetime(watch) { _ = curl_multi_cleanup(multi) } }
        while true {
            let (jobs, isStopped) = takeJobs()
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            if isStopped { return }
            watch.fireIfDue(multi)
            reportFinished(to: finished)
            // Resuming a continuation has just put jobs into the inbox.
            guard mayFallAsleep() else { continue }
            watch.wait(multi) { bell.silence() }
            reportFinished(to: finished)
        }
    }

    /// OpenSSL writes to sockets that the vendor has closed, which would end the process.
    private func ignoreBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func takeJobs() -> (jobs: [UnownedJob], isStopped: Bool) {
        inbox.withLock { inbox in
            inbox.isAsleep = false
            guard !inbox.jobs.isEmpty else { return ([], inbox.isStopped) }
            defer { inbox.jobs = [] }
            return (inbox.jobs, inbox.isStopped)
        }
    }

    private func mayFallAsleep() -> Bool {
        inbox.withLock { inbox in
            guard inbox.jobs.isEmpty, !inbox.isStopped else { return false }
            inbox.isAsleep = true
            return true
        }
    }

    private func reportFinished(to finished: (Int, CURLcode) -> Void) {
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            // The message dies with the handle, so copy it out before anyone removes the handle.
            finished(Transfer.id(of: message.pointee.easy_handle), message.pointee.data.result)
        }
    }
}

/// A pipe that interrupts `poll`.
private final class Bell: Sendable {
    let reading: CInt
    private let writing: CInt

    init?() {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        (reading, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    func ring() { _ = write(writing, "!", 1) }

    func silence() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            while read(reading, bytes.baseAddress, bytes.count) > 0 {}
        }
    }
}

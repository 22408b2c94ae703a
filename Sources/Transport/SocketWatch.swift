internal import CCurl
internal import Foundation

/// The sockets and the deadline that libcurl asks to be told about; it lives on the loop's thread.
final class SocketWatch {
    /// The bell first, then libcurl's sockets in no order.
    private var watched: [pollfd]
    private var places: [curl_socket_t: Int] = [:]
    private var deadline: ContinuousClock.Instant?
    private var ready: [(socket: curl_socket_t, events: CInt)] = []

    init(bell: CInt) {
        watched = [pollfd(fd: bell, events: Int16(POLLIN), revents: 0)]
    }

    /// Makes libcurl report to this watch, which must outlive every call into `multi` but its clean-up.
    func attach(to multi: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        revoke_multi_watch_sockets(
            multi,
            { _, socket, action, context, _ in
                SocketWatch.from(context)?.set(socket, action)
                return 0
            }, context)
        revoke_multi_watch_timer(
            multi,
            { _, milliseconds, context in
                SocketWatch.from(context)?.setTimer(milliseconds)
                return 0
            }, context)
    }

    /// Lets libcurl act on a deadline that has passed.
    func fireIfDue(_ multi: UnsafeMutableRawPointer) {
        while let deadline, deadline <= .now {
            self.deadline = nil
            var running: CInt = 0
            // CURL_SOCKET_TIMEOUT is a macro with a cast, which is not imported: it is CURL_SOCKET_BAD.
            curl_multi_socket_action(multi, -1, 0, &running)
        }
    }

    /// Sleeps until a socket is ready, the deadline passes or the bell rings; then lets libcurl act on the sockets.
    func wait(_ multi: UnsafeMutableRawPointer, onBell: () -> Void) {
        guard poll(&watched, nfds_t(watched.count), milliseconds) > 0 else { return }
        if watched[0].revents != 0 { onBell() }
        // Copied first: libcurl changes the list while it acts.
        for entry in watched.dropFirst() where entry.revents != 0 {
            ready.append((entry.fd, Self.events(entry.revents)))
        }
        var running: CInt = 0
        for entry in ready { curl_multi_socket_action(multi, entry.socket, entry.events, &running) }
        ready.removeAll(keepingCapacity: true)
    }

    private var milliseconds: CInt {
        guard let deadline else { return 60_000 }
        // Rounded up, as a deadline that is not quite there would make the loop spin.
        let left = ContinuousClock.now.duration(to: deadline) + .nanoseconds(999_999)
        return CInt(clamping: max(0, Int(left / .milliseconds(1))))
    }

    private static func events(_ returned: Int16) -> CInt {
        let returned = CInt(returned)
        var events: CInt = 0
        if returned & CInt(POLLIN | POLLHUP) != 0 { events |= CURL_CSELECT_IN }
        if returned & CInt(POLLOUT) != 0 { events |= CURL_CSELECT_OUT }
        if returned & CInt(POLLERR | POLLNVAL) != 0 { events |= CURL_CSELECT_ERR }
        return events
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SocketWatch? {
        context.map { Unmanaged<SocketWatch>.fromOpaque($0).takeUnretainedValue() }
    }

    private func set(_ socket: curl_socket_t, _ action: CInt) {
        guard action != CURL_POLL_REMOVE else { return remove(socket) }
        var events: Int16 = 0
        if action & CURL_POLL_IN != 0 { events |= Int16(POLLIN) }
        if action & CURL_POLL_OUT != 0 { events |= Int16(POLLOUT) }
        if let place = places[socket] {
            watched[place].events = events
        } else {
            places[socket] = watched.count
            watched.append(pollfd(fd: socket, events: events, revents: 0))
        }
    }

    private func remove(_ socket: curl_socket_t) {
        guard let place = places.removeValue(forKey: socket), let last = watched.popLast() else { return }
        guard place < watched.count else { return }
        watched[place] = last
        places[last.fd] = place
    }

    private func setTimer(_ milliseconds: Int) {
        deadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }
}

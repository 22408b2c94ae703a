import Transport

/// `transport-bench URL COUNT WIDTH` sends DELETE URL/1 … URL/COUNT, WIDTH at once, and prints how long it took.
@main struct TransportBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[2]), let width = Int(arguments[3]) else {
            preconditionFailure("usage: transport-bench URL COUNT WIDTH")
        }
        // As the program stacks them, but for the credential.
        let curl = CurlTransport(CurlSettings(userAgent: "revoke/bench"))
        let transport = RetryingTransport(PacedTransport(account: "bench", laneWidth: width, pacer: Pacer(), curl))
        let start = ContinuousClock.now
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for first in 1...width {
                group.addTask {
                    var done = 0
                    for number in stride(from: first, through: count, by: width) {
                        guard let address = Address("\(arguments[1])/\(number)") else { continue }
                        done += try await transport.send(Request(.write, "DELETE", address)).status == 204 ? 1 : 0
                    }
                    return done
                }
            }
            var done = 0
            for try await part in group { done += part }
            return done
        }
        print(ContinuousClock.now - start)
        precondition(done == count, "\(done) of \(count) were answered 204")
    }
}

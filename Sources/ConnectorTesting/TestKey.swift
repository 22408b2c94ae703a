/// A key on the curve P-256 that opens nothing: it was made for the tests and signs assertions that nobody accepts.
enum TestKey {
    private static let lines = [
        "MHcCAQEEILjOdPXaSgqG0pqFBib+zFixgRrC2qkgOQjchnudunwQoAoGCCqGSM49",
        "AwEHoUQDQgAE3yXzwSQD/1bJIDB0mUKKXlOMAWlx9J8w5zDGdn50wfvFZnSxCKuf",
        "WsrNGz2vRLWBhq16Us8+szL7tFPuGGHFzw==",
    ]
    static let pem = (["-----BEGIN PRIVATE KEY-----"] + lines + ["-----END PRIVATE KEY-----", ""]).joined(separator: "\n")
}

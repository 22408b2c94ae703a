/// A key on the curve P-256 that opens nothing: it was made for the tests and signs assertions that nobody accepts.
enum TestKey {
    private static let lines = [
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgS4KpdbUHqxWXKnRd",
        "mlTAXiFfTlic/7xqLxarjRN3F+ihRANCAARbtZ1gbb3HzbKz2HlgWO7gdFyq4Qq2",
        "p+4Wkdu1Vu/UiTRxxdwqNprJKdPmPI0PGSScn3IMyL10pfJ325NZZRh+",
    ]
    static let pem = (["-----BEGIN PRIVATE KEY-----"] + lines + ["-----END PRIVATE KEY-----", ""]).joined(
        separator: "\n")
}

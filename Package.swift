// swift-tools-version: 6.1
import PackageDescription

// In CI a warning is an error; elsewhere it must not stop somebody whose compiler is newer.
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (Context.environment["CI"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])])

func code(_ name: String, _ dependencies: [Target.Dependency] = [], plugins: [Target.PluginUsage] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "revoke",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        code("Documents"),
        code("Cryptography", ["COpenSSL"]),
        code("Authorizations", ["Documents"]),
        code("Transport", ["CCurl", "Authorizations"]),
        code("ConnectorKit", ["Transport", "Cryptography", "Authorizations", "Documents", "Yams"]),
        code(
            "AuditLog",
            ["Authorizations", "Documents", "Cryptography", .product(name: "GRDB", package: "GRDB.swift")]),
        code("Configuration", ["Coordination", "ConnectorKit", "Authorizations", "Transport", "Cryptography"]),
        code("Coordination", ["ConnectorKit", "Transport", "Authorizations", "Documents", "Cryptography"]),

        .executableTarget(name: "embed-connectors", swiftSettings: strict),
        .plugin(name: "EmbedConnectors", capability: .buildTool(), dependencies: ["embed-connectors"]),
        .target(
            name: "Connectors", dependencies: ["ConnectorKit", "Authorizations", "Documents", "Cryptography"],
            path: "connectors", exclude: ["README.md"], swiftSettings: strict, plugins: ["EmbedConnectors"]),

        code(
            "ConnectorTesting", ["Sandbox", "Configuration", "ConnectorKit", "Authorizations", "Documents", "Transport"]),
        code("Reporting", ["Coordination", "ConnectorKit", "Authorizations", "Documents"]),
        .executableTarget(
            name: "revoke",
            dependencies: [
                "Coordination", "Configuration", "Connectors", "ConnectorKit", "ConnectorTesting", "AuditLog", "Reporting", "Transport", "Cryptography",
                "Authorizations", "Documents", "Sandbox", argumentParser,
            ],
            swiftSettings: strict),

        code("Sandbox", ["ConnectorKit", "Transport", "Cryptography", "Authorizations", "Documents"]),
        code("TestSupport"),
        .executableTarget(
            name: "transport-bench", dependencies: ["Transport"], path: "Benchmarks/transport-bench",
            swiftSettings: strict),

        tests(of: "Documents"),
        tests(of: "Cryptography"),
        tests(of: "Transport", ["TestSupport"]),
        tests(of: "ConnectorKit", exclude: ["manifest_issues.py"]),
        tests(
            of: "Connectors",
            ["ConnectorTesting", "ConnectorKit", "Authorizations", "Documents", "Transport", "TestSupport"]),
        tests(of: "Sandbox", ["Connectors", "ConnectorTesting", "ConnectorKit", "Transport", "Authorizations"]),
        tests(of: "AuditLog"),
        tests(of: "Coordination", ["ConnectorKit", "Transport", "Cryptography", "Authorizations", "Documents"]),
        tests(
            of: "Reporting", ["Coordination", "ConnectorKit", "Authorizations", "Documents", "Transport", "TestSupport"],
            exclude: ["Golden"]),
        .testTarget(
            name: "RevokeTests", dependencies: ["revoke", "TestSupport", "Coordination", "Documents"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

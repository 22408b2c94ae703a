import Foundation

// Usage: embed-connectors OUTPUT FOLDER…
// Writes the connectors' folders as Swift: literals only, so that nothing is read or parsed when the program starts.

/// A raw multi-line literal that holds `text` as it is.
func literal(_ text: String) -> String {
    // As many number signs as no quotes and no backslash of the text is followed by.
    let runs = text.matches(of: /(?:"""|\\)(#*)/).map(\.output.1.count)
    let signs = String(repeating: "#", count: (runs.max() ?? 0) + 1)
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
}

/// What stops the build, in the form that build tools show beside the file.
func stop(_ file: URL, _ reason: String) -> Never {
    FileHandle.standardError.write(Data("\(file.path):1: error: \(reason)\n".utf8))
    exit(1)
}

func text(of file: URL) throws -> String {
    guard let text = String(bytes: try Data(contentsOf: file), encoding: .utf8) else { stop(file, "it is not UTF-8") }
    // A literal would turn CR LF into LF, and the digest would no longer be the file's.
    if text.utf8.contains(0x0d) { stop(file, "its lines must end with LF alone") }
    return text
}

func files(in folder: URL, endingIn ending: String) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { $0.lastPathComponent.hasSuffix(ending) }.sorted { $0.lastPathComponent < $1.lastPathComponent }
}

/// The folder's name as a Swift name: `google-calendar` → `googleCalendar`.
func swiftName(_ id: String) -> String {
    let parts = id.split(separator: "-")
    return "`" + ([parts.first.map(String.init) ?? id] + parts.dropFirst().map(\.capitalized)).joined() + "`"
}

func entry(_ folder: URL) throws -> String {
    let id = folder.lastPathComponent
    let exchanges = try files(in: folder.appending(path: "exchanges"), endingIn: ".http").map { file in
        "        (\"\(file.lastPathComponent.dropLast(5))\", \(literal(try text(of: file)))),\n"
    }
    let types = try files(in: folder, endingIn: "Connector.swift").map { $0.deletingPathExtension().lastPathComponent }
    return """
            static let \(swiftName(id)) = CatalogEntry(
                id: "\(id)",
                manifest: \(literal(try text(of: folder.appending(path: "connector.yaml")))),
                exchanges: [
        \(exchanges.joined())        ],
                coded: { \(types.isEmpty ? "[]" : types.map { "\($0).surfaces" }.joined(separator: " + ")) })

        """
}

func has(_ name: String, in folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: name).path)
}

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else { exit(64) }
let folders = arguments.dropFirst().map { URL(filePath: $0) }
var source = "// Written by embed-connectors from the folders of connectors/.\n\nextension Catalog {\n"
source += "    package static let entries: [CatalogEntry] = [\n"
let connectors = folders.filter { has("connector.yaml", in: $0) }
source += connectors.map { "        Folder.\(swiftName($0.lastPathComponent)),\n" }.joined()
source += "    ]\n    package static let vendorTexts: [(id: String, text: String)] = [\n"
for folder in folders where has("vendor.yaml", in: folder) {
    let text = literal(try text(of: folder.appending(path: "vendor.yaml")))
    source += "        (\"\(folder.lastPathComponent)\", \(text)),\n"
}
source += "    ]\n}\n\nprivate enum Folder {\n"
for folder in connectors { source += try entry(folder) }
source += "}\n"
try Data(source.utf8).write(to: URL(filePath: output))

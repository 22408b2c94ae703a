import Foundation
import PackagePlugin

/// Hands every folder of the target to `embed-connectors`, which writes them down as Swift.
///
/// Naming all files as inputs also tells SwiftPM whose they are, so that it does not warn of them.
@main
struct EmbedConnectors: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        let output = context.pluginWorkDirectoryURL.appending(path: "Catalog+entries.swift")
        let folders = try FileManager.default
            .contentsOfDirectory(at: target.directoryURL, includingPropertiesForKeys: nil)
            .filter { folder in
                ["connector.yaml", "vendor.yaml"].contains {
                    FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
                }
            }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        return [
            .buildCommand(
                displayName: "Embed \(folders.count) folders of connectors",
                executable: try context.tool(named: "embed-connectors").url,
                arguments: [output.path] + folders.map(\.path),
                inputFiles: try folders.flatMap(Self.files),
                outputFiles: [output])
        ]
    }

    private static func files(in folder: URL) throws -> [URL] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".http") || $0.hasSuffix(".swift") }.sorted()
            .map { folder.appending(path: $0) }
    }
}

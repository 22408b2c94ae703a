import ArgumentParser
import ConnectorKit
import ConnectorTesting
import Connectors
import Coordination
import Foundation
import Reporting

/// `revoke connectors check`: what an author asks before anybody else sees the folder.
struct ConnectorsCheckCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Every mistake of a connector's folder, as file:line:column.",
        discussion: """
            With --exchanges every recorded exchange is played as well: what the manifest sends must be what was recorded, \
            and the answer must mean what the exchange claims. Nothing is sent to anybody.

            EXAMPLES
              revoke connectors check connectors/acme
              revoke connectors check connectors/acme --exchanges
            """)

    @OptionGroup var general: GeneralOptions

    @Argument(help: "The connector's folder.", completion: .directory)
    var folder: String

    @Flag(help: "Play the recorded exchanges too.")
    var exchanges = false

    func run(in workplace: Workplace, _ console: Console, _ interruption: Interruption) async throws -> ExitStatus {
        let url = URL(filePath: folder, directoryHint: .isDirectory)
        let shown = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let lines = [try checkVendor(url, shown)].compactMap(\.self) + (try await checkConnector(url, shown))
        if lines.isEmpty {
            throw Complaint.usage(
                "no-manifest", "\(folder) has neither connector.yaml nor vendor.yaml.",
                hint: "Begin one: revoke connectors new ID")
        }
        try console.show(lines: lines)
        return .done
    }

    private func checkVendor(_ url: URL, _ shown: String) throws -> String? {
        let file = url.appending(path: "vendor.yaml")
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let text = try String(contentsOf: file, encoding: .utf8)
        let name = url.standardizedFileURL.lastPathComponent
        let vendor = try Vendor(yaml: text, file: "\(shown)/vendor.yaml", folder: name)
        return "\(vendor.id): vendor.yaml has no issue. \(vendor.fingerprints.count) fingerprints."
    }

    private func checkConnector(_ url: URL, _ shown: String) async throws -> [String] {
        guard FileManager.default.fileExists(atPath: url.appending(path: "connector.yaml").path) else { return [] }
        let built = Catalog.entry(url.standardizedFileURL.lastPathComponent)
        let connector = try ConnectorCatalog.connector(in: url, shown: shown, coded: built?.coded ?? [])
        let surfaces = connector.manifest.surfaces
        let api = surfaces.count(where: \.endsByAPI)
        let summary = "\(connector.id): no issue. \(surfaces.count) places, of which \(api) can be ended by API."
        guard exchanges else { return [summary] }
        let recorded = try ConnectorCatalog.exchanges(in: url, shown: shown)
        let problems = await Conformance(connector).problems(with: recorded)
        if !problems.isEmpty { throw Complaint.exchanges(problems) }
        let notes = await Conformance(connector).idleFields(in: recorded).map { "note: \($0)" }
        return [summary + " \(recorded.count) exchanges, all as they claim."] + notes
    }
}

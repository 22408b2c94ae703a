import Authorizations
import Documents
import Foundation
import TestSupport
import Testing

@testable import Coordination
@testable import Reporting

@Suite struct FormatTests {
    private func collected(_ write: ((String) -> Void) -> Void) -> String {
        var text = ""
        write { text += $0 }
        return text
    }

    /// What another program's reader of RFC 4180 makes of it.
    private func read(csv: String) throws -> [[String]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline=''), strict=True))))",
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(csv.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try #require(JSON(parsing: Array(data)).array).map { row in row.array?.compactMap(\.string) ?? [] }
    }

    @Test("writes CSV that comes back whole, and lets no cell begin like a formula")
    func csv() throws {
        let names = [
            "=1+1", "+33 1", "-x", "@SUM(A1)", "a,b", "say \"hi\"", "line\r\nbreak", " lead", "日本", "\t=x", "",
        ]
        var items = names.map { AtelierLumen.item("google", "s", .oauthGrant, $0, $0, scopes: ["a", "b"]) }
        for index in items.indices { items[index].number = index + 1 }
        let rows = try read(csv: collected { LineFormats.csv(AtelierLumen.sealed(items, []), to: $0) })
        #expect(rows.count == names.count + 1)
        let column = try #require(rows.first?.firstIndex(of: "holder"))
        let expected = names.map { name in
            name.unicodeScalars.first.map { "=+-@\t".unicodeScalars.contains($0) } == true ? "'" + name : name
        }
        #expect(rows.dropFirst().map { $0[column] } == expected)
        #expect(rows.allSatisfy { $0.count == rows[0].count })
    }

    @Test("tells in CSV what became of each")
    func csvOfRun() throws {
        let rows = try read(csv: collected { LineFormats.csv(AtelierLumen.report(), to: $0) })
        let column = try #require(rows.first?.firstIndex(of: "outcome"))
        #expect(rows.count == 31)
        #expect(rows[20][column] == "alive")
        #expect(rows[20].contains("the vendor accepted it, yet it is still there after 10 reads"))
    }

    @Test("writes one JSON object a line")
    func jsonLines() throws {
        let plan = AtelierLumen.plan()
        let lines = collected { LineFormats.jsonLines(plan, to: $0) }.split(separator: "\n")
        #expect(lines.count == 30)
        #expect(try JSON(parsing: Array(lines[0].utf8)) == PlanDocument.json(plan.items[0], plan))
        let ended = collected { LineFormats.jsonLines(AtelierLumen.report(), to: $0) }.split(separator: "\n")
        #expect(try JSON(parsing: Array(ended[19].utf8))["outcome"]?.string == "alive")
    }

    @Test("tells one sentence an item, state first, for listening")
    func plain() throws {
        let plan = AtelierLumen.plan()
        let terminal = Terminal.test(isTerminal: false)
        let plain = PlainText(plan, manifests: AtelierLumen.manifests, terminal, Wording())
        let (dry, run) = (Collected(), Collected())
        plain.write(isDryRun: true) { dry.text += $0 }
        plain.write(AtelierLumen.report()) { run.text += $0 }
        try expectGolden(dry.text, "plain-plan.txt")
        try expectGolden(run.text, "plain-run.txt")
        #expect(!(dry.text + run.text).contains("…"))
    }
}

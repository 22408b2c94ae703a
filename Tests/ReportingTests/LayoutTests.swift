import Foundation
import Testing

@testable import Reporting

@Suite struct LayoutTests {
    @Test(
        "measures cells, not bytes",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("👍", 2), ("🇫🇷", 2), ("❤️", 2), ("ｱ", 1),
            ("Ａ", 2), ("", 0),
        ])
    func width(text: String, cells: Int) {
        #expect(Cells.width(text) == cells)
    }

    @Test(
        "writes out what has no shape",
        arguments: [
            ("plain", "plain"), ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"), ("a\u{202e}b", "a\\u{202e}b"),
            ("a\nb\t", "a\\u{a}b\\u{9}"),
            ("x\u{200b}y", "x\\u{200b}y"), ("a\u{200d}b", "a\\u{200d}b"), ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("\u{7f}\u{85}", "\\u{7f}\\u{85}"),
            ("\u{2028}", "\\u{2028}"), ("\u{e000}", "\\u{e000}"), ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("\u{3164}", "\\u{3164}"),
        ])
    func visible(text: String, shown: String) {
        #expect(text.visible == shown)
    }

    @Test("cuts names at the end, ids in the middle with six signs at each end")
    func cutting() {
        let terminal = Terminal.test()
        #expect(Cutting.end("Google Business Profile", width: 16, terminal) == "Google Business…")
        #expect(Cutting.end("日本語の名前", width: 6, terminal) == "日本…")
        #expect(Cutting.end("Google Business", width: 10, .test(unicode: false)) == "Google...")
        #expect(Cutting.middle("zapier/zap/18f0c4a2d9b7464c2", width: 15, terminal) == "zapier/…b7464c2")
        #expect(Cutting.middle("zapier/zap/18f0c4a2d9b7464c2", width: 12, terminal) == nil)
    }

    @Test(
        "sees in a text what may be cut how",
        arguments: [
            ("Lead Connector", Cut.end), ("Slack", .end), ("direction@atelier-lumen.example", .middle),
            ("hooks.example.com", .never),
            ("v1.2", .end), ("0oa1b2c3d4e5f6g7", .middle), ("acme/site", .middle),
        ])
    func kindOfCut(text: String, cut: Cut) {
        #expect(Cut.fitting(text) == cut)
    }

    @Test("goes on in the next line where nothing may be cut")
    func cells() {
        let id = "18f0c4a2d9b74e6f8a1b2c3d4e5f6071"
        #expect(Cell(id, cut: .middle).lines(width: 16, .test()) == ["18f0c4a2…e5f6071"])
        #expect(Cell(id, cut: .middle).lines(width: 16, .test(isTerminal: false)).joined() == id)
        #expect(Cell("hooks.example.com", cut: .never).lines(width: 15, .test()) == ["hooks.example.", "com"])
    }

    @Test("wraps between words and loses nothing", arguments: [30, 31, 47, 80])
    func wrapping(width: Int) {
        let text =
            "  Would keep 2: 12 \"our contact form\", https://example.com/a/very/long/address/that/does/not/fit/in/a/line 日本語の連携 end"
        let lines = Wrapping.lines(text, width: width, hanging: 4)
        #expect(lines.allSatisfy { Cells.width($0) <= width })
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }

    @Test("tells numbers, lengths of time and days")
    func words() {
        let wording = Wording()
        #expect(wording.numbers([9, 10, 11, 15, 16, 29, 30]) == "9-11 15 16 29 30")
        #expect(wording.numbers(Array(stride(from: 1, through: 99, by: 2))).hasSuffix("47 and others, 50 in all"))
        #expect([4212, 999, 1_000_000].map(wording.number) == ["4,212", "999", "1,000,000"])
        #expect(
            [0.04, 6.2, 18.0, 72, 3600, 7500, 200_000].map(wording.duration) == [
                "0.0 s", "6.2 s", "18 s", "1 min 12 s", "1 h", "2 h 5 min", "2 days",
            ])
        #expect(wording.list(["9", "10", "11"]) == "9, 10 and 11")
        let midnight = AtelierLumen.date("2026-12-31T23:30:00Z")
        #expect(wording.day(midnight, now: AtelierLumen.now, .test(), isShort: true) == "Jan 2027")
        #expect(wording.minute(midnight, now: AtelierLumen.now, .test()) == "1 Jan 2027 00:30")
    }
}

@Suite struct TerminalTests {
    private func terminal(
        _ environment: [String: String], isTerminal: Bool = true, window: Int? = nil, color: Terminal.Color = .auto
    ) -> Terminal {
        Terminal(isTerminal: isTerminal, windowColumns: window, color: color, environment: environment)
    }

    @Test("takes the width from the window, else COLUMNS, else 80")
    func columns() {
        #expect(terminal(["COLUMNS": "100"], window: 120).columns == 120)
        #expect(terminal(["COLUMNS": "100"]).columns == 100)
        #expect(terminal(["COLUMNS": "100"], isTerminal: false, window: 120).columns == 100)
        #expect(terminal(["COLUMNS": "no"], isTerminal: false).columns == 80)
        #expect(terminal([:], window: 0).columns == 80)
    }

    @Test("colours a terminal unless it is asked not to")
    func color() {
        #expect(terminal([:]).hasColor)
        #expect(!terminal(["NO_COLOR": "1"]).hasColor)
        #expect(terminal(["NO_COLOR": ""]).hasColor)
        #expect(!terminal(["TERM": "dumb"]).hasColor)
        #expect(!terminal([:], isTerminal: false).hasColor)
        #expect(terminal(["NO_COLOR": "1"], isTerminal: false, color: .always).hasColor)
        #expect(!terminal([:], color: .never).hasColor)
    }

    @Test("uses marks beyond ASCII on a terminal that reads UTF-8 only")
    func unicode() {
        #expect(terminal(["LANG": "fr_FR.UTF-8"]).hasUnicode)
        #expect(terminal(["LANG": "C", "LC_ALL": "C.utf8"]).hasUnicode)
        #expect(!terminal(["LANG": "fr_FR.UTF-8", "LC_ALL": "C"]).hasUnicode)
        #expect(!terminal(["LANG": "fr_FR.UTF-8", "TERM": "dumb"]).hasUnicode)
        #expect(!terminal(["LANG": "fr_FR.UTF-8"], isTerminal: false).hasUnicode)
        #expect(!terminal(["LANG": "fr_FR.UTF-8", "TERM": "dumb"]).canRedraw)
    }
}

import Foundation
import Testing

@testable import Reporting

/// The lines that a screen writes, held against what every screen promises.
func screen(
    _ terminal: Terminal, location: SourceLocation = #_sourceLocation, _ write: (@escaping (String) -> Void) -> Void
) -> String {
    let lines = Collected()
    write { lines.text += $0 }
    for line in lines.text.split(separator: "\n") {
        let plain = line.replacing(/\u{1b}\[[0-9;]*m/, with: "")
        if Cells.width(String(plain)) > terminal.columns {
            Issue.record("wider than \(terminal.columns) cells: \(plain)", sourceLocation: location)
        }
        if plain.last == " " { Issue.record("ends with a blank: '\(plain)'", sourceLocation: location) }
        let hidden = plain.unicodeScalars.contains {
            $0.value < 0x20 || (0x7f...0x9f).contains($0.value) || (0x202a...0x202e).contains($0.value)
        }
        if hidden { Issue.record("control character in: \(plain)", sourceLocation: location) }
    }
    return lines.text
}

extension Terminal {
    static func test(_ columns: Int = 80, color: Bool = false, unicode: Bool = true, isTerminal: Bool = true)
        -> Terminal
    {
        Terminal(
            columns: columns, isTerminal: isTerminal, hasColor: color, hasUnicode: unicode, timeZone: AtelierLumen.paris
        )
    }
}

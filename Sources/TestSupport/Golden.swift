internal import Foundation
package import Testing

/// Compares `actual` with a file that a person has read and committed: `Golden/<name>` beside the test.
///
/// To accept a change, run the tests with `RECORD_GOLDEN=1` and review the diff that git shows. Recording fails the
/// test on purpose, so that no run that wrote files can pass for one that checked them.
package func expectGolden(
    _ actual: String, _ name: String, file: String = #filePath, location: SourceLocation = #_sourceLocation
) throws {
    let golden = URL(filePath: file).deletingLastPathComponent().appending(path: "Golden/\(name)")
    guard ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == nil else {
        let folder = golden.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try actual.write(to: golden, atomically: true, encoding: .utf8)
        Issue.record("recorded Golden/\(name)", sourceLocation: location)
        return
    }
    guard FileManager.default.fileExists(atPath: golden.path) else {
        Issue.record("Golden/\(name) does not exist; record it with RECORD_GOLDEN=1", sourceLocation: location)
        return
    }
    let expected = try String(contentsOf: golden, encoding: .utf8)
    if actual != expected {
        Issue.record("Golden/\(name) differs\n\(lineDiff(from: expected, to: actual))", sourceLocation: location)
    }
}

/// The changed lines, `-` as the file has them and `+` as they are now.
private func lineDiff(from old: String, to new: String) -> String {
    let old = old.split(separator: "\n", omittingEmptySubsequences: false)
    let new = new.split(separator: "\n", omittingEmptySubsequences: false)
    return new.difference(from: old).map { change in
        switch change {
        case .remove(let offset, let line, _): "- \(offset + 1): \(line)"
        case .insert(let offset, let line, _): "+ \(offset + 1): \(line)"
        }
    }.joined(separator: "\n")
}

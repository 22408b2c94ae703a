/// Why bytes are not XML that is read here.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package var reason: String
    package var line: Int

    package var description: String { "not XML: \(reason) in line \(line)" }
}

extension XMLError {
    static let depthLimit = 256

    /// A document type, from which alone entities could come.
    ///
    /// It can only stand before the root element, among comments and processing instructions.
    init?(declarationIn bytes: [UInt8]) {
        // In another encoding the declaration would not be seen here.
        if bytes.contains(0) {
            self.init(reason: "it is not UTF-8", line: 1)
            return
        }
        var rest = bytes[...]
        while let less = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[less...]
            if rest.starts(with: "<!--".utf8) {
                rest.skip(past: "-->", after: 4)
            } else if rest.starts(with: "<?".utf8) {
                rest.skip(past: "?>", after: 2)
            } else {
                guard rest.starts(with: "<!DOCTYPE".utf8) else { return nil }
                self.init(reason: "it has a document type declaration", line: 1)
                return
            }
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func skip(past end: String, after start: Int) {
        self = dropFirst(start)
        let mark = Array(end.utf8)
        while !isEmpty, !starts(with: mark) { self = dropFirst() }
        self = dropFirst(mark.count)
    }
}

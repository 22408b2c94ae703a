internal import Foundation
internal import FoundationXML

/// Why bytes are not XML that is read here.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package var reason: String
    package var line: Int

    package var description: String { "not XML: \(reason) in line \(line)" }
}

extension JSON {
    /// Reads XML as a tree of objects: an element with child elements or attributes is an object (child's local name →
    /// value, attribute → `@name`, text → `#text`), any other element is its text; a name that occurs more than once
    /// holds a list.
    ///
    /// Namespaces and prefixes are dropped. DTDs, and with them entities, are refused.
    package init(parsingXML bytes: [UInt8]) throws(XMLError) {
        // Entities can only come from a DTD, so refusing the declaration closes both.
        if let error = XMLError(declarationIn: bytes) { throw error }
        let tree = XMLTree()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = tree
        let isWhole = parser.parse()
        if let refusal = tree.refusal { throw XMLError(reason: refusal, line: parser.lineNumber) }
        guard isWhole, let root = tree.root else {
            throw XMLError(reason: "it is not well-formed", line: max(1, parser.lineNumber))
        }
        self = .object(JSONObject(uniqueMembers: [root]))
    }
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

private final class XMLTree: NSObject, XMLParserDelegate {
    private struct Element {
        var name: String
        var members: [(key: String, values: [JSON])] = []
        var text = ""

        mutating func add(_ key: String, _ value: JSON) {
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].values.append(value)
            } else {
                members.append((key, [value]))
            }
        }

        var value: JSON {
            if members.isEmpty { return .string(text) }
            var object = members.map {
                (key: $0.key, value: $0.values.count == 1 ? $0.values[0] : JSON.array($0.values))
            }
            let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { object.append(("#text", .string(text))) }
            return .object(JSONObject(uniqueMembers: object))
        }
    }

    private var open: [Element] = []
    private(set) var root: (key: String, value: JSON)?
    private(set) var refusal: String?

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        if open.count >= XMLError.depthLimit {
            refusal = "it is nested deeper than \(XMLError.depthLimit)"
            parser.abortParsing()
            return
        }
        var element = Element(name: localName(name))
        for (key, value) in attributes.sorted(by: { $0.key < $1.key }) where key != "xmlns" && !key.hasPrefix("xmlns:")
        {
            element.add("@" + localName(key), .string(value))
        }
        open.append(element)
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if !open.isEmpty { open[open.count - 1].text += String(decoding: block, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard let element = open.popLast() else { return }
        if open.isEmpty {
            root = (element.name, element.value)
        } else {
            open[open.count - 1].add(element.name, element.value)
        }
    }

    private func localName(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }
}

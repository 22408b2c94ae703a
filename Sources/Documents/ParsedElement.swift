internal import Foundation
internal import FoundationXML

/// An XML element as it was read: what ``JSON`` and ``QualifiedElement`` are made from.
struct ParsedElement {
    var namespace: String
    /// Without prefix.
    var name: String
    /// Names without prefix, sorted; declarations of namespaces left out.
    var attributes: [(name: String, value: String)]
    var children: [ParsedElement] = []
    /// Its own, without that of its children, white space kept.
    var text = ""

    /// DTDs, and with them entities, are refused.
    init(parsing bytes: [UInt8]) throws(XMLError) {
        // Entities can only come from a DTD, so refusing the declaration closes both.
        if let error = XMLError(declarationIn: bytes) { throw error }
        let builder = ElementBuilder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        let isWhole = parser.parse()
        if let refusal = builder.refusal { throw XMLError(reason: refusal, line: parser.lineNumber) }
        guard isWhole, let root = builder.root else {
            throw XMLError(reason: "it is not well-formed", line: max(1, parser.lineNumber))
        }
        self = root
    }

    fileprivate init(name: String, namespace: String, attributes: [String: String]) {
        self.namespace = namespace
        self.name = localName(name)
        self.attributes = attributes.sorted { $0.key < $1.key }
            .filter { $0.key != "xmlns" && !$0.key.hasPrefix("xmlns:") }
            .map { (localName($0.key), $0.value) }
    }
}

private func localName(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
}

private final class ElementBuilder: NSObject, XMLParserDelegate {
    private var open: [ParsedElement] = []
    private(set) var root: ParsedElement?
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
        open.append(ParsedElement(name: name, namespace: namespaceURI ?? "", attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if !open.isEmpty { open[open.count - 1].text += String(decoding: block, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard let element = open.popLast() else { return }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }
}

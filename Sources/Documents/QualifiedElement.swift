internal import Foundation
internal import FoundationXML

/// XML with its namespaces and the order of its elements, for what has to be written back.
///
/// Elsewhere ``JSON/init(parsingXML:)`` is enough. Attributes and comments are dropped.
package struct QualifiedElement: Sendable, Hashable {
    package var namespace: String
    /// Without prefix.
    package var name: String
    package var children: [QualifiedElement]
    /// Its own, without that of its children.
    package var text: String

    package init(_ name: String, in namespace: String, _ children: [QualifiedElement] = [], text: String = "") {
        self.namespace = namespace
        self.name = name
        self.children = children
        self.text = text
    }

    package init(parsing bytes: [UInt8]) throws(XMLError) {
        if let error = XMLError(declarationIn: bytes) { throw error }
        let builder = ElementBuilder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else {
            throw XMLError(reason: builder.refusal ?? "it is not well-formed", line: max(1, parser.lineNumber))
        }
        self = root
    }

    package subscript(name: String) -> QualifiedElement? { children.first { $0.name == name } }

    package func all(_ name: String) -> [QualifiedElement] { children.filter { $0.name == name } }

    /// As text that can stand anywhere: each namespace is declared where it begins.
    package var xml: String { xml(inside: nil) }

    private func xml(inside outer: String?) -> String {
        let head = namespace == outer ? name : "\(name) xmlns=\"\(namespace.xmlEscaped)\""
        let content = text.xmlEscaped + children.map { $0.xml(inside: namespace) }.joined()
        return content.isEmpty ? "<\(head)/>" : "<\(head)>\(content)</\(name)>"
    }
}

private final class ElementBuilder: NSObject, XMLParserDelegate {
    private var open: [QualifiedElement] = []
    private(set) var root: QualifiedElement?
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
        let local = name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
        open.append(QualifiedElement(local, in: namespaceURI ?? ""))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if !open.isEmpty { open[open.count - 1].text += String(decoding: block, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard var element = open.popLast() else { return }
        element.text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }
}

extension String {
    package var xmlEscaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&apos;")
    }
}

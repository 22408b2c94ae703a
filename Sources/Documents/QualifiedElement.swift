internal import Foundation

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
        self.init(try ParsedElement(parsing: bytes))
    }

    private init(_ element: ParsedElement) {
        self.init(
            element.name, in: element.namespace, element.children.map { QualifiedElement($0) },
            text: element.text.trimmingCharacters(in: .whitespacesAndNewlines))
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

extension String {
    package var xmlEscaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&apos;")
    }
}

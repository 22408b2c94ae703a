internal import Documents
internal import Foundation
internal import FoundationXML

/// Changes XML at places of the tree that it is read as: local names, with an index where a name stands more than once.
enum XMLText {
    static func edited(_ text: String, setting edits: [(JSONPointer, JSON)], removing gone: [JSONPointer]) -> String {
        guard let document = try? XMLDocument(xmlString: text, options: [.nodePreserveWhitespace]) else { return text }
        // All are found before anything moves.
        let changed = edits.compactMap { pointer, value in element(at: pointer, in: document).map { ($0, value) } }
        let removed = gone.compactMap { element(at: $0, in: document) }
        for (element, value) in changed { element.stringValue = value.scalarText ?? "" }
        for element in removed { element.detach() }
        return document.xmlString
    }

    private static func element(at pointer: JSONPointer, in document: XMLDocument) -> XMLElement? {
        guard let root = document.rootElement(), pointer.tokens.first == root.localName else { return nil }
        var current = root
        var tokens = pointer.tokens.dropFirst()
        while let name = tokens.popFirst() {
            let children = (current.children ?? []).compactMap { $0 as? XMLElement }.filter { $0.localName == name }
            // Only an index is a number: no element's name begins with a digit.
            let index = tokens.first.flatMap { Int($0) }
            if index != nil { tokens.removeFirst() }
            guard let child = children.dropFirst(index ?? 0).first else { return nil }
            current = child
        }
        return current
    }
}

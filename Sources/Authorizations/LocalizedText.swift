/// A sentence for people, in both languages of the program.
package struct LocalizedText: Sendable, Hashable {
    package var en: String
    package var fr: String

    package init(en: String, fr: String) {
        self.en = en
        self.fr = fr
    }

    package subscript(language: Language) -> String { language == .fr ? fr : en }
}

package enum Language: String, Sendable, CaseIterable {
    case en
    case fr
}

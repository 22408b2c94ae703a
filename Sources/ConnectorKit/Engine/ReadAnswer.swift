internal import Documents
internal import Transport

/// An answer with its body read as the operation says.
struct ReadAnswer: Sendable {
    var status: Int
    var headers: Headers
    /// `nil` where the body is not read, or could not be.
    var document: JSON?
    /// The document holds text only, as XML does.
    var isText: Bool
    /// Why the body could not be read.
    var problem: String?
    var address: Address
    var size: Int

    init(_ response: Response, as kind: Operation.Answer) {
        status = response.status
        headers = response.headers
        address = response.address
        size = response.body.count
        isText = kind == .xml || kind == .text
        switch kind {
        case .discard: document = nil
        case .text: document = .string(String(decoding: response.body, as: UTF8.self))
        case .json:
            if response.body.isEmpty { return }
            do { document = try JSON(parsing: response.body) } catch { problem = error.description }
        case .xml:
            if response.body.isEmpty { return }
            do { document = try JSON(parsingXML: response.body) } catch { problem = error.description }
        }
    }

    var isGood: Bool { (200..<300).contains(status) }
}

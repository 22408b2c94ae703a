internal import Documents
internal import Transport

extension Exchange {
    /// Reads an `.http` file.
    package init(_ text: String, file: String) throws(ExchangeError) {
        var reader = ExchangeReader(text, file: file)
        let head = try reader.head()
        var pairs = [try reader.pair()]
        while try reader.separator() { pairs.append(try reader.pair()) }
        func value(_ key: String) -> (text: String, line: Int)? { head.keys[key] }
        guard let named = value("operation") else { throw reader.error(1, "'operation' is missing") }
        guard let operation = Operation(named.text) else {
            throw reader.error(named.line, "'\(named.text)' is not an operation")
        }
        guard let shown = value("shows") else { throw reader.error(1, "'shows' is missing") }
        guard let shows = Claim(rawValue: shown.text) else {
            let claims = Claim.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error(shown.line, "'\(shown.text)' is not one of \(claims)")
        }
        self.init(
            name: Self.name(of: file), file: file, claim: head.claim, surface: value("surface")?.text,
            operation: operation,
            shows: shows, undocumented: value("undocumented")?.text, pairs: pairs)
        if let values = value("values") {
            guard case .object(let object)? = try? JSON(parsing: values.text) else {
                throw reader.error(values.line, "'values' is not a JSON object")
            }
            self.values = object.members.reduce(into: [:]) { $0[$1.key] = $1.value }
        }
        if let finds = value("finds") {
            guard let ids = (try? JSON(parsing: finds.text))?.array?.map(\.scalarText), !ids.contains(nil) else {
                throw reader.error(finds.line, "'finds' is not a JSON list of ids")
            }
            self.finds = ids.compactMap(\.self)
        }
        if let answer = value("answer") {
            guard let meaning = Self.meaning(answer.text) else {
                throw reader.error(
                    answer.line,
                    "'\(answer.text)' is not one of accepted, gone, refused, forbidden, slow_down, ambiguous")
            }
            self.answer = meaning
        }
    }

    private static func name(of file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.hasSuffix(".http") ? String(last.dropLast(5)) : last
    }

    private static func meaning(_ text: String) -> Answer.Meaning? {
        switch text {
        case "accepted": .accepted
        case "gone": .gone
        case "refused": .refused
        case "forbidden": .forbidden
        case "slow_down": .slowDown
        case "ambiguous": .ambiguous
        default: nil
        }
    }
}

/// Walks the lines of an exchange's file.
private struct ExchangeReader {
    static let keys: Set<String> = ["surface", "operation", "shows", "values", "finds", "answer", "undocumented"]

    let file: String
    private let lines: [Substring]
    private var next = 0

    init(_ text: String, file: String) {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Lines are counted from 1.
    func error(_ line: Int, _ reason: String) -> ExchangeError { ExchangeError(file: file, line: line, reason: reason) }

    private var current: Substring? { next < lines.count ? lines[next] : nil }

    /// The comment lines: the claim, then keys.
    mutating func head() throws(ExchangeError) -> (claim: String, keys: [String: (text: String, line: Int)]) {
        var claim: [String] = []
        var keys: [String: (text: String, line: Int)] = [:]
        while let line = current, line.hasPrefix("#") {
            next += 1
            let text = line.dropFirst().drop { $0 == " " }
            let parts = text.split(separator: ": ", maxSplits: 1)
            if parts.count == 2, Self.keys.contains(String(parts[0])) {
                let key = String(parts[0])
                if keys[key] != nil { throw error(next, "'\(key)' is given twice") }
                keys[key] = (String(parts[1]), next)
            } else if keys.isEmpty {
                claim.append(String(text))
            } else {
                throw error(next, "'\(text)' is not one of \(Self.keys.sorted().joined(separator: ", "))")
            }
        }
        if claim.isEmpty { throw error(1, "the first comment must say what the exchange shows") }
        return (claim.joined(separator: " "), keys)
    }

    mutating func pair() throws(ExchangeError) -> Exchange.Pair {
        skipEmptyLines()
        let line = next + 1
        let words = current?.split(separator: " ") ?? []
        guard words.count == 3, words[2] == "HTTP/1.1" else {
            throw error(line, "a request line such as 'GET /path HTTP/1.1' is expected")
        }
        next += 1
        var asked = Exchange.Asked(method: String(words[0]), target: String(words[1]), headers: try headers(), body: "")
        guard asked.headers["Host"] != nil else { throw error(line, "the request has no 'Host'") }
        asked.body = body { $0.hasPrefix("HTTP/1.1 ") }
        let status = current?.split(separator: " ", maxSplits: 2) ?? []
        guard status.count >= 2, let code = Int(status[1]), (100..<600).contains(code) else {
            throw error(line, "the request has no answer: a line such as 'HTTP/1.1 200 OK' is expected")
        }
        next += 1
        let answered = Exchange.Answered(status: code, headers: try headers(), body: body { $0 == "###" })
        return Exchange.Pair(asked: asked, answered: answered, line: line)
    }

    /// Whether another pair follows.
    mutating func separator() throws(ExchangeError) -> Bool {
        guard current == "###" else { return false }
        next += 1
        return true
    }

    private mutating func skipEmptyLines() {
        while let line = current, line.isEmpty { next += 1 }
    }

    /// Up to the empty line, or to the answer or the separator where there is neither body nor empty line.
    private mutating func headers() throws(ExchangeError) -> Headers {
        var headers = Headers()
        while let line = current, !line.isEmpty, line != "###", !line.hasPrefix("HTTP/1.1 ") {
            guard let colon = line.firstIndex(of: ":") else { throw error(next + 1, "'\(line)' is not a header") }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.fields.append(Headers.Field(String(line[..<colon]), String(value)))
            next += 1
        }
        if current?.isEmpty == true { next += 1 }
        return headers
    }

    /// The lines up to the one that ends it.
    ///
    /// Empty lines before that, and the last line's end, are not part of a body.
    private mutating func body(endsAt isEnd: (Substring) -> Bool) -> String {
        var body: [Substring] = []
        while let line = current, !isEnd(line) {
            body.append(line)
            next += 1
        }
        while body.last?.isEmpty == true { body.removeLast() }
        return body.joined(separator: "\n")
    }
}

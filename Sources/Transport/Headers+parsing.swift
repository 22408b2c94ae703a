internal import CCurl

extension Headers {
    /// The fields of one head as it came, each line ended by CR LF or LF; what has no colon is left out.
    init(head: [UInt8]) {
        var fields: [Field] = []
        for line in head.split(separator: 0x0a) {
            let line = line.trimming(0x0d)
            guard let first = line.first else { continue }
            if first == 0x20 || first == 0x09, let last = fields.indices.last {
                // A folded line, which RFC 9112 section 5.2 reads as a blank and the rest.
                fields[last].value += " " + String(decoding: line.trimmingBlanks(), as: UTF8.self)
            } else if let colon = line.firstIndex(of: 0x3a) {
                let name = String(decoding: line[..<colon], as: UTF8.self)
                fields.append(Field(name, String(decoding: line[(colon + 1)...].trimmingBlanks(), as: UTF8.self)))
            }
        }
        self.init(fields)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func trimming(_ last: UInt8) -> Self { self.last == last ? dropLast() : self }

    fileprivate func trimmingBlanks() -> Self {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }
}

extension Request {
    /// The header fields as libcurl takes them; the caller frees the list.
    func fieldList() -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        func add(_ line: String) { list = curl_slist_append(list, line) }
        // 'Name;' is libcurl's way to send a field without a value; 'Name:' takes one away that it would add.
        for field in headers.fields { add(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)") }
        if method != "GET" && method != "HEAD" || body != nil {
            add("Expect:")
            if headers["Content-Type"] == nil { add("Content-Type:") }
        }
        return list
    }

    /// What of the request would break the syntax of HTTP, or slip another request in; `nil` where nothing does.
    var malformedPart: String? {
        guard method.isToken else { return "method" }
        guard let bad = headers.fields.first(where: { !$0.name.isToken || !$0.value.isFieldValue }) else { return nil }
        return bad.name.isToken ? "header '\(bad.name)'" : "header name"
    }
}

extension String {
    /// RFC 9110 section 5.6.2.
    fileprivate var isToken: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e, 0x5f, 0x60, 0x7c, 0x7e: true
                default: false
                }
            }
    }

    /// RFC 9110 section 5.5: no control characters but the tab.
    fileprivate var isFieldValue: Bool { utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 } }
}

internal import Documents

extension ManifestReader {
    /// What may stand beside each style of paging.
    private static let pagingKeys: [(style: String, keys: Set<String>)] = [
        ("cursor", ["query", "form", "json", "header", "while", "stop"]),
        ("last", ["query", "form", "json", "header", "while"]),
        ("offset", ["limit", "size", "total"]),
        ("page", ["from", "size", "limit", "pages", "total"]),
        ("link", ["while"]),
        ("url", ["while"]),
    ]

    mutating func paging(_ node: YAMLNode?, _ scope: Set<String>) -> Paging {
        guard let node, node.text != "none" else { return .none }
        let keys = keys(node, .next)
        let styles = Self.pagingKeys.filter { keys.has($0.style) }
        guard styles.count == 1, let (style, others) = styles.first else {
            if styles.count > 1 || keys.lacks("cursor", "last", "offset", "page", "link", "url") {
                note("'next' needs exactly one of cursor, last, offset, page, link, url", at: node)
            }
            return .none
        }
        for member in node.members ?? [] where ManifestHome.next.keys.contains(member.name) {
            if member.name == style || others.contains(member.name) { continue }
            note("'\(member.name)' says nothing about paging by '\(style)'", at: member.key)
        }
        if style == "cursor" || style == "last" { return cursor(style, keys, scope) }
        if style == "offset" || style == "page" { return counted(style, keys) }
        if style == "link" {
            let tests = members(keys["while"]).map { (attribute: $0.name, test: test($0.value, scope)) }
            return .link(rel: text(keys["link"]), while: tests)
        }
        return .url(place(keys["url"]), while: condition(keys["while"], scope))
    }

    private mutating func cursor(_ style: String, _ keys: Members, _ scope: Set<String>) -> Paging {
        let targets = ["query", "form", "json", "header"].filter { keys.has($0) }
        if targets.count > 1 || keys.lacks("query", "form", "json", "header") {
            note("where does the next \(style) go? say 'query', 'form', 'json' or 'header'", at: keys.node)
        }
        let target: Paging.Target =
            switch targets.first {
            case "form": .form(text(keys["form"]))
            case "json": .json(pointer(keys["json"]))
            case "header": .header(text(keys["header"]))
            default: .query(text(keys["query"]))
            }
        let condition = condition(keys["while"], scope)
        if style == "last" { return .last(place(keys["last"]), to: target, while: condition) }
        let stop = choice(keys["stop"], among: ["empty"], "value of 'stop'")
        return .cursor(
            pagingSource(keys["cursor"]) ?? .place(.whole), to: target, while: condition, stopsWhenEmpty: stop != nil)
    }

    private mutating func counted(_ style: String, _ keys: Members) -> Paging {
        if keys.lacks("size", "total", "pages") {
            note("'\(style)' needs 'size', 'total' or 'pages' to know when to stop", at: keys.node)
        }
        let limit = keys["limit"].map { text($0) }
        let size = count(keys["size"])
        let total = pagingSource(keys["total"])
        if style == "offset" { return .offset(text(keys["offset"]), limit: limit, size: size, total: total) }
        return .page(
            text(keys["page"]), from: count(keys["from"], atLeast: 0) ?? 1, limit: limit, size: size,
            pages: pagingSource(keys["pages"]), total: total)
    }

    private mutating func pagingSource(_ node: YAMLNode?) -> Paging.Source? {
        guard let node else { return nil }
        guard node.isMapping else { return .place(place(node)) }
        let keys = keys(node, .cursor)
        require(["header"], in: keys, of: "cursor")
        return .header(text(keys["header"]))
    }
}

import Documents
import Testing

@Suite struct JSONTests {
    @Test("keeps the digits of numbers", arguments: ["12345678901234567890123", "1.10", "-0", "1E+2"])
    func digits(_ text: String) throws {
        #expect(try JSON(parsing: text) == .number(text))
        #expect(try JSON(parsing: "[\(text)]").text == "[\(text)]")
    }

    @Test("lets the last of duplicate members win, in the place of the first")
    func duplicates() throws {
        #expect(try JSON(parsing: #"{"a":1,"b":2,"a":3}"#).text == #"{"a":3,"b":2}"#)
    }

    @Test("compares objects whatever the order of their members")
    func order() throws {
        #expect(try JSON(parsing: #"{"a":1,"b":[2]}"#) == JSON(parsing: #"{"b":[2],"a":1}"#))
    }

    @Test("writes members in the order of RFC 8785, with its escapes")
    func canonical() throws {
        let value = try JSON(parsing: #"{"\u20ac":1,"\r":2,"1":4,"\ud83d\ude00":5,"\u0080":6,"a":"\u000f\n\"\\/"}"#)
        let expected = #"{"\r":2,"1":4,"a":"\u000f\n\"\\/","\#u{80}":6,"€":1,"😀":5}"#
        #expect(String(decoding: value.canonicalBytes, as: UTF8.self) == expected)
    }

    @Test("refuses nesting that would exhaust the stack")
    func depth() {
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
    }
}

@Suite struct JSONPointerTests {
    static let document = #"""
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """#

    @Test(
        "finds the examples of RFC 6901 section 5",
        arguments: [
            ("/foo", #"["bar","baz"]"#), ("/foo/0", "\"bar\""), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"),
        ])
    func examples(pointer: String, expected: String) throws {
        let found = try #require(JSONPointer(pointer)).value(in: JSON(parsing: Self.document))
        #expect(try found == JSON(parsing: expected))
        #expect(JSONPointer(pointer)?.description == pointer)
    }

    @Test(
        "finds nothing where there is nothing",
        arguments: ["/foo/2", "/foo/00", "/foo/-", "/foo/+1", "/nothing", "/foo/0/x"])
    func absent(pointer: String) throws {
        #expect(try #require(JSONPointer(pointer)).value(in: JSON(parsing: Self.document)) == nil)
    }

    @Test("refuses what is not a pointer", arguments: ["id", "$.id", "/a~", "/a~2"])
    func malformed(text: String) { #expect(JSONPointer(text) == nil) }
}

@Suite struct JSONFromXMLTests {
    @Test("reads elements, attributes, repeated names and namespaces as the manifest says")
    func tree() throws {
        let xml = """
            <?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>/a/</D:href></D:response>\
            <D:response kind="x">t<D:href>/b/</D:href></D:response><D:empty/><D:n> 1 </D:n></D:multistatus>
            """
        let expected = #"""
            {"multistatus":{"response":[{"href":"/a/"},{"@kind":"x","href":"/b/","#text":"t"}],"empty":"","n":" 1 "}}
            """#
        #expect(try JSON(parsingXML: Array(xml.utf8)) == JSON(parsing: expected))
    }

    @Test(
        "refuses document types, entities and what is not well-formed",
        arguments: [
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"http://x/\"><a/>", "<a>&x;</a>",
            "<!-- <a --><!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<?p <a ?><!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<a>", "text", "",
        ])
    func refused(xml: String) { #expect(throws: XMLError.self) { try JSON(parsingXML: Array(xml.utf8)) } }

    @Test("refuses an encoding in which a document type would not be seen")
    func otherEncoding() {
        let text = "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"
        let bytes: [UInt8] = [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        #expect(throws: XMLError.self) { try JSON(parsingXML: bytes) }
    }
}

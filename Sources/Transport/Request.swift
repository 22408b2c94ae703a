package import Authorizations

/// One HTTP request, before a credential is added to it.
package struct Request: Sendable {
    package enum Effect: String, Sendable {
        case read
        case write
    }

    package var method: String
    package var address: Address
    package var headers: Headers
    package var body: [UInt8]?
    package var effect: Effect
    package var credential: CredentialUse
    /// Limits that sending it draws on; kept by ``PacedTransport``.
    package var draws: [Budget.Draw] = []
    /// Headers by which the vendor announces its limits.
    package var limitHeaders = LimitHeaders()
    /// The most that is read of the answer's body, in bytes.
    package var sizeLimit = 8 << 20
    /// Whether the body is drained without being stored.
    package var discardsBody = false
    /// The manifest's name of the host, by which a signature tells services apart.
    package var hostName: String?
    /// The template of the request, fit for logs: it holds no value.
    package var label: String
    /// What of the address may be shown, where it holds a secret.
    package var shownAddress: String?
    /// How many redirects to the same origin a read may follow.
    package var redirects = 0
    /// Says that an answer asks for a later repetition; the built-in rules where it is `nil`.
    package var temporary: (@Sendable (Response) -> Temporary?)?

    package init(
        _ effect: Effect, _ method: String, _ address: Address, headers: Headers = [], body: [UInt8]? = nil,
        credential: CredentialUse = .none, label: String? = nil
    ) {
        self.effect = effect
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.credential = credential
        self.label = label ?? "\(method) \(address.origin)"
    }
}

/// Which credential signs a request in.
package enum CredentialUse: Sendable, Hashable {
    case none
    /// One of the manifest's credentials; `values` are the bound names that its templates use.
    case named(String, values: [String: String] = [:])
    /// The value in hand, sent as the manifest's credential of that name says.
    case held(name: String, secret: Secret)
}

/// An answer that asks to send the same request again later.
package enum Temporary: Sendable, Hashable {
    /// Nothing was done; wait that long, where the vendor says.
    case slowDown(after: Duration?)
    /// It may or may not have been done.
    case unavailable
}

package struct Response: Sendable {
    package var status: Int
    package var headers: Headers
    package var body: [UInt8]
    /// Where the answer came from, after redirects.
    package var address: Address

    package init(status: Int, headers: Headers = [], body: [UInt8] = [], address: Address) {
        self.status = status
        self.headers = headers
        self.body = body
        self.address = address
    }
}

/// Header fields in order; names are compared without case.
package struct Headers: Sendable, Hashable, ExpressibleByArrayLiteral {
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }
    package init(arrayLiteral elements: Field...) { fields = elements }

    /// The first value of `name`; setting replaces all of them.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name.caseInsensitiveEquals(name) }?.value }
        set {
            fields.removeAll { $0.name.caseInsensitiveEquals(name) }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }

    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.caseInsensitiveEquals(name) }.map(\.value)
    }
}

extension String {
    /// Compares ASCII letters without case, as header names and host names want it.
    package func caseInsensitiveEquals(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { one, two in
                one == two || (one | 0x20 == two | 0x20 && (0x61...0x7a).contains(one | 0x20))
            }
    }
}

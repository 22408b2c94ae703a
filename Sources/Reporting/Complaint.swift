/// What went wrong, for people and for programs.
package struct Complaint: Error, Sendable, Hashable {
    package var code: String
    package var message: String
    package var hint: String?
    package var exitCode: Int32

    package init(code: String, message: String, hint: String?, exitCode: Int32) {
        self.code = code
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }
}

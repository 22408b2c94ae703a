import ArgumentParser
import Authorizations
import Coordination

/// Where things are, how things are said: taken by every command.
struct GeneralOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration; else $REVOKE_CONFIG, else ~/.config/revoke/config.yaml.", valueName: "file"),
        completion: .file())
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Database and keys; else $REVOKE_STATE_DIR, else ~/.local/state/revoke.", valueName: "folder"),
        completion: .directory)
    var stateDir: String?

    @Option(help: ArgumentHelp("table, json, jsonl, csv or plain.", valueName: "format"))
    var format: OutputFormat = .table

    @Option(
        help: ArgumentHelp("Write the result to a file instead of standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("en or fr; else the locale's.", valueName: "language"))
    var lang: Language?

    @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
    var color: ColorChoice = .auto

    @Flag(help: "Say nothing on standard error but errors.")
    var quiet = false

    @Flag(help: "Say more: steps by hand in full, each surface that was seen.")
    var verbose = false

    @Flag(help: "Never ask; what needs an answer is refused.")
    var noInput = false
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json, jsonl, csv, plain
}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, always, never
}

extension Language: ExpressibleByArgument {}

/// Which authorizations are meant.
struct SelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this account (repeatable).", valueName: "name"))
    var account: [String] = []

    @Option(help: ArgumentHelp("Only this connector (repeatable).", valueName: "id"))
    var connector: [String] = []

    @Option(help: ArgumentHelp("Not this connector (repeatable).", valueName: "id"))
    var excludeConnector: [String] = []

    @Option(help: ArgumentHelp("Only this kind: oauth-grant, webhook, … (repeatable).", valueName: "kind"))
    var kind: [String] = []

    @Option(help: ArgumentHelp("Only this one: its number in the last plan, or its id (repeatable).", valueName: "id"))
    var authorization: [String] = []

    @Option(
        help: ArgumentHelp("Only what this third party holds, as the vendor names it (repeatable).", valueName: "name"))
    var holder: [String] = []

    @Option(help: ArgumentHelp("Only what opens this person's data (repeatable).", valueName: "name"))
    var owner: [String] = []

    @Option(help: ArgumentHelp("Only what was created longer ago than this: 90d.", valueName: "time"))
    var olderThan: String?

    @Option(help: ArgumentHelp("Only what was not used for this long: 90d.", valueName: "time"))
    var unusedFor: String?

    @Flag(help: "End also what is known with low confidence only; it is a step by hand otherwise.")
    var includeUnconfirmed = false
}

/// What a command that ends something asks for.
struct ConfirmationOptions: ParsableArguments {
    @Flag(help: "Accept the plan without looking. Lifts no cap.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "The answer to the question: the number of authorizations that will be ended.", valueName: "text"))
    var confirm: String?

    @Option(help: ArgumentHelp("Refuse where more than this would be ended.", valueName: "number"))
    var max: Int?

    @Option(
        help: ArgumentHelp(
            "Refuse where more than this share of all that was listed would be ended.", valueName: "percent"))
    var maxPercent: Int?

    mutating func validate() throws {
        if let max, max < 0 { throw ValidationError("--max takes a whole number from 0.") }
        if let maxPercent, !(0...100).contains(maxPercent) {
            throw ValidationError("--max-percent takes a whole number from 0 to 100.")
        }
    }
}

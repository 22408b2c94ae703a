internal import Authorizations
package import Coordination
internal import Documents

/// Plans and reports for programs: nothing is cut and nothing is made up.
package enum LineFormats {
    /// One authorization a line, each as `--format json` has it.
    package static func jsonLines(_ plan: Plan, to out: (String) -> Void) {
        for item in plan.items { out(PlanDocument.json(item, plan).text + "\n") }
    }

    /// One authorization a line: what it is, and what became of it.
    package static func jsonLines(_ report: RunReport, to out: (String) -> Void) {
        for item in report.plan.items {
            var members = PlanDocument.json(item, report.plan).object?.members ?? []
            let result = report.results[item.number] ?? StepResult(Settlement(.skipped))
            members += result.members.map { (key: $0.name, value: $0.text.map { .string($0) } ?? .null) }
            out(JSON.object(JSONObject(members.map { ($0.key, $0.value) })).text + "\n")
        }
    }

    package static func csv(_ plan: Plan, to out: (String) -> Void) {
        out(CSV.line(columns))
        for item in plan.items { out(CSV.line(fields(item, plan))) }
    }

    package static func csv(_ report: RunReport, to out: (String) -> Void) {
        let names = StepResult(Settlement(.skipped)).members.map(\.name)
        out(CSV.line(columns + names))
        for item in report.plan.items {
            let result = report.results[item.number] ?? StepResult(Settlement(.skipped))
            out(CSV.line(fields(item, report.plan) + result.members.map { $0.text ?? "" }))
        }
    }

    private static let columns = [
        "number", "id", "account", "connector", "surface", "kind", "vendor_id", "title", "holder", "client", "owner",
        "scopes",
        "created_at", "last_used_at", "expires_at", "target", "state", "action", "phase", "reversible", "because",
        "before",
    ]

    /// Lists are one cell, separated by blanks; reasons by semicolons.
    private static func fields(_ item: Plan.Item, _ plan: Plan) -> [String] {
        let object = PlanDocument.json(item, plan)
        return columns.map { name in
            switch object[name] {
            case .array(let items)?: items.compactMap(\.scalarText).joined(separator: name == "because" ? "; " : " ")
            case let value?: value.scalarText ?? ""
            case nil: ""
            }
        }
    }
}

/// RFC 4180.
package enum CSV {
    package static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    /// A spreadsheet would run what begins like a formula, so that such a cell begins with an apostrophe instead.
    private static func field(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        let mustQuote =
            safe.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d } || safe.first == " "
            || safe.last == " "
        return mustQuote ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}

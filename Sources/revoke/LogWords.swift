import AuditLog
import Documents

/// Records of the log in words.
enum LogWords {
    static func of(_ record: JSON, values: [String: String]) -> String {
        func text(_ key: String) -> String { record[key]?.scalarText ?? "" }
        let what = "\(text("step")) \(values["authorization"] ?? "\(text("account"))/\(text("surface"))")"
        switch record["event"]?.string {
        case "step.intended": return "\(text("action")) \(what), try \(text("attempt"))"
        case "step.answered":
            let status = text("status").isEmpty ? "" : " (\(text("status")))"
            let reason = text("reason").isEmpty ? "" : ": \(text("reason"))"
            return "\(what): \(text("answer"))\(status)\(reason)"
        case "step.settled", "step.verified":
            let words = text("reason").isEmpty ? text("evidence") : text("reason")
            return "\(what): \(text("outcome"))\(words.isEmpty ? "" : ", \(words)")"
        case "plan.made": return "plan \(text("digest").prefix(8)), \(counts(record["counts"]))"
        case "plan.confirmed": return "confirmed by \(text("how"))"
        case "run.ended": return "\(counts(record["counts"])), exit \(text("exit"))\(text("exit_code"))"
        case "inventory.taken": return "\(record["surfaces"]?.array?.count ?? 0) places read"
        case "run.started": return "revoke \(text("version"))"
        case "run.resumed": return "revoke \(text("version")) goes on"
        case "key.created": return text("key")
        default: return ""
        }
    }

    private static func counts(_ value: JSON?) -> String {
        (value?.object?.members ?? []).map { "\($0.value.scalarText ?? "") \($0.key)" }.joined(separator: ", ")
    }

    static func of(_ finding: Verification.Finding) -> String {
        switch finding {
        case .recordChanged(let number): "record \(number) was changed"
        case .recordMissing(let number): "record \(number) is missing"
        case .endMissing(let size): "the log ends before record \(size), which a signed head names"
        case .rootDiffers(let size): "the records up to \(size) give another root than their signed head"
        case .signatureWrong(let size): "the head over \(size) records is not signed by the log's key"
        case .noteForeign: "the head that was given is not of this log"
        case .otherKey: "the key beside the log is not the one that its first record names"
        case .triggerMissing(let name): "the guard '\(name)' that makes the log append-only is gone"
        }
    }
}

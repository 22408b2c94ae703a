import Authorizations
import Coordination
import Documents
import Foundation
import Testing

@Suite("A plan as JSON: what is printed, saved and applied")
struct PlanDocumentTests {
    /// RFC 8785 for what has no fractions: members by UTF-16 code units, no blanks.
    private static let canonicalDigest = """
        import sys, json, hashlib
        plan = json.load(sys.stdin)
        del plan["plan"]
        def canonical(value):
            if isinstance(value, dict):
                pairs = sorted(value.items(), key=lambda p: p[0].encode("utf-16-be"))
                return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + canonical(v) for k, v in pairs) + "}"
            if isinstance(value, list): return "[" + ",".join(map(canonical, value)) + "]"
            if isinstance(value, float): raise SystemExit("a fraction would go through a double")
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53: raise SystemExit("too large")
            return json.dumps(value, ensure_ascii=False)
        print(hashlib.sha256(canonical(plan).encode()).hexdigest())
        """

    @Test("The digest is the SHA-256 of the canonical JSON without itself, as another language sees it")
    func digest() throws {
        let plan = PlanSample.sealed()
        #expect(try Python.run(Self.canonicalDigest, input: PlanSample.bytes(plan)) == plan.digest)
    }

    @Test("So it is for a plan that is written in many pieces")
    func longPlan() throws {
        var plan = PlanSample.plan()
        let item = plan.items[0]
        plan.items = (1...2000).map { number in
            var item = item
            item.number = number
            return item
        }
        plan.digest = PlanDocument.digest(of: plan)
        let bytes = PlanSample.bytes(plan)
        #expect(bytes.count > 1 << 20)
        #expect(try Python.run(Self.canonicalDigest, input: bytes) == plan.digest)
        #expect(try PlanDocument.plan(from: bytes).items.count == 2000)
    }

    @Test("Reading it back gives the same plan")
    func roundTrip() throws {
        let plan = PlanSample.sealed()
        let read = try PlanDocument.plan(from: PlanSample.bytes(plan))
        #expect(read.digest == plan.digest)
        #expect(PlanSample.bytes(read) == PlanSample.bytes(plan))
        #expect(read.items[0].authorization.values == plan.items[0].authorization.values)
        #expect(read.items[0].authorization.targets == plan.items[0].authorization.targets)
        #expect(read.items[1].isBefore && read.items[1].authorization.vendorID == nil)
        #expect(read.coverage.map(\.expected) == [7, nil])
    }

    @Test("Times keep their milliseconds, whatever they are")
    func times() throws {
        for milliseconds in stride(from: 1_794_999_999_000, to: 1_795_000_001_000, by: 7) {
            var plan = PlanSample.plan()
            plan.createdAt = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            plan.digest = PlanDocument.digest(of: plan)
            #expect(throws: Never.self) { try PlanDocument.plan(from: PlanSample.bytes(plan)) }
        }
    }

    @Test(
        "Whatever is changed breaks the seal",
        arguments: [
            ("\"revoke\"", "\"disable\""), ("\"reversible\":true", "\"reversible\":false"), ("Stops", "Starts"),
            ("\"small\":42", "\"small\":43"), ("90071992547409931234", "90071992547409931235"),
            ("gohighlevel", "gohighleve1"), ("\"count\":1", "\"count\":2"), ("me@exämple", "you@exämple"),
        ])
    func seal(_ change: (String, String)) throws {
        let plan = PlanSample.sealed()
        let text = String(decoding: PlanSample.bytes(plan), as: UTF8.self)
        let changed = text.replacing(change.0, with: change.1)
        #expect(changed != text)
        #expect {
            try PlanDocument.plan(from: Array(changed.utf8))
        } throws: { error in
            if case PlanProblem.digestDiffers(plan.digest, _) = error { true } else { false }
        }
    }

    @Test("What is no plan says where")
    func malformed() throws {
        let text = String(decoding: PlanSample.bytes(PlanSample.sealed()), as: UTF8.self)
        func problem(_ text: String) -> PlanProblem? {
            do throws(PlanProblem) {
                _ = try PlanDocument.plan(from: Array(text.utf8))
                return nil
            } catch {
                return error
            }
        }
        #expect(problem("{}") == .malformed(place: "schema"))
        #expect(problem(text.replacing("revoke/plan/1", with: "revoke/plan/2")) == .otherSchema(found: "revoke/plan/2"))
        #expect(problem(text.replacing("oauth-grant", with: "oauth")) == .malformed(place: "authorizations/0/kind"))
        #expect(
            problem(text.replacing("\"number\":2", with: "\"number\":\"2\""))
                == .malformed(place: "authorizations/1/number"))
        if case .notJSON? = problem("plan") {} else { Issue.record("text is taken for a plan") }
    }

    @Test("Every key of the contract is there, of its type")
    func keys() throws {
        let document = try JSON(parsing: PlanSample.bytes(PlanSample.sealed()))
        #expect(document["schema"]?.string == "revoke/plan/1")
        #expect(document["plan"]?.string?.count == 64)
        #expect(document["created_at"]?.string == "2026-11-18T11:06:40.123Z")
        #expect(document["expires_at"]?.string == "2026-11-19T11:06:40.123Z")
        let account = try #require(document["accounts"]?.array?.first)
        #expect(account["hosts"]?.array?.compactMap(\.string) == ["https://api.example.test"])
        for key in ["name", "connector", "connector_digest", "identity"] {
            #expect(account[key]?.string != nil, "\(key)")
        }
        let items = try #require(document["authorizations"]?.array)
        let (full, task) = (items[0], items[1])
        for key in [
            "id", "account", "connector", "surface", "kind", "vendor_id", "title", "holder", "owner", "created_at",
            "last_used_at", "action", "phase",
        ] {
            #expect(full[key]?.string != nil, "\(key)")
        }
        for key in ["scopes", "effects", "because", "target"] { #expect(full[key]?.array != nil, "\(key)") }
        #expect(full["number"]?.int == 1 && full["reversible"]?.bool == true && full["values"]?.object != nil)
        for key in ["vendor_id", "holder", "owner", "created_at", "last_used_at", "target", "other_end"] {
            #expect(task[key]?.isNull == true, "\(key)")
        }
        #expect(task["id"]?.string == "a/phone/-" && task["before"]?.bool == true)
        let coverage = try #require(document["coverage"]?.array?.first)
        #expect(coverage["state"]?.string == "partial" && coverage["by_nature"]?.bool == false)
        #expect(coverage["count"]?.int == 1 && coverage["expected"]?.int == 7 && coverage["note"]?.string != nil)
        let summary = try #require(document["summary"])
        #expect(summary["total"]?.int == 2 && summary["to_end"]?.int == 1)
        #expect(summary["by_action"]?["revoke"]?.int == 1 && summary["by_action"]?["manual"]?.int == 1)
        #expect(summary["by_connector"]?["played"]?.int == 2)
    }
}

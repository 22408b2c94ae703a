// Swift, because a role's trust policy is percent-encoded JSON inside XML, because who in it is an outsider has to be
// judged (a text, a list or `*`; an ARN or a number), and because one outsider is ended by writing the rest of it.
internal import Authorizations
internal import ConnectorKit
internal import Documents

struct AwsConnector {
    static let surfaces: [any CodedSurface] = [RoleTrust()]
}

/// Roles that another account may assume: one authorization for each role and account.
struct RoleTrust: CodedSurface {
    let surface = Self.described

    func list(under parent: Scope, in session: AccountSession) async throws -> CodedListing {
        let roles = try await session.items(of: IAM.roles, in: parent)
        return CodedListing(try roles.flatMap { try outsiders($0, under: parent, in: session) })
    }

    private func outsiders(_ role: JSON, under parent: Scope, in session: AccountSession) throws -> [Authorization] {
        // Service-linked roles are AWS's own: nobody can change whom they trust.
        if role["Path"]?.string?.hasPrefix("/aws-service-role/") == true { return [] }
        guard let arn = role["Arn"]?.string, let own = TrustPolicy.account(of: arn),
            let name = role["RoleName"]?.string,
            let policy = role["AssumeRolePolicyDocument"]?.string.flatMap(TrustPolicy.init)
        else { throw ListFailure.failed(reason: "the trust policy of a role cannot be read") }
        return policy.outsiders(of: own).map { account in
            var item = session.item(
                of: surface, vendorID: arn,
                keeping: [
                    "trusted": .string(account), "role": .string(name),
                    "statements": .array(policy.statements(trusting: account).map(JSON.object)),
                ], under: parent)
            item.title = name
            item.holder = account
            item.owner = own
            item.scopes = policy.terms(for: account)
            item.createdAt = role["CreateDate"].flatMap(Moment.date)
            return item
        }
    }

    /// The list does not say when a role was last used.
    func detailed(_ authorization: Authorization, in session: AccountSession) async throws -> Authorization {
        var authorization = authorization
        let role = try await role(of: authorization, in: session)
        authorization.lastUsedAt = role?["RoleLastUsed"]?["LastUsedDate"].flatMap(Moment.date)
        return authorization
    }

    private func role(of authorization: Authorization, in session: AccountSession) async throws -> JSON? {
        let scope = session.scope(authorization.values)
        return try await session.document(IAM.role, in: scope, none: IAM.noSuchEntity).flatMap(IAM.rolePlace.value)
    }

    /// IAM takes no condition on what stood there before, so the policy is read right before it is written.
    func end(_ authorization: Authorization, by ending: Ending, in session: AccountSession) async throws -> Answer {
        let values = authorization.values
        guard let name = values["role"]?.string, let account = values["trusted"]?.string else {
            return Answer(.refused, reason: "which role trusts whom is not known")
        }
        return try await session.inTurn("role \(name)") {
            guard let role = try await role(of: authorization, in: session) else {
                return Answer(ending == .undo ? .refused : .gone, reason: "there is no role '\(name)'")
            }
            guard var policy = role["AssumeRolePolicyDocument"]?.string.flatMap(TrustPolicy.init) else {
                throw ListFailure.failed(reason: "the trust policy of '\(name)' cannot be read")
            }
            switch ending {
            case .revoke: if !policy.remove(account) { return Answer(.gone, reason: "the role does not trust it") }
            case .undo:
                let before = values["statements"]?.array?.compactMap(\.object) ?? []
                if !policy.restore(account, as: before) { return Answer(.gone, reason: "the role trusts it already") }
            case .disable: return Answer(.refused, reason: "trust cannot be switched off, only ended")
            }
            var verdicts = ChangeVerdicts()
            verdicts.done = .status(200)
            let scope = session.scope(values.merging(["policy": .string(policy.text)]) { $1 })
            return try await session.change(IAM.update, in: scope, verdicts).answer
        }
    }
}

/// The requests.
private enum IAM {
    static let noSuchEntity = Verdict.status(
        404, where: JSONPointer(tokens: ["ErrorResponse", "Error", "Code"]), is: "NoSuchEntity")
    static let rolePlace = JSONPointer(tokens: ["GetRoleResponse", "GetRoleResult", "Role"])
    static let role = form(
        .read("POST", path, host: host, credential: credential), "GetRole", ["RoleName": .name("role")])
    static let update = form(
        .write("POST", path, host: host, credential: credential), "UpdateAssumeRolePolicy",
        ["RoleName": .name("role"), "PolicyDocument": .name("policy")])

    static let roles: ListOperation = {
        let result = JSONPointer(tokens: ["ListRolesResponse", "ListRolesResult"])
        func place(_ name: String) -> Place { Place([JSONPointer(tokens: result.tokens + [name])]) }
        var level = ListOperation.Level()
        level.items = Place([JSONPointer(tokens: result.tokens + ["Roles", "member"])])
        let isTruncated = Condition.Requirement(place: place("IsTruncated"), test: .equals(.value(.string("true"))))
        var list = ListOperation(
            operation: form(
                .read("POST", path, host: host, credential: credential), "ListRoles",
                ["MaxItems": Template(literal: "1000")]),
            items: level,
            next: .cursor(
                .place(place("Marker")), to: .form("Marker"), while: Condition(alternatives: [[isTruncated]]),
                stopsWhenEmpty: false))
        list.empty = .status(where: JSONPointer(tokens: result.tokens + ["Roles"]), is: "")
        return list
    }()

    private static let path = Template(literal: "/")
    private static let host = "iam"
    private static let credential = "main"

    private static func form(_ operation: Operation, _ action: String, _ fields: KeyValuePairs<String, Template>)
        -> Operation
    {
        var operation = operation
        let head = [("Action", Template(literal: action)), ("Version", Template(literal: "2010-05-08"))]
        operation.body = .form(
            (head + fields.map { ($0.key, $0.value) }).map { (name: Template(literal: $0.0), value: $0.1) })
        operation.answer = .xml
        return operation
    }
}

extension RoleTrust {
    private static let described: Surface = {
        var surface = Surface(
            id: "cross-account-role", kind: .connectedAccount, phase: .grants, actor: .accountOwner, confidence: .high,
            auth: .named("main"))
        surface.needs.list = [["iam:ListRoles"], ["iam:GetRole"]]
        surface.needs.revoke = [["iam:GetRole"], ["iam:UpdateAssumeRolePolicy"]]
        surface.effects = LocalizedText(
            en: "This account can no longer assume the role. Others that the role trusts still can.",
            fr:
                "Ce compte ne peut plus endosser le rôle. Les autres auxquels le rôle fait confiance le peuvent toujours."
        )
        surface.residual = Surface.Residual(
            duration: .seconds(12 * 3600),
            note: LocalizedText(
                en:
                    "Sessions made before live on for up to 12 hours; “Revoke active sessions” in the IAM console denies them.",
                fr:
                    "Les sessions ouvertes avant survivent jusqu’à 12 heures ; « Révoquer les sessions actives » dans la console IAM les refuse."
            ))
        surface.discover = .coded(under: ["trusted"])
        surface.revoke = .coded
        surface.undo = .coded
        surface.verify = Verify(form: .listAgain(dead: nil))
        surface.verify?.within = .seconds(120)
        surface.manual = Manual(
            link: Template(literal: "https://console.aws.amazon.com/iam/home#/roles"),
            steps: (
                en: [
                    "Open the role, then Trust relationships > Edit trust policy",
                    "Remove the other account from every Principal",
                ],
                fr: [
                    "Ouvrez le rôle, puis « Relations d’approbation » > « Modifier la politique »",
                    "Retirez l’autre compte de chaque Principal",
                ]
            ),
            proof: LocalizedText(
                en: "The trust policy no longer names the account.",
                fr: "La politique d’approbation ne nomme plus le compte."))
        return surface
    }()
}

package import Authorizations
internal import Documents
package import Foundation
package import Transport

/// Why nothing can be read at an account; every surface of it is then `failed` with this reason.
package struct EntranceFailure: Error, Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
        /// The vendor did not accept the credential.
        case notLetIn
        case unreachable
        case secretMissing
        case other
    }

    package var cause: Cause
    package var reason: String

    package init(_ cause: Cause, _ reason: String) {
        self.cause = cause
        self.reason = reason
    }
}

/// What an account is entered with.
package struct EntranceServices: Sendable {
    /// The network, paced for one account; no credential is added yet.
    package var network: @Sendable (Account) -> any Transport
    package var retrying: @Sendable (any Transport) -> any Transport
    package var readOnly: @Sendable (any Transport) -> any Transport
    package var parts: @Sendable (Account, String, CredentialSource) async throws -> [String: Secret]
    package var keep: @Sendable (Account, String, String, Secret) throws -> Void
    /// Keyed digest of a secret value.
    package var digest: @Sendable (String) -> String
    package var now: @Sendable () -> Date
    package var isDryRun: Bool

    package init(
        network: @escaping @Sendable (Account) -> any Transport,
        retrying: @escaping @Sendable (any Transport) -> any Transport,
        readOnly: @escaping @Sendable (any Transport) -> any Transport,
        parts: @escaping @Sendable (Account, String, CredentialSource) async throws -> [String: Secret],
        keep: @escaping @Sendable (Account, String, String, Secret) throws -> Void,
        digest: @escaping @Sendable (String) -> String, now: @escaping @Sendable () -> Date, isDryRun: Bool
    ) {
        self.network = network
        self.retrying = retrying
        self.readOnly = readOnly
        self.parts = parts
        self.keep = keep
        self.digest = digest
        self.now = now
        self.isDryRun = isDryRun
    }
}

/// The way into one account: settings → credential → prepare → whoami.
package struct Entrance: Sendable {
    let account: Account
    let connector: Connector
    let services: EntranceServices
    var manifest: Manifest { connector.manifest }

    package init(account: Account, connector: Connector, services: EntranceServices) {
        self.account = account
        self.connector = connector
        self.services = services
    }

    /// What there is before anything was asked.
    struct Threshold {
        var keyring: Keyring
        var transports: Transports
        var builder: RequestBuilder
        var scope: Scope
    }

    func threshold() throws(EntranceFailure) -> Threshold {
        let settings = try AccountSettings(account, manifest)
        let keyring = Keyring(
            account: account, manifest: manifest, settings: settings.scope,
            transport: services.retrying(services.network(account)),
            parts: { [account, parts = services.parts] in try await parts(account, $0, $1) },
            keep: { [account, keep = services.keep] in try keep(account, $0, $1, $2) })
        let signed = services.retrying(CredentialTransport(services.network(account), keyring: keyring))
        let transports = Transports(reads: services.readOnly(signed), writes: services.isDryRun ? nil : signed)
        let builder = settings.builder(judging: Judge(errors: manifest.errors))
        keyring.learn(builder)
        return Threshold(keyring: keyring, transports: transports, builder: builder, scope: settings.scope)
    }

    func prepare(_ threshold: inout Threshold) async throws {
        for step in manifest.prepare {
            let answer = try await ask(
                step.operation, in: threshold.scope, threshold.builder, threshold.transports.reads)
            try prepare(step, answer, &threshold.scope, &threshold.builder)
            threshold.keyring.learn(threshold.builder)
        }
    }

    func session(_ threshold: Threshold, _ identity: AccountSession.Identity) -> AccountSession {
        let scope = threshold.scope
        return AccountSession(
            account: account, manifest: manifest, identity: identity,
            surfacePrefix: account.connectors.count > 1 ? manifest.id + ":" : "", builder: threshold.builder,
            base: Scope(shared: scope.shared.merging(scope.local) { one, _ in one }, leftOut: scope.leftOut),
            transports: threshold.transports, digest: services.digest, now: services.now, coded: connector.coded,
            keyring: threshold.keyring)
    }

    /// - Throws: ``EntranceFailure``; `CancellationError`.
    package func enter() async throws -> AccountSession {
        do {
            var threshold = try threshold()
            try await prepare(&threshold)
            let identity = try await identity(&threshold)
            return session(threshold, identity)
        } catch let error as EntranceFailure {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch let error as TransportError {
            if case .noToken = error { throw EntranceFailure(.notLetIn, error.description) }
            throw EntranceFailure(.unreachable, error.description)
        } catch {
            throw EntranceFailure(.other, "\(error)")
        }
    }

    private func ask(
        _ operation: Operation, in scope: Scope, _ builder: RequestBuilder, _ reads: any Transport
    ) async throws -> ReadAnswer {
        let answer = ReadAnswer(try await reads.send(try builder.build(operation, in: scope)), as: operation.answer)
        guard let fallback = operation.fallback, fallback.when.matches(answer, in: scope) else { return answer }
        let other = fallback.operation
        return ReadAnswer(try await reads.send(try builder.build(other, in: scope)), as: other.answer)
    }

    private func prepare(
        _ step: Manifest.Preparation, _ answer: ReadAnswer, _ scope: inout Scope, _ builder: inout RequestBuilder
    ) throws {
        let label = step.operation.label
        let judgement: Judge.Judgement<Bool> = builder.judge.judge(answer, [], effect: .read, in: scope)
        if judgement == .common(.unauthorized) {
            throw EntranceFailure(
                .notLetIn, Self.words(builder.judge.reason(answer), answer))
        }
        guard judgement == .good, let document = answer.document else {
            throw EntranceFailure(
                .other, "\(label) answered \(answer.status)" + (answer.problem.map { ", \($0)" } ?? ""))
        }
        if let require = step.require, !require.holds(for: document, in: scope, asText: answer.isText) {
            throw EntranceFailure(.other, "\(label): the answer does not say what it must")
        }
        let source = FieldSource(
            document: document, headers: answer.headers, scope: scope, isText: answer.isText, digest: services.digest,
            now: services.now())
        for (name, field) in step.bind { scope.bind(name, field.value(from: source)) }
        for added in step.hosts {
            guard let text = added.at.value(in: document)?.scalarText, let address = Address(text) else { continue }
            let host = address.origin.host
            guard address.origin.scheme == "https" || address.origin.isLoopback else {
                throw EntranceFailure(
                    .other, "\(label) names \(address.origin), and http is allowed towards this computer only")
            }
            if !added.within.isEmpty, !added.within.contains(where: { host == $0 || host.hasSuffix("." + $0) }) {
                throw EntranceFailure(
                    .other,
                    "\(label) names the host \(host), which is not within \(added.within.joined(separator: ", "))")
            }
            guard let base = Address(address.origin.description + "/") else { continue }
            let replaced = builder.replaced(base)
            builder.hosts[added.name] = replaced
        }
    }

    func identity(_ threshold: inout Threshold) async throws -> AccountSession.Identity {
        let (builder, keyring) = (threshold.builder, threshold.keyring)
        guard let whoAmI = manifest.whoAmI else {
            return try await digestIdentity(builder, keyring, note: "the vendor has no way to tell who we are")
        }
        let answer = try await ask(whoAmI.operation, in: threshold.scope, builder, threshold.transports.reads)
        switch builder.judge.judge(answer, [(true, nil)], effect: .read, in: threshold.scope) {
        case .common(.forbidden):
            return try await digestIdentity(builder, keyring, note: "the credential may not ask who it is")
        case .good:
            guard let document = answer.document else {
                throw EntranceFailure(.other, "\(whoAmI.operation.label): \(answer.problem ?? "the answer is empty")")
            }
            let source = FieldSource(
                document: document, headers: answer.headers, scope: threshold.scope, isText: answer.isText,
                digest: services.digest,
                now: services.now())
            guard let name = whoAmI.identity.value(from: source)?.scalarText else {
                throw EntranceFailure(.other, "\(whoAmI.operation.label): the answer does not say who we are")
            }
            for (name, field) in whoAmI.bind { threshold.scope.bind(name, field.value(from: source)) }
            return AccountSession.Identity(
                name: name, title: whoAmI.title?.value(from: source)?.texts.first,
                scopes: whoAmI.scopes?.value(from: source)?.texts, isConfirmed: true)
        case .common(.unauthorized):
            throw EntranceFailure(.notLetIn, Self.words(builder.judge.reason(answer), answer))
        default:
            throw EntranceFailure(
                .other, "\(whoAmI.operation.label): \(Self.words(builder.judge.reason(answer), answer))")
        }
    }

    private static func words(_ reason: String?, _ answer: ReadAnswer) -> String {
        reason.map { "\($0) (\(answer.status))" } ?? "HTTP \(answer.status)"
    }

    /// Where the vendor does not say who we are, host and credential name the account.
    private func digestIdentity(_ builder: RequestBuilder, _ keyring: Keyring, note: String) async throws
        -> AccountSession.Identity
    {
        let name = manifest.credentials.first?.name ?? ""
        let parts = try await keyring.secrets(name).sorted { $0.key < $1.key }.map { part in
            part.value.reveal { "\(part.key)=\($0)" }
        }
        let host = manifest.hosts.first.flatMap { builder.hosts[$0.name]?.text } ?? ""
        let digest = services.digest(([host] + parts).joined(separator: "\n"))
        return AccountSession.Identity(name: "digest:" + digest.prefix(32), isConfirmed: false, note: note)
    }
}

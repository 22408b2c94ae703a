#!/usr/bin/env python3
"""A real OAuth 2.0 / OpenID Connect server (glewlwyd): grants, revocation, introspection, dynamic clients."""

import base64
import glob
import gzip
import hashlib
import json
import re
import secrets
import sqlite3
from urllib.parse import parse_qs, urlencode, urlsplit

from harness import Failed, free_port, good, have_program, http_call, need, run, start, used, wait_until

SITE = "https://accounts.acme.example"  # how the server calls itself; `base_url` says where it is
DOC = "/usr/share/doc/glewlwyd/"
CALLBACK = "http://127.0.0.1:9/callback"  # nobody listens there: the code is read from the redirect
PEOPLE = {"alice": "alice-Wf7dR2", "bob": "bob-Qm4tZ9"}
CONFIG = """\
accounts:
  - name: acme-accounts
    connector: oauth2-generic
    base_url: {base}
    settings: {{issuer: {issuer}}}
    credential:
      kind: basic
      secret: {{client_id: {{file: {id}}}, client_secret: {{file: {secret}}}}}
    credentials:
      registration: {{kind: bearer, secret: {{file: {registration}}}}}
      held: {{secret: {{{held}}}}}
"""


def main(folder):
    schema, settings = glob.glob(DOC + "database/init.sqlite3.sql*"), glob.glob(DOC + "glewlwyd.conf.sample*")
    need(have_program("glewlwyd") and schema and settings, "apt-get install --no-install-recommends glewlwyd")
    server = Glewlwyd(folder, schema[0], settings[0])
    return server.populate(folder), server.view, server.use


class Glewlwyd:
    def __init__(self, folder, schema, settings):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.issuer, self.oidc = SITE + "/api/oidc", self.base + "/api/oidc"
        self.clients, self.tokens = {}, {}
        database = sqlite3.connect(folder.write("glewlwyd.db", ""))
        database.executescript("PRAGMA synchronous = OFF;" + packed(schema))
        database.close()
        changes = {"port": f'{port}\nbind_address="127.0.0.1"', "external_url": f'"{SITE}"', "cookie_domain": '"127.0.0.1"',
                   "cookie_secure": "0", "log_level": '"INFO"'}
        text = packed(settings).replace("/var/cache/glewlwyd/glewlwyd.db", folder / "glewlwyd.db")
        for name, value in changes.items():
            text = re.sub(rf"^{name}=.*", f"{name}={value}", text, flags=re.M)
        child = start(["glewlwyd", "--config-file=" + folder.write("glewlwyd.conf", text)], folder / "server.log", cwd=folder.path)
        wait_until(lambda: http_call("GET", self.base + "/config").status == 200, child)
        self.admin = self.session("admin", "password")

    def session(self, name, password):
        answer = good(http_call("POST", self.base + "/api/auth/", data={"username": name, "password": password}))
        return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}

    def ask(self, path, session, **more):
        return json.loads(good(http_call("GET", self.base + "/api/" + path, headers=session, **more)).text)

    def make(self, path, **data):
        good(http_call("POST", f"{self.base}/api/{path}/", headers=self.admin, data=data))

    # --- the state ---

    def populate(self, folder):
        self.make("mod/plugin", module="oidc", name="oidc", display_name="Acme accounts", parameters=self.plugin())
        self.make("scope", name="calendar", display_name="Calendar", password_required=True, password_max_age=0)
        for name, password in PEOPLE.items():
            self.make("user", username=name, password=password, enabled=True, scope=["g_profile", "openid", "calendar"])
        self.sessions = {name: self.session(name, password) for name, password in PEOPLE.items()}
        self.client("zapier", "Zapier")
        self.client("reports", "Monthly reports")
        for client, person in (("zapier", "alice"), ("zapier", "bob"), ("reports", "alice")):
            self.grant(client, person)
        registered = self.register("Lead Sync")
        held = self.hold(folder, registered)
        config = folder.write("config.yaml", CONFIG.format(
            base=self.base, issuer=self.issuer, id=folder.write("operator.id", "zapier"),
            secret=folder.write("operator.secret", self.clients["zapier"]),
            registration=folder.write("registration.token", registered["registration_access_token"]),
            held=", ".join(f"{one['id']}: {{file: {one['file']}}}" for one in held)))
        return {
            "server": "glewlwyd", "base_url": self.base, "issuer": self.issuer, "config": config, "account": "acme-accounts",
            "identity": None, "held": held,
            "expected": [{"surface": "dynamic-client" if one["kind"] == "registration_client_uri" else "held-token",
                          "vendor_id": None, "use": one["id"], "own": False, **one} for one in held],
            # Another client's tokens: not in hand, and not ours to end.
            "not_expected": ["refresh-reports-alice", "access-reports-alice"]}

    def plugin(self):
        on = ["allow-non-oidc", "auth-type-code-enabled", "auth-type-client-enabled", "auth-type-refresh-enabled", "pkce-allowed",
              "refresh-token-rolling", "introspection-revocation-allowed", "introspection-revocation-allow-target-client",
              "register-client-allowed", "register-client-management-allowed"]
        off = ["auth-type-token-enabled", "auth-type-implicit-enabled", "auth-type-password-enabled",
               "register-client-token-one-use"]  # else the registration token changes at every use
        return {"iss": self.issuer, "jwt-type": "sha", "jwt-key-size": "256", "key": secrets.token_hex(32),
                "access-token-duration": 3600, "refresh-token-duration": 1209600, "code-duration": 600,
                "refresh-token-one-use": "never", "allowed-scope": ["openid"], "register-client-auth-scope": [],
                "register-client-credentials-scope": ["calendar"], **dict.fromkeys(on, True), **dict.fromkeys(off, False)}

    def client(self, id, name):
        self.clients[id] = secrets.token_urlsafe(24)
        self.make("client", client_id=id, name=name, confidential=True, password=self.clients[id], enabled=True,
                  redirect_uri=[CALLBACK], scope=["calendar"], token_endpoint_auth_method=["client_secret_basic"],
                  authorization_type=["code", "refresh_token", "client_credentials"])

    def grant(self, client, person):
        """The person says yes, and the client trades the code: what happens when somebody connects an app."""
        scope, verifier = "openid calendar", secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        good(http_call("PUT", f"{self.base}/api/auth/grant/{client}", headers=self.sessions[person], data={"scope": scope}))
        query = {"response_type": "code", "client_id": client, "redirect_uri": CALLBACK, "scope": scope, "state": "s",
                 "nonce": secrets.token_hex(8), "code_challenge": challenge, "code_challenge_method": "S256", "g_continue": ""}
        sent = good(http_call("GET", f"{self.oidc}/auth?{urlencode(query)}", headers=self.sessions[person]), 302)
        answer = good(self.token(client, grant_type="authorization_code", redirect_uri=CALLBACK, code_verifier=verifier,
                                 code=parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]))
        for kind in ("refresh", "access"):
            self.tokens[f"{kind}-{client}-{person}"] = (client, json.loads(answer.text)[f"{kind}_token"])

    def register(self, name):
        answer = json.loads(good(http_call("POST", self.oidc + "/register", data={
            "client_name": name, "redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_method": "client_secret_basic"})).text)
        self.dynamic, self.clients[answer["client_id"]] = answer["client_id"], answer["client_secret"]
        return answer

    def hold(self, folder, registered):
        """Writes down what revoke is given in hand. Not each grant's access token: one may be left to run out."""
        files = {id: (f"{id.split('-')[0]}_token", self.tokens[id][1])
                 for id in ("refresh-zapier-alice", "access-zapier-alice", "refresh-zapier-bob")}
        files["dynamic-client"] = ("registration_client_uri", registered["registration_client_uri"])
        return [{"id": id, "kind": kind, "file": folder.write(f"held/{id}", value)} for id, (kind, value) in files.items()]

    # --- calls of a client ---

    def token(self, client, **form):
        return http_call("POST", self.oidc + "/token", user=(client, self.clients[client]), form=form)

    def active(self, client, token):
        answer = http_call("POST", self.oidc + "/introspect", user=(client, self.clients[client]), form={"token": token})
        return json.loads(good(answer).text)["active"]

    # --- what a test asks ---

    def view(self):
        """Refresh tokens and consents as each person sees them, clients as the administrator does, and each token's life."""
        shown = ("client_id", "enabled", "issued_at", "token_hash", "authorization_type")  # not last_seen: using changes it
        return {
            "refresh_tokens": {person: sorted(({key: one[key] for key in shown} for one in self.ask("oidc/token?limit=100", session)),
                                              key=lambda one: one["token_hash"]) for person, session in self.sessions.items()},
            "consents": {person: {client: self.ask(f"auth/grant/{client}/calendar", session)["scope"][0]["granted"]
                                  for client in ("zapier", "reports")} for person, session in self.sessions.items()},
            "clients": {one["client_id"]: one["enabled"] for one in self.ask("client?limit=100", self.admin)},
            "active": {id: self.active(client, token) for id, (client, token) in self.tokens.items()}}

    def use(self, id):
        if id == "dynamic-client":
            return self.mint(self.dynamic, grant_type="client_credentials", scope="calendar")
        client, token = self.tokens[id]
        if id.startswith("refresh"):
            return self.mint(client, grant_type="refresh_token", refresh_token=token)
        return used(http_call("GET", self.oidc + "/userinfo", headers={"Authorization": "Bearer " + token}), 200)

    def mint(self, client, **form):
        """Tries for an access token, and ends the one that it gets: a use must leave nothing alive behind."""
        answer = self.token(client, **form)
        if answer.status == 200:
            new = json.loads(answer.text)
            if new.get("refresh_token", form.get("refresh_token")) != form.get("refresh_token"):
                raise Failed("the refresh token was rotated: what revoke holds is stale")
            good(http_call("POST", self.oidc + "/revoke", user=(client, self.clients[client]), form={"token": new["access_token"]}))
            return {"works": True, "how": "HTTP 200, a new access token (ended again)"}
        return used(answer, 200)


def packed(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        return file.read()


if __name__ == "__main__":
    run(main)

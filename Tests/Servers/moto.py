#!/usr/bin/env python3
"""A real AWS IAM and STS (moto): signatures and policies are checked, as in an account of one's own."""

import hashlib
import hmac
import json
import sys
import time
import xml.etree.ElementTree as ET
from urllib.parse import quote, unquote, urlencode

from harness import free_port, good, have_package, http_call, need, run, start, used, wait_until

ACCOUNT, VENDOR_ACCOUNT = "123456789012", "464622532012"
IAM, STS = ("iam", "2010-05-08"), ("sts", "2011-06-15")
READS = ["iam:ListUsers", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:ListServiceSpecificCredentials",
         "iam:ListOpenIDConnectProviders", "iam:GetOpenIDConnectProvider", "iam:ListSAMLProviders", "iam:ListRoles",
         "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole"]
WRITES = ["iam:UpdateAccessKey", "iam:DeleteAccessKey", "iam:UpdateServiceSpecificCredential",
          "iam:DeleteServiceSpecificCredential", "iam:DeleteOpenIDConnectProvider", "iam:DeleteSAMLProvider",
          "iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"]
CONFIG = """\
accounts:
  - name: acme-aws
    connector: aws
    base_url: {base}
    credential:
      kind: sigv4
      secret: {{access_key_id: {{file: {id}}}, secret_access_key: {{file: {secret}}}}}
"""


def main(folder):
    need(have_package("moto", "flask-cors"), "pip install 'moto[server]==5.2.1'")
    server = Moto(folder)
    return server.populate(folder), server.view, server.use


class Moto:
    def __init__(self, folder):
        port = free_port()
        self.base, self.secrets = f"http://127.0.0.1:{port}", {}
        # Open until `populate` has made the first keys: there is no other way to a first key.
        child = start([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], folder / "server.log",
                      cwd=folder.path, env={"INITIAL_NO_AUTH_ACTION_COUNT": "inf"})
        wait_until(lambda: http_call("GET", self.base + "/moto-api/").status == 200, child)

    # --- calls ---

    def call(self, service, action, key=None, account=None, **fields):
        """`key` signs; without one the call only passes while authentication is off."""
        name, version = service
        form = urlencode({"Action": action, "Version": version, **fields}, quote_via=quote)
        headers = signed(self.base, form, name, key or ("AKIAIOSFODNN7EXAMPLE", "none"))
        if account:
            headers["x-moto-account-id"] = account
        return http_call("POST", self.base + "/", form, headers)

    def made(self, action, **fields):
        return ET.fromstring(good(self.call(IAM, action, **fields)).text)

    def authentication(self, on):
        good(http_call("POST", self.base + "/moto-api/reset-auth", "0" if on else "inf"))

    # --- the state ---

    def populate(self, folder):
        operator = self.user("revoke-operator", READS + WRITES)
        zapier = self.user("thirdparty-zapier", ["iam:ListUsers", "s3:*"])
        zapier_old = self.key("thirdparty-zapier")
        backup = self.user("backup", ["s3:*"])
        self.role("vendor-readonly", {"AWS": f"arn:aws:iam::{VENDOR_ACCOUNT}:root"},
                  {"StringEquals": {"sts:ExternalId": "acme-42"}})
        self.role("nightly-batch", {"Service": "ecs-tasks.amazonaws.com"})
        provider = text(self.made("CreateOpenIDConnectProvider", Url="https://ci.vendor.example", **{
            "ClientIDList.member.1": "sts.amazonaws.com", "ThumbprintList.member.1": "a" * 40}), "OpenIDConnectProviderArn")
        self.authentication(on=True)
        good(self.call(IAM, "ListUsers", key=(zapier, self.secrets[zapier])))  # this one is in use
        config = folder.write("config.yaml", CONFIG.format(
            base=self.base, id=folder.write("operator.id", operator), secret=folder.write("operator.secret", self.secrets[operator])))
        for key in (zapier, zapier_old, backup):
            folder.write(f"held/{key}", self.secrets[key])
        return {
            "server": "moto", "base_url": self.base, "config": config, "account": "acme-aws", "identity": ACCOUNT,
            # moto answers these actions with an error of its own: nothing can be listed there.
            "unsupported": ["service-specific-credential"],
            "expected": [
                self.expected("access-key", zapier, owner="thirdparty-zapier", in_use=True),
                self.expected("access-key", zapier_old, owner="thirdparty-zapier", in_use=False),
                self.expected("access-key", backup, owner="backup", in_use=False),
                self.expected("access-key", operator, owner="revoke-operator", own=True),
                self.expected("cross-account-role", f"arn:aws:iam::{ACCOUNT}:role/vendor-readonly",
                              name="vendor-readonly", trusts=VENDOR_ACCOUNT),
                self.expected("federation-provider", provider),
            ],
            "not_expected": [f"arn:aws:iam::{ACCOUNT}:role/nightly-batch"]}

    def expected(self, surface, vendor_id, own=False, **more):
        return {"surface": surface, "vendor_id": vendor_id, "use": vendor_id, "own": own, **more}

    def user(self, name, actions):
        self.made("CreateUser", UserName=name)
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        self.made("PutUserPolicy", UserName=name, PolicyName="work", PolicyDocument=json.dumps(document))
        return self.key(name)

    def key(self, user):
        answer = self.made("CreateAccessKey", UserName=user)
        self.secrets[text(answer, "AccessKeyId")] = text(answer, "SecretAccessKey")
        return text(answer, "AccessKeyId")

    def role(self, name, principal, condition=None):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        if condition:
            statement["Condition"] = condition
        self.made("CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    # --- what a test asks ---

    def view(self):
        """Read without a key, so that it goes on when every key is gone. Last uses are left out: reading changes them."""
        self.authentication(on=False)
        try:
            users = [text(u, "UserName") for u in members(self.made("ListUsers"), "Users")]
            keys = {text(k, "AccessKeyId"): {"user": user, "status": text(k, "Status")} for user in users
                    for k in members(self.made("ListAccessKeys", UserName=user), "AccessKeyMetadata")}
            roles = {text(r, "Arn"): json.loads(unquote(text(r, "AssumeRolePolicyDocument")))
                     for r in members(self.made("ListRoles"), "Roles")}
            providers = [text(p, "Arn") for p in members(self.made("ListOpenIDConnectProviders"), "OpenIDConnectProviderList")]
            return {"users": sorted(users), "access_keys": keys, "roles": roles, "providers": sorted(providers)}
        finally:
            self.authentication(on=True)

    def use(self, id):
        if id in self.secrets:
            # Never denied by a policy, so a refusal says that the key itself is dead. moto takes Inactive keys too.
            return used(self.call(STS, "GetCallerIdentity", key=(id, self.secrets[id])), 200)
        seen = self.view()
        if ":role/" in id:
            # moto grants AssumeRole across accounts without reading the trust policy: what it stores is all there is.
            statements = seen["roles"].get(id, {}).get("Statement", [])
            allowed = [one for one in statements if one["Effect"] == "Allow"]  # a Deny names the account too
            trusted = VENDOR_ACCOUNT in json.dumps(allowed)
            return {"works": trusted, "how": f"by the stored trust policy: {json.dumps(seen['roles'].get(id))}"}
        return {"works": id in seen["providers"], "how": "by the list of providers"}


def text(tree, name):
    return next(e.text for e in tree.iter() if e.tag.split("}")[-1] == name)


def members(tree, name):
    return next(e for e in tree.iter() if e.tag.split("}")[-1] == name)


def signed(base, body, service, key):
    """AWS Signature 4; the service stands in the scope, by which moto tells IAM from STS at one address."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{stamp[:8]}/us-east-1/{service}/aws4_request"
    headers = {"content-type": "application/x-www-form-urlencoded", "host": base.removeprefix("http://"), "x-amz-date": stamp}
    names = ";".join(headers)
    canonical = "\n".join(["POST", "/", "", *(f"{n}:{v}" for n, v in headers.items()), "", names, sha256(body)])
    secret = ("AWS4" + key[1]).encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.digest(secret, "\n".join(["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)]).encode(), "sha256").hex()
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={key[0]}/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers


def sha256(value):
    return hashlib.sha256(value.encode()).hexdigest()


if __name__ == "__main__":
    run(main)

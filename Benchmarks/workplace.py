"""A folder in which revoke has one account at a server of ours: what the benchmarks set up alike."""
import os
import subprocess

CONNECTOR = """format: 1
id: bench
title: Bench
sources: [this benchmark]
hosts: {{api: "https://bench.example"}}
credentials: {{main: {{kind: bearer}}}}
whoami: {{request: GET /me, identity: /id}}
surfaces:
  - id: key
    kind: api-key
    actor: account-owner
    confidence: high
    effects: {{en: "Ends it.", fr: "Y met fin."}}
    {discover}
    {revoke}
    verify: {{list: again}}
"""


def account(root, port, connector, more=""):
    """Writes the account, with more of its keys, each as `key: value, `; gives the options to call revoke with."""
    with open(f"{root}/token", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write("token")
    with open(f"{root}/config.yaml", "w") as file:
        file.write(f"accounts:\n  - {{name: bench, connector: {connector}, base_url: 'http://127.0.0.1:{port}', {more}"
                   f"credential: {{kind: bearer, secret: {{file: '{root}/token'}}}}}}\n")
    return ["--config", f"{root}/config.yaml", "--state-dir", f"{root}/state", "--quiet"]


def with_connector(revoke, root, port, discover, revoking):
    """Writes and trusts a connector and writes its account; gives the options and the environment to call revoke with."""
    folder = f"{root}/connectors/bench"
    os.makedirs(folder)
    with open(f"{folder}/connector.yaml", "w") as file:
        file.write(CONNECTOR.format(discover=discover, revoke=revoking))
    options = account(root, port, "bench")
    environment = {**os.environ, "REVOKE_CONNECTORS_PATH": f"{root}/connectors"}
    subprocess.run([revoke, "connectors", "trust", folder, "--yes", *options], check=True, env=environment, stdout=subprocess.DEVNULL)
    return options, environment

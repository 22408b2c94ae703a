"""Reads the operations of a connector.yaml as requests, with the mark <secret> for whatever is not known yet."""
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import yaml

from exchanges import SECRET, Request

PARTS = ("query", "form", "headers")


@dataclass
class Operation:
    connector: str
    place: str  # "token/revoke": the surface and the key
    line: str  # the request as the manifest writes it
    request: Request


class _Loader(yaml.SafeLoader):
    """Only true, false, integers and null are more than text (2026-07-15 is text)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def operations(path: Path) -> list:
    return parse(path.parent.name, path.read_text(encoding="utf-8"))


def parse(connector, content):
    return _Reader(connector, yaml.load(content, _Loader)).run()


class _Reader:
    def __init__(self, connector, manifest):
        self.connector, self.manifest, self.found = connector, manifest, []

    def run(self):
        top = self.manifest
        for number, step in enumerate(top.get("prepare", [])):
            self.add(f"prepare {number + 1}", step)
        if isinstance(top["whoami"], dict):
            self.add("whoami", top["whoami"])
        for name, credential in top.get("credentials", {}).items():
            for kind in credential.get("accepts", [credential]):
                self.token(name, kind)
        for name, listed in top.get("lists", {}).items():
            self.add(f"list {name}", listed)
        for surface in top["surfaces"]:
            for key in ("discover", "given", "revoke", "disable", "undo", "verify"):
                self.walk(f"{surface['id']}/{key}", surface.get(key), surface)
        return self.found

    def walk(self, place, node, surface):
        """An operation, and those that stand inside it."""
        if not isinstance(node, dict):
            return
        self.add(place, node, surface)
        if "fallback" in node:
            self.add(f"{place}/fallback", {**node, **node["fallback"]}, surface)
        for number, step in enumerate(node.get("steps", [])):
            self.add(f"{place} {number + 1}", step, surface)
        for key in ("detail", "describe", "bulk", "verify", "undo"):
            self.walk(f"{place}/{key}", node.get(key), surface)

    def add(self, place, node, surface=None):
        if "request" not in node:
            return
        surface = surface or {}
        verb, target = node["request"].split(" ")
        host = node.get("host") or surface.get("host") or next(iter(self.manifest["hosts"]))
        parts = {part: {**surface.get(part, {}), **node.get(part, {})} for part in PARTS}
        parts["headers"] = {**self.manifest.get("headers", {}), **parts["headers"]}
        body = node.get("json")
        if isinstance(node.get("next"), dict):
            body = _paging(node["next"], parts, body)
        self.credential(node.get("auth") or surface.get("auth"), parts)
        base = self.manifest["hosts"].get(host, "{" + host + "}")  # a host that prepare adds has no address here
        url = target if target.startswith("{+") else base.rstrip("/") + target
        self.found.append(Operation(self.connector, place, node["request"], _request(verb, url, parts, body)))

    def credential(self, name, parts):
        """What a credential adds to query or form."""
        known = self.manifest.get("credentials", {})
        chosen = known.get(name or next(iter(known), ""), {})
        for kind in chosen.get("accepts", [chosen])[:1]:
            if kind.get("kind") in ("query", "body"):
                parts["query"].update(kind.get("query", {}))
                parts["form"].update(kind.get("form", {}))

    def token(self, name, kind):
        parts = {"query": {}, "form": dict(kind.get("form", {})), "headers": {}}
        place = f"token {name} ({kind.get('kind')})"
        if kind.get("kind") == "exchange":
            self.add(place, kind)
        elif "token_url" in kind:
            sent = {"oauth_refresh": ["refresh_token"], "jwt": ["assertion"]}.get(kind["kind"], [])
            grant = {"oauth_refresh": "refresh_token", "client_credentials": "client_credentials"}
            parts["form"].update({key: SECRET for key in sent})
            parts["form"]["grant_type"] = grant.get(kind["kind"], "urn:ietf:params:oauth:grant-type:jwt-bearer")
            if kind.get("client_auth") == "form":
                parts["form"].update(client_id=SECRET, client_secret=SECRET)
            line = "POST " + kind["token_url"]
            self.found.append(Operation(self.connector, place, line, _request("POST", kind["token_url"], parts, None)))


def _paging(following, parts, body):
    """The parameters of the second page."""
    for key in ("query", "offset", "limit", "page"):
        if key in following:
            parts["query"].setdefault(following[key], SECRET)
    if "form" in following:
        parts["form"].setdefault(following["form"], SECRET)
    if isinstance(following.get("json"), str) and following["json"].count("/") == 1:
        body = {**(body or {}), following["json"][1:]: SECRET}
    return body


def _request(verb, url, parts, body):
    url = urlsplit(re.sub(r"\{\+?[^{}]*\}", "*", url))
    headers = {name.lower(): text(value) for name, value in parts["headers"].items()}
    query = [(text(name), text(value)) for name, values in parts["query"].items() for value in (values if isinstance(values, list) else [values])]
    sent = ""
    if parts["form"]:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        sent = urlencode([(text(name), text(value)) for name, value in parts["form"].items()])
    if body is not None:
        headers.setdefault("content-type", "application/json")
        sent = json.dumps(hide(body))
    return Request(verb, url.netloc.lower().replace("*", SECRET), url.path.replace("*", SECRET), query, headers, sent)


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return SECRET if re.search(r"(?<!\{)\{\w", str(value)) else str(value).replace("{{", "{").replace("}}", "}")


def hide(value):
    if isinstance(value, dict):
        return {text(key): hide(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [hide(inner) for inner in value]
    return text(value) if isinstance(value, str) else value

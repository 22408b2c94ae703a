"""Reads recorded exchanges (connectors/*/exchanges/*.http); connectors/README.md describes the format."""
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

SECRET = "<secret>"  # stands for any value


@dataclass
class Request:
    verb: str
    host: str
    path: str  # as sent, still percent-encoded
    query: list = field(default_factory=list)  # (name, value) pairs
    headers: dict = field(default_factory=dict)  # names in lower case
    body: str = ""

    def media_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def form(self):
        return parse_qsl(self.body, keep_blank_values=True)


@dataclass
class Answer:
    status: int
    headers: dict = field(default_factory=dict)
    body: str = ""

    def media_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self):
        return json.loads(self.body)


@dataclass
class Exchange:
    connector: str
    name: str  # the file without its ending
    keys: dict
    pairs: list  # (Request, Answer)


def read(path: Path) -> Exchange:
    lines = path.read_text(encoding="utf-8").splitlines()
    keys = {}
    while lines and lines[0].startswith("#") and lines[0] != "###":
        found = re.match(r"# ([a-z]+): (.*)$", lines.pop(0))
        if found:
            keys[found[1]] = found[2]
    pairs, block = [], []
    for line in lines + ["###"]:
        if line != "###":
            block.append(line)
        elif block:
            pairs.append(_pair(block, path))
            block = []
    return Exchange(path.parent.parent.name, path.stem, keys, pairs)


def _pair(block, path):
    starts = [i for i, line in enumerate(block) if re.match(r"HTTP/1\.1 \d{3}", line)]
    if len(starts) != 1:
        raise ValueError(f"{path}: a pair needs one answer, found {len(starts)}")
    start, headers, body = _message(block[: starts[0]])
    verb, target, _ = start.split(" ")
    url = urlsplit(target)
    query = parse_qsl(url.query, keep_blank_values=True)
    request = Request(verb, headers.get("host", "").lower(), url.path, query, headers, body)
    start, headers, body = _message(block[starts[0] :])
    return request, Answer(int(start.split(" ")[1]), headers, body)


def _message(lines):
    headers, rest = {}, iter(lines[1:])
    for line in rest:
        if not line.strip():
            break
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return lines[0], headers, "\n".join(rest).strip()

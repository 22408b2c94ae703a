#!/usr/bin/env python3
"""Holds every recorded exchange and every operation of the manifests against the vendors' own specifications.

usage: contract.py [--self-test] [CONNECTOR…]

The specifications are slices (OpenAPI 3, Swagger 2, Google discovery, botocore) in $REVOKE_SHARED/specs, or in ../shared/specs
beside the project; where they are absent, the test is skipped. A difference is a failure unless exceptions/CONNECTOR.yaml knows
it, with its reason; an exception that no longer occurs is a failure too. slices.yaml says what cannot be read from the slices.

A file of exceptions has:
  without   why the vendor has no machine-readable specification at all: none of its operations is held against one
  outside   operations that its specification does not have: kind, reason, operations
  differs   differences that are known: kind, reason, texts, files (exchanges by name, or connector.yaml); * stands for anything
Kinds: slice (the vendor's specification has it, the part of it that is held here does not), omission (the specification leaves it
out; other documents of the vendor have it), general (documented for the whole API, not for each operation), outdated (the
specification is older than the API), wrong (the specification contradicts the vendor's documents, or itself).
"""
import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

import botocore_shapes
import discovery
import exchanges
import manifests
import openapi

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent


@dataclass(frozen=True)
class Difference:
    connector: str
    file: str  # the exchange's name, or "connector.yaml"
    text: str

    def __str__(self):
        return f"connectors/{self.connector}/{self.file}: {self.text}"


class Slices:
    def __init__(self, folder, rules):
        self.known = []
        for path in sorted(folder.glob("*.json")):
            content, name = json.loads(path.read_text(encoding="utf-8")), path.stem
            own = rules.get("slices", {}).get(name.split(".")[0], {})
            if name.endswith(".botocore"):
                self.known.append(botocore_shapes.Slice(name, content, own))
            elif name.endswith(".discovery"):
                self.known.append(openapi.Slice(name, discovery.to_openapi(content), own))
            else:
                self.known.append(openapi.Slice(name, content, own))

    def find(self, request):
        for known in self.known:
            if operation := known.find(request):
                return operation
        return None


class Report:
    def __init__(self):
        self.differences, self.outside = [], []
        self.counts = {}

    def count(self, connector, what, held):
        total = self.counts.setdefault(connector, Counter())
        total[what] += 1
        total[what + " held"] += held


def hold(slices, recorded, operations):
    """Compares all of it; what stands in no slice is noted as outside."""
    report = Report()
    for exchange in recorded:
        file, all_held = f"exchanges/{exchange.name}.http", True
        for request, answer in exchange.pairs:
            operation = slices.find(request)
            if operation is None:
                all_held = False
                report.outside.append((exchange.connector, file, request))
                continue
            for text in [*operation.request_differences(request), *operation.answer_differences(answer)]:
                report.differences.append(Difference(exchange.connector, file, f"{operation.line}: {text}"))
        report.count(exchange.connector, "exchanges", all_held)
    for known in operations:
        operation = slices.find(known.request)
        report.count(known.connector, "operations", operation is not None)
        if operation is None:
            report.outside.append((known.connector, "connector.yaml", known.request))
            continue
        for text in operation.request_differences(known.request):
            report.differences.append(Difference(known.connector, "connector.yaml", f"{known.place}: {operation.line}: {text}"))
    return report


class Exceptions:
    """The differences that are known, each with its reason."""

    def __init__(self, contents):
        """contents: what the file of exceptions says, by connector."""
        self.outside = [{**entry, "connector": name} for name, content in contents.items() for entry in content.get("outside", [])]
        self.differs = [{**entry, "connector": name} for name, content in contents.items() for entry in content.get("differs", [])]
        self.without = {name: content["without"] for name, content in contents.items() if "without" in content}
        self.used = set()
        for entry in self.outside + self.differs:
            if not entry.get("reason"):
                raise SystemExit(f"exceptions/{entry['connector']}.yaml: no reason: {entry}")

    def covers(self, difference):
        hit = False
        for index, entry in enumerate(self.differs):
            files = [name for name in entry["files"] if _like(name, difference.file) or _like(f"exchanges/{name}.http", difference.file)]
            texts = [text for text in entry["texts"] if _like(text, difference.text)]
            if entry["connector"] == difference.connector and files and texts:
                self.used.update([("file", index, files[0]), ("text", index, texts[0])])
                hit = True
        return hit

    def covers_outside(self, connector, request):
        if connector in self.without:
            self.used.add(("without", connector))
            return True
        hit = False
        for index, entry in enumerate(self.outside):
            for line in entry["operations"]:
                if entry["connector"] == connector and _same(line, request):
                    self.used.add(("outside", index, line))
                    hit = True
        return hit

    def unused(self):
        for index, entry in enumerate(self.differs):
            for key in ("file", "text"):
                for value in entry[key + "s"]:
                    if (key, index, value) not in self.used:
                        yield f"exceptions/{entry['connector']}.yaml: no longer occurs: {value} ({entry['reason']})"
        for index, entry in enumerate(self.outside):
            for line in entry["operations"]:
                if ("outside", index, line) not in self.used:
                    yield f"exceptions/{entry['connector']}.yaml: is not outside any more, or is not sent: {line}"
        for name in self.without:
            if ("without", name) not in self.used:
                yield f"exceptions/{name}.yaml: {name} is held against a specification, although it stands under 'without'"


def _like(pattern, text):
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


def _same(line, request):
    """'POST https://host/path/{x}' and the request agree; {x} stands for one segment, {+x} for anything."""
    verb, address = line.split(" ")
    if address.startswith("{+"):  # an address that was given whole
        return verb == request.verb and request.host + request.path == exchanges.SECRET
    pattern = ""
    for part in re.split(r"(\{\+?\w+\})", address.removeprefix("https://")):
        pattern += (".+" if part.startswith("{+") else "[^/]+") if part.startswith("{") else re.escape(part)
    return verb == request.verb and re.fullmatch(pattern, request.host + request.path) is not None


def judge(report, exceptions):
    """The failures, as lines."""
    failures = [str(difference) for difference in dict.fromkeys(report.differences) if not exceptions.covers(difference)]
    for connector, file, request in report.outside:
        if not exceptions.covers_outside(connector, request):
            failures.append(f"connectors/{connector}/{file}: {request.verb} {request.host}{request.path}: not in any specification")
    return list(dict.fromkeys(failures)) + list(exceptions.unused())


def summary(report, exceptions):
    print("Exceptions:")
    for connector, why in exceptions.without.items():
        print(f"  {connector}: no specification: {why}")
    for entry in exceptions.outside:
        for line in entry["operations"]:
            print(f"  {entry['connector']}: {line}: not in the specification ({entry['kind']}): {entry['reason']}")
    for entry in exceptions.differs:
        print(f"  {entry['connector']}: {' | '.join(entry['texts'])} ({entry['kind']}, {len(entry['files'])} files: {', '.join(entry['files'])}): {entry['reason']}")
    print("\nHeld against the vendor's own specification:")
    total = Counter()
    for connector, counts in sorted(report.counts.items()):
        total.update(counts)
        print(f"  {connector:20} operations {counts['operations held']:3} of {counts['operations']:3}   exchanges {counts['exchanges held']:3} of {counts['exchanges']:3}")
    for what in ("operations", "exchanges"):
        share = 100 * total[what + " held"] / max(total[what], 1)
        print(f"{what} held against a vendor's own specification: {total[what + ' held']} of {total[what]} ({share:.0f} %)")


def find_specifications():
    shared = os.environ.get("REVOKE_SHARED")
    places = [Path(shared) / "specs"] if shared else []
    places.append(PROJECT.parent / "shared" / "specs")
    return next((place for place in places if place.is_dir()), None)


def load(name):
    file = HERE / name
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}


def main(arguments):
    folder = find_specifications()
    if folder is None:
        print("SKIPPED: contract tests: there are no specifications (neither $REVOKE_SHARED/specs nor ../shared/specs): NOTHING WAS CHECKED")
        return 0
    rules = load("slices.yaml")
    slices = Slices(folder, rules)
    if "--self-test" in arguments:
        import self_test

        return self_test.run(slices, PROJECT / "connectors")
    folders = sorted(path.parent for path in (PROJECT / "connectors").glob("*/connector.yaml"))
    folders = [path for path in folders if not arguments or path.name in arguments]
    connectors = [path.name for path in folders]
    recorded = [exchanges.read(file) for path in folders for file in sorted(path.glob("exchanges/*.http"))]
    operations = [operation for path in folders for operation in manifests.operations(path / "connector.yaml")]
    report = hold(slices, recorded, operations)
    exceptions = Exceptions({name: load(f"exceptions/{name}.yaml") for name in connectors})
    failures = judge(report, exceptions)
    summary(report, exceptions)
    if failures:
        print(f"\n{len(failures)} differences:")
        print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

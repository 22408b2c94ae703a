#!/usr/bin/env python3
"""Writes docs/connectors.md, the table of all vendors and their surfaces, from what the program says of itself.

usage: catalogue.py REVOKE [--check]      --check: fail if the file is not what the program says
"""
import json
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "connectors.md"
WORDS = {"api": "by API", "manual": "by hand", "none": "no"}


def text(connectors):
    surfaces = [surface for connector in connectors for surface in connector["surfaces"]]
    ended = [surface for surface in surfaces if surface["revoke"] == "api"]
    listed = [surface for surface in surfaces if surface["list"]]
    proved = [surface for surface in ended if surface["verify"]]
    lines = [
        "# All connectors",
        "",
        "Written by `make catalogue`; not to be edited. None of it was run against a live service unless the README says so: the manifests are held",
        "against the vendors' own specifications and recorded exchanges. *Sure* says how well the facts are known; what is `low` stays a step by hand",
        "unless `--include-unconfirmed`.",
        "",
        f"{len(connectors)} connectors, {len(surfaces)} places: {len(listed)} can be listed, {len(ended)} ended by API, {len(proved)} of those proved by a read.",
    ]
    for connector in connectors:
        lines += ["", f"## {connector['title']} (`{connector['id']}`)", ""]
        lines += ["| place | kind | who | list | end | proof | undo | sure |", "|---|---|---|---|---|---|---|---|"]
        for surface in connector["surfaces"]:
            cells = [f"`{surface['id']}`", surface["kind"], surface["actor"], "yes" if surface["list"] else "no", WORDS[surface["revoke"]]]
            cells += ["read" if surface["verify"] else "none", "yes" if surface["undo"] else "no", surface["confidence"]]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main(arguments):
    output = subprocess.run([arguments[0], "connectors", "list", "--format", "json"], check=True, capture_output=True).stdout
    new = text(json.loads(output)["connectors"])
    if "--check" not in arguments:
        FILE.write_text(new, encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == new:
        return 0
    print("docs/connectors.md is not what the program says of its connectors: make catalogue", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Holds a value against a JSON Schema, and names members that the schema does not know."""
import re

from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from exchanges import SECRET

BASE = "urn:slice"
FORMATS = FormatChecker(formats=["date-time", "date", "email", "ipv4", "ipv6", "uuid"])


class Document:
    """One specification; its references are resolved inside it."""

    def __init__(self, content, version):
        self.content = _absolute(_null(content) if version == "3.1" else content)
        self.kind = {"3.0": OAS30Validator, "3.1": OAS31Validator}[version]
        self.registry = Registry().with_resource(BASE, Resource(self.content, DRAFT202012))
        self.validators = {}

    def resolve(self, node):
        for _ in range(20):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return node
            found = self.content
            for part in node["$ref"].split("#/", 1)[1].split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        raise ValueError(f"reference without end: {node['$ref']}")

    def errors(self, value, schema):
        """(place, text) for each way in which the value breaks the schema."""
        key = id(schema)
        if key not in self.validators:
            self.validators[key] = self.kind(schema, registry=self.registry, format_checker=FORMATS)
        found = []
        for error in self.validators[key].iter_errors(value):
            found += _leaves(error)
        return list(dict.fromkeys(found))

    def fits(self, value, schema):
        return not self.errors(value, schema)

    def unknown(self, value, schema, place=""):
        """Places of members that no branch of the schema names, where it names any and does not say that there may be others."""
        parts = self.branches(schema)
        found = []
        if isinstance(value, list):
            inner = [part["items"] for part in parts if "items" in part]
            for index, entry in enumerate(value):
                found += self._every(entry, inner, f"{place}/{index}")
        elif isinstance(value, dict):
            closed = any(part.get("properties") for part in parts) and not any(_open(part) for part in parts)
            for name, entry in value.items():
                known = [part["properties"][name] for part in parts if name in part.get("properties", {})]
                known += [part["additionalProperties"] for part in parts if isinstance(part.get("additionalProperties"), dict) and not known]
                if known:
                    found += self._every(entry, known, f"{place}/{name}")
                elif closed:
                    found.append(f"{place}/{name}")
        return found

    def _every(self, value, schemas, place):
        """A member is unknown if it is so in all of the alternatives."""
        sets = [self.unknown(value, schema, place) for schema in schemas] or [[]]
        return [hit for hit in sets[0] if all(hit in other for other in sets[1:])]

    def branches(self, schema, depth=0):
        schema = self.resolve(schema)
        if not isinstance(schema, dict) or depth > 8:
            return []
        found = [schema]
        for key in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(key, []):
                found += self.branches(part, depth + 1)
        return found


def _open(part):
    return part.get("additionalProperties") in (True, {}) or "patternProperties" in part


def _absolute(node):
    """Local references name the document, so that they work from any part of it."""
    if isinstance(node, dict):
        return {key: BASE + value if key == "$ref" and isinstance(value, str) and value.startswith("#") else _absolute(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_absolute(entry) for entry in node]
    return node


def _null(node):
    """3.1 has no `nullable`, but documents that were 3.0 once still use it."""
    if isinstance(node, dict):
        node = {key: _null(value) for key, value in node.items()}
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        return node
    return [_null(entry) for entry in node] if isinstance(node, list) else node


def _leaves(error):
    """The errors behind anyOf and oneOf: those of the branch that fits best; the mark <secret> breaks nothing."""
    if error.instance == SECRET:
        return []
    if not error.context:
        place = "".join(f"/{part}" for part in error.absolute_path)
        return [(place, _short(error.message))]
    branches = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if any(not any(_leaves(inner) for inner in branch) for branch in branches.values()):
        return []
    # a branch of another type altogether is not what was meant
    best = min(branches.values(), key=lambda branch: (any(e.validator == "type" and e.absolute_path == error.absolute_path for e in branch), len(branch)))
    return [leaf for inner in best for leaf in _leaves(inner)]


def _short(text):
    return re.sub(r"\s+", " ", text if len(text) <= 160 else text[:60] + " … " + text[-90:])


def pick(document, schema, text):
    """A value that came as text (query, form), in the type that the schema asks for."""
    readings = [text]
    if re.fullmatch(r"-?\d+", text):
        readings.append(int(text))
    elif re.fullmatch(r"-?\d+\.\d+", text):
        readings.append(float(text))
    if text in ("true", "false"):
        readings.append(text == "true")
    return next((reading for reading in readings if document.fits(reading, schema)), text)

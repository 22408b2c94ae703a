"""Holds a value against a JSON Schema, and names members that the schema does not know."""
import re

from jsonschema import Draft202012Validator, FormatChecker
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from exchanges import SECRET

BASE = "urn:slice"
FORMATS = FormatChecker(formats=["date-time", "date", "email", "ipv4", "ipv6", "uuid"])


class Document:
    """One specification; its references are resolved inside it."""

    def __init__(self, content, version):
        self.content = _absolute(content)
        kinds = {"3.0": OAS30Validator, "3.1": OAS31Validator, "json": Draft202012Validator}
        self.kind = kinds[version]
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
        """Places of members that no branch of the schema names, where it names any."""
        if isinstance(value, list):
            inner = [part["items"] for part in self.branches(schema) if "items" in part]
            return [hit for i, entry in enumerate(value) for hit in self._every(entry, inner, f"{place}/{i}")] if inner else []
        if not isinstance(value, dict):
            return []
        parts = self.branches(schema)
        named = [part for part in parts if "properties" in part]
        if not named or any(self._open(part) for part in parts):
            named_only = [part for part in named]
            closed = False
        else:
            named_only, closed = named, True
        found = []
        for name, inner in value.items():
            known = [part["properties"][name] for part in named_only if name in part["properties"]]
            known += [part["additionalProperties"] for part in parts if isinstance(part.get("additionalProperties"), dict) and name not in part.get("properties", {})]
            if known:
                found += self._every(inner, known, f"{place}/{name}")
            elif closed:
                found.append(f"{place}/{name}")
        return found

    def _every(self, value, schemas, place):
        """A member is unknown if it is so in all of the alternatives."""
        sets = [self.unknown(value, schema, place) for schema in schemas]
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

    def _open(self, part):
        return part.get("additionalProperties") is True or part.get("additionalProperties") == {} or "patternProperties" in part


def _absolute(node):
    """Local references name the document, so that they work from any part of it."""
    if isinstance(node, dict):
        return {key: BASE + value if key == "$ref" and isinstance(value, str) and value.startswith("#") else _absolute(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_absolute(entry) for entry in node]
    return node


def _leaves(error):
    """The errors behind anyOf and oneOf: those of the branch that fits best; the mark <secret> breaks nothing."""
    if error.instance == SECRET:
        return []
    if error.context:
        branches = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).extend(_leaves_at(error, inner))
        if any(not found for found in branches.values()):
            return []
        return min(branches.values(), key=len)
    place = "".join(f"/{part}" for part in error.absolute_path)
    return [(place, _short(error.message))]


def _leaves_at(parent, inner):
    return _leaves(inner)


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

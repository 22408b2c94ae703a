"""Holds AWS requests and answers against botocore's service models, with botocore's own parsers and validators."""
import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime

from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.validate import ParamValidator

from exchanges import SECRET


class Slice:
    """The services of one document; a host's first label names the service."""

    def __init__(self, name, content, rules):
        self.name, self.rules = name, rules
        self.models = {}
        for service, model in content.items():
            known = ServiceModel(model, service)
            self.models[known.endpoint_prefix] = known

    def find(self, request):
        model = self.models.get(request.host.split(".")[0])
        if model is None or not request.host.endswith(".amazonaws.com"):
            return None
        if model.metadata["protocol"] == "query":
            name = dict(request.form()).get("Action")
        else:
            target, _, name = request.headers.get("x-amz-target", "").partition(".")
            if target != model.metadata.get("targetPrefix"):
                return None
        if name not in model.operation_names:
            return None
        operation = model.operation_model(name)
        wanted = operation.http
        if request.verb != wanted["method"] or request.path != wanted["requestUri"]:
            return None
        return Operation(self, model, operation)


class Operation:
    def __init__(self, owner, model, operation):
        self.slice, self.model, self.operation = owner, model, operation
        self.line = f"{model.service_name}:{operation.name}"
        self.protocol = model.metadata["protocol"]

    def request_differences(self, request):
        if self.protocol == "query":
            given = dict(request.form())
            if len(given) != len(request.form()):
                yield "a parameter is given twice"
            given.pop("Action")
            if given.pop("Version", None) != self.model.api_version:
                yield f"Version is not {self.model.api_version}"
        else:
            version = "application/x-amz-json-" + self.model.metadata["jsonVersion"]
            if request.media_type() != version:
                yield f"a body of type '{request.media_type()}' is not in the specification ({version})"
            given = json.loads(request.body or "{}")
        shape = self.operation.input_shape
        if shape is None:
            yield from (f"request, {name}: not in the specification" for name in given)
            return
        if self.protocol == "query":
            given = {name: _typed(shape.members.get(name), value) for name, value in given.items()}
        yield from _held("request", given, shape)

    def answer_differences(self, answer):
        if answer.status >= 300:
            yield from self._error(answer)
            return
        shape = self.operation.output_shape
        response = {"status_code": answer.status, "headers": answer.headers, "body": answer.body.encode()}
        if answer.status != 200:
            yield f"status {answer.status} is not in the specification"
        if self.protocol == "query":
            root = _plain(ET.fromstring(answer.body))
            if root.tag != self.operation.name + "Response":
                yield f"answer: the root is {root.tag}, not {self.operation.name}Response"
            known = ["ResponseMetadata"]
            if shape is not None:
                known.append(shape.serialization["resultWrapper"])
                result = root.find(known[1])
                if result is None:
                    yield f"answer: {known[1]} is missing"
                else:
                    yield from _elements(result, shape, known[1])
            yield from (f"answer, {child.tag}: not in the specification" for child in root if child.tag not in known)
            parsed = create_parser("query").parse(response, shape)
            parsed.pop("ResponseMetadata", None)
        else:
            parsed = json.loads(answer.body or "{}")
        if shape is not None:
            yield from _held("answer", parsed, shape)
        elif parsed:
            yield "answer: the specification knows no body"

    def _error(self, answer):
        response = {"status_code": answer.status, "headers": answer.headers, "body": answer.body.encode()}
        parsed = create_parser(self.protocol).parse(response, self.operation.output_shape)
        code = parsed["Error"]["Code"].rsplit("#")[-1]
        for shape in self.operation.error_shapes:
            described = shape.metadata.get("error", {})
            if described.get("code", shape.name) == code:
                # the JSON protocols tell the kind of an error in its body; without a status of its own it is 400
                expected = described.get("httpStatusCode", 400 if self.protocol == "json" else answer.status)
                if answer.status != expected:
                    yield f"error {code}: status {answer.status}, not {expected}"
                if self.protocol == "json":
                    body = json.loads(answer.body)
                    yield from (f"error {code}, {name}: not in the specification" for name in body if name not in ("__type", "message", *shape.members))
                return
        common = self.slice.rules.get("common_errors", {})
        if answer.status not in common.get(code, []):
            yield f"error {code} with status {answer.status} is not in the specification"


def _held(what, value, shape):
    if isinstance(value, dict):  # the mark for an unknown value is as long as it must be
        least = {name: inner.metadata.get("min", 0) for name, inner in shape.members.items()}
        value = {name: inner.ljust(least.get(name, 0), "_") if inner == SECRET else inner for name, inner in value.items()}
    report = ParamValidator().validate(value, shape)
    for line in report.generate_report().splitlines():
        if SECRET not in line:
            yield f"{what}: {line}"
    yield from _choices(what, value, shape)


def _choices(what, value, shape, place=""):
    """What botocore leaves to the server: words of a fixed set, and patterns."""
    if value is None or (isinstance(value, str) and SECRET in value):
        return
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, inner in value.items():
            if name in shape.members:
                yield from _choices(what, inner, shape.members[name], f"{place}/{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _choices(what, inner, shape.member, f"{place}/{index}")
    elif shape.type_name == "string" and isinstance(value, str):
        words = getattr(shape, "enum", [])
        if words and value not in words:
            yield f"{what}, {place}: '{value}' is not one of {', '.join(words)}"


def _typed(shape, text):
    if shape is not None and text != SECRET:
        if shape.type_name in ("integer", "long") and re.fullmatch(r"-?\d+", text):
            return int(text)
        if shape.type_name == "boolean" and text in ("true", "false"):
            return text == "true"
    return text


def _plain(element):
    """Without namespaces."""
    for inner in element.iter():
        inner.tag = inner.tag.split("}")[-1]
    return element


def _elements(element, shape, place):
    """Elements that the shape does not know, and texts that are not of its type: botocore's parser overlooks both."""
    kind = shape.type_name
    if kind == "structure":
        names = {inner.serialization.get("name", name): inner for name, inner in shape.members.items()}
        for child in element:
            if child.tag in names:
                yield from _elements(child, names[child.tag], f"{place}/{child.tag}")
            else:
                yield f"answer, {place}/{child.tag}: not in the specification"
    elif kind == "list":
        for child in element:
            if child.tag != shape.member.serialization.get("name", "member"):
                yield f"answer, {place}/{child.tag}: not in the specification"
            else:
                yield from _elements(child, shape.member, f"{place}/{child.tag}")
    elif kind in ("boolean", "integer", "long", "timestamp"):
        text = (element.text or "").strip()
        if kind == "timestamp":
            try:
                datetime.fromisoformat(text.replace("Z", "+00:00"))
                return
            except ValueError:
                pass
        elif re.fullmatch({"boolean": "true|false"}.get(kind, r"-?\d+"), text):
            return
        yield f"answer, {place}: '{text}' is not of type {kind}"

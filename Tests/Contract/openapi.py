"""Holds requests and answers against OpenAPI 3.0, OpenAPI 3.1 and Swagger 2 documents."""
import json
import re
from urllib.parse import unquote, urlsplit

from exchanges import SECRET
from schema import Document, pick

VERBS = ("get", "put", "post", "delete", "options", "head", "patch")


class Slice:
    """The operations of one document."""

    def __init__(self, name, content, rules):
        self.name, self.rules = name, rules
        if "swagger" in content:
            content, version = from_swagger(content), "3.0"
        else:
            version = content["openapi"][:3]
        self.document = Document(content, version)
        content = self.document.content
        self.operations = []
        for template, item in content["paths"].items():
            for verb in VERBS:
                if verb in item:
                    operation = item[verb]
                    servers = rules.get("servers") or [server["url"] for server in operation.get("servers") or item.get("servers") or content.get("servers", [])]
                    self.operations.append(Operation(self, verb.upper(), template, item, operation, servers))

    def find(self, request):
        hits = [operation for operation in self.operations if operation.matches(request)]
        return min(hits, key=lambda operation: ("{+" in operation.template, operation.template.count("{")), default=None)


class Operation:
    def __init__(self, owner, verb, template, item, operation, servers):
        self.slice, self.verb, self.template, self.operation = owner, verb, template, operation
        self.document, self.rules = owner.document, owner.rules
        self.line = f"{verb} {template}"
        self.addresses = [pattern for server in servers if (pattern := _address(server, template))]
        resolve = self.document.resolve
        found = {}
        for parameter in map(resolve, item.get("parameters", []) + operation.get("parameters", [])):
            found[parameter["in"], parameter["name"]] = parameter
        self.parameters = found

    def matches(self, request):
        return request.verb == self.verb and any(host.fullmatch(request.host) and path.fullmatch(request.path) for host, path in self.addresses)

    # The request

    def request_differences(self, request):
        yield from self._path(request)
        yield from self._query(request)
        for (place, name), parameter in self.parameters.items():
            if place == "header" and name not in ("Authorization", *self.rules.get("credential_parameters", [])):
                yield from self._single(parameter, request.headers.get(name.lower()))
        yield from self._body(request)

    def _path(self, request):
        path = next(p for h, p in self.addresses if h.fullmatch(request.host) and p.fullmatch(request.path))
        values = path.fullmatch(request.path).groups()
        for name, value in zip(re.findall(r"\{\+?([^}]+)\}", self.template), values):
            parameter = self.parameters.get(("path", name))
            if parameter:
                yield from self._single(parameter, unquote(value))

    def _query(self, request):
        given = {}
        for name, value in request.query:
            given.setdefault(name, []).append(value)
        known = {name: parameter for (place, name), parameter in self.parameters.items() if place == "query"}
        seen = set()
        for name, values in given.items():
            stem = re.sub(r"\[.*", "", name)
            found = known.get(name) or known.get(name + "[]") or known.get(stem)
            if name == SECRET:
                continue
            if not found:
                yield f"query parameter '{name}' is not in the specification"
                continue
            seen.add(found["name"])
            schema = self._schema(found)
            if name != found["name"]:
                branches = self.document.branches(schema)
                inner = [part["items"] for part in branches if "items" in part]
                inner += [part["properties"][key] for part in branches for key in re.findall(r"\[(\w+)\]", name) if key in part.get("properties", {})]
                if not inner:
                    yield f"query parameter '{name}' is not in the specification"
                    continue
                schema = inner[0]
            elif any("items" in part for part in self.document.branches(schema)):
                if not found.get("explode", True) or len(values) == 1:
                    values = values[0].split(",")
                schema = next(part["items"] for part in self.document.branches(schema) if "items" in part)
            for value in values:
                yield from self._typed(f"query parameter '{name}'", schema, value)
        for name, parameter in known.items():
            if parameter.get("required") and name not in seen and name not in self.rules.get("credential_parameters", []):
                yield f"query parameter '{name}' is missing"

    def _single(self, parameter, value):
        what = f"{parameter['in']} parameter '{parameter['name']}'"
        if value is None:
            if parameter.get("required"):
                yield f"{what} is missing"
        else:
            yield from self._typed(what, self._schema(parameter), value)

    def _schema(self, parameter):
        if "schema" in parameter:
            return parameter["schema"]
        return next((media.get("schema", {}) for media in parameter.get("content", {}).values()), {})

    def _typed(self, what, schema, text):
        if SECRET in text:
            return
        for _, message in self.document.errors(pick(self.document, schema, text), schema):
            yield f"{what}: {message}"

    def _body(self, request):
        described = self.document.resolve(self.operation.get("requestBody") or {})
        content = described.get("content", {})
        if not request.body:
            schemas = [media.get("schema", {}) for media in content.values()]
            if described.get("required") and not any(self.document.fits({}, schema) for schema in schemas):
                yield "the request has no body"
            return
        if not content:
            yield "the specification knows no body of the request"
            return
        kind = _media(content, request.media_type())
        if kind is None:
            yield f"a body of type '{request.media_type()}' is not in the specification ({', '.join(content)})"
            return
        schema = content[kind].get("schema", {})
        if request.media_type() == "application/x-www-form-urlencoded":
            value = self.form(request.form(), schema)
        else:
            value = json.loads(request.body)
        yield from self._value("request", value, schema)

    def form(self, pairs, schema):
        """name[inner]=value becomes an object, each value in the type its schema asks for."""
        value = {}
        for name, text in pairs:
            steps = re.findall(r"[^\[\]]+", name)
            places, inner = [schema], value
            for step in steps:
                branches = [part for place in places for part in self.document.branches(place)]
                places = [part["properties"][step] for part in branches if step in part.get("properties", {})]
                places += [part["items"] for part in branches if "items" in part and step.isdigit()]
                if step is not steps[-1]:
                    inner = inner.setdefault(step, {})
            inner[steps[-1]] = pick(self.document, {"anyOf": places}, text) if places else text
        return value

    # The answer

    def answer_differences(self, answer):
        responses = self.operation.get("responses", {})
        status = str(answer.status)
        key = next((k for k in (status, status[0] + "XX", status[0] + "xx", "default") if k in responses), None)
        if key is None:
            yield f"status {status} is not in the specification"
            return
        content = self.document.resolve(responses[key]).get("content", {})
        if answer.body and key == status and "default" in responses and self.rules.get("errors_in_success"):
            told = {name: answer.json().get(name) for name in self.rules["errors_in_success"]}
            if told == self.rules["errors_in_success"]:
                content = self.document.resolve(responses["default"]).get("content", {})
        if not answer.body:
            if any(media.get("schema") for media in content.values()):
                yield f"status {status}: the answer has no body"
            return
        if not content:
            yield f"status {status}: the specification knows no body"
            return
        kind = _media(content, answer.media_type())
        if kind is None:
            yield f"status {status}: a body of type '{answer.media_type()}' is not in the specification ({', '.join(content)})"
            return
        schema = content[kind].get("schema", {})
        yield from self._value(f"status {status}", answer.json() if "json" in answer.media_type() else answer.body, schema)

    def _value(self, what, value, schema):
        found = self.document.errors(value, schema)
        for place, message in found:
            yield f"{what}, {place or '/'}: {message}"
        for place in self.document.unknown(value, schema):
            if not any(place.rsplit("/", 1)[0] == at and "dditional properties" in message for at, message in found):
                yield f"{what}, {place}: not in the specification"


def _address(server, template):
    """Patterns for the host and the path of an address, or nothing if the server says no host."""
    url = urlsplit(server if "//" in server else "https://" + server)
    host = re.sub(r"\{[^}]*\}|\*", "\0", url.netloc.lower())
    if not host.strip("\0."):  # a placeholder alone would match every host
        return None
    host = re.escape(host).replace(re.escape("\0"), "[a-z0-9.<>*-]+")
    path = re.escape(re.sub(r"\{\+?[^}]*\}", "\0", url.path.rstrip("/"))).replace(re.escape("\0"), "[^/]+")
    for part in re.split(r"(\{\+?[^}]*\})", template):
        if part.startswith("{"):
            path += "(.+)" if part.startswith("{+") else "([^/]+)"
        else:
            path += re.escape(part)
    return re.compile(host), re.compile(path)


def _media(content, wanted):
    """The entry of `content` for a media type."""
    for kind in content:
        plain = kind.split(";")[0].strip().lower()
        if plain in (wanted, "*/*", "application/*") or (plain.endswith("json") and wanted.endswith("json")):
            return kind
    return None


def from_swagger(old):
    """A Swagger 2 document as OpenAPI 3.0."""
    new = {"openapi": "3.0.3", "paths": {}, "definitions": _nullable(old.get("definitions", {}))}
    new["parameters"] = _nullable(old.get("parameters", {}))
    new["servers"] = [{"url": f"{(old.get('schemes') or ['https'])[-1]}://{old['host']}{old.get('basePath', '')}"}]
    for template, item in old["paths"].items():
        new["paths"][template] = {verb: _operation(value, old) for verb, value in _nullable(item).items() if verb in VERBS}
    return new


def _operation(old, document):
    consumes = old.get("consumes") or document.get("consumes") or ["application/json"]
    produces = old.get("produces") or document.get("produces") or ["application/json"]
    new = {"parameters": [], "responses": {}}
    form = {}
    for parameter in old.get("parameters", []):
        if parameter.get("in") == "body":
            new["requestBody"] = {"required": parameter.get("required", False), "content": {kind: {"schema": parameter["schema"]} for kind in consumes}}
        elif parameter.get("in") == "formData":
            form[parameter["name"]] = parameter
        elif "$ref" in parameter:
            new["parameters"].append(parameter)
        else:
            kept = {key: parameter[key] for key in ("name", "in", "required") if key in parameter}
            rest = {key: value for key, value in parameter.items() if key not in ("name", "in", "required", "description", "collectionFormat")}
            new["parameters"].append({**kept, "schema": rest, "explode": parameter.get("collectionFormat") == "multi"})
    if form:
        schema = {
            "type": "object",
            "properties": {name: {k: v for k, v in p.items() if k not in ("name", "in", "required")} for name, p in form.items()},
            "required": [name for name, p in form.items() if p.get("required")],
        }
        new["requestBody"] = {"required": bool(schema["required"]), "content": {kind: {"schema": schema} for kind in consumes}}
    for status, response in old.get("responses", {}).items():
        content = {kind: {"schema": response["schema"]} for kind in produces} if "schema" in response else {}
        new["responses"][status] = {"content": content}
    return new


def _nullable(node):
    if isinstance(node, dict):
        return {("nullable" if key == "x-nullable" else key): _nullable(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_nullable(entry) for entry in node]
    return node

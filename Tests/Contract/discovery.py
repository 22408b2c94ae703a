"""Turns a Google discovery document into an OpenAPI document."""

# Discovery documents name no error answers; all of Google's APIs share this form (google.aip.dev/193 and its older kin).
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {
                        "code": {"type": "integer"},
                        "message": {"type": "string"},
                        "status": {"type": "string"},
                        "details": {"type": "array", "items": {"type": "object"}},
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["reason"],
                                "properties": {name: {"type": "string"} for name in ("domain", "reason", "message", "locationType", "location", "extendedHelp")},
                            },
                        },
                    },
                },
            ]
        },
        "error_description": {"type": "string"},
    },
}
OMITTED = ("description", "readOnly", "annotations", "enumDescriptions", "enumDeprecated", "deprecated", "id", "location", "required", "repeated", "default")


def to_openapi(document):
    content = {
        "openapi": "3.1.0",
        "servers": [{"url": document["rootUrl"].rstrip("/")}],
        "paths": {},
        "schemas": {name: schema(value) for name, value in document.get("schemas", {}).items()},
    }
    for method in methods(document):
        for template in dict.fromkeys([method["path"], method.get("flatPath", method["path"])]):
            path = "/" + document.get("servicePath", "").lstrip("/") + template
            content["paths"].setdefault(path, {})[method["httpMethod"].lower()] = operation(document, method)
    return content


def methods(node):
    yield from node.get("methods", {}).values()
    for inner in node.get("resources", {}).values():
        yield from methods(inner)


def operation(document, method):
    new = {"parameters": [], "responses": {}}
    given = {**{name: {**p, "location": "query"} for name, p in document.get("parameters", {}).items()}, **method.get("parameters", {})}
    for name, parameter in given.items():
        inner = schema(parameter)
        if parameter.get("repeated"):
            inner = {"type": "array", "items": inner}
        new["parameters"].append({"name": name, "in": parameter["location"], "required": parameter.get("required", False), "schema": inner})
    if "request" in method:
        members = document.get("schemas", {}).get(method["request"]["$ref"], {}).get("properties", {})
        required = [name for name, member in members.items() if method["id"] in member.get("annotations", {}).get("required", [])]
        body = {"allOf": [{"$ref": "#/schemas/" + method["request"]["$ref"]}, {"required": required}]}
        new["requestBody"] = {"content": {"application/json": {"schema": body}}}
    if "response" in method:
        new["responses"]["200"] = {"content": {"application/json": {"schema": {"$ref": "#/schemas/" + method["response"]["$ref"]}}}}
    else:  # nothing is returned; which of the two statuses says so is not told
        new["responses"] = {"200": {}, "204": {}}
    for status in ("4XX", "5XX"):
        new["responses"][status] = {"content": {"application/json": {"schema": ERROR}}}
    return new


def schema(old):
    """Discovery's dialect as JSON Schema."""
    if isinstance(old, list):
        return [schema(entry) for entry in old]
    if not isinstance(old, dict):
        return old
    new = {}
    for key, value in old.items():
        if key == "$ref":
            new[key] = "#/schemas/" + value
        elif key == "properties":
            new[key] = {name: schema(inner) for name, inner in value.items()}
        elif key in ("items", "additionalProperties"):
            new[key] = schema(value)
        elif key in ("minimum", "maximum"):
            new[key] = int(value)
        elif key == "type" and value == "any" or key in OMITTED:
            continue
        else:
            new[key] = value
    if new.get("format") in ("int64", "uint64") and new.get("type") == "string":
        new["pattern"] = r"^-?\d+$"
    return new

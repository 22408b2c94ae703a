"""Spoils exchanges in memory, one fault each, and shows that every fault is found: a test that cannot fail says nothing."""
import copy
import json
import re

import contract
import exchanges
import manifests


def verb(request, answer):
    request.verb = "LINK"


def unknown_query(request, answer):
    request.query.append(("no_such_parameter", "1"))


def wrong_query(name):
    def change(request, answer):
        request.query = [(key, "many" if key == name else value) for key, value in request.query]

    return change


def body_without(name):
    def change(request, answer):
        if request.media_type() == "application/x-www-form-urlencoded":
            assert re.search(rf"(^|&){re.escape(name)}=", request.body)
            request.body = "&".join(pair for pair in request.body.split("&") if not pair.startswith(name + "="))
        else:
            body = json.loads(request.body)
            del body[name]
            request.body = json.dumps(body)

    return change


def body_with_more(request, answer):
    if request.media_type() == "application/x-www-form-urlencoded":
        request.body += "&no_such_member=1"
    else:
        request.body = json.dumps({**json.loads(request.body), "no_such_member": 1})


def answered(place, value):
    """Puts a value into the answer; a place that ends with a new name adds a member."""

    def change(request, answer):
        body = inner = answer.json()
        *steps, last = [int(step) if step.isdigit() else step for step in place.split("/")]
        for step in steps:
            inner = inner[step]
        inner[last] = value
        answer.body = json.dumps(body)

    return change


def answered_without(place):
    def change(request, answer):
        body = inner = answer.json()
        *steps, last = [int(step) if step.isdigit() else step for step in place.split("/")]
        for step in steps:
            inner = inner[step]
        del inner[last]
        answer.body = json.dumps(body)

    return change


def answered_text(old, new):
    def change(request, answer):
        assert old in answer.body
        answer.body = answer.body.replace(old, new)

    return change


def status(number):
    def change(request, answer):
        answer.status = number

    return change


def header(name, value):
    def change(request, answer):
        assert name in request.headers
        request.headers[name] = value

    return change


FAULTS = [  # connector, exchange, what is spoilt, how
    ("github", "org-webhook-revoke", "a wrong verb", verb),
    ("github", "org-webhook-list", "an unknown query parameter", unknown_query),
    ("github", "org-webhook-list", "a query parameter of a wrong type", wrong_query("per_page")),
    ("github", "oauth-app-grant-revoke", "a missing member of the body", body_without("access_token")),
    ("github", "org-webhook-list", "a wrong type in the answer", answered("0/id", "first")),
    ("github", "org-webhook-list", "a missing member of the answer", answered_without("0/events")),
    ("github", "org-webhook-list", "an invented member of the answer", answered("0/owner_name", "x")),
    ("github", "org-webhook-revoke", "a wrong status", status(299)),
    ("highlevel", "saas-subscription-revoke", "a wrong version header", header("version", "2021-07-28")),
    ("highlevel", "token-main", "a missing member of the form", body_without("grant_type")),
    ("stripe", "webhook-endpoint-disable", "an unknown member of the form", body_with_more),
    ("stripe", "app-secret-revoke", "a missing member of the form", body_without("name")),
    ("stripe", "webhook-endpoint-list", "a wrong type in the answer", answered("data/0/enabled_events", 7)),
    ("zapier", "zap-list", "an unknown query parameter", unknown_query),
    ("zapier", "zap-list", "a wrong type in the answer", answered("0/data/0/title", 7)),
    ("zapier", "zap-list", "a wrong status", status(299)),
    ("slack", "token-revoke", "a wrong verb", verb),
    ("slack", "token-revoke", "a wrong type in the answer", answered("revoked", "yes")),
    ("slack", "token-revoke", "a wrong status", status(299)),
    ("google-calendar", "calendar-share-list-rendez-vous", "an unknown query parameter", unknown_query),
    ("google-calendar", "calendar-share-list-rendez-vous", "a wrong type in the answer", answered("items/0/role", ["reader"])),
    ("google-calendar", "calendar-share-list-rendez-vous", "an invented member of the answer", answered("items/0/owner", "x")),
    ("google-calendar", "calendar-share-revoke", "a wrong status", status(299)),
    ("google-workspace", "alert-center-sink-undo", "an unknown member of the body", body_with_more),
    ("aws", "access-key-disable", "a missing parameter", body_without("AccessKeyId")),
    ("aws", "access-key-disable", "an unknown parameter", body_with_more),
    ("aws", "access-key-list-backup", "a wrong word in the answer", answered_text("<Status>Active<", "<Status>Idle<")),
    ("aws", "access-key-list-backup", "an invented element", answered_text("<UserName>backup</UserName>", "<UserName>backup</UserName><Owner>x</Owner>")),
    ("aws", "list-users-list", "a missing element", answered_text("<Path>/</Path>", "")),
    ("aws", "access-key-list-backup", "a wrong type in the answer", answered_text("<IsTruncated>false<", "<IsTruncated>perhaps<")),
    ("aws", "sns-subscription-again", "an unknown error", answered_text("<Code>NotFound<", "<Code>Lost<")),
    ("aws", "identity-center-application-revoke", "a missing member of the body", body_without("ApplicationArn")),
    ("aws", "list-instances-list", "a wrong type in the answer", answered("Instances", "none")),
]
MANIFEST_FAULTS = [  # connector, old text, new text, what is spoilt
    ("github", "/personal-access-tokens/{id}", "/personal-access-token/{id}", "a path of a manifest"),
    ("github", "sort: created_at", "order: created_at", "a query parameter of a manifest"),
    ("aws", "AccessKeyId: \"{id}\", Status: Inactive", "AccessKey: \"{id}\", Status: Inactive", "a form of a manifest"),
    ("highlevel", "{locationIds: [\"{location}\"]}", "{locations: [\"{location}\"]}", "a body of a manifest"),
]


def run(slices, connectors):
    missed = 0
    for connector, name, what, change in FAULTS:
        path = connectors / connector / "exchanges" / f"{name}.http"
        missed += _show(f"{connector}/{name}: {what}", _new(slices, [exchanges.read(path)], [_spoilt(path, change)]))
    for connector, old, new, what in MANIFEST_FAULTS:
        path = connectors / connector / "connector.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{path}: {old}"
        found = _texts(slices, [], manifests.parse(connector, text.replace(old, new))) - _texts(slices, [], manifests.parse(connector, text))
        missed += _show(f"{connector}: {what}", found)
    entry = {"connector": "github", "kind": "wrong", "reason": "none", "texts": ["nothing"], "files": ["whoami"]}
    missed += _show("an exception that no longer occurs", set(contract.Exceptions({"github": {"differs": [entry]}}).unused()))
    total = len(FAULTS) + len(MANIFEST_FAULTS) + 1
    print(f"{total - missed} of {total} faults are found")
    return 1 if missed else 0


def _spoilt(path, change):
    exchange = copy.deepcopy(exchanges.read(path))
    change(*exchange.pairs[-1])  # the last one is the write
    return exchange


def _new(slices, before, after):
    return _texts(slices, after, []) - _texts(slices, before, [])


def _texts(slices, recorded, operations):
    report = contract.hold(slices, recorded, operations)
    outside = {f"{request.verb} {request.host}{request.path}: not in any specification" for _, _, request in report.outside}
    return {difference.text for difference in report.differences} | outside


def _show(what, found):
    print(f"{'found ' if found else 'MISSED'}  {what}" + (f"  →  {sorted(found)[0]}" if found else ""))
    return not found

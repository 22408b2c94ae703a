#!/usr/bin/env python3
"""Times the listing and the revocation with proof of 1,000 people × 5 grants at a server that takes 50 ms a request.

usage: grants.py REVOKE [PEOPLE [GRANTS [MILLISECONDS]]]

The limit is requests × latency ÷ 20, as revoke keeps 20 requests under way for each account and host. The server counts
the requests; it keeps no other pace than the latency.
"""
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time

import workplace

WIDTH = 20


class Directory:
    """People and their grants, as Google's Admin SDK shows them."""

    def __init__(self, people, grants, latency):
        self.latency = latency
        self.people = [f"person{n:05}@acme.example" for n in range(people)]
        self.grants = {person: {f"client{n}.apps.example" for n in range(grants)} for person in self.people}
        self.requests = 0
        self.under_way = 0
        self.most = 0

    def answer(self, verb, target):
        path, _, query = target.partition("?")
        path = path.replace("%40", "@")
        if path.endswith("/users") and "maxResults=1&" in query + "&":
            return 200, {"users": [{"customerId": "C01", "primaryEmail": self.people[0]}]}
        if path.endswith("/users"):
            page = int((re.search(r"pageToken=(\d+)", query) or [0, 0])[1])
            body = {"users": [{"id": p, "primaryEmail": p, "suspended": False} for p in self.people[page:page + 500]]}
            if page + 500 < len(self.people):
                body["nextPageToken"] = str(page + 500)
            return 200, body
        parts = path.split("/users/")[1].split("/")
        held = self.grants[parts[0]]
        if verb == "DELETE":
            held.discard(parts[2])
            return 204, None
        return 200, {"kind": "admin#directory#tokenList", "items": [
            {"clientId": client, "displayText": "Lead Connector", "userKey": parts[0], "scopes": ["https://www.googleapis.com/auth/calendar"]}
            for client in sorted(held)]}

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                verb, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
                self.requests += 1
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                await asyncio.sleep(self.latency)
                status, body = self.answer(verb, target)
                self.under_way -= 1
                payload = b"" if body is None else json.dumps(body).encode()
                length = b"" if status == 204 else b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(payload)
                writer.write(b"HTTP/1.1 %d OK\r\n%s\r\n%s" % (status, length, payload))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def with_curl(folder, port, people):
    """The physical limit as another program reaches it: the same reads, as many under way."""
    with open(f"{folder}/curl.txt", "w") as file:
        for person in people:
            file.write(f'url = "http://127.0.0.1:{port}/admin/directory/v1/users/{person}/tokens"\noutput = "/dev/null"\n')
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        "curl", "-sS", "--parallel", "--parallel-max", str(WIDTH), "--config", f"{folder}/curl.txt", stderr=subprocess.DEVNULL)
    await process.wait()
    return time.monotonic() - begun


async def run(revoke, people, grants, latency):
    directory = Directory(people, grants, latency)
    server = await asyncio.start_server(directory.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        options = workplace.account(folder, port, "google-workspace", "budgets: {directory: 1000000/1s}, ")
        base = [revoke, *options, "--kind", "oauth-grant", "--format", "json"]
        for name, more, expected in [("dry run", ["--dry-run"], (0,)), ("revocation with proof", ["--confirm", str(people * grants)], (0, 4))]:
            directory.requests = directory.most = 0
            begun = time.monotonic()
            process = await asyncio.create_subprocess_exec(*base, *more, stdout=subprocess.PIPE)
            output, _ = await process.communicate()
            wall = time.monotonic() - begun
            if process.returncode not in expected:
                sys.exit(f"{name}: exit code {process.returncode}")
            report = json.loads(output)
            outcomes = {key: value for key, value in report["summary"].items() if key in ("to_end", "dead", "alive", "unknown", "failed")}
            limit = directory.requests * latency / WIDTH
            print(f"{name}: {directory.requests} requests, at most {directory.most} under way, {outcomes}")
            print(f"  wall {wall:.2f} s, limit {limit:.2f} s, reached {limit / wall:.2f} of it")
            if name == "dry run":
                peer = await with_curl(folder, port, directory.people)
                print(f"  curl --parallel-max {WIDTH}, the same {people} lists: {peer:.2f} s; revoke took {wall / peer:.2f} of that")
            if name != "dry run" and any(directory.grants.values()):
                sys.exit("not every grant was ended")


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[2:]]
    people, grants, milliseconds = (numbers + [1000, 5, 50][len(numbers):])[:3]
    asyncio.run(run(sys.argv[1], people, grants, milliseconds / 1000))

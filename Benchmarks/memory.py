#!/usr/bin/env python3
"""Peak memory of a dry run that plans 100,000 authorizations, saved and printed as JSON.

usage: memory.py REVOKE [COUNT]

A list of 100 pages × 1,000 keys from a server on this computer. The figure is the kernel's VmHWM of the process while it
runs; what wait() says of a child begins with the size of the Python that started it.
"""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import workplace

DISCOVER = ("discover: {request: GET /keys, items: /data, next: {cursor: /next, query: after}, "
            "fields: {id: /id, title: /name, owner: /owner, scopes: /scopes, created_at: /created, last_used_at: /used, target: /url}}")
REVOKE = 'revoke: {request: "DELETE /keys/{id}", done: 204}'


class Keys(http.server.BaseHTTPRequestHandler):
    count = 0
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/me":
            body = {"id": "bench"}
        else:
            first = int(self.path.partition("after=")[2] or 0)
            last = min(first + 1000, self.count)
            body = {"data": [{"id": f"key-{n:08}-{n * 7919 % 100000:05}", "name": f"Integration number {n}", "owner": f"person{n % 997}@acme.example",
                              "scopes": ["read", "write:calendar"], "created": 1700000000 + n, "used": "2026-11-01T10:00:00Z",
                              "url": f"https://hooks.partner.example/in/{n}"} for n in range(first, last)],
                    "next": str(last) if last < self.count else None}
        payload = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *arguments):
        pass


def watch(pid):
    """The highest resident size, in MB, until the process ends."""
    peak = 0
    while True:
        try:
            with open(f"/proc/{pid}/status") as file:
                high = [line for line in file if line.startswith("VmHWM")]
        except OSError:
            return peak
        if not high:
            return peak
        peak = max(peak, int(high[0].split()[1]) / 1024)
        time.sleep(0.02)


def main():
    revoke, Keys.count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as root:
        options, environment = workplace.with_connector(revoke, root, server.server_address[1], DISCOVER, REVOKE)
        with open(f"{root}/out.json", "wb") as out:
            process = subprocess.Popen([revoke, *options, "--dry-run", "--format", "json", "--plan-out", f"{root}/plan"], env=environment, stdout=out)
            peak = watch(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"wait status {status}")
        with open(f"{root}/out.json") as file:
            total = json.load(file)["summary"]["total"]
        print(f"{total} authorizations planned and written: peak memory {peak:.0f} MB, {usage.ru_utime + usage.ru_stime:.1f} s of CPU")


if __name__ == "__main__":
    main()

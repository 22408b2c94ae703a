#!/usr/bin/env python3
"""A vendor with things to end that remembers: what is deleted is gone, what it lies about is not.

    keyring_vendor.py          the settings are the first line of standard input, as JSON

It prints {"base_url": …}, then answers one line of JSON to each line on standard input: {"do": "view"} with what is
alive, {"do": "log"} with every request so far, {"do": "set", …settings} with {}. It ends with standard input.

    keys, hooks         how many there are of each: k001 …, h001 …
    page                how many a page of a list has (25)
    latency             seconds before each answer, give or take half (0)
    identity            whose account it is ("acme-1")
    add, remove         paths of things that come or go: ["/keys/k900"]
    closed              a path whose requests wait until another is named
    lose                share of the deletions whose answer is lost after they were done (0)
    steps               {"DELETE /keys/k001": [STEP, …]}: what the first requests get; then all is as usual

A STEP is one of scripted_vendor.py, with "applies": whether a deletion is done (else it is where the status is 2xx), or
"later": after how many seconds. "real": true is the usual answer. "forever": true, the step stays. "endless": true, a
page of a list that has ever another one after it.
"""

import asyncio
import json
import os
import random
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

import scripted_vendor

TOKEN = "keyring-token-8Kq2mZ4x"


class Keyring:
    def __init__(self, settings):
        self.alive = {f"/keys/k{n + 1:03}" for n in range(settings.get("keys", 0))}
        self.alive |= {f"/hooks/h{n + 1:03}" for n in range(settings.get("hooks", 0))}
        self.log, self.random = [], random.Random(1)
        self.page, self.latency, self.lose, self.steps, self.identity = 25, 0, 0, {}, "acme-1"
        self.closed = None
        self.set(settings)

    def set(self, settings):
        for name in ("page", "latency", "lose", "steps", "identity", "closed"):
            setattr(self, name, settings.get(name, getattr(self, name)))
        for id in settings.get("add", []):
            self.alive.add(id)
        for id in settings.get("remove", []):
            self.alive.discard(id)

    # --- requests ---

    async def serve(self, reader, writer):
        try:
            while await self.exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client was killed, which tests do
        finally:
            writer.close()

    async def exchange(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [[name, value.strip()] for name, value in (line.split(":", 1) for line in lines)]
        await scripted_vendor.read_body(reader, headers)
        url = urlsplit(target)
        self.log.append({"at": time.time(), "method": method, "path": url.path})
        if self.latency:
            await asyncio.sleep(self.latency * self.random.uniform(0.5, 1.5))
        allowed = ["Authorization", "Bearer " + TOKEN] in headers
        while self.closed == url.path:
            await asyncio.sleep(0.02)
        step = self.step(method, url, allowed)
        return await scripted_vendor.play(step, writer, method)

    def step(self, method, url, allowed):
        key = f"{method} {url.path}"
        steps = self.steps.get(key, [])
        step = steps[0] if steps else {"real": True}
        if steps and not step.get("forever"):
            steps.pop(0)
        if step.get("real"):
            return {**self.usual(method, url, allowed), **step}
        if step.get("endless"):
            return {"json": {"data": [thing(f"/keys/x{len(self.log):06}")], "next": f"c{len(self.log)}"}}
        applies = step.get("applies", 200 <= step.get("status", 200) < 300 and "cut" not in step)
        if method == "DELETE" and "later" in step:
            asyncio.get_running_loop().call_later(step["later"], self.alive.discard, url.path)
        elif method == "DELETE" and applies:
            self.alive.discard(url.path)
        return step

    def usual(self, method, url, allowed):
        if not allowed:
            return {"status": 401, "json": {"message": "bad credentials"}}
        if url.path == "/me":
            return {"json": {"id": self.identity, "name": "Acme"}}
        if url.path in ("/keys", "/hooks"):
            return {"json": self.listing(url)}
        if url.path not in self.alive:
            return {"status": 404, "json": {"message": "no such thing"}}
        if method == "GET":
            return {"json": thing(url.path)}
        self.alive.discard(url.path)
        return {"cut": "before"} if self.random.random() < self.lose else {"status": 204}

    def listing(self, url):
        ids = sorted(id for id in self.alive if id.startswith(url.path + "/"))
        after = parse_qs(url.query).get("cursor", [""])[0]
        ids = [id for id in ids if id > after]
        page = ids[: self.page]
        return {"data": [thing(id) for id in page], "next": page[-1] if len(ids) > len(page) else None}

    # --- the test's questions ---

    def answer(self, command):
        if command["do"] == "view":
            return {"alive": sorted(self.alive)}
        if command["do"] == "log":
            return {"requests": self.log}
        self.set(command)
        return {}


def thing(path):
    id = path.rsplit("/", 1)[1]
    return {"id": id, "name": f"Integration {id}", "created_at": "2026-01-05T10:00:00Z"}


def converse(vendor, loop):
    """On a thread of its own: standard input may be quiet for long."""
    for line in sys.stdin:
        answer = asyncio.run_coroutine_threadsafe(asked(vendor, json.loads(line)), loop).result()
        print(json.dumps(answer), flush=True)
    os._exit(0)


async def asked(vendor, command):
    return vendor.answer(command)


async def main():
    vendor = Keyring(json.loads(sys.stdin.readline()))
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0, backlog=1024, limit=1 << 20)
    print(json.dumps({"base_url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}), flush=True)
    threading.Thread(target=converse, args=(vendor, asyncio.get_running_loop()), daemon=True).start()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

#!/usr/bin/env python3
"""A vendor that does what a script says: answers, delays, cuts, lies.

    scripted_vendor.py SCRIPT.json [--cert FILE --key FILE]      by hand; ends with Ctrl-C
    scripted_vendor.py - [--cert FILE --key FILE]                 script is the first line of standard input

Prints its port on 127.0.0.1 and serves until it is ended; with '-', until standard input is closed, so that it cannot
outlive whoever started it.

A script is {"routes": {KEY: STEPS}, "otherwise": STEPS}. KEY is "/path", "METHOD /path" (which wins) or one of the two
ending in "*"; the query is not looked at. STEPS is a step or a list of steps: the first request gets the first, the
last one stays. A step has any of

    status, reason      200, and its usual phrase
    headers             {name: value} or [[name, value], …]
    body                text; or "json": a value; or "size": that many bytes of filler
    times               how many requests this step answers before the next one (1)
    delay               seconds before the answer
    interim             statuses of interim answers sent first: [103]
    drip                {"bytes": 1, "every": 0.1}: the body in small pieces
    cut                 "unread": close without reading the request; "before": after reading it, without an answer;
                        "head": within the head; "body": within the body
    reset               true: a cut is a TCP reset
    only_reused         true: the step is for requests on a connection that has served one before; others get 200
    close               true: 'Connection: close', and so it is
    hold                true: read the request, never answer
    raw                 text sent as it stands (Latin-1) instead of an answer; then the connection is closed
    chunked             true: Transfer-Encoding: chunked
    trailers            {name: value} after a chunked body

GET /__log answers the requests so far as JSON; GET /__counts how many came to each path; POST /__script takes a new
script and forgets both.
"""

import argparse
import asyncio
import base64
import http
import json
import os
import socket
import ssl
import struct
import sys


class Vendor:
    def __init__(self, script):
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.use(script)

    def use(self, script):
        self.routes = {key: as_list(steps) for key, steps in script.get("routes", {}).items()}
        self.otherwise = as_list(script.get("otherwise", {"status": 404}))
        self.asked = {}
        self.log = []

    def step(self, method, path, is_reused):
        key = self.key(method, path)
        steps = self.routes.get(key, self.otherwise)
        number = self.asked.get(key, 0)
        self.asked[key] = number + 1
        for step in steps:
            number -= step.get("times", 1)
            if number < 0:
                break
        return {} if step.get("only_reused") and not is_reused else step

    def key(self, method, path):
        for key in (f"{method} {path}", path):
            if key in self.routes:
                return key
        patterns = [key for key in self.routes if key.endswith("*")]
        for key in sorted(patterns, key=len, reverse=True):
            if f"{method} {path}".startswith(key[:-1]) or path.startswith(key[:-1]):
                return key
        return "otherwise"

    async def serve(self, reader, writer):
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        connection, served = self.connections, 0
        try:
            while await self.exchange(reader, writer, connection, served):
                served += 1
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client left, which scripts provoke
        finally:
            self.open -= 1
            writer.close()

    async def exchange(self, reader, writer, connection, served):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [[name, value.strip()] for name, value in (line.split(":", 1) for line in lines)]
        path = target.split("?", 1)[0]
        if path.startswith("/__"):
            body = await read_body(reader, headers)
            return await self.answer_about_itself(writer, method, path, body)
        step = self.step(method, path, served > 0)
        if step.get("cut") == "unread":
            return end(writer, step)
        body = await read_body(reader, headers)
        self.log.append({
            "method": method, "target": target, "headers": headers, "body": body.decode("latin-1"),
            "connection": connection, "served": served,
        })
        return await play(step, writer, method)

    async def answer_about_itself(self, writer, method, path, body):
        if path == "/__script":
            self.use(json.loads(body))
            answer = {}
        elif path == "/__counts":
            answer = {}
            for entry in self.log:
                path = entry["target"].split("?", 1)[0]
                answer[path] = answer.get(path, 0) + 1
        else:
            answer = {"requests": self.log, "connections": self.connections, "most_open": self.most_open}
        return await play({"json": answer}, writer, method)


def as_list(steps):
    return steps if isinstance(steps, list) else [steps]


async def read_body(reader, headers):
    fields = {name.lower(): value for name, value in headers}
    if fields.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return body
    return await reader.readexactly(int(fields.get("content-length", 0)))


def end(writer, step):
    """Closes the connection, at once and with a reset where the step says so."""
    if step.get("reset"):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
    return False


async def play(step, writer, method):
    """Answers as the step says; returns whether the connection stays open."""
    await asyncio.sleep(step.get("delay", 0))
    if step.get("hold"):
        await asyncio.sleep(3600)
    if "raw" in step:
        writer.write(step["raw"].encode("latin-1"))
        await writer.drain()
        return end(writer, step)
    if step.get("cut") == "before":
        return end(writer, step)
    for status in step.get("interim", []):
        writer.write(f"HTTP/1.1 {status} Interim\r\nX-Interim: {status}\r\n\r\n".encode())
    body = body_of(step)
    head = head_of(step, len(body)).encode("latin-1")
    if step.get("cut") == "head":
        writer.write(head[: len(head) // 2])
        await writer.drain()
        return end(writer, step)
    writer.write(head)
    if method != "HEAD" and step.get("status", 200) not in (204, 304):
        await send_body(step, writer, body[: len(body) // 2] if step.get("cut") == "body" else body)
    await writer.drain()
    return end(writer, step) if step.get("cut") == "body" or step.get("close") else True


def body_of(step):
    if "json" in step:
        return json.dumps(step["json"]).encode()
    if "size" in step:
        return b"x" * step["size"]
    if "base64" in step:
        return base64.b64decode(step["base64"])
    return step.get("body", "").encode()


def head_of(step, length):
    status = step.get("status", 200)
    usual = http.HTTPStatus(status).phrase if status in http.HTTPStatus._value2member_map_ else "Unknown"
    lines = [f"HTTP/1.1 {status} {step.get('reason', usual)}"]
    headers = step.get("headers", {})
    lines += [f"{name}: {value}" for name, value in (headers.items() if isinstance(headers, dict) else headers)]
    if "json" in step:
        lines.append("Content-Type: application/json")
    if step.get("chunked"):
        lines.append("Transfer-Encoding: chunked")
    elif status not in (204, 304):
        lines.append(f"Content-Length: {length}")
    if step.get("close"):
        lines.append("Connection: close")
    return "\r\n".join(lines) + "\r\n\r\n"


async def send_body(step, writer, body):
    size, every = len(body) or 1, 0
    if "drip" in step:
        size, every = step["drip"]["bytes"], step["drip"]["every"]
    elif len(body) > 1 << 16:
        size = 1 << 16
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if step.get("chunked") else piece)
        await writer.drain()
        await asyncio.sleep(every)
    if step.get("chunked") and not step.get("cut"):
        trailers = "".join(f"{name}: {value}\r\n" for name, value in step.get("trailers", {}).items())
        writer.write(f"0\r\n{trailers}\r\n".encode("latin-1"))


async def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("script")
    arguments.add_argument("--cert")
    arguments.add_argument("--key")
    options = arguments.parse_args()
    text = sys.stdin.readline() if options.script == "-" else open(options.script).read()
    tls = None
    if options.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.cert, options.key)
    vendor = Vendor(json.loads(text))
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0, ssl=tls, backlog=1024, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    if options.script == "-":
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        os._exit(0)  # connections may be open, with answers held
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass

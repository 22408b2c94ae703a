"""What the four server programs share: a child that cannot outlive us, files that only we read, one line of JSON each way.

A program is started as `python3 NAME.py DIR`. It prints one line of JSON when its server is ready, then answers one line
on standard output to each line on standard input: {"do": "view"}, {"do": "use", "id": …}, {"do": "stop"}.
It ends at stop, end of input, SIGTERM, or when whoever started it is gone.
"""

import base64
import ctypes
import http.client
import importlib.metadata
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple
from urllib.parse import urlencode, urlsplit

HOST = "127.0.0.1"
Answer = namedtuple("Answer", "status headers text")


class Failed(Exception):
    """The server did not do what the set-up needs; the message says what."""


# --- files and ports ---------------------------------------------------------------------------------------------


def need(condition, install):
    """Says what to install and leaves, where the server is not there."""
    if not condition:
        say({"missing": install})
        sys.exit(3)


def have_program(*names):
    return all(shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin") for name in names)


def have_package(*names):
    """Asks for the distribution, not the module: our own moto.py would be found as `moto`."""
    try:
        return all(importlib.metadata.version(name) for name in names)
    except importlib.metadata.PackageNotFoundError:
        return False


def free_port():
    # Below the range from which the kernel takes ports for outgoing connections: those would race us.
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
                return port
            except OSError:
                continue
    raise Failed("no free port")


class Folder:
    """DIR: everything the server and its secrets leave behind is in here."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        if os.listdir(self.path):
            sys.exit(f"{self.path} is not empty; give a fresh folder")

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    def make(self, name):
        os.makedirs(self / name, mode=0o700, exist_ok=True)
        return self / name

    def write(self, name, text, mode=0o600):
        os.makedirs(os.path.dirname(self / name), mode=0o700, exist_ok=True)
        with os.fdopen(os.open(self / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)
        return self / name


# --- the server's process ----------------------------------------------------------------------------------------

children = []


def bound_to_us():
    """Runs in the child: the kernel kills it when we die, even by SIGKILL."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() == 1:
        os._exit(1)


def start(argv, log=None, cwd=None, env=None):
    output = open(log, "ab") if log else subprocess.PIPE
    child = subprocess.Popen(
        argv, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=output,
        stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=bound_to_us)
    children.append(child)
    return child


def output_of(argv, cwd=None):
    """Runs a program to its end; bound to us as the servers are, so that a signal in between leaves nothing running."""
    child = start(argv, cwd=cwd)
    output = child.communicate()[0].decode("utf-8", "replace")
    children.remove(child)
    if child.returncode:
        raise Failed(f"{argv[0]}: {output[-800:]}")
    return output


def stop_all():
    """Ends each server with its whole group, the last started first."""
    while children:
        child = children.pop()
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, number)
                child.wait(timeout=5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def wait_until(ready, child, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise Failed(f"{child.args[0]} ended with {child.returncode}")
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.03)
    raise Failed(f"{child.args[0]} does not answer")


# --- HTTP --------------------------------------------------------------------------------------------------------


def http_call(method, url, body=None, headers=None, user=None, form=None, data=None):
    """One exchange, no redirect followed, no proxy asked. `user` is (name, password), `data` goes as JSON."""
    headers = dict(headers or {})
    if form is not None:
        body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    if data is not None:
        body, headers["Content-Type"] = json.dumps(data), "application/json"
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request(method, (parts.path or "/") + ("?" + parts.query if parts.query else ""), body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode("utf-8", "replace"))
    except http.client.HTTPException as error:
        raise OSError(str(error))
    finally:
        connection.close()


def good(answer, *allowed):
    """The answer, where it is one of the allowed (else any 2xx); set-up stops at the first surprise."""
    if answer.status in allowed or (not allowed and 200 <= answer.status < 300):
        return answer
    raise Failed(f"HTTP {answer.status}: {answer.text[:400]}")


def used(answer, *allowed):
    """What `use` says: whether the credential still opens the door, and by which answer one knows."""
    detail = " ".join(answer.text.split())[:160]
    return {"works": answer.status in allowed, "how": f"HTTP {answer.status} {detail}".strip()}


# --- the conversation --------------------------------------------------------------------------------------------


def say(value):
    sys.stdout.write(json.dumps(value, sort_keys=True) + "\n")
    sys.stdout.flush()


def lines_in(parent):
    """The lines on standard input, until it ends or our parent is gone (its pipe may live on in another child)."""
    buffer = b""
    while os.getppid() == parent:
        if not select.select([0], [], [], 1)[0]:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        yield from (line for line in lines if line.strip())


def answer_to(command, view, use):
    try:
        if command["do"] == "view":
            return view()
        if command["do"] == "use":
            return use(command["id"])
        return {"error": f"unknown command {command['do']!r}"}
    except (KeyError, TypeError, OSError, Failed) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def converse(parent, view, use):
    for line in lines_in(parent):
        try:
            command = json.loads(line)
        except ValueError as error:
            say({"error": f"not a line of JSON: {error}"})
            continue
        if command == {"do": "stop"}:
            return
        say(answer_to(command, view, use))


def run(setup):
    """`setup(folder)` starts the server and returns (what to announce, view, use)."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: python3 {sys.argv[0]} DIR")
    os.umask(0o077)  # the server's own files too are for nobody else
    parent = os.getppid()
    stopping = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in stopping:
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        announced, view, use = setup(Folder(sys.argv[1]))
        say(announced)
        converse(parent, view, use)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody listens any more: no complaint at exit either
    except Failed as error:
        sys.exit(f"{sys.argv[0]}: {error}")
    finally:
        for number in stopping:
            signal.signal(number, signal.SIG_IGN)
        stop_all()

#!/usr/bin/env python3
"""Ends 20,000 authorizations at 0 ms with the audit log on, against curl sending the same requests to the same nginx.

usage: deletes.py REVOKE [COUNT]

nginx keeps one file for each authorization: it lists them (autoindex) and deletes them (dav). revoke logs each intent
before its request, each answer, and proves each dead by the list; curl --parallel --parallel-max 64 only sends.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

import workplace

NGINX = """
daemon off; pid {root}/nginx.pid; error_log {root}/error.log; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy; fastcgi_temp_path {root}/fastcgi; uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {root}/www;
    location = /me {{ default_type application/json; return 200 '{{"id": "bench"}}'; }}
    location /keys/ {{ dav_methods DELETE; autoindex on; autoindex_format json; }}
  }}
}}
"""
DISCOVER = 'discover: {request: GET /keys/, items: "", next: none, fields: {id: /name}}'
REVOKE = 'revoke: {request: "DELETE /keys/{id}", done: 204, gone: 404}'


def fill(root, count):
    os.makedirs(f"{root}/www/keys", exist_ok=True)
    for number in range(count):
        open(f"{root}/www/keys/key{number:06}", "w").close()


def free_port():
    import socket
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def with_curl(root, port, count):
    with open(f"{root}/curl.txt", "w") as file:
        for number in range(count):
            file.write(f'url = "http://127.0.0.1:{port}/keys/key{number:06}"\noutput = "/dev/null"\n')
    begun = time.monotonic()
    subprocess.run(["curl", "-sS", "-X", "DELETE", "--parallel", "--parallel-max", "64", "--config", f"{root}/curl.txt"], check=True)
    return time.monotonic() - begun


def with_revoke(revoke, root, port, count):
    options, environment = workplace.with_connector(revoke, root, port, DISCOVER, REVOKE)
    output = subprocess.run([revoke, *options, "--confirm", str(count), "--format", "json"], check=True, env=environment, stdout=subprocess.PIPE).stdout
    report = json.loads(output)
    assert report["summary"]["dead"] == count, report["summary"]
    return report["summary"]


def main():
    revoke, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory() as root:
        port = free_port()
        with open(f"{root}/nginx.conf", "w") as file:
            file.write(NGINX.format(root=root, port=port) + ("user root;\n" if os.geteuid() == 0 else ""))
        fill(root, count)
        server = subprocess.Popen(["nginx", "-c", f"{root}/nginx.conf", "-p", root], stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/me")
                    break
                except OSError:
                    time.sleep(0.05)
            peer = with_curl(root, port, count)
            if os.listdir(f"{root}/www/keys"):
                sys.exit("curl left something")
            fill(root, count)
            ours = with_revoke(revoke, root, port, count)
            writing = ours["seconds_to_last_accepted"] - ours["seconds_to_inventory"]
            print(f"curl: {count} DELETEs in {peer:.2f} s, {count / peer:.0f} a second")
            print(f"revoke: {count} accepted in {writing:.2f} s, {count / writing:.0f} a second ({peer / writing:.2f} of curl's rate); "
                  f"all shown dead {ours['seconds_to_last_dead'] - ours['seconds_to_inventory']:.2f} s after the listing")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()

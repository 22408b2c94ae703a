#!/usr/bin/env python3
"""A real CalDAV server (Radicale): alice shares her calendar by a secret link and with bob."""

import json
import sys

from harness import Failed, free_port, good, have_package, http_call, need, run, start, used, wait_until

PASSWORDS = {"alice": "alice-Wf7dR2", "bob": "bob-Qm4tZ9"}
SERVER = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {users}
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {calendars}
[sharing]
type = csv
collection_by_token = True
collection_by_map = True
permit_create_token = True
permit_create_map = True
"""
CONFIG = """\
accounts:
  - name: alice-calendars
    connector: caldav-generic
    base_url: {base}
    settings: {{server: https://calendar.acme.example}}
    credential:
      kind: basic
      secret: {{user: {{file: {user}}}, password: {{file: {password}}}}}
"""
MEETING = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//acme//calendar//EN
BEGIN:VEVENT
UID:{name}-1
DTSTAMP:20260101T000000Z
DTSTART:20260105T100000Z
SUMMARY:Planning
END:VEVENT
END:VCALENDAR
"""


def main(folder):
    need(have_package("radicale"), "pip install radicale==3.9.0")
    server = Radicale(folder)
    return server.populate(folder), server.view, server.use


class Radicale:
    def __init__(self, folder):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        users = folder.write("users", "".join(f"{name}:{password}\n" for name, password in PASSWORDS.items()))
        settings = folder.write("radicale.ini", SERVER.format(port=port, users=users, calendars=folder.make("calendars")))
        child = start([sys.executable, "-m", "radicale", "-C", settings], folder / "server.log", cwd=folder.path)
        wait_until(lambda: http_call("GET", self.base + "/.web/").status == 200, child)

    def call(self, user, method, path, **more):
        return http_call(method, self.base + path, user=user and (user, PASSWORDS[user]), **more)

    def sharing(self, user, action, **fields):
        answer = json.loads(good(self.call(user, "POST", f"/.sharing/v1/{action}", data=fields)).text)
        if answer["Status"] not in ("success", "not-found"):
            raise Failed(f"{action}: {answer}")
        return answer

    # --- the state ---

    def populate(self, folder):
        for user, calendar in (("alice", "work"), ("alice", "private"), ("bob", "team")):
            good(self.call(user, "MKCALENDAR", f"/{user}/{calendar}/"))
            good(self.call(user, "PUT", f"/{user}/{calendar}/1.ics", body=MEETING.format(name=calendar).replace("\n", "\r\n"),
                           headers={"Content-Type": "text/calendar"}))
        link, kept_link = self.link("alice", "/alice/work/"), self.link("bob", "/bob/team/")
        shared, received = "/bob/alice-work/", "/alice/bob-team/"
        self.share("alice", "/alice/work/", "bob", shared, "rw")
        self.share("bob", "/bob/team/", "alice", received, "r")
        config = folder.write("config.yaml", CONFIG.format(
            base=self.base, user=folder.write("operator.user", "alice"), password=folder.write("operator.password", PASSWORDS["alice"])))
        return {
            "server": "radicale", "base_url": self.base, "config": config, "account": "alice-calendars", "identity": "/alice/",
            "expected": [
                # The path of a link is its secret: whoever has it can read. So revoke knows it by a digest only.
                {"surface": "radicale-link", "vendor_id": None, "use": link, "own": False, "title": "/alice/work/",
                 "file": folder.write("held/link", self.base + link)},
                {"surface": "radicale-share", "vendor_id": shared, "use": shared, "own": False, "title": "/alice/work/",
                 "holder": "bob"}],
            # Radicale lists to alice what bob shares with her, too; it is not hers to delete (403).
            "not_expected": [kept_link, received]}

    def share(self, owner, calendar, user, path, permissions):
        both = {"PathMapped": calendar, "PathOrToken": path, "User": user}
        self.sharing(owner, "map/create", **both, Permissions=permissions, Enabled=True)
        self.sharing(user, "map/enable", **both)

    def link(self, user, calendar):
        return self.sharing(user, "token/create", PathMapped=calendar, Enabled=True)["PathOrToken"]

    # --- what a test asks ---

    def view(self):
        """The shares of both people (one between them is in both lists), and that the calendars themselves stay."""
        shares = {s["PathOrToken"]: s for user in PASSWORDS for s in self.sharing(user, "all/list")["Content"]}
        events = {path: self.call(path.split("/")[1], "GET", path).status
                  for path in ("/alice/work/1.ics", "/alice/private/1.ics", "/bob/team/1.ics")}
        return {"shares": shares, "events": events}

    def use(self, id):
        # A link is tried as a stranger would, without any credential; a shared calendar as the person it is shared with.
        user = None if id.startswith("/.token/") else id.split("/")[1]
        return used(self.call(user, "PROPFIND", id, headers={"Depth": "1"}), 207)


if __name__ == "__main__":
    run(main)

#!/usr/bin/python3
"""F3548.md, "Across the line": what a party is told unasked, at its own server.

Usage: push.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import http.server
import json
import ssl
import subprocess
import sys
import threading
import time

import face
import line
from face import place, rule, volume

daemon = None
uss1 = uss2 = uss3 = None
server = None


class Server:
    """A USS's own server: keeps what is posted to it."""

    def __init__(self, folder):
        key, certificate = folder / "uss.key", folder / "uss.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                        "-subj", "/CN=uss", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"], check=True, capture_output=True)
        self.certificate = certificate
        self.posts, self.changed = [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
                with outer.changed:
                    outer.posts.append((self.path, self.headers["Authorization"], json.loads(body)))
                    outer.changed.notify_all()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.http.server_port}/base"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def next(self, wanted, timeout=30):
        """The first post that `wanted` takes; it and those before are gone then."""
        deadline = time.time() + timeout
        with self.changed:
            while True:
                while self.posts:
                    post = self.posts.pop(0)
                    if wanted(post[2]):
                        return post
                assert self.changed.wait(deadline - time.time()), "nothing was posted"


def start(the_daemon, clients):
    global daemon, uss1, uss2, uss3
    daemon = the_daemon
    uss1, uss2, uss3 = clients[:3]
    uss1.url = server.url


def shows(body):
    """Whether a body shows a line reference (or else takes one back)."""
    return "operational_intent" in body


@rule
def a_later_conflict_is_pushed():
    """A later conflict reaches such a party by push, as a USS would post it."""
    at = place()
    uss1.new(volume(at))
    theirs = line.fresh_id()
    answer = uss3.ask("PUT", f"{face.INTENTS}/{theirs}", {"extents": [volume(at)], "key": [], "state": "Accepted",
                                                          "uss_base_url": uss3.url})
    assert answer.status == 409, answer.body   # it pends, and protects
    path, authorization, body = server.next(shows)
    assert path == "/base/uss/v1/operational_intents" and authorization == "Bearer the-token-of-this-host"
    reference, details = body["operational_intent"]["reference"], body["operational_intent"]["details"]
    assert reference["manager"] == "sideline" and reference["uss_base_url"] == face.BASE and reference["id"] == body["operational_intent_id"]
    assert reference["id"] != theirs and len(reference["ovn"]) >= 16 and len(details["volumes"]) == 1
    assert len(body["subscriptions"]) == 1
    daemon.standard.check_body("PutOperationalIntentDetailsParameters", body)
    found = uss1.want(200, "GET", f"/uss/v1/operational_intents/{reference['id']}")["operational_intent"]
    assert found["reference"]["ovn"] == reference["ovn"] and found["details"] == details


@rule
def one_counter_of_its_own():
    """Each party has one permanent virtual line subscription with its own counter."""
    seen = []
    for _ in range(3):
        at = place()
        uss1.new(volume(at))
        uss3.ask("PUT", f"{face.INTENTS}/{line.fresh_id()}", {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss3.url})
        seen.append(server.next(shows)[2]["subscriptions"][0])
    assert len({state["subscription_id"] for state in seen}) == 1
    indices = [state["notification_index"] for state in seen]
    assert indices == sorted(set(indices)), indices
    uss1.want(404, "GET", f"{face.SUBSCRIPTIONS}/{seen[0]['subscription_id']}")


@rule
def what_is_over_is_taken_back():
    """When the conflict is over, the reference is posted as gone."""
    at = place()
    uss1.new(volume(at))
    name, plan = line.fresh_id(), volume(at)
    missing = uss3.put(name, plan, expect=409)["missing_operational_intents"][0]
    ovn = uss3.want(200, "GET", f"/uss/v1/operational_intents/{missing['id']}")["operational_intent"]["reference"]["ovn"]
    shown = server.next(shows)[2]
    theirs = uss3.put(name, plan, key=[ovn])["operational_intent_reference"]
    uss3.delete(theirs["id"], theirs["ovn"])
    gone = server.next(lambda body: not shows(body))[2]
    assert gone["operational_intent_id"] == shown["operational_intent_id"]


@rule
def a_base_with_a_slash_at_its_end():
    """A post goes to one path, also where the base URL has the slash that it may not have."""
    at = place()
    uss1.url += "/"
    try:
        uss1.new(volume(at))
    finally:
        uss1.url = server.url
    uss3.ask("PUT", f"{face.INTENTS}/{line.fresh_id()}", {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss3.url})
    assert server.next(shows)[0] == "/base/uss/v1/operational_intents"


@rule
def a_base_by_name():
    """A server that is known by a name is reached, through the resolver and inside of the sandbox."""
    at = place()
    uss1.url = server.url.replace("127.0.0.1", "localhost")
    try:
        uss1.new(volume(at))
    finally:
        uss1.url = server.url
    uss3.ask("PUT", f"{face.INTENTS}/{line.fresh_id()}", {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss3.url})
    path, token, _ = server.next(shows)
    assert path == "/base/uss/v1/operational_intents" and token == "Bearer the-token-of-this-name", (path, token)


@rule
def amended_away():
    """A reference that the own amendment leaves behind is posted as gone."""
    at, far = place(), place()
    made = uss1.new(volume(at))
    uss3.ask("PUT", f"{face.INTENTS}/{line.fresh_id()}", {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss3.url})
    shown = server.next(shows)[2]
    uss1.put(made["id"], volume(far), ovn=made["ovn"])
    gone = server.next(lambda body: not shows(body))[2]
    assert gone["operational_intent_id"] == shown["operational_intent_id"]


@rule
def the_state_of_the_line():
    """What a suspended line puts in doubt is posted, over all of the own plan, and taken back when the line is open again."""
    made = uss1.new([volume(place()), volume(place())])
    focal = daemon.focal["blue"]
    assert focal.ask("POST", "/v1/line/north/suspend", {}).status == 200
    try:
        def whole(body):
            return shows(body) and len(body["operational_intent"]["details"]["volumes"]) == 2
        shown = server.next(whole)[2]
        assert shown["operational_intent"]["reference"]["manager"] == "sideline"
    finally:
        assert focal.ask("POST", "/v1/line/north/resume", {}).status == 200
    gone = server.next(lambda body: body["operational_intent_id"] == shown["operational_intent_id"])[2]
    assert not shows(gone)
    uss1.delete(made["id"], made["ovn"])


if __name__ == "__main__":
    import pathlib
    import tempfile
    with tempfile.TemporaryDirectory(prefix="sideline-uss-") as own:
        own = pathlib.Path(own)
        server = Server(own)
        (own / "tokens").mkdir()
        for name, token in (("127.0.0.1", "the-token-of-this-host"), ("localhost", "the-token-of-this-name")):
            (own / "tokens" / name).touch(mode=0o600)
            (own / "tokens" / name).write_text(token + "\n")
        sys.exit(face.main(sys.modules[__name__], start, {"push_private": "on", "push_ca": server.certificate, "push_tokens": own / "tokens"},
                           {"round_s": 2}))

#!/usr/bin/python3
"""F3548.md, "Endpoints and scopes" (429) and "Across the line" (pending): what a side may
use up, and how long a refused PUT stands.

Usage: share.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import sys
import threading
import time

import face
import line
from face import INTENTS, SC, east, place, rule, volume

PENDING_S = 4
daemon = None
uss1 = uss3 = uss4 = None


def start(the_daemon, clients):
    global daemon, uss1, uss3, uss4
    daemon = the_daemon
    uss1, _, uss3, uss4 = clients


class Crowd:
    """Many connections of one client, asking as fast as they are answered."""

    def __init__(self, subject, connections):
        self.answers, self.stop, self.lock = [], False, threading.Lock()
        self.thread = [threading.Thread(target=self.ask, args=(face.Client(daemon, subject),)) for _ in range(connections)]
        for thread in self.thread:
            thread.start()

    def ask(self, client):
        at = place()
        while not self.stop:
            body = {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": client.url}
            answer = client.ask("PUT", f"{INTENTS}/{line.fresh_id()}", body)
            with self.lock:
                self.answers.append(answer)

    def end(self):
        self.stop = True
        for thread in self.thread:
            thread.join()
        return self.answers


@rule
def own_share():
    """Everything may answer 429: by the own side's use alone (L15), with Retry-After, and nothing of it was taken."""
    crowd, calm, deadline = Crowd("uss1", 24), [], time.time() + 40
    while time.time() < deadline and (len(calm) < 50 or not any(a.status == 429 for a in crowd.answers)):
        calm.append(uss3.ask("POST", f"{INTENTS}/query", {"area_of_interest": volume(place())}).status)
    answers = crowd.end()
    refused = [answer for answer in answers if answer.status == 429]
    assert refused, "it was never too much"
    assert {answer.status for answer in answers} <= {201, 409, 429}, {answer.status for answer in answers}
    for answer in refused:
        assert int(answer.headers["Retry-After"]) >= 1 and set(answer.json) == {"message"}, (answer.headers, answer.body)
    assert set(calm) == {200}, set(calm)


@rule
def taken_or_not():
    """What was answered 429 did not happen; sent again, it does."""
    crowd = Crowd("uss2", 24)
    at, refused = place(), None
    deadline = time.time() + 40
    while refused is None and time.time() < deadline:
        name = line.fresh_id()
        body = {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss1.url}
        answer = uss1.ask("PUT", f"{INTENTS}/{name}", body)
        if answer.status == 429:
            refused = name
        else:
            assert answer.status == 201, answer.body
            at = place()
    crowd.end()
    assert refused, "it was never too much"
    uss1.get(refused, expect=404)
    uss1.put(refused, volume(at))


@rule
def pending_ends():
    """The refused PUT stands as pending for the agreement's time (L18): it protects, and its line reference lives, as long and no longer."""
    at = place()
    theirs = uss3.new(volume(at, radius=100, lower=100, upper=120))
    said = uss1.put(line.fresh_id(), volume(at, radius=100, lower=115, upper=200), expect=409)
    began = time.time()
    reference = said["missing_operational_intents"][0]["id"]
    # In the way of nothing but what pends.
    assert uss4.put(line.fresh_id(), volume(at, radius=100, lower=180, upper=190), expect=409)["missing_operational_intents"]
    uss1.want(200, "GET", f"/uss/v1/operational_intents/{reference}")
    time.sleep(max(0.0, began + PENDING_S + 0.7 - time.time()))
    uss1.want(404, "GET", f"/uss/v1/operational_intents/{reference}")
    assert uss1.query(volume(at)) == []
    # Pending of uss4's own is over too, so its place is free for itself and for uss1.
    uss4.put(line.fresh_id(), volume(at, radius=100, lower=180, upper=190))
    uss1.put(line.fresh_id(), volume(east(at, 20000)))
    assert uss3.get(theirs["id"])["ovn"] == theirs["ovn"]


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start, {"queue": 2, "group": 1}, {"pending_s": PENDING_S, "round_s": 2}))

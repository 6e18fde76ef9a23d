#!/usr/bin/python3
"""LINE.md L12 over HTTP: two daemons with the same seed and the same past. One side asks the same
of both, while on one of them the other side is busy: with plans of its own elsewhere, constraints,
subscriptions, availabilities and reports, under the very ids that the first side uses. Every answer
is the same, to the byte and with its head. SL_SEED repeats a run.

Usage: twins.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import copy
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time
import uuid

import face
import line
from face import AA, AVAILABILITY, CM, CONSTRAINTS, CP, INTENTS, SC, SUBSCRIPTIONS, rule

STEPS = 400
alone = busy = None
seed = 0


class Twin(face.Face):
    """The same daemon in another folder, from the moment it was stopped."""

    def __init__(self, first):
        self.__dict__.update(first.__dict__)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sideline-test-"))
        shutil.copytree(first.folder / "line", self.folder / "line")
        self.config = self.folder / "line" / "sidelined.conf"
        self.process = None
        self.focal = {}
        for side, party in first.focal.items():
            self.focal[side] = copy.copy(party)
            self.focal[side].daemon, self.focal[side].connection = self, None

    def clients(self):
        return [face.Client(self, subject) for subject in face.SUBJECTS]


def start(first, _):
    global alone, busy, seed
    seed = int(os.environ.get("SL_SEED", time.time_ns() % 10 ** 9))
    print(f"seed {seed}")
    assert first.stop() == 0
    alone, busy = Twin(first), Twin(first)
    for twin in (alone, busy):
        twin.start()
        twin.beat()
    first.start()


class Script:
    """What a side asks, drawn from a seed and from what it was answered."""

    def __init__(self, clients, now, rnd):
        self.clients, self.now, self.rnd = clients, now, rnd
        self.names = [str(uuid.UUID(int=rnd.getrandbits(128), version=4)) for _ in range(12)]
        self.ovn, self.version, self.zone, self.arbiter = {}, {}, {}, ""
        self.answers = []

    def ask(self, client, method, target, body=None, scopes=face.SCOPES):
        answer = client.ask(method, target, body, scopes)
        self.answers.append((method, target, answer.status, [field for field in answer.headers.items() if field[0] != "Date"], answer.body))
        return answer

    def volume(self, start_s=None):
        spot, lower = self.rnd.randrange(3), self.rnd.choice([0, 50, 100])
        return face.volume((51.0 + 0.02 * spot, 7.0), radius=100, lower=lower, upper=lower + self.rnd.choice([10, 60]),
                           start_s=start_s or self.rnd.choice([1200, 1500]), end_s=self.rnd.choice([1500, 2400]), now=self.now)

    def keep(self, kept, name, answer, member, what):
        if answer.status in (200, 201):
            kept[name] = answer.json[member][what]

    def intent(self, client, name):
        state = self.rnd.choice(["Accepted", "Accepted", "Activated", "Nonconforming"]) if name in self.ovn else "Accepted"
        body = {"extents": [self.volume() for _ in range(self.rnd.choice([1, 2]))], "state": state,
                "key": list(self.ovn.values()) if self.rnd.random() < 0.8 else [], "uss_base_url": self.rnd.choice([client.url, face.BASE])}
        if state != "Accepted" or self.rnd.random() < 0.5:
            body["new_subscription"] = {"uss_base_url": client.url}
        answer = self.ask(client, "PUT", f"{INTENTS}/{name}" + (f"/{self.ovn[name]}" if name in self.ovn else ""), body)
        self.keep(self.ovn, name, answer, "operational_intent_reference", "ovn")
        for missing in answer.json.get("missing_operational_intents", []):
            self.ask(client, "GET", f"/uss/v1/operational_intents/{missing['id']}")

    def subscription(self, client, name):
        body = {"extents": self.volume(600), "uss_base_url": client.url, "notify_for_operational_intents": True,
                "notify_for_constraints": self.rnd.random() < 0.5}
        answer = self.ask(client, "PUT", f"{SUBSCRIPTIONS}/{name}" + (f"/{self.version[name]}" if name in self.version else ""), body)
        self.keep(self.version, name, answer, "subscription", "version")

    def constraint(self, client, name):
        target = f"{CONSTRAINTS}/{name}" + (f"/{self.zone[name]}" if name in self.zone else "")
        answer = self.ask(client, "PUT", target, {"extents": [self.volume()], "uss_base_url": client.url})
        self.keep(self.zone, name, answer, "constraint_reference", "ovn")

    def gone(self, client, name):
        if name in self.ovn and self.ask(client, "DELETE", f"{INTENTS}/{name}/{self.ovn[name]}").status == 200:
            del self.ovn[name]

    def look(self, client, name):
        for target in (INTENTS, CONSTRAINTS, SUBSCRIPTIONS, "/uss/v1/operational_intents", "/uss/v1/constraints"):
            self.ask(client, "GET", f"{target}/{name}")
        self.ask(client, "GET", f"{AVAILABILITY}/uss1")

    def query(self, client, _):
        for what in (INTENTS, CONSTRAINTS, SUBSCRIPTIONS):
            self.ask(client, "POST", f"{what}/query", {"area_of_interest": self.volume()})

    def say(self, client, _):
        self.ask(client, "POST", "/dss/v1/reports", report(self.now))
        body = {"old_version": self.arbiter, "availability": self.rnd.choice(["Normal", "Down", "Unknown"])}
        answer = self.ask(client, "PUT", f"{AVAILABILITY}/uss7", body)
        self.arbiter = answer.json.get("version", self.arbiter)

    def run(self):
        steps = [self.intent] * 5 + [self.gone, self.subscription, self.constraint, self.look, self.query, self.say]
        for _ in range(STEPS):
            self.rnd.choice(steps)(self.rnd.choice(self.clients), self.rnd.choice(self.names))
        return self.answers


def report(now):
    return {"exchange": {"url": "https://uss.example/x", "method": "GET", "recorder_role": "Client", "request_source": "x",
                         "request_time": face.instant(now)}}


def disturb(client, names, now, stop, done):
    """The other side, far from the first one's plans."""
    rnd = random.Random(7)
    while not stop.is_set():
        name = rnd.choice(names)
        area = face.volume((54.0 + rnd.choice([0, 0.02]), 7.0), radius=100, start_s=1200, end_s=2400, now=now)
        there = {"extents": [area], "key": [], "state": "Accepted", "uss_base_url": client.url, "new_subscription": {"uss_base_url": client.url}}
        client.ask("PUT", f"{INTENTS}/{name if rnd.random() < 0.5 else line.fresh_id()}", there, (SC,))
        client.ask("PUT", f"{SUBSCRIPTIONS}/{name}", {"extents": area, "uss_base_url": client.url, "notify_for_operational_intents": True}, (SC,))
        client.ask("PUT", f"{CONSTRAINTS}/{name}", {"extents": [area], "uss_base_url": client.url}, (CM,))
        client.ask("PUT", f"{AVAILABILITY}/{rnd.choice(['uss1', 'uss7'])}", {"old_version": "", "availability": "Down"}, (AA,))
        client.ask("POST", "/dss/v1/reports", report(now), (CP,))
        done.append(name)


@rule
def the_other_side_changes_no_byte():
    """L12: what a side is answered is a function of its own requests and of its outcomes (L13: ids and versions too)."""
    now, told = int(time.time()), []
    for twin in (alone, busy):
        clients, stop, done = twin.clients(), threading.Event(), []
        script = Script(clients[:2], now, random.Random(seed))
        other = threading.Thread(target=disturb, args=(clients[2], script.names, now, stop, done))
        if twin is busy:
            other.start()
        try:
            told.append(script.run())
        finally:
            stop.set()
        if twin is busy:
            other.join()
            assert len(done) > 20, len(done)
    assert len(told[0]) == len(told[1]) > STEPS
    for first, second in zip(*told):
        assert first == second, (first, second)
    assert sum(answer[2] in (200, 201) for answer in told[0]) > STEPS / 4


if __name__ == "__main__":
    try:
        status = face.main(sys.modules[__name__], start)
        for twin in (alone, busy):
            status = status or (twin.stop() != 0)
    finally:
        for twin in (alone, busy):
            if twin:
                twin.remove()
    sys.exit(status)

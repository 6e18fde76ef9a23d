#!/usr/bin/python3
"""The states of an operational intent at the speed of existing clients: filed, activated, off its
plan and over within a minute, under the agreement's default pace of five minutes.

Usage: states.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import sys
import time

import face
import line
from face import CMSA, SC, place, rule, volume

uss1 = uss2 = uss3 = None


def start(_, clients):
    global uss1, uss2, uss3
    uss1, uss2, uss3 = clients[:3]


class Flight:
    """One intent of uss1, which a client takes through its states."""

    def __init__(self):
        self.name, self.ovn, self.refused = line.fresh_id(), None, 0

    def to(self, state, extents):
        """PUT; where the line's reference is wanted, once more with it, as deployed clients do."""
        urgent = state in ("Nonconforming", "Contingent")
        key = []
        for _ in range(2):
            body = {"extents": [extents], "key": key, "state": state, "uss_base_url": uss1.url}
            if state != "Accepted":
                body["new_subscription"] = {"uss_base_url": uss1.url}
            target = f"{face.INTENTS}/{self.name}" + (f"/{self.ovn}" if self.ovn else "")
            answer = uss1.ask("PUT", target, body, scopes=(CMSA,) if urgent else (SC,))
            if answer.status != 409:
                break
            self.refused += 1
            missing = answer.json["missing_operational_intents"]
            assert [reference["manager"] for reference in missing] == ["sideline"], missing
            details = uss1.want(200, "GET", f"/uss/v1/operational_intents/{missing[0]['id']}")
            key = [details["operational_intent"]["reference"]["ovn"]]
        assert answer.status == (200 if self.ovn else 201), answer.body
        made = answer.json["operational_intent_reference"]
        assert made["state"] == state
        self.ovn = made["ovn"]

    def end(self):
        uss1.delete(self.name, self.ovn)


def life(at):
    """Accepted, Activated, Nonconforming, Activated, Contingent, over; how often it was refused at each."""
    now = time.time()
    flight, refused = Flight(), []
    for state, how in (("Accepted", {}), ("Accepted", {"end_s": 1800}), ("Activated", {"start_s": 70, "end_s": 1800}),
                       ("Nonconforming", {"radius": 400}), ("Activated", {"end_s": 1700}), ("Contingent", {"radius": 500})):
        before = flight.refused
        flight.to(state, volume(at, now=now, **how))
        refused.append(flight.refused - before)
    flight.end()
    return refused


@rule
def nobody_there():
    """Nothing in the way: no state is ever refused, however soon it follows."""
    assert life(place()) == [0, 0, 0, 0, 0, 0]


@rule
def the_other_side_there():
    """In conflict across the line: firm states want the current reference, once; urgent ones are taken (L7)."""
    at = place()
    uss3.new(volume(at))
    refused = life(at)
    assert refused[0] == 1 and max(refused) == 1 and refused[3] == refused[5] == 0, refused


@rule
def a_peer_there():
    """With a peer in the key, firm states go on as if alone; urgent ones need no key."""
    at = place()
    peer = uss2.new(volume(at))
    name, now = line.fresh_id(), time.time()
    mine = uss1.put(name, volume(at, now=now), key=[peer["ovn"]])["operational_intent_reference"]
    mine = uss1.put(name, volume(at, now=now), ovn=mine["ovn"], state="Activated", key=[peer["ovn"]])["operational_intent_reference"]
    mine = uss1.put(name, volume(at, radius=300, now=now), ovn=mine["ovn"], state="Nonconforming", scopes=(CMSA,))["operational_intent_reference"]
    mine = uss1.put(name, volume(at, now=now), ovn=mine["ovn"], state="Activated", key=[peer["ovn"]])["operational_intent_reference"]
    uss1.delete(name, mine["ovn"])


@rule
def enlarged_too_soon():
    """A plan that reaches further is UNDECIDED within the pace (L17): one reference over all of it, and with that it is taken."""
    at, now = place(), time.time()
    flight = Flight()
    flight.to("Accepted", volume(at, now=now))
    flight.to("Accepted", volume(at, radius=250, now=now))
    assert flight.refused == 1
    flight.end()


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start, agreement={"pace_s": 300}))

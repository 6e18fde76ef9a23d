#!/usr/bin/python3
"""F3548.md, "Constraints".

Usage: constraints.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import re
import sys
import time

import face
import line
from face import CM, CONSTRAINTS, CP, SC, SUBSCRIPTIONS, east, ids, place, rule, volume

uss1 = uss2 = None


def start(_, clients):
    global uss1, uss2
    uss1, uss2 = clients[:2]


def made(client, extents, **how):
    return client.constrain(line.fresh_id(), extents, **how)["constraint_reference"]


@rule
def creating():
    """PUT creates: 201 with the reference; GET gives it."""
    now = time.time()
    zone = made(uss1, volume(place(), start_s=60, end_s=600, now=now))
    assert zone["manager"] == "uss1" and zone["version"] == 1 and re.fullmatch(r"[A-Za-z0-9_-]{16,128}", zone["ovn"])
    assert zone["time_end"]["value"][:19] == line.rfc3339(now + 600)[:19]
    for scope in (CM, CP):
        assert uss1.want(200, "GET", f"{CONSTRAINTS}/{zone['id']}", scopes=(scope,))["constraint_reference"] == zone
    read = uss2.want(200, "GET", f"{CONSTRAINTS}/{zone['id']}", scopes=(CP,))["constraint_reference"]
    assert read.get("ovn") in (None, "", "Available from USS")
    uss1.want(404, "GET", f"{CONSTRAINTS}/{line.fresh_id()}", scopes=(CP,))


@rule
def times_required():
    """Times required."""
    for missing in ("start_s", "end_s"):
        uss1.constrain(line.fresh_id(), volume(place(), **{missing: None}), expect=400)


@rule
def altitudes_optional():
    """Altitude optional; an absent one is open."""
    at = place()
    whole, above = made(uss1, volume(at, lower=None, upper=None)), made(uss1, volume(at, lower=500, upper=None))
    near = lambda lower, upper: ids(uss1.query(volume(at, lower=lower, upper=upper), scopes=(CP,), what=CONSTRAINTS))
    assert near(10, 20) == {whole["id"]}
    assert near(20000, 20001) == {whole["id"], above["id"]}
    assert near(499, 499.9) == {whole["id"]}


@rule
def an_end_in_the_future():
    """End in the future."""
    uss1.constrain(line.fresh_id(), volume(place(), start_s=-600, end_s=-1), expect=400)


@rule
def owners():
    """Owner 403, OVN or existing id 409, absent 404 on DELETE."""
    at = place()
    zone = made(uss1, volume(at))
    uss1.constrain(zone["id"], volume(place()), expect=409)
    uss2.constrain(zone["id"], volume(at), ovn=zone["ovn"], expect=403)
    uss1.constrain(zone["id"], volume(at), ovn="A" * 44, expect=409)
    uss2.delete(zone["id"], zone["ovn"], expect=403, scopes=(CM,), what=CONSTRAINTS)
    uss1.delete(zone["id"], "A" * 44, expect=409, scopes=(CM,), what=CONSTRAINTS)
    uss1.delete(line.fresh_id(), zone["ovn"], expect=404, scopes=(CM,), what=CONSTRAINTS)
    newer = uss1.constrain(zone["id"], volume(at), ovn=zone["ovn"])["constraint_reference"]
    assert newer["version"] == 2 and newer["ovn"] != zone["ovn"]
    uss1.delete(zone["id"], newer["ovn"], scopes=(CM,), what=CONSTRAINTS)
    uss1.want(404, "GET", f"{CONSTRAINTS}/{zone['id']}", scopes=(CP,))


@rule
def queries():
    """POST constraint_references/query gives what is there, and nothing else."""
    at = place()
    zone = made(uss1, volume(at))
    assert ids(uss2.query(volume(at), scopes=(CP,), what=CONSTRAINTS)) == {zone["id"]}
    assert uss2.query(volume(east(at, 5000)), scopes=(CP,), what=CONSTRAINTS) == []
    uss2.query({"volume": {}}, expect=400, scopes=(CP,), what=CONSTRAINTS)
    uss2.want(400, "POST", f"{CONSTRAINTS}/query", {}, scopes=(CP,))


@rule
def subscribers_of_constraints():
    """subscribers: those that asked for constraints and meet it."""
    at = place()
    window = {"start_s": 0, "end_s": 7200}
    asks = uss2.subscribe(line.fresh_id(), volume(at, **window), notify_for_constraints=True)["subscription"]
    uss2.subscribe(line.fresh_id(), volume(at, **window))
    answer = uss1.constrain(line.fresh_id(), volume(at))
    assert answer["subscribers"] == [{"uss_base_url": uss2.url, "subscriptions": [
        {"subscription_id": asks["id"], "notification_index": 1}]}], answer
    zone = answer["constraint_reference"]
    answer = uss1.delete(zone["id"], zone["ovn"], scopes=(CM,), what=CONSTRAINTS)
    assert answer["subscribers"][0]["subscriptions"][0]["notification_index"] == 2, answer


@rule
def retries():
    """A retried PUT or DELETE that already happened is answered as it was the first time."""
    body = {"extents": [volume(place())], "uss_base_url": uss1.url}
    name = line.fresh_id()
    first = uss1.want(201, "PUT", f"{CONSTRAINTS}/{name}", body, scopes=(CM,))["constraint_reference"]
    assert uss1.want(201, "PUT", f"{CONSTRAINTS}/{name}", body, scopes=(CM,))["constraint_reference"] == first
    gone = uss1.delete(name, first["ovn"], scopes=(CM,), what=CONSTRAINTS)
    assert uss1.delete(name, first["ovn"], scopes=(CM,), what=CONSTRAINTS)["constraint_reference"] == gone["constraint_reference"]


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

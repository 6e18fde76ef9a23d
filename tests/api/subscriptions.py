#!/usr/bin/python3
"""F3548.md, "Subscriptions".

Usage: subscriptions.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import datetime
import sys
import time

import face
import line
from face import CP, SC, SUBSCRIPTIONS, east, ids, place, rule, volume

uss1 = uss2 = None
WINDOW = {"start_s": 0, "end_s": 7200}


def start(_, clients):
    global uss1, uss2
    uss1, uss2 = clients[:2]


def made(client, extents, **how):
    return client.subscribe(line.fresh_id(), extents, **how)["subscription"]


def seconds(value):
    return datetime.datetime.fromisoformat(value["value"][:19] + "+00:00").timestamp()


@rule
def creating():
    """PUT creates with 200; GET, by its owner, gives it; index starts at 0."""
    sub = made(uss1, volume(place(), **WINDOW), notify_for_constraints=True)
    assert sub["notification_index"] == 0 and sub["uss_base_url"] == uss1.url and sub["version"]
    assert sub["notify_for_operational_intents"] and sub["notify_for_constraints"]
    assert not sub.get("implicit_subscription") and sub.get("dependent_operational_intents", []) == []
    assert uss1.want(200, "GET", f"{SUBSCRIPTIONS}/{sub['id']}")["subscription"] == sub
    uss1.want(404, "GET", f"{SUBSCRIPTIONS}/{line.fresh_id()}")


@rule
def one_flag_at_least():
    """At least one notify flag."""
    uss1.subscribe(line.fresh_id(), volume(place(), **WINDOW), expect=400, notify_for_operational_intents=False)
    uss1.subscribe(line.fresh_id(), volume(place(), **WINDOW), expect=400, notify_for_operational_intents=None)


@rule
def a_day_at_most():
    """At most 24 h."""
    uss1.subscribe(line.fresh_id(), volume(place(), start_s=0, end_s=24 * 3600 + 1), expect=400)
    made(uss1, volume(place(), start_s=0, end_s=24 * 3600))


@rule
def a_start_in_the_past():
    """Start at most 5 min in the past."""
    uss1.subscribe(line.fresh_id(), volume(place(), start_s=-310, end_s=3600), expect=400)
    made(uss1, volume(place(), start_s=-290, end_s=3600))
    uss1.subscribe(line.fresh_id(), volume(place(), start_s=-200, end_s=-100), expect=400)


@rule
def default_times():
    """Defaults now and start + 24 h."""
    now = time.time()
    sub = made(uss1, volume(place(), start_s=None, end_s=None))
    assert abs(seconds(sub["time_start"]) - now) < 5
    assert abs(seconds(sub["time_end"]) - seconds(sub["time_start"]) - 24 * 3600) <= 1
    sub = made(uss1, volume(place(), start_s=3600, end_s=None))
    assert abs(seconds(sub["time_end"]) - seconds(sub["time_start"]) - 24 * 3600) <= 1
    sub = made(uss1, volume(place(), start_s=None, end_s=3600))
    assert abs(seconds(sub["time_start"]) - now) < 5


@rule
def the_order_of_checks():
    """Order of checks on update: version 409, owner 403, absent 400."""
    at = place()
    sub = made(uss1, volume(at, **WINDOW))
    uss1.subscribe(sub["id"], volume(at, **WINDOW), version="wrong-version-1234", expect=409)
    uss2.subscribe(sub["id"], volume(at, **WINDOW), version="wrong-version-1234", expect=409)
    uss2.subscribe(sub["id"], volume(at, **WINDOW), version=sub["version"], expect=403)
    uss1.subscribe(line.fresh_id(), volume(at, **WINDOW), version=sub["version"], expect=400)
    uss1.subscribe(sub["id"], volume(at, start_s=0, end_s=3600), expect=409)   # created already
    newer = uss1.subscribe(sub["id"], volume(at, **WINDOW), version=sub["version"])["subscription"]
    assert newer["version"] != sub["version"]
    uss1.subscribe(sub["id"], volume(at, radius=300, **WINDOW), version=sub["version"], expect=409)


@rule
def deleting():
    """Delete: absent 404, another's 403, version 409."""
    sub = made(uss1, volume(place(), **WINDOW))
    uss1.delete(line.fresh_id(), sub["version"], expect=404, what=SUBSCRIPTIONS)
    uss2.delete(sub["id"], sub["version"], expect=403, what=SUBSCRIPTIONS)
    uss1.delete(sub["id"], "wrong-version-1234", expect=409, what=SUBSCRIPTIONS)
    assert uss1.delete(sub["id"], sub["version"], what=SUBSCRIPTIONS)["subscription"]["id"] == sub["id"]
    uss1.want(404, "GET", f"{SUBSCRIPTIONS}/{sub['id']}")


@rule
def dependents():
    """It must go on covering its dependent intents (400). Delete with dependents 400."""
    at = place()
    sub = made(uss1, volume(at, radius=1000, **WINDOW))
    intent = uss1.new(volume(at), subscription_id=sub["id"])
    uss1.subscribe(sub["id"], volume(at, radius=100, **WINDOW), version=sub["version"], expect=400)
    uss1.subscribe(sub["id"], volume(at, radius=1000, start_s=0, end_s=600), version=sub["version"], expect=400)
    uss1.delete(sub["id"], sub["version"], expect=400, what=SUBSCRIPTIONS)
    sub = uss1.subscribe(sub["id"], volume(at, radius=500, **WINDOW), version=sub["version"])["subscription"]
    uss1.delete(intent["id"], intent["ovn"])
    uss1.delete(sub["id"], sub["version"], what=SUBSCRIPTIONS)


@rule
def another_does_not_read_it():
    """GET by another 403."""
    sub = made(uss1, volume(place(), **WINDOW))
    uss2.want(403, "GET", f"{SUBSCRIPTIONS}/{sub['id']}")


@rule
def queries():
    """Query returns own and unexpired."""
    at = place()
    sub = made(uss1, volume(at, **WINDOW))
    short = made(uss1, volume(at, start_s=0, end_s=2))
    made(uss2, volume(at, **WINDOW))
    assert ids(uss1.query(volume(at), what=SUBSCRIPTIONS)) == {sub["id"]}   # the short one ends before the area starts
    time.sleep(2.5)
    open_area = volume(at, start_s=None, end_s=None)
    assert ids(uss1.query(open_area, what=SUBSCRIPTIONS)) == {sub["id"]}, short
    assert uss1.query(volume(east(at, 5000)), what=SUBSCRIPTIONS) == []
    uss1.query({"volume": {}}, expect=400, what=SUBSCRIPTIONS)


@rule
def what_the_answer_lists():
    """The answer lists intents or constraints only for the flags asked, the other member is absent."""
    at = place()
    intent = uss2.new(volume(at))
    zone = uss2.constrain(line.fresh_id(), volume(at))["constraint_reference"]
    for flags, intents, zones in (((True, False), True, False), ((False, True), False, True), ((True, True), True, True)):
        answer = uss1.subscribe(line.fresh_id(), volume(at, **WINDOW), notify_for_operational_intents=flags[0],
                                notify_for_constraints=flags[1])
        assert ("operational_intent_references" in answer) == intents and ("constraint_references" in answer) == zones, answer
        if intents:
            assert ids(answer["operational_intent_references"]) == {intent["id"]}
        if zones:
            assert ids(answer["constraint_references"]) == {zone["id"]}


@rule
def versions():
    """version changes on an edit, not on a notification."""
    at = place()
    sub = made(uss1, volume(at, **WINDOW))
    intent = uss2.new(volume(at))
    read = uss1.want(200, "GET", f"{SUBSCRIPTIONS}/{sub['id']}")["subscription"]
    assert read["version"] == sub["version"] and read["notification_index"] == 1
    newer = uss1.subscribe(sub["id"], volume(at, radius=300, **WINDOW), version=sub["version"])["subscription"]
    assert newer["version"] != sub["version"] and newer["notification_index"] == 1
    uss2.delete(intent["id"], intent["ovn"])


@rule
def scopes_of_the_flags():
    """Asking for constraints needs CP, for intents SC."""
    at = place()
    uss1.subscribe(line.fresh_id(), volume(at, **WINDOW), scopes=(SC,))
    uss1.subscribe(line.fresh_id(), volume(at, **WINDOW), scopes=(CP,), notify_for_operational_intents=False, notify_for_constraints=True)


@rule
def retries():
    """A retried PUT or DELETE that already happened is answered as it was the first time."""
    body = {"extents": volume(place(), **WINDOW), "uss_base_url": uss1.url, "notify_for_operational_intents": True}
    name = line.fresh_id()
    first = uss1.want(200, "PUT", f"{SUBSCRIPTIONS}/{name}", body)["subscription"]
    assert uss1.want(200, "PUT", f"{SUBSCRIPTIONS}/{name}", body)["subscription"] == first
    uss1.delete(name, first["version"], what=SUBSCRIPTIONS)
    assert uss1.delete(name, first["version"], what=SUBSCRIPTIONS)["subscription"]["id"] == name


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

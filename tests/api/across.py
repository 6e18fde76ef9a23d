#!/usr/bin/python3
"""F3548.md, "Across the line".

Usage: across.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import sys
import time

import face
import line
from face import AA, AVAILABILITY, CMSA, CP, INTENTS, SC, east, ids, place, rule, volume

daemon = None
uss1 = uss2 = uss3 = uss4 = None
DETAILS = "/uss/v1/operational_intents"


def start(the_daemon, clients):
    global daemon, uss1, uss2, uss3, uss4
    daemon = the_daemon
    uss1, uss2, uss3, uss4 = clients


def refused(client, name, extents, **how):
    """The line reference of a PUT that the line refuses."""
    said = client.put(name, extents, expect=409, **how)
    missing = said["missing_operational_intents"]
    assert len(missing) == 1 and not said.get("missing_constraints"), said
    return missing[0]


def line_details(client, reference, expect=200):
    found = client.want(expect, "GET", f"{DETAILS}/{reference['id']}")
    return found["operational_intent"] if expect == 200 else found


@rule
def a_line_reference():
    """409 with one line reference: manager sideline, the server's URL, Accepted, the own time window."""
    at, now = place(), time.time()
    uss3.new(volume(at, start_s=300, end_s=900, now=now))
    name = line.fresh_id()
    reference = refused(uss1, name, volume(at, start_s=60, end_s=1200, now=now))
    assert reference["manager"] == "sideline" and reference["uss_base_url"] == face.BASE and reference["state"] == "Accepted"
    assert reference["uss_availability"] == "Normal" and reference["id"] != name
    assert reference["time_start"]["value"][:19] == line.rfc3339(now + 60)[:19]
    assert reference["time_end"]["value"][:19] == line.rfc3339(now + 1200)[:19]
    uss1.get(name, expect=404)


@rule
def details_of_a_line_reference():
    """GET of it gives the OVN, a priority above the caller's, and own volumes; with the OVN in the key the PUT succeeds."""
    at = place()
    uss3.new(volume(at))
    name, mine = line.fresh_id(), volume(at, radius=150)
    reference = refused(uss1, name, mine)
    found = line_details(uss1, reference)
    assert found["reference"]["id"] == reference["id"] and found["reference"]["manager"] == "sideline"
    assert found["details"]["priority"] > 100 and len(found["details"]["volumes"]) >= 1
    ovn = found["reference"]["ovn"]
    assert 16 <= len(ovn) <= 128
    made = uss1.put(name, mine, key=[ovn])["operational_intent_reference"]
    assert made["version"] == 1
    # The conflict stands: an update without it is refused again.
    refused(uss1, name, volume(at, radius=140), ovn=made["ovn"])


@rule
def nobody_else_reads_it():
    """Anybody else, and its telemetry: 404."""
    at = place()
    uss3.new(volume(at))
    reference = refused(uss1, line.fresh_id(), volume(at))
    for client in (uss2, uss3, uss4):
        line_details(client, reference, expect=404)
    uss1.want(404, "GET", f"{DETAILS}/{reference['id']}/telemetry", scopes=(CMSA,))
    uss2.get(reference["id"], expect=404)


@rule
def the_other_side_is_not_seen():
    """Queries show own-side entities only; nothing tells the other's manager, id or OVN."""
    at = place()
    theirs = uss3.new(volume(at))
    assert uss1.query(volume(at)) == []
    said = uss1.ask("PUT", f"{INTENTS}/{line.fresh_id()}", {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss1.url})
    assert said.status == 409
    for secret in (theirs["id"], theirs["ovn"], "uss3", uss3.url):
        assert secret.encode() not in said.body, secret


@rule
def no_constraint_crosses():
    """No constraint reference ever crosses the line."""
    at = place()
    uss3.constrain(line.fresh_id(), volume(at))
    assert uss1.query(volume(at), scopes=(CP,), what=face.CONSTRAINTS) == []
    asks = {"uss_base_url": uss1.url, "notify_for_constraints": True}
    answer = uss1.ask("PUT", f"{INTENTS}/{line.fresh_id()}",
                      {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss1.url, "new_subscription": asks},
                      scopes=(SC, CP))
    assert answer.status in (201, 409) and not answer.json.get("missing_constraints"), answer.body


@rule
def one_reference_whatever_lies_behind():
    """One reference however many lie behind, beside what peers have there."""
    at = place()
    third = uss3.new(volume(at, lower=100, upper=120))
    uss4.new(volume(at, lower=110, upper=130), key=[third["ovn"]])
    own = uss2.put(line.fresh_id(), volume(east(at, 5000)))["operational_intent_reference"]
    name, extents = line.fresh_id(), [volume(at), volume(east(at, 5000))]
    said = uss1.put(name, extents, expect=409)["missing_operational_intents"]
    assert own["id"] in ids(said) and {r["manager"] for r in said} <= {"sideline", "uss2"}, said
    refused(uss1, name, extents, key=[own["ovn"]])


@rule
def the_reference_is_its_own():
    """Id and OVN change when the own version or granules change, never because the other side amended."""
    at = place()
    theirs = uss3.new(volume(at, radius=100))
    name, mine = line.fresh_id(), volume(at, radius=150)
    first = refused(uss1, name, mine)
    ovn = line_details(uss1, first)["reference"]["ovn"]
    amended = volume(at, radius=110)
    seen = line_details(uss3, refused(uss3, theirs["id"], amended, ovn=theirs["ovn"]))
    uss3.put(theirs["id"], amended, ovn=theirs["ovn"], key=[seen["reference"]["ovn"]])
    again = refused(uss1, name, mine)
    assert again["id"] == first["id"] and line_details(uss1, again)["reference"]["ovn"] == ovn
    other = refused(uss1, name, volume(at, radius=160))
    assert line_details(uss1, other)["reference"]["ovn"] != ovn


@rule
def replanned_and_clear():
    """Replanned so that the verdict is CLEAR, no reference appears."""
    at = place()
    uss3.new(volume(at))
    name = line.fresh_id()
    refused(uss1, name, volume(at))
    uss1.put(name, volume(east(at, 30000)))


@rule
def a_refused_put_protects():
    """The refused PUT stands as pending: it protects."""
    at = place()
    uss3.new(volume(at, radius=100, lower=100, upper=120))
    refused(uss1, line.fresh_id(), volume(at, radius=100, lower=115, upper=200))
    # Clear of uss3's own plan, in the way of nothing but the pending one.
    reference = refused(uss4, line.fresh_id(), volume(at, radius=100, lower=180, upper=190))
    assert reference["manager"] == "sideline"


@rule
def a_pending_intent_is_not_seen_by_its_side():
    """What was refused does not exist for peers."""
    at = place()
    uss3.new(volume(at))
    name = line.fresh_id()
    refused(uss1, name, volume(at))
    assert uss2.query(volume(at)) == []
    assert {r["manager"] for r in uss1.query(volume(at))} <= {"sideline"}   # its own line reference
    uss2.get(name, expect=404)
    uss1.get(name, expect=404)


@rule
def activation_needs_the_ovn():
    """Activation over a standing conflict needs the current OVN."""
    at = place()
    uss3.new(volume(at))
    name, mine = line.fresh_id(), volume(at)
    ovn = line_details(uss1, refused(uss1, name, mine))["reference"]["ovn"]
    made = uss1.put(name, mine, key=[ovn])["operational_intent_reference"]
    reference = refused(uss1, name, mine, ovn=made["ovn"], state="Activated")
    current = line_details(uss1, reference)["reference"]["ovn"]
    made = uss1.put(name, mine, ovn=made["ovn"], state="Activated", key=[current])["operational_intent_reference"]
    assert made["state"] == "Activated"


@rule
def urgent_states_are_taken():
    """Nonconforming and Contingent are judged and delivered at once although the standard skips the key check."""
    at, free = place(), place()
    uss3.new(volume(at))
    mine = uss1.new(volume(free))
    mine = uss1.put(mine["id"], volume(free), ovn=mine["ovn"], state="Activated")["operational_intent_reference"]
    made = uss1.put(mine["id"], volume(at), ovn=mine["ovn"], state="Nonconforming", scopes=(CMSA,))["operational_intent_reference"]
    assert made["state"] == "Nonconforming"


@rule
def indices_count_own_entities():
    """Ordinary indices and subscribers count own-side entities only."""
    at = place()
    sub = uss2.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200))["subscription"]
    answer = uss3.put(line.fresh_id(), volume(at))
    assert answer["subscribers"] == []
    assert uss2.want(200, "GET", f"{face.SUBSCRIPTIONS}/{sub['id']}")["subscription"]["notification_index"] == 0


@rule
def sideline_is_always_normal():
    """Availability of sideline is always Normal; the exemption for Down managers never applies to it."""
    at = place()
    answer = uss1.want(200, "GET", f"{AVAILABILITY}/sideline", scopes=(SC,))
    assert answer["status"]["availability"] == "Normal"
    said = uss1.ask("PUT", f"{AVAILABILITY}/sideline", {"old_version": answer["version"], "availability": "Down"}, scopes=(AA,))
    assert said.status in (200, 400, 403, 409)
    assert uss1.want(200, "GET", f"{AVAILABILITY}/sideline", scopes=(SC,))["status"]["availability"] == "Normal"
    theirs = uss3.want(200, "GET", f"{AVAILABILITY}/uss3", scopes=(AA,))
    uss3.new(volume(at))
    down = uss3.want(200, "PUT", f"{AVAILABILITY}/uss3", {"old_version": theirs["version"], "availability": "Down"}, scopes=(AA,))
    try:
        refused(uss1, line.fresh_id(), volume(at))
        # And it is the other side's own business.
        assert uss1.want(200, "GET", f"{AVAILABILITY}/uss3", scopes=(SC,))["status"]["availability"] == "Unknown"
    finally:
        uss3.want(200, "PUT", f"{AVAILABILITY}/uss3", {"old_version": down["version"], "availability": "Normal"}, scopes=(AA,))


@rule
def the_native_face_is_the_same_model():
    """One model, two faces: a native plan and one of this face conflict across the line."""
    at = place()
    native = daemon.native["red", "ops"]
    answer = native.put(line.fresh_id(), line.box(at[0], at[1], lower=100, upper=160, start_s=60, end_s=900))
    assert answer.status == 200 and answer.json["verdict"]["verdict"] == "CLEAR", answer.body
    reference = refused(uss1, line.fresh_id(), volume(at))
    assert reference["manager"] == "sideline"


@rule
def deleted_and_flying():
    """DELETE of an Activated intent is honoured on this face and held across the line (L7)."""
    at = place()
    mine = uss1.new(volume(at, start_s=0))
    mine = uss1.put(mine["id"], volume(at, start_s=0), ovn=mine["ovn"], state="Activated")["operational_intent_reference"]
    uss1.delete(mine["id"], mine["ovn"])
    uss1.get(mine["id"], expect=404)
    assert uss2.query(volume(at)) == []
    refused(uss3, line.fresh_id(), volume(at, start_s=0))


@rule
def after_three_refusals():
    """After three refusals of one id in 15 min the next reference covers all own granules."""
    at = place()
    small = {"radius": 50, "lower": 130, "upper": 140, "end_s": 300}   # few granules: over 16 are told as all
    uss3.new(volume(at, **small))
    name, away = line.fresh_id(), volume(east(at, 30000), **small)
    for attempt in range(3):
        small["radius"] -= 1
        few = line_details(uss1, refused(uss1, name, [volume(at, **small), away]))["details"]["volumes"]
        assert len(few) == 1, few
    small["radius"] -= 1
    whole = line_details(uss1, refused(uss1, name, [volume(at, **small), away]))["details"]["volumes"]
    assert len(whole) == 2, whole


@rule
def suspended_lines():
    """UNDECIDED is a line reference over all of P's own granules, the same whatever lies behind."""
    at = place()
    focal = daemon.focal["blue"]
    assert focal.ask("POST", "/v1/line/north/suspend", {}).status == 200
    try:
        name, mine = line.fresh_id(), volume(at)
        reference = refused(uss1, name, mine)
        found = line_details(uss1, reference)
        assert found["reference"]["manager"] == "sideline" and len(found["details"]["volumes"]) == 1
        uss1.put(name, mine, key=[found["reference"]["ovn"]])
    finally:
        for party in daemon.focal.values():
            party.ask("POST", "/v1/line/north/resume", {})
            party.ask("POST", "/v1/line/north/answer", {})
        daemon.beat()


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

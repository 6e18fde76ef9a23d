#!/usr/bin/python3
"""F3548.md: /uss/v1, availability, reports, and what tools expect.

Usage: uss.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import sys

import face
import line
from face import AA, AVAILABILITY, CM, CMSA, CP, SC, instant, place, rule, volume

daemon = None
uss1 = uss2 = uss3 = None
DETAILS = "/uss/v1/operational_intents"
ZONES = "/uss/v1/constraints"


def start(the_daemon, clients):
    global daemon, uss1, uss2, uss3
    daemon = the_daemon
    uss1, uss2, uss3 = clients[:3]


def notice(reference, volumes, priority=0, **changed):
    return {"operational_intent_id": reference["id"],
            "operational_intent": {"reference": {**reference, **changed}, "details": {"volumes": volumes, "priority": priority}},
            "subscriptions": [{"subscription_id": line.fresh_id(), "notification_index": 0}]}


@rule
def availability_of_the_unknown():
    """GET uss_availability: unknown is 200, Unknown, version ""."""
    answer = uss1.want(200, "GET", f"{AVAILABILITY}/nobody", scopes=(AA,))
    assert answer == {"version": "", "status": {"uss": "nobody", "availability": "Unknown"}}


@rule
def setting_availability():
    """PUT uss_availability: 200 with a new version; another version is 409."""
    for state in ("Down", "Normal", "Unknown"):
        before = uss1.want(200, "GET", f"{AVAILABILITY}/uss7", scopes=(SC,))
        body = {"old_version": before["version"], "availability": state}
        after = uss1.want(200, "PUT", f"{AVAILABILITY}/uss7", body, scopes=(AA,))
        assert after["status"] == {"uss": "uss7", "availability": state} and after["version"] not in ("", before["version"])
        assert uss1.want(200, "GET", f"{AVAILABILITY}/uss7", scopes=(CMSA,)) == after
        uss1.want(409, "PUT", f"{AVAILABILITY}/uss7", {"old_version": "other", "availability": "Down"}, scopes=(AA,))
    uss1.want(400, "PUT", f"{AVAILABILITY}/uss7", {"old_version": "", "availability": "Gone"}, scopes=(AA,))
    uss1.want(400, "PUT", f"{AVAILABILITY}/uss7", {"availability": "Down"}, scopes=(AA,))


@rule
def reports():
    """POST reports: 201 with report_id, on both faces."""
    exchange = {"url": "https://uss2.example/x", "method": "PUT", "headers": ["Authorization: Bearer x"], "recorder_role": "Client",
                "request_time": instant(1700000000), "request_source": "uss1", "response_code": 500, "problem": "it failed"}
    seen = set()
    for target in ("/dss/v1/reports", "/uss/v1/reports"):
        for scope in face.SCOPES:
            answer = uss1.want(201, "POST", target, {"exchange": exchange}, scopes=(scope,))
            assert 0 < len(answer["report_id"]) <= 128 and answer["report_id"] not in seen
            seen.add(answer["report_id"])
            assert answer["exchange"]["url"] == exchange["url"]
        uss1.want(400, "POST", target, {}, scopes=(SC,))


@rule
def tools_expect():
    """GET /healthy -> ok; GET /aux/v1/version."""
    answer = daemon.ask("GET", "/healthy")
    assert answer.status == 200 and answer.body == b"ok", answer.body
    answer = uss1.ask("GET", "/aux/v1/version")
    assert answer.status == 200 and answer.json["version"], answer.body


@rule
def validate_oauth():
    """GET /aux/v1/validate_oauth[?owner=]: 403 if owner differs from sub."""
    uss1.want(200, "GET", "/aux/v1/validate_oauth")
    uss1.want(200, "GET", "/aux/v1/validate_oauth?owner=uss1")
    uss1.want(403, "GET", "/aux/v1/validate_oauth?owner=uss2")
    assert uss1.ask("GET", "/aux/v1/validate_oauth", authorization="").status == 401


@rule
def details_that_were_posted():
    """POST operational_intents: 204; GET gives a peer what was posted, with the OVN."""
    at = place()
    mine = uss1.new(volume(at))
    uss1.want(204, "POST", DETAILS, notice(mine, [volume(at)], priority=7))
    read = uss2.want(200, "GET", f"{DETAILS}/{mine['id']}")["operational_intent"]
    assert read["details"]["priority"] == 7 and len(read["details"]["volumes"]) == 1
    assert read["details"]["volumes"][0]["volume"] == volume(at)["volume"], read
    assert read["reference"]["ovn"] == mine["ovn"] and read["reference"]["manager"] == "uss1"
    uss2.new(volume(at), key=[read["reference"]["ovn"]])


@rule
def the_manager_alone_posts():
    """403 if the caller is not the manager."""
    at = place()
    mine = uss1.new(volume(at))
    uss2.want(403, "POST", DETAILS, notice(mine, [volume(at)]))
    uss2.want(403, "POST", DETAILS, notice(mine, [volume(at)], manager="uss2"))


@rule
def older_details():
    """409 if older, or same version with other content; the same again is 204."""
    at = place()
    mine = uss1.new(volume(at))
    newer = uss1.put(mine["id"], volume(at), ovn=mine["ovn"])["operational_intent_reference"]
    body = notice(newer, [volume(at)])
    uss1.want(204, "POST", DETAILS, body)
    uss1.want(204, "POST", DETAILS, body)
    uss1.want(409, "POST", DETAILS, notice(newer, [volume(at)], priority=9))
    uss1.want(409, "POST", DETAILS, notice(mine, [volume(at)]))


@rule
def details_of_a_native_party():
    """Under /uss/v1 the server answers for parties that have no server of their own."""
    at = place()
    native = daemon.native["blue", "two"]
    name = line.fresh_id()
    answer = native.put(name, line.box(at[0], at[1], lower=100, upper=160, start_s=60, end_s=900))
    assert answer.status == 200, answer.body
    found = [r for r in uss1.query(volume(at))]
    assert [r["id"] for r in found] == [name], found
    read = uss1.want(200, "GET", f"{DETAILS}/{name}")["operational_intent"]
    assert read["details"]["volumes"] and read["reference"]["ovn"]
    uss1.new(volume(at), key=[read["reference"]["ovn"]])


@rule
def unknown_details():
    """GET details of an unknown intent or constraint: 404."""
    uss1.want(404, "GET", f"{DETAILS}/{line.fresh_id()}")
    uss1.want(404, "GET", f"{ZONES}/{line.fresh_id()}", scopes=(CP,))
    uss1.want(400, "GET", f"{DETAILS}/x")


@rule
def telemetry():
    """Telemetry: 409 wrong state, 412 none, 404 unknown."""
    at = place()
    mine = uss1.new(volume(at))
    target = f"{DETAILS}/{mine['id']}/telemetry"
    uss2.want(409, "GET", target, scopes=(CMSA,))
    mine = uss1.put(mine["id"], volume(at), ovn=mine["ovn"], state="Activated")["operational_intent_reference"]
    uss1.put(mine["id"], volume(at), ovn=mine["ovn"], state="Nonconforming", scopes=(CMSA,))
    uss2.want(412, "GET", target, scopes=(CMSA,))
    uss2.want(404, "GET", f"{DETAILS}/{line.fresh_id()}/telemetry", scopes=(CMSA,))


@rule
def constraint_details():
    """GET and POST constraints."""
    at = place()
    zone = uss1.constrain(line.fresh_id(), volume(at))["constraint_reference"]
    body = {"constraint_id": zone["id"], "constraint": {"reference": zone, "details": {"volumes": [volume(at)], "type": "com.example"}},
            "subscriptions": [{"subscription_id": line.fresh_id(), "notification_index": 0}]}
    uss1.want(204, "POST", ZONES, body, scopes=(CM,))
    read = uss2.want(200, "GET", f"{ZONES}/{zone['id']}", scopes=(CP,))["constraint"]
    assert read["details"]["type"] == "com.example" and read["reference"]["ovn"] == zone["ovn"]
    uss2.want(403, "POST", ZONES, body, scopes=(CM,))


@rule
def ids_of_the_other_side():
    """Ids of the other side answer exactly as unknown ones."""
    at = place()
    mine = uss1.new(volume(at))
    zone = uss1.constrain(line.fresh_id(), volume(at))["constraint_reference"]
    sub = uss1.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=3600))["subscription"]
    for method, target, tail, scope in (
            ("GET", face.INTENTS, "", SC), ("DELETE", face.INTENTS, "/" + mine["ovn"], SC),
            ("GET", face.CONSTRAINTS, "", CP), ("DELETE", face.CONSTRAINTS, "/" + zone["ovn"], CM),
            ("GET", face.SUBSCRIPTIONS, "", SC), ("DELETE", face.SUBSCRIPTIONS, "/" + sub["version"], SC),
            ("GET", DETAILS, "", SC), ("GET", ZONES, "", CP)):
        name = {face.INTENTS: mine, DETAILS: mine, face.SUBSCRIPTIONS: sub}.get(target, zone)["id"]
        theirs = uss3.ask(method, f"{target}/{name}{tail}", scopes=(scope,))
        unknown = uss3.ask(method, f"{target}/{line.fresh_id()}{tail}", scopes=(scope,))
        assert theirs.status == unknown.status == 404 and theirs.body == unknown.body, (method, target, theirs.status)
    # And they may use the same id for something of their own.
    away = place()
    made = uss3.put(mine["id"], volume(away))["operational_intent_reference"]
    assert made["manager"] == "uss3" and uss1.get(mine["id"]) == mine


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

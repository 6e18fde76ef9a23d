#!/usr/bin/python3
"""F3548.md, "Operational intents".

Usage: intents.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import re
import sys
import threading
import time
import uuid

import face
import line
from face import AA, CM, CMSA, CP, INTENTS, NO_SUBSCRIPTION, SC, SUBSCRIPTIONS, east, ids, place, rule, volume

daemon = None
uss1 = uss2 = None


def start(the_daemon, clients):
    global daemon, uss1, uss2
    daemon = the_daemon
    uss1, uss2 = clients[:2]


def ovns(references):
    return [reference["ovn"] for reference in references]


def uuid7(milliseconds):
    number = milliseconds << 80 | 0x7 << 76 | uuid.uuid4().int & 0xFFF << 64 | 0x2 << 62 | uuid.uuid4().int & (1 << 62) - 1
    return str(uuid.UUID(int=number))


@rule
def the_answer_of_a_creation():
    """PUT creates: 201, version 1, an OVN of 44 URL-safe characters, what was given."""
    now = time.time()
    name = line.fresh_id()
    answer = uss1.put(name, [volume(place(), start_s=60, end_s=600, now=now), volume(place(), start_s=30, end_s=300, now=now)])
    made = answer["operational_intent_reference"]
    assert answer["subscribers"] == []
    assert made["id"] == name and made["manager"] == "uss1" and made["version"] == 1 and made["state"] == "Accepted"
    assert re.fullmatch(r"[A-Za-z0-9_-]{44}", made["ovn"]), made
    assert made["uss_base_url"] == uss1.url and made["uss_availability"] in ("Unknown", "Normal")
    assert made["subscription_id"] == NO_SUBSCRIPTION
    assert made["time_start"]["value"][:19] == line.rfc3339(now + 30)[:19]
    assert made["time_end"]["value"][:19] == line.rfc3339(now + 600)[:19]
    assert uss1.get(name) == made


@rule
def only_as_accepted():
    """Create only as Accepted."""
    for state, scopes in (("Activated", (SC,)), ("Nonconforming", (CMSA,)), ("Contingent", (CMSA,))):
        uss1.put(line.fresh_id(), volume(place()), state=state, scopes=scopes, expect=400)


@rule
def ended_is_delete():
    """Ended is 400 (ending is DELETE)."""
    made = uss1.new(volume(place()))
    uss1.put(made["id"], volume(place()), ovn=made["ovn"], state="Ended", expect=400)
    uss1.put(line.fresh_id(), volume(place()), state="Ended", expect=400)
    uss1.put(line.fresh_id(), volume(place()), state="Closed", expect=400)


@rule
def urgent_states_need_monitoring():
    """Nonconforming and Contingent need CMSA, else 403."""
    at = place()
    made = uss1.new(volume(at))
    for state in ("Nonconforming", "Contingent"):
        uss1.put(made["id"], volume(at), ovn=made["ovn"], state=state, expect=403)
        made = uss1.put(made["id"], volume(at), ovn=made["ovn"], state=state, scopes=(CMSA,))["operational_intent_reference"]
        assert made["state"] == state


@rule
def extents_are_whole():
    """Extents need both times and both altitudes."""
    for missing in ("lower", "upper", "start_s", "end_s"):
        uss1.put(line.fresh_id(), [volume(place()), volume(place(), **{missing: None})], expect=400)
    uss1.put(line.fresh_id(), [], expect=400)
    made = uss1.new(volume(place()))
    for missing in ("lower", "upper"):
        uss1.put(made["id"], volume(place(), **{missing: None}), ovn=made["ovn"], expect=400)
    assert uss1.get(made["id"]) == made


@rule
def an_end_in_the_future():
    """Extents need an end in the future."""
    uss1.put(line.fresh_id(), volume(place(), start_s=-600, end_s=-1), expect=400)
    uss1.new(volume(place(), start_s=-600, end_s=60))


@rule
def https_base_urls():
    """uss_base_url is https unless the server was told to allow http."""
    for url in ("http://uss1.example", "uss1.example", "", "ftp://uss1.example", "https://"):
        body = {"extents": [volume(place())], "key": [], "state": "Accepted", "uss_base_url": url}
        uss1.want(400, "PUT", f"{INTENTS}/{line.fresh_id()}", body)
    uss1.put(line.fresh_id(), volume(place()), new_subscription={"uss_base_url": "http://uss1.example"}, expect=400)


@rule
def states_need_a_subscription():
    """A state other than Accepted needs subscription_id or new_subscription."""
    at = place()
    made = uss1.new(volume(at))
    body = {"extents": [volume(at)], "key": [], "state": "Activated", "uss_base_url": uss1.url}
    uss1.want(400, "PUT", f"{INTENTS}/{made['id']}/{made['ovn']}", body)
    made = uss1.put(made["id"], volume(at), ovn=made["ovn"], state="Activated")["operational_intent_reference"]
    assert made["state"] == "Activated" and made["subscription_id"] != NO_SUBSCRIPTION


@rule
def not_both_subscriptions():
    """subscription_id and new_subscription together are 400."""
    at = place()
    sub = uss1.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200))["subscription"]
    uss1.put(line.fresh_id(), volume(at), expect=400, subscription_id=sub["id"], new_subscription={"uss_base_url": uss1.url})


@rule
def the_key():
    """The OVN of every relevant intent except itself, own ones too, must be in the key."""
    at = place()
    first = uss1.new(volume(at))
    second = uss2.new(volume(east(at, 150)), key=[first["ovn"]])
    away = uss2.new(volume(east(at, 5000)))
    name = line.fresh_id()
    said = uss1.put(name, volume(at), expect=409)
    assert ids(said["missing_operational_intents"]) == {first["id"], second["id"]}
    assert said["message"] and not said.get("missing_constraints")
    for reference in said["missing_operational_intents"]:
        assert reference["id"] != second["id"] or reference.get("ovn") in (None, "", "Available from USS")
    said = uss1.put(name, volume(at), key=[first["ovn"], away["ovn"]], expect=409)
    assert ids(said["missing_operational_intents"]) == {second["id"]}   # only those missing
    uss1.get(name, expect=404)                                           # nothing changed
    made = uss1.put(name, volume(at), key=[first["ovn"], second["ovn"]])["operational_intent_reference"]
    # Itself is not asked for, at Activated neither.
    uss1.put(name, volume(at), ovn=made["ovn"], state="Activated", expect=409)
    uss1.put(name, volume(at), ovn=made["ovn"], state="Activated", key=[first["ovn"], second["ovn"]])


@rule
def old_ovns_do_not_count():
    """An OVN that is no longer current is missing."""
    at = place()
    first = uss2.new(volume(at))
    newer = uss2.put(first["id"], volume(at), ovn=first["ovn"])["operational_intent_reference"]
    said = uss1.put(line.fresh_id(), volume(at), key=[first["ovn"]], expect=409)
    assert ids(said["missing_operational_intents"]) == {first["id"]}
    uss1.new(volume(at), key=[newer["ovn"]])


@rule
def nothing_changes_on_a_conflict():
    """A refused update changes nothing."""
    at, free = place(), place()
    uss2.new(volume(at))
    mine = uss1.new(volume(free))
    uss1.put(mine["id"], volume(at), ovn=mine["ovn"], expect=409)
    assert uss1.get(mine["id"]) == mine
    assert mine["id"] in ids(uss1.query(volume(free)))
    assert mine["id"] not in ids(uss1.query(volume(at)))


@rule
def urgent_states_skip_the_key():
    """Nonconforming and Contingent are not asked for a key."""
    at, other = place(), place()
    uss2.new(volume(other))
    mine = uss1.new(volume(at))
    mine = uss1.put(mine["id"], volume(at), ovn=mine["ovn"], state="Activated")["operational_intent_reference"]
    uss1.put(mine["id"], volume(other), ovn=mine["ovn"], state="Nonconforming", scopes=(CMSA,))


@rule
def managers_that_are_down():
    """An Accepted intent of a manager that is Down need not be in the key; an Activated one must."""
    at, there = place(), place()
    accepted = uss2.new(volume(at))
    flying = uss2.new(volume(there))
    flying = uss2.put(flying["id"], volume(there), ovn=flying["ovn"], state="Activated")["operational_intent_reference"]
    version = uss1.want(200, "GET", f"{face.AVAILABILITY}/uss2", scopes=(AA,))["version"]
    set_to = lambda version, state: uss1.want(200, "PUT", f"{face.AVAILABILITY}/uss2", {"old_version": version, "availability": state},
                                              scopes=(AA,))["version"]
    version = set_to(version, "Down")
    try:
        assert uss1.get(accepted["id"])["uss_availability"] == "Down"   # uss_availability is live
        uss1.new(volume(at))
        said = uss1.put(line.fresh_id(), volume(there), expect=409)
        assert ids(said["missing_operational_intents"]) == {flying["id"]}
    finally:
        set_to(version, "Normal")
    assert uss1.get(accepted["id"])["uss_availability"] == "Normal"
    uss1.put(line.fresh_id(), volume(at, radius=10), expect=409)


@rule
def a_uss_that_is_down():
    """A USS that is Down may not create, modify into Accepted or Activated, or delete: 412."""
    at = place()
    mine = uss2.new(volume(at))
    version = uss1.want(200, "GET", f"{face.AVAILABILITY}/uss2", scopes=(AA,))["version"]
    down = uss1.want(200, "PUT", f"{face.AVAILABILITY}/uss2", {"old_version": version, "availability": "Down"}, scopes=(AA,))
    try:
        uss2.put(line.fresh_id(), volume(place()), expect=412)
        uss2.put(mine["id"], volume(at), ovn=mine["ovn"], expect=412)
        uss2.put(mine["id"], volume(at), ovn=mine["ovn"], state="Activated", expect=412)
        uss2.delete(mine["id"], mine["ovn"], expect=412)
    finally:
        uss1.want(200, "PUT", f"{face.AVAILABILITY}/uss2", {"old_version": down["version"], "availability": "Normal"}, scopes=(AA,))
    uss2.delete(mine["id"], mine["ovn"])


@rule
def constraints_only_where_asked():
    """Constraints' OVNs are asked for only if the attached subscription asks for constraints."""
    at = place()
    zone = uss2.constrain(line.fresh_id(), volume(at))["constraint_reference"]
    uss1.new(volume(at, lower=100, upper=110))
    uss1.new(volume(at, lower=120, upper=130), new_subscription={"uss_base_url": uss1.url})
    asks = {"uss_base_url": uss1.url, "notify_for_constraints": True}
    said = uss1.put(line.fresh_id(), volume(at, lower=140, upper=150), expect=409, scopes=(SC, CP), new_subscription=asks)
    assert ids(said["missing_constraints"]) == {zone["id"]} and not said["missing_operational_intents"]
    assert all(r.get("ovn") in (None, "", "Available from USS") for r in said["missing_constraints"])
    uss1.new(volume(at, lower=140, upper=150), scopes=(SC, CP), new_subscription=asks, key=[zone["ovn"]])


@rule
def the_manager_updates():
    """Update: manager differs 403."""
    at = place()
    made = uss1.new(volume(at))
    uss2.put(made["id"], volume(at), ovn=made["ovn"], expect=403)
    assert uss1.get(made["id"]) == made


@rule
def the_current_ovn_updates():
    """Update: OVN differs 409."""
    at = place()
    made = uss1.new(volume(at))
    uss1.put(made["id"], volume(at), ovn="A" * 44, expect=409)
    newer = uss1.put(made["id"], volume(east(at, 10)), ovn=made["ovn"])["operational_intent_reference"]
    assert newer["version"] == 2 and newer["ovn"] != made["ovn"]
    uss1.put(made["id"], volume(at), ovn=made["ovn"], expect=409)


@rule
def an_absent_one_is_not_updated():
    """Update: absent 400."""
    uss1.put(line.fresh_id(), volume(place()), ovn="A" * 44, expect=400)


@rule
def create_over_an_existing_id():
    """Create over an existing id 409."""
    made = uss1.new(volume(place()))
    uss1.put(made["id"], volume(place()), expect=409)
    uss2.put(made["id"], volume(place()), expect=409)
    assert uss1.get(made["id"]) == made


@rule
def deleting():
    """Delete: absent 404, then 403, then 409; then it is gone."""
    made = uss1.new(volume(place()))
    uss1.delete(line.fresh_id(), made["ovn"], expect=404)
    uss2.delete(made["id"], "A" * 44, expect=403)
    uss1.delete(made["id"], "A" * 44, expect=409)
    answer = uss1.delete(made["id"], made["ovn"])
    assert answer["operational_intent_reference"]["id"] == made["id"] and answer["subscribers"] == []
    uss1.get(made["id"], expect=404)


@rule
def versions_and_ovns():
    """version starts at 1; a new OVN on every write."""
    at = place()
    made = uss1.new(volume(at))
    seen = {made["ovn"]}
    for version in range(2, 6):
        made = uss1.put(made["id"], volume(at), ovn=made["ovn"])["operational_intent_reference"]
        assert made["version"] == version and made["ovn"] not in seen
        seen.add(made["ovn"])


@rule
def requested_suffixes():
    """requested_ovn_suffix (UUID v7 within 5 min of now) gives {id}_{suffix}, never reused."""
    at = place()
    now = int(time.time() * 1000)
    suffix = uuid7(now)
    name = line.fresh_id()
    made = uss1.put(name, volume(at), requested_ovn_suffix=suffix)["operational_intent_reference"]
    assert made["ovn"] == f"{name}_{suffix}"
    for wrong in (uuid7(now - 310000), uuid7(now + 310000), str(uuid.uuid4()), "x", ""):
        uss1.put(line.fresh_id(), volume(place()), requested_ovn_suffix=wrong, expect=400)
    body = {"extents": [volume(place())], "key": [], "state": "Accepted", "uss_base_url": uss1.url, "requested_ovn_suffix": uuid7(now)}
    target = f"{INTENTS}/{line.fresh_id()}"
    assert uss1.want(201, "PUT", target, body) == uss1.want(201, "PUT", target, body)   # a retry is none
    again = lambda suffix, expect: uss1.put(name, volume(at), ovn=made["ovn"], requested_ovn_suffix=suffix, expect=expect)
    again(suffix, 400)
    made = again(uuid7(now + 5), 200)["operational_intent_reference"]
    made = uss1.put(name, volume(at), ovn=made["ovn"])["operational_intent_reference"]
    again(suffix, 400)   # and not after others either


@rule
def explicit_subscriptions():
    """An explicit subscription must exist (400), be the caller's (403) and cover the intent in time and area (400)."""
    at = place()
    sub = uss1.subscribe(line.fresh_id(), volume(at, radius=1000, start_s=0, end_s=7200))["subscription"]
    foreign = uss2.subscribe(line.fresh_id(), volume(at, radius=1000, start_s=0, end_s=7200))["subscription"]
    name = line.fresh_id()
    uss1.put(name, volume(at), subscription_id=line.fresh_id(), expect=400)
    uss1.put(name, volume(at), subscription_id=foreign["id"], expect=403)
    uss1.put(name, volume(east(at, 900)), subscription_id=sub["id"], expect=400)
    uss1.put(name, volume(at, end_s=7300), subscription_id=sub["id"], expect=400)
    made = uss1.put(name, volume(at), subscription_id=sub["id"])["operational_intent_reference"]
    assert made["subscription_id"] == sub["id"]
    read = uss1.want(200, "GET", f"{SUBSCRIPTIONS}/{sub['id']}")["subscription"]
    assert read["dependent_operational_intents"] == [made["id"]] and not read["implicit_subscription"]


@rule
def implicit_subscriptions_are_extended():
    """An implicit one is extended instead."""
    at = place()
    made = uss1.new(volume(at), new_subscription={"uss_base_url": uss1.url})
    assert made["subscription_id"] != NO_SUBSCRIPTION
    later = uss1.put(made["id"], volume(east(at, 3000), end_s=3600), ovn=made["ovn"],
                     subscription_id=made["subscription_id"])["operational_intent_reference"]
    assert later["subscription_id"] == made["subscription_id"]
    read = uss1.want(200, "GET", f"{SUBSCRIPTIONS}/{made['subscription_id']}")["subscription"]
    assert read["implicit_subscription"] and read["time_end"]["value"][:16] >= later["time_end"]["value"][:16]
    # It hears of what comes near the new place.
    other = uss2.put(line.fresh_id(), volume(east(at, 3000)), key=[later["ovn"]])
    assert made["subscription_id"] in {s["subscription_id"] for each in other["subscribers"] for s in each["subscriptions"]}


@rule
def new_subscriptions_are_fresh():
    """new_subscription makes a fresh implicit one; the previous one goes when nothing uses it, also on delete."""
    at = place()
    fresh = {"uss_base_url": uss1.url}
    made = uss1.new(volume(at), new_subscription=fresh)
    first = made["subscription_id"]
    made = uss1.put(made["id"], volume(at), ovn=made["ovn"], new_subscription=fresh)["operational_intent_reference"]
    assert made["subscription_id"] not in (first, NO_SUBSCRIPTION)
    uss1.want(404, "GET", f"{SUBSCRIPTIONS}/{first}")
    uss1.delete(made["id"], made["ovn"])
    uss1.want(404, "GET", f"{SUBSCRIPTIONS}/{made['subscription_id']}")
    # An explicit one stays.
    sub = uss1.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200))["subscription"]
    made = uss1.new(volume(at), subscription_id=sub["id"])
    uss1.delete(made["id"], made["ovn"])
    assert uss1.want(200, "GET", f"{SUBSCRIPTIONS}/{sub['id']}")["subscription"]["dependent_operational_intents"] == []


@rule
def subscribers():
    """subscribers: those that meet old or new extents, the caller's own too, grouped by URL, each with its index after counting."""
    at, there = place(), place()
    here = uss2.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200))["subscription"]
    also = uss2.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200))["subscription"]
    far = uss2.subscribe(line.fresh_id(), volume(there, start_s=0, end_s=7200))["subscription"]
    own = uss1.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200))["subscription"]
    deaf = uss2.subscribe(line.fresh_id(), volume(at, start_s=0, end_s=7200), notify_for_operational_intents=False,
                          notify_for_constraints=True)["subscription"]
    counted = lambda answer: {each["uss_base_url"]: {s["subscription_id"]: s["notification_index"] for s in each["subscriptions"]}
                              for each in answer["subscribers"]}
    answer = uss1.put(line.fresh_id(), volume(at))
    made = answer["operational_intent_reference"]
    assert counted(answer) == {uss2.url: {here["id"]: 1, also["id"]: 1}, uss1.url: {own["id"]: 1}}, answer
    assert len(answer["subscribers"]) == 2
    answer = uss1.put(made["id"], volume(there), ovn=made["ovn"])   # old and new extents
    made = answer["operational_intent_reference"]
    assert counted(answer) == {uss2.url: {here["id"]: 2, also["id"]: 2, far["id"]: 1}, uss1.url: {own["id"]: 2}}, answer
    answer = uss1.delete(made["id"], made["ovn"])
    assert counted(answer) == {uss2.url: {far["id"]: 2}}, answer
    read = uss2.want(200, "GET", f"{SUBSCRIPTIONS}/{deaf['id']}", scopes=(CP,))["subscription"]
    assert read["notification_index"] == 0


@rule
def retries():
    """A retried DELETE or PUT that already happened is answered as it was the first time."""
    at = place()
    name = line.fresh_id()
    body = {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": uss1.url}
    first = uss1.want(201, "PUT", f"{INTENTS}/{name}", body)
    again = uss1.want(201, "PUT", f"{INTENTS}/{name}", body)
    assert again["operational_intent_reference"] == first["operational_intent_reference"]
    ovn = first["operational_intent_reference"]["ovn"]
    body["extents"] = [volume(east(at, 20))]
    changed = uss1.want(200, "PUT", f"{INTENTS}/{name}/{ovn}", body)
    again = uss1.want(200, "PUT", f"{INTENTS}/{name}/{ovn}", body)
    assert again["operational_intent_reference"] == changed["operational_intent_reference"]
    ovn = changed["operational_intent_reference"]["ovn"]
    gone = uss1.want(200, "DELETE", f"{INTENTS}/{name}/{ovn}")
    again = uss1.want(200, "DELETE", f"{INTENTS}/{name}/{ovn}")
    assert again["operational_intent_reference"] == gone["operational_intent_reference"]


@rule
def races():
    """Contention answers 409 or 503, never 500; of two racing for one place exactly one gets 201."""
    for _ in range(15):
        at = place()
        answers = []
        together = threading.Barrier(4)

        def race(subject):
            client = face.Client(daemon, subject)
            client.tokens = {(SC,): uss1.token((SC,)) if subject == "uss1" else uss2.token((SC,))}
            client.want(404, "GET", f"{INTENTS}/{line.fresh_id()}")   # connected
            together.wait()
            body = {"extents": [volume(at)], "key": [], "state": "Accepted", "uss_base_url": client.url}
            answers.append(client.ask("PUT", f"{INTENTS}/{line.fresh_id()}", body))

        threads = [threading.Thread(target=race, args=(subject,)) for subject in ("uss1", "uss2", "uss1", "uss2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        created = [a for a in answers if a.status == 201]
        assert len(created) == 1, [a.status for a in answers]
        name = created[0].json["operational_intent_reference"]["id"]
        for answer in answers:
            if answer.status == 409:
                assert name in ids(answer.json["missing_operational_intents"]), answer.body
            else:
                assert answer.status == 201 or (answer.status == 503 and answer.headers["Retry-After"]), answer.status


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

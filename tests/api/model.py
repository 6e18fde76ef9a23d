#!/usr/bin/python3
"""F3548.md, all at once: random requests of two clients of one side, each answer held against a
model of the acceptance list: status, what a key lacks, whom to notify with which index, versions,
dependent intents, what queries find. The seed is printed; SL_SEED repeats a run.

Usage: model.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import os
import random
import sys
import time

import face
import line
from face import AA, AVAILABILITY, CM, CMSA, CONSTRAINTS, CP, INTENTS, NO_SUBSCRIPTION, SC, SUBSCRIPTIONS, rule

STEPS = 1200
OPEN = 10 ** 9
model = None


def start(_, clients):
    global model
    seed = int(os.environ.get("SL_SEED", time.time_ns() % 10 ** 9))
    print(f"seed {seed}")
    model = Model(clients[:2], random.Random(seed))


class Box:
    """A volume: one of four places, altitudes and times in seconds, all inclusive."""

    def __init__(self, spot, lower, upper, start, end):
        self.spot, self.lower, self.upper, self.start, self.end = spot, lower, upper, start, end

    def meets(self, other):
        return (self.spot == other.spot and self.lower <= other.upper and other.lower <= self.upper and
                self.start <= other.end and other.start <= self.end)

    def covers(self, other):
        return self.spot == other.spot and self.start <= other.start and other.end <= self.end

    def volume(self, now, radius=100.0):
        how = {"now": now, "lower": self.lower, "upper": self.upper, "start_s": self.start, "end_s": self.end}
        how = {name: None if abs(value) == OPEN else value for name, value in how.items()}
        at = (51.0 + 0.02 * self.spot, 7.0)
        return face.square(at, half=0.001, **how) if self.spot % 2 and radius == 100.0 else face.volume(at, radius=radius, **how)


def meet(some, others):
    return any(a.meets(b) for a in some for b in others)


class Entity:
    """An intent, a constraint or a subscription as the model has it."""

    def __init__(self, **members):
        self.__dict__.update(members)


class Model:
    def __init__(self, clients, rnd):
        self.clients, self.rnd, self.now = clients, rnd, int(time.time())
        self.intents, self.zones, self.subs, self.down = {}, {}, {}, set()
        self.done = {}

    # ---- what is drawn ----

    def box(self):
        lower, start = self.rnd.choice([0, 50, 100, 150]), self.rnd.choice([1200, 1800, 2400])
        return Box(self.rnd.randrange(4), lower, lower + self.rnd.choice([10, 49, 50, 100]), start,
                   start + self.rnd.choice([1, 300, 599, 600, 1200]))

    def boxes(self):
        return [self.box() for _ in range(self.rnd.choice([1, 1, 2, 3]))]

    def likely(self, chance):
        return self.rnd.random() < chance

    def client_of(self, entity, chance=0.85):
        own = next((c for c in self.clients if entity and c.subject == entity.manager), None)
        return own if own and self.likely(chance) else self.rnd.choice(self.clients)

    def volumes(self, boxes):
        return [box.volume(self.now) for box in boxes]

    def body_of(self, answer, status, what):
        self.done[what, answer.status] = self.done.get((what, answer.status), 0) + 1
        wanted = status if isinstance(status, set) else {status}
        assert answer.status in wanted, (what, wanted, answer.status, answer.body[:600])
        return answer.json

    # ---- subscriptions that change by themselves ----

    def notified(self, flag, extents, told):
        """The subscribers that an answer must list, counted."""
        expected = {}
        for name, sub in self.subs.items():
            if getattr(sub, flag) and any(meet(sub.boxes, boxes) for boxes in extents):
                sub.index += 1
                expected.setdefault(sub.url, {})[name] = sub.index
        listed = {s["uss_base_url"]: {state["subscription_id"]: state["notification_index"] for state in s["subscriptions"]} for s in told}
        assert listed == expected and len(told) == len(listed), (listed, expected)

    def follow(self, sub):
        if sub.implicit:
            sub.boxes = [box for name in sub.dependent for box in self.intents[name].boxes]

    def attach(self, name, sub_name):
        sub = self.subs[sub_name]
        sub.dependent.add(name)
        self.follow(sub)

    def let_go(self, name, sub_name):
        if not sub_name:
            return
        sub = self.subs[sub_name]
        sub.dependent.discard(name)
        if sub.implicit and not sub.dependent:
            del self.subs[sub_name]
        self.follow(sub)

    # ---- operational intents ----

    def lacking(self, client, boxes, name, state, key, asks_constraints):
        """Ids of the intents and constraints that the key lacks."""
        if state not in ("Accepted", "Activated"):
            return set(), set()
        intents = {n for n, o in self.intents.items() if n != name and meet(o.boxes, boxes) and o.ovn not in key and
                   not (o.manager in self.down and o.state == "Accepted")}
        zones = {n for n, z in self.zones.items() if meet(z.boxes, boxes) and z.ovn not in key} if asks_constraints else set()
        return intents, zones

    def key(self, boxes, name):
        near = [o.ovn for n, o in self.intents.items() if n != name and meet(o.boxes, boxes)]
        near += [z.ovn for z in self.zones.values() if meet(z.boxes, boxes)]
        if near and self.likely(0.15):
            near.pop(self.rnd.randrange(len(near)))
        self.rnd.shuffle(near)
        return near if self.likely(0.85) else ["of something else altogether"]

    def subscription_choice(self, client, state, before):
        """Members of the body that name a subscription."""
        how = self.rnd.choice(["none"] * (3 if state == "Accepted" else 0) + ["new", "new", "constraints", "keep", "keep", "some", "both"])
        chosen = {}
        if how in ("new", "constraints", "both"):
            chosen["new_subscription"] = {"uss_base_url": client.url, "notify_for_constraints": how == "constraints"}
        if how in ("some", "both"):
            chosen["subscription_id"] = self.rnd.choice([*self.subs, line.fresh_id()])
        if how == "keep" and before and before.sub:
            chosen["subscription_id"] = before.sub
        return chosen

    def faults(self, client, name, state, scopes, ovn, boxes, chosen):
        """Statuses of what is wrong with a PUT apart from its key, and the subscription that it names."""
        before, new, wrong = self.intents.get(name), chosen.get("new_subscription"), set()
        sub = self.subs.get(chosen.get("subscription_id"))
        if state in ("Nonconforming", "Contingent") and CMSA not in scopes:
            wrong.add(403)
        if len(chosen) == 2 or (state != "Accepted" and (not chosen or not before)):
            wrong.add(400)
        if before and before.manager != client.subject:
            wrong.add(403)
        if before and ovn != before.ovn:
            wrong.add(409)
        if before and before.state == "Contingent" != state:
            wrong.add(400)
        if client.subject in self.down and state in ("Accepted", "Activated"):
            wrong.add(412)
        if "subscription_id" in chosen and not new:
            if not sub:
                wrong.add(400)
            elif sub.manager != client.subject:
                wrong.add(403)
            elif not sub.implicit and not (sub.for_intents and all(sub.boxes[0].covers(box) for box in boxes)):
                wrong.add(400)
        return wrong, None if new else sub

    def put_intent(self):
        before_name = self.rnd.choice([*self.intents, None]) if self.likely(0.6) else None
        name, before = before_name or line.fresh_id(), self.intents.get(before_name)
        client, boxes = self.client_of(before), self.boxes() if not before or self.likely(0.6) else before.boxes
        state = self.rnd.choice(["Accepted", "Accepted", "Activated", "Activated", "Nonconforming", "Contingent"]) if before else "Accepted"
        scopes = self.rnd.choice([(SC, CP, CMSA)] * 9 + [(SC, CP)])
        ovn = before and (before.ovn if self.likely(0.9) else "A" * 44)
        chosen, key = self.subscription_choice(client, state, before), self.key(boxes, name)
        wrong, sub = self.faults(client, name, state, scopes, ovn, boxes, chosen)
        new = chosen.get("new_subscription")
        lacks, lacks_zones = self.lacking(client, boxes, name, state, key, new["notify_for_constraints"] if new else sub and sub.for_constraints)
        body = {"extents": self.volumes(boxes), "key": key, "state": state, "uss_base_url": client.url, **chosen}
        answer = client.ask("PUT", f"{INTENTS}/{name}" + (f"/{ovn}" if ovn else ""), body, scopes)
        if wrong:
            self.body_of(answer, wrong | ({409} if lacks or lacks_zones else set()), "PUT intent")
            return
        if lacks or lacks_zones:
            said = self.body_of(answer, 409, "PUT intent")
            told = said["missing_operational_intents"]
            assert face.ids(told) == lacks and face.ids(said["missing_constraints"]) == lacks_zones, (said, lacks, lacks_zones)
            assert all(("ovn" in r) == (r["manager"] == client.subject) for r in told), told
            return
        said = self.body_of(answer, 200 if before else 201, "PUT intent")
        self.take_intent(client, name, before, boxes, state, chosen, sub, said)

    def take_intent(self, client, name, before, boxes, state, chosen, sub, said):
        told = said["operational_intent_reference"]
        now = Entity(manager=client.subject, ovn=told["ovn"], state=state, boxes=boxes, version=before.version + 1 if before else 1, sub=None)
        self.intents[name] = now
        if "new_subscription" in chosen:
            now.sub = told["subscription_id"]
            assert now.sub not in self.subs and now.sub != NO_SUBSCRIPTION
            self.subs[now.sub] = Entity(manager=client.subject, url=client.url, boxes=[], for_intents=True, index=0, implicit=True,
                                        for_constraints=chosen["new_subscription"]["notify_for_constraints"], dependent=set())
        elif sub:
            now.sub = chosen["subscription_id"]
        if now.sub:
            self.attach(name, now.sub)
        if before and before.sub != now.sub:
            self.let_go(name, before.sub)
        seen = (told["version"], told["state"], told["manager"], told["subscription_id"], told["uss_availability"] == "Down")
        assert seen == (now.version, state, client.subject, now.sub or NO_SUBSCRIPTION, client.subject in self.down), (seen, vars(now))
        self.notified("for_intents", [boxes] + ([before.boxes] if before else []), said["subscribers"])

    def delete_intent(self):
        if not self.intents:
            return
        name = self.rnd.choice([*self.intents])
        mine = self.intents[name]
        client, ovn = self.client_of(mine), mine.ovn if self.likely(0.85) else "B" * 44
        answer = client.ask("DELETE", f"{INTENTS}/{name}/{ovn}", scopes=(self.rnd.choice([SC, CMSA]),))
        status = 403 if client.subject != mine.manager else 409 if ovn != mine.ovn else 412 if client.subject in self.down else 200
        said = self.body_of(answer, status, "DELETE intent")
        if status == 200:
            assert said["operational_intent_reference"]["subscription_id"] == (mine.sub or NO_SUBSCRIPTION)
            self.notified("for_intents", [mine.boxes], said["subscribers"])
            self.let_go(name, mine.sub)
            del self.intents[name]

    # ---- constraints, subscriptions, availability ----

    def change_zone(self):
        name = self.rnd.choice([*self.zones]) if self.zones and self.likely(0.5) else line.fresh_id()
        before, boxes = self.zones.get(name), self.boxes()
        client, ovn = self.client_of(before), before and (before.ovn if self.likely(0.9) else "C" * 44)
        remove = before and self.likely(0.4)
        target = f"{CONSTRAINTS}/{name}" + (f"/{ovn}" if ovn else "")
        body = None if remove else {"extents": self.volumes(boxes), "uss_base_url": client.url}
        answer = client.ask("DELETE" if remove else "PUT", target, body, (CM,))
        status = 201 if not before else 403 if client.subject != before.manager else 409 if ovn != before.ovn else 200
        said = self.body_of(answer, status, "constraint")
        if status in (403, 409):
            return
        told = said["constraint_reference"]
        extents = ([before.boxes] if before else []) + ([] if remove else [boxes])
        self.notified("for_constraints", extents, said["subscribers"])
        if remove:
            del self.zones[name]
            return
        self.zones[name] = Entity(manager=client.subject, ovn=told["ovn"], boxes=boxes, version=before.version + 1 if before else 1)
        assert told["version"] == self.zones[name].version

    def look_at_subscription(self, client, name):
        """What GET shows; its version, or one that is not."""
        sub = self.subs[name]
        said = self.body_of(client.ask("GET", f"{SUBSCRIPTIONS}/{name}"), 200 if client.subject == sub.manager else 403, "GET subscription")
        if client.subject != sub.manager:
            return "none"
        told = said["subscription"]
        seen = (told["notification_index"], told["implicit_subscription"], set(told["dependent_operational_intents"]),
                told["notify_for_operational_intents"], told["notify_for_constraints"], told["uss_base_url"])
        assert seen == (sub.index, sub.implicit, sub.dependent, sub.for_intents, sub.for_constraints, sub.url), (told, vars(sub))
        return told["version"] if self.likely(0.9) else "none"

    def change_subscription(self):
        name = self.rnd.choice([*self.subs]) if self.subs and self.likely(0.6) else line.fresh_id()
        before = self.subs.get(name)
        client = self.client_of(before)
        version = before and self.look_at_subscription(client, name)
        foreign = {403, 409} if before and client.subject != before.manager else {409} if version == "none" else None
        if before and self.likely(0.4):
            status = foreign or (400 if before.dependent else 200)
            self.body_of(client.ask("DELETE", f"{SUBSCRIPTIONS}/{name}/{version}"), status, "DELETE subscription")
            if status == 200:
                del self.subs[name]
            return
        if before and before.implicit:
            return
        box = Box(self.rnd.randrange(4), 0, self.rnd.choice([60, 300]), self.rnd.choice([600, 1200]), self.rnd.choice([1800, 7200]))
        asks = {"notify_for_operational_intents": self.likely(0.8), "notify_for_constraints": self.likely(0.4)}
        body = {"extents": box.volume(self.now, 400.0), "uss_base_url": client.url, **asks}
        kept = before is None or not before.dependent or asks["notify_for_operational_intents"] and all(
            box.covers(other) for dependent in before.dependent for other in self.intents[dependent].boxes)
        status = {400} if not any(asks.values()) or not kept else {200}
        if foreign:
            status = foreign | (status - {200})
        answer = client.ask("PUT", f"{SUBSCRIPTIONS}/{name}" + (f"/{version}" if before else ""), body, (SC, CP))
        said = self.body_of(answer, status, "PUT subscription")
        if status == {200}:
            self.take_subscription(client, name, before, box, asks, said)

    def take_subscription(self, client, name, before, box, asks, said):
        sub = Entity(manager=client.subject, url=client.url, boxes=[box], for_intents=asks["notify_for_operational_intents"],
                     for_constraints=asks["notify_for_constraints"], index=before.index if before else 0, implicit=False,
                     dependent=before.dependent if before else set())
        self.subs[name] = sub
        assert said["subscription"]["notification_index"] == sub.index
        for member, asked, things in (("operational_intent_references", sub.for_intents, self.intents),
                                      ("constraint_references", sub.for_constraints, self.zones)):
            assert (member in said) == asked
            if asked:
                assert face.ids(said[member]) == {n for n, thing in things.items() if meet(thing.boxes, [box])}, (member, said)

    def query(self):
        client, box = self.rnd.choice(self.clients), self.box()
        for bound, limit in (("lower", -OPEN), ("upper", OPEN), ("start", -OPEN), ("end", OPEN)):
            if self.likely(0.2):
                setattr(box, bound, limit)
        area = {"area_of_interest": box.volume(self.now)}
        for what, scope, things in ((INTENTS, SC, self.intents), (CONSTRAINTS, CP, self.zones), (SUBSCRIPTIONS, SC, self.subs)):
            found = next(iter(self.body_of(client.ask("POST", f"{what}/query", area, (scope,)), 200, "query").values()))
            near = {n for n, thing in things.items() if meet(thing.boxes, [box]) and (what != SUBSCRIPTIONS or thing.manager == client.subject)}
            assert face.ids(found) == near, (what, face.ids(found) ^ near)
            for told in found if what == INTENTS else ():
                mine = self.intents[told["id"]]
                shown = mine.ovn if mine.manager == client.subject else None
                assert (told.get("ovn"), told["version"], told["state"]) == (shown, mine.version, mine.state), (told, vars(mine))

    def arbitrate(self):
        subject = self.rnd.choice(self.clients).subject
        state = "Normal" if subject in self.down else self.rnd.choice(["Normal", "Unknown", "Down"])
        client, target = self.rnd.choice(self.clients), f"{AVAILABILITY}/{subject}"
        before = client.want(200, "GET", target, scopes=(AA,))
        client.want(200, "PUT", target, {"old_version": before["version"], "availability": state}, scopes=(AA,))
        self.down = (self.down - {subject}) | ({subject} if state == "Down" else set())


@rule
def every_answer_is_the_lists():
    """Whatever two clients of a side do, every answer is as the list has it."""
    steps = ([model.put_intent] * 12 + [model.delete_intent] + [model.change_zone] * 2 + [model.change_subscription] * 4 +
             [model.query] * 2 + [model.arbitrate])
    for _ in range(STEPS):
        model.rnd.choice(steps)()
    for what in (("PUT intent", 201), ("PUT intent", 200), ("PUT intent", 409), ("PUT intent", 412), ("DELETE intent", 200),
                 ("DELETE subscription", 400), ("PUT subscription", 200), ("constraint", 200)):
        assert model.done.get(what, 0) >= 3, (what, model.done)


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

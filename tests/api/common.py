#!/usr/bin/python3
"""F3548.md, "Common rules".

Usage: common.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import copy
import sys
import time

import face
import line
from face import CM, CP, SC, east, ids, place, polygon, rule, square, volume

uss1 = uss2 = None


def start(_, clients):
    global uss1, uss2
    uss1, uss2 = clients[:2]


def refused(extents, expect=400, mention=None):
    """An intent with these extents is refused; so is a query of the area."""
    extents = extents if isinstance(extents, list) else [extents]
    said = uss1.put(line.fresh_id(), extents, expect=expect)
    assert mention is None or mention in said["message"], said
    return said


def with_solid(**members):
    whole = volume(place())
    whole["volume"].update(members)
    return {**whole, "volume": {k: v for k, v in whole["volume"].items() if v is not None}}


@rule
def ids_are_uuid_4():
    """Ids are UUID version 4, else 400."""
    version_1, version_7 = "2c3a1f60-4a1b-11ee-be56-0242ac120002", "01890a5d-ac96-774b-bcce-b302099a8057"
    for name in (version_1, version_7, "x", "2c3a1f604a1b41eebe560242ac120002", "%7B%7D"):
        for what, scope in ((face.INTENTS, SC), (face.CONSTRAINTS, CM), (face.SUBSCRIPTIONS, CP)):
            assert uss1.ask("GET", f"{what}/{name}", scopes=(scope,)).status == 400, (what, name)
        uss1.put(name, volume(place()), expect=400)
        uss1.constrain(name, volume(place()), expect=400)
        uss1.subscribe(name, volume(place()), expect=400)
    upper = line.fresh_id().upper()
    made = uss1.put(upper, volume(place()))["operational_intent_reference"]
    assert uss1.get(upper.lower())["ovn"] == made["ovn"]


@rule
def one_outline():
    """Exactly one of circle and polygon."""
    both = square(place())
    both["volume"]["outline_circle"] = volume(place())["volume"]["outline_circle"]
    refused(both)
    refused(with_solid(outline_circle=None))


@rule
def polygons():
    """A polygon has 3 or more vertices and is not self-crossing."""
    lat, lng = place()
    refused(polygon([(lat, lng), (lat, lng + 0.01)]))
    refused(polygon([(lat, lng), (lat + 0.01, lng + 0.01), (lat, lng + 0.01), (lat + 0.01, lng)]))
    refused(polygon([(lat, lng), (lat + 0.01, lng), (lat + 0.02, lng)]))   # no area
    uss1.new(polygon([(lat, lng), (lat, lng + 0.01), (lat + 0.01, lng)]))


@rule
def either_winding():
    """Winding is taken as the smaller area."""
    lat, lng = place()
    corners = [(lat, lng), (lat, lng + 0.01), (lat + 0.01, lng + 0.01), (lat + 0.01, lng)]
    for turn in (corners, corners[::-1]):
        made = uss1.new(polygon(turn), key=[r["ovn"] for r in uss1.query(polygon(corners))])
        assert made["id"] in ids(uss1.query(volume((lat + 0.005, lng + 0.005), radius=10)))
        assert made["id"] not in ids(uss1.query(volume((lat + 0.1, lng + 0.1), radius=10)))


@rule
def radius_over_0():
    """radius > 0."""
    for radius in (0, -1):
        refused(volume(place(), radius=radius))
    refused(with_solid(outline_circle={"center": {"lat": 47, "lng": 8}}))
    refused(with_solid(outline_circle={"radius": {"value": 5, "units": "M"}}))


@rule
def metres_above_the_ellipsoid():
    """Altitudes are M and W84, lower <= upper."""
    for wrong in ({"value": 10, "reference": "SFC", "units": "M"}, {"value": 10, "reference": "W84", "units": "FT"},
                  {"value": "10", "reference": "W84", "units": "M"}, {"value": 10}, 10):
        refused(with_solid(altitude_lower=wrong))
    refused(volume(place(), lower=150.1, upper=150))
    uss1.new(volume(place(), lower=150, upper=150))


@rule
def times_end_in_z():
    """RFC 3339 times ending in Z, start <= end."""
    for value in ("2030-01-01T00:00:00", "2030-01-01T00:00:00+00:00", "2030-01-01 00:00:00Z", "2030-13-01T00:00:00Z", "", 5, None):
        wrong = volume(place())
        wrong["time_end"] = {"value": value, "format": "RFC3339"}
        refused(wrong)
    wrong = volume(place())
    wrong["time_end"]["format"] = "UNIX"
    refused(wrong)
    refused(volume(place(), start_s=600, end_s=599))
    now = time.time()
    uss1.new(volume(place(), start_s=600, end_s=600, now=now))


@rule
def the_place_of_the_error_is_named():
    """An error of a body names where it is."""
    refused([volume(place()), volume(place(), radius=0)], mention="/extents/1/volume/outline_circle/radius")


@rule
def areas_over_2500_km2():
    """An area over 2,500 km2 is 400, circles too, and not one below."""
    at = place()
    for area, fits in ((volume(at, radius=28190), True), (volume(at, radius=28230), False),
                       (square((0.5, 20), half=0.2235), True), (square((0.5, 20), half=0.2265), False)):
        expect = 200 if fits else 400
        uss1.query(area, expect=expect)
        uss1.query(area, expect=expect, scopes=(CP,), what=face.CONSTRAINTS)
        uss1.query(area, expect=200 if fits else 413, scopes=(CP,), what=face.SUBSCRIPTIONS)
        if not fits:
            refused(area)
            uss1.constrain(line.fresh_id(), area, expect=400)
            uss1.subscribe(line.fresh_id(), area, expect=400)


@rule
def relevance_in_time():
    """Relevance includes both ends in time."""
    at, now = place(), time.time()
    made = uss1.new(volume(at, start_s=600, end_s=1200, now=now))
    for start, end, meets in ((1200, 1800, True), (60, 600, True), (1200.001, 1800, False), (60, 599.999, False),
                              (700, 700, True), (None, None, True), (None, 599, False), (1201, None, False)):
        found = ids(uss1.query(volume(at, start_s=start, end_s=end, now=now)))
        assert (made["id"] in found) == meets, (start, end)


@rule
def relevance_in_altitude():
    """Relevance includes both ends in altitude."""
    at = place()
    made = uss1.new(volume(at, lower=100, upper=150))
    for lower, upper, meets in ((150, 200, True), (50, 100, True), (150.01, 200, False), (50, 99.99, False), (None, None, True),
                                (None, 99, False), (151, None, False), (149, None, True), (None, 101, True)):
        found = ids(uss1.query(volume(at, lower=lower, upper=upper)))
        assert (made["id"] in found) == meets, (lower, upper)


@rule
def relevance_in_space():
    """No missed neighbour, and nothing far away."""
    at = place()
    made = uss1.new(volume(at, radius=300))
    for metres, meets in ((0, True), (395, True), (399, True), (405, False), (2000, False)):
        found = ids(uss1.query(volume(east(at, metres), radius=100)))
        assert (made["id"] in found) == meets, metres
    lat, lng = at
    around = square((lat, lng), half=0.02)
    assert made["id"] in ids(uss1.query(around))


@rule
def each_volume_counts():
    """All volumes of an intent count, each with its own time and altitudes."""
    first, second = place(), place()
    made = uss1.new([volume(first, start_s=60, end_s=600), volume(second, start_s=600, end_s=1200)])
    assert made["id"] in ids(uss1.query(volume(first, start_s=60, end_s=500)))
    assert made["id"] in ids(uss1.query(volume(second, start_s=700, end_s=1200)))


@rule
def foreign_ovns_are_hidden():
    """ovn of an intent that is not the caller's is omitted (or "", or "Available from USS")."""
    at = place()
    made = uss1.new(volume(at))
    hidden = (None, "", "Available from USS")
    assert uss1.get(made["id"])["ovn"] == made["ovn"]
    assert uss2.get(made["id"]).get("ovn") in hidden
    assert [r["ovn"] for r in uss1.query(volume(at))] == [made["ovn"]]
    assert all(r.get("ovn") in hidden for r in uss2.query(volume(at)))
    conflict = uss2.put(line.fresh_id(), volume(at), expect=409)
    assert all(r.get("ovn") in hidden for r in conflict["missing_operational_intents"])


@rule
def past_intents_stay_readable():
    """Past intents stay readable."""
    at, now = place(), time.time()
    made = uss1.new(volume(at, start_s=-60, end_s=2, now=now))
    time.sleep(2.5)
    assert uss1.get(made["id"])["ovn"] == made["ovn"]
    time.sleep(5)   # and the five seconds that it is judged more
    for start, end, found in ((-60, 2, True), (-60, -30, True), (1.5, 3, True), (3, 60, False), (None, None, True), (None, -61, False)):
        for client in (uss1, uss2):
            assert (made["id"] in ids(client.query(volume(at, start_s=start, end_s=end, now=now)))) == found, (start, end)


@rule
def no_silent_cap():
    """No silent result cap."""
    at = place()
    made = {uss1.new(volume(at, lower=10 * n, upper=10 * n + 5))["id"] for n in range(60)}
    assert ids(uss1.query(volume(at, lower=None, upper=None))) >= made


@rule
def other_members_are_passed_over():
    """Members that the standard does not know do no harm; one that stands twice is 400."""
    extents = volume(place())
    extents["volume"]["colour"] = "red"
    name = line.fresh_id()
    uss1.put(name, extents, flight_type="VLOS", priority=5)
    body = b'{"area_of_interest":null,"area_of_interest":null}'
    assert uss1.ask("POST", f"{face.INTENTS}/query", body).status == 400


@rule
def not_json():
    """What is not JSON, or has the wrong types, is 400."""
    good = {"extents": [volume(place())], "state": "Accepted", "uss_base_url": "https://uss1.example", "key": []}
    target = f"{face.INTENTS}/{line.fresh_id()}"
    for member in ("extents", "state", "uss_base_url"):
        for value in (None, 7, {}, [7]):
            wrong = copy.deepcopy(good)
            wrong[member] = value
            assert uss1.ask("PUT", target, wrong).status == 400, (member, value)
        less = {k: v for k, v in good.items() if k != member}
        assert uss1.ask("PUT", target, less).status == 400, member
    for body in (b"", b"[", b"[]", b"null", b'"x"', b"{} {}", b"\xff", b"[" * 100000):
        assert uss1.ask("PUT", target, body).status == 400, body[:20]
    assert uss1.ask("PUT", target, good).status == 201


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

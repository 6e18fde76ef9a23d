#!/usr/bin/python3
"""`sideline check` on real tracks against a recount that shares nothing with it:
recount.py SIDELINE TRACKS [windows].

The recount interpolates tracks itself and samples every pair of aircraft: at 5 s for
the published figures (7 pairs RYR*/EZY*, 22 if exactly 1,000 ft counted, 151 among
all, 84 under 3 NM), and at 0.2 s to compare pair by pair. The exact answer may hold
more than the sampled one only where the infringement falls between two samples,
which is then looked for at 1 ms within the window that was told. With the word
"windows", the windows and closest approaches told are held against the samples too.
"""

import bisect
import collections
import gzip
import json
import math
import os
import subprocess
import sys

NM = 1852.0
GAP = 120.0
A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)


def read(path):
    """{name: [segment]}, a segment being a list of (time, lat, lon, feet)."""
    with gzip.open(path) as file:
        fixes = json.load(file)
    aircraft = collections.defaultdict(dict)
    for fix in fixes:
        if None in (fix["latitude"], fix["longitude"], fix["altitude"]):
            continue
        aircraft[fix["callsign"], fix["icao24"]][fix["timestamp"] / 1000] = (fix["latitude"], fix["longitude"], fix["altitude"])
    names = collections.defaultdict(list)
    for (name, _), known in aircraft.items():
        segment = []
        for time in sorted(known):
            if segment and time - segment[-1][0] > GAP:
                names[name].append(segment)
                segment = []
            segment.append((time, *known[time]))
        names[name].append(segment)
    return names


def at(segment, time):
    """Position within a segment, straight between fixes; None outside."""
    i = bisect.bisect_right(segment, (time, math.inf))
    if i == 0 or (i == len(segment) and segment[-1][0] < time):
        return None
    if i == len(segment) or segment[i - 1][0] == time:
        return segment[i - 1][1:]
    (t0, *p), (t1, *q) = segment[i - 1], segment[i]
    share = (time - t0) / (t1 - t0)
    return tuple(a + share * (b - a) for a, b in zip(p, q))


def flat(p, q):
    """Flat earth, in metres."""
    return math.hypot(p[0] - q[0], (p[1] - q[1]) * math.cos(math.radians(p[0]))) * 60 * NM


def ground(p, q):
    """Along the ellipsoid, from the chord: to a millimetre over ten miles."""
    def earth(lat, lon):
        s = math.sin(math.radians(lat))
        n = A / math.sqrt(1 - E2 * s * s)
        c = n * math.cos(math.radians(lat))
        return c * math.cos(math.radians(lon)), c * math.sin(math.radians(lon)), n * (1 - E2) * s
    chord = math.dist(earth(*p[:2]), earth(*q[:2]))
    return chord * (1 + (chord / 6371000) ** 2 / 24)


def sample(names, step, near):
    """{(a, b): [times]} of the instants, a multiple of step apart, at which near(p, q)."""
    instants = collections.defaultdict(list)
    for name, segments in names.items():
        for segment in segments:
            for k in range(math.ceil(segment[0][0] / step), math.floor(segment[-1][0] / step) + 1):
                instants[k].append((name, at(segment, k * step)))
    found = collections.defaultdict(list)
    for k, present in instants.items():
        present.sort(key=lambda one: one[1][0])
        for i, (a, p) in enumerate(present):
            for b, q in present[i + 1:]:
                if q[0] - p[0] > 0.2:
                    break
                if a != b and near(p, q):
                    found[min(a, b), max(a, b)].append(k * step)
    return found


def across(pairs, one="RYR", two="EZY"):
    return {p for p in pairs if {p[0][:3], p[1][:3]} == {one, two}}


def told(sideline, path, *options):
    """What the program says: {(a, b): [conflict]}, and its exit code."""
    run = subprocess.run([sideline, "check", "--json", *options, path], capture_output=True, text=True)
    answer = json.loads(run.stdout)
    assert run.returncode == (1 if answer["conflicts"] else 2 if answer["undecided"] else 0), run.returncode
    assert not answer["undecided"], answer["undecided"][:3]
    found = collections.defaultdict(list)
    for conflict in answer["conflicts"]:
        found[min(conflict["a"], conflict["b"]), max(conflict["a"], conflict["b"])].append(conflict)
    assert len(found) == answer["conflict_pairs"], (len(found), answer["conflict_pairs"])
    return found


def seconds(text):
    """RFC 3339 to seconds; all of them are of one day or two in UTC."""
    import datetime
    head, _, fraction = text.rstrip("Z").partition(".")
    whole = datetime.datetime.fromisoformat(head).replace(tzinfo=datetime.timezone.utc).timestamp()
    return whole + float("0." + (fraction or "0"))


def infringed_within(names, pair, conflict, lateral, feet):
    """Whether some instant of the window, 1 ms apart, infringes both, to 5 m and half a foot."""
    start, end = seconds(conflict["start"]), seconds(conflict["end"])
    for k in range(min(20000, math.ceil((end - start) * 1000)) + 1):
        time = start + k / 1000
        for p in filter(None, (at(s, time) for s in names[pair[0]])):
            for q in filter(None, (at(s, time) for s in names[pair[1]])):
                if abs(p[2] - q[2]) < feet + 0.5 and ground(p, q) < lateral + 5:
                    return True
    return False


def windows_hold(names, pair, times, told_conflicts):
    """Every sampled instant lies in a window that was told, and the closest approach of
    the window is no farther than the nearest sample in it, with the height then."""
    for time in times:
        assert any(seconds(c["start"]) - 2e-3 <= time <= seconds(c["end"]) + 2e-3 for c in told_conflicts), (pair, time, told_conflicts)
    for conflict in told_conflicts:
        start, end, closest = seconds(conflict["start"]), seconds(conflict["end"]), conflict["closest"]
        inside = [t for t in times if start <= t <= end]
        spots = [(p, q) for t in inside for p in filter(None, (at(s, t) for s in names[pair[0]])) for q in filter(None, (at(s, t) for s in names[pair[1]]))]
        if spots:
            assert closest["lateral_m"] <= min(ground(p, q) for p, q in spots) + 1, (pair, conflict)
        time = seconds(closest["time"])
        assert start - 2e-3 <= time <= end + 2e-3, (pair, conflict)
        heights = [abs(p[2] - q[2]) * 0.3048 for p in filter(None, (at(s, time) for s in names[pair[0]]))
                   for q in filter(None, (at(s, time) for s in names[pair[1]]))]
        assert any(abs(h - closest["vertical_m"]) < 1 for h in heights), (pair, conflict, heights)


def compare(names, sideline, path, lateral, feet, windows):
    """Every pair that is sampled is told; every pair that is told is there."""
    wide = sample(names, 5, lambda p, q: abs(p[2] - q[2]) < feet + 600 and flat(p, q) < lateral + 1.7 * NM)
    fine = collections.defaultdict(list)
    for (a, b), times in wide.items():
        for time in {t + k * 0.2 for t in times for k in range(-13, 14)}:
            for p in filter(None, (at(s, time) for s in names[a])):
                for q in filter(None, (at(s, time) for s in names[b])):
                    if abs(p[2] - q[2]) < feet - 1e-6 and ground(p, q) < lateral - 0.5:
                        fine[a, b].append(time)
    said = told(sideline, path, "--minima", f"{lateral / NM:g}NM,{feet:g}ft")
    missed = set(fine) - set(said)
    assert not missed, f"missed: {sorted(missed)}"
    extra = set(said) - set(fine)
    for pair in extra:
        assert any(infringed_within(names, pair, c, lateral, feet) for c in said[pair]), f"not there: {pair} {said[pair]}"
    for pair, times in fine.items() if windows else ():
        windows_hold(names, pair, times, said[pair])
    print(f"{lateral / NM:g} NM, {feet} ft: {len(said)} pairs told, {len(fine)} sampled, {len(extra)} between samples")
    return said


def main(sideline, path, windows=None):
    if not os.path.exists(path):
        print("SKIP: format/recount: the tracks of ../shared are not there")
        return
    names = read(path)
    near = lambda lateral, feet: lambda p, q: abs(p[2] - q[2]) < feet and flat(p, q) < lateral
    five = sample(names, 5, near(5 * NM, 1000))
    closed = sample(names, 5, lambda p, q: abs(p[2] - q[2]) <= 1000 and flat(p, q) < 5 * NM)
    three = sample(names, 5, near(3 * NM, 1000))
    print(f"at 5 s: {len(across(five))} pairs across, {len(across(closed))} with exactly 1,000 ft, {len(five)} in all, {len(three)} under 3 NM")
    assert (len(across(five)), len(across(closed)), len(five), len(three)) == (7, 22, 151, 84)
    said = compare(names, sideline, path, 5 * NM, 1000, windows)
    compare(names, sideline, path, 3 * NM, 1000, windows)
    assert across(said) == set(told(sideline, path, "--minima", "5NM,1000ft", "--across", "RYR,EZY"))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])

#!/usr/bin/python3
"""`sideline check` and `inspect` on real files and small ones: seen.py SIDELINE SHARED."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import xml.dom.minidom
import xml.etree.ElementTree


def run(sideline, *args, stdin=None):
    done = subprocess.run([sideline, *args], capture_output=True, text=True, input=stdin)
    return done.returncode, done.stdout, done.stderr


def pairs(text):
    answer = json.loads(text)
    return {tuple(sorted((c["a"], c["b"]))) for c in answer["conflicts"]}, {tuple(sorted((c["a"], c["b"]))) for c in answer["undecided"]}


def feature(name, geometry, **properties):
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


def track(name, fixes, reference="W84", unit="M"):
    return feature(name, {"type": "LineString", "coordinates": [[lon, lat, alt] for _, lon, lat, alt in fixes]},
                   times=[t for t, *_ in fixes], reference=reference, unit=unit)


def small(sideline, folder):
    """Exit codes, views and doubts, on files made here."""
    path = os.path.join(folder, "a.json")

    def check(*features, args=()):
        with open(path, "w") as file:
            file.write(collection(*features))
        code, out, err = run(sideline, "check", "--json", *args, path)
        return code, *(pairs(out) if code < 64 else (out, err))

    low = dict(radius="1 km", lower="SFC", upper="120m W84")
    crossing = track("T", [("2026-01-01T00:00:00Z", 8, 46.9, 100), ("2026-01-01T00:10:00Z", 8, 47.1, 100)])
    over = track("T", [("2026-01-01T00:00:00Z", 8, 46.9, 200), ("2026-01-01T00:10:00Z", 8, 47.1, 200)])
    assert check(feature("A", point(8, 47), **low), crossing) == (1, {("A", "T")}, set())
    assert check(feature("A", point(8, 47), **low), over) == (0, set(), set())
    assert check(feature("A", point(8, 47), **low), over, args=["--minima", "0m,100m"]) == (1, {("A", "T")}, set())
    # A flight level against the ellipsoid is undecided, until a pressure bound is given.
    level = dict(radius="1 km", lower="SFC", upper="FL100")
    assert check(feature("A", point(8, 47), **level), crossing) == (2, set(), {("A", "T")})
    assert check(feature("A", point(8, 47), **level), crossing, args=["--pressure", "-100m,300m"]) == (1, {("A", "T")}, set())
    # With the day's air: heights for whatever is above the ellipsoid, levels among themselves.
    assert check(feature("A", point(8, 47), **level), crossing, args=["--qnh", "1000..1030"]) == (1, {("A", "T")}, set())
    high = dict(radius="1 km", lower="FL100", upper="FL120")
    air = ["--qnh", "1000..1030"]
    assert check(feature("A", point(8, 47), **high), crossing, args=air) == (0, set(), set())
    assert check(feature("A", point(8, 47), **high), feature("B", point(8, 47), radius="1 km", lower="FL121", upper="FL140"), args=air) == (0, set(), set())
    assert check(feature("A", point(8, 47), **high), feature("B", point(8, 47), radius="1 km", lower="FL120", upper="FL140"), args=air) == (1, {("A", "B")}, set())
    near = track("T", [("2026-01-01T00:00:00Z", 8, 46.9, 4100), ("2026-01-01T00:10:00Z", 8, 47.1, 4100)])
    assert check(feature("A", point(8, 47), **high), near, args=air)[0] == 1
    assert check(feature("A", point(8, 47), **high), near, args=["--qnh", "1013.25", "--warmth", "0"]) == (0, set(), set())
    # Above the ground: of all land, by a bound, by elevation data.
    agl = dict(radius="1 km", lower="1000ft AGL", upper="2000ft AGL")
    assert check(feature("A", point(8, 47), **agl), over)[0] == 1
    assert check(feature("A", point(8, 47), **agl), over, args=["--terrain", "400m,900m"]) == (0, set(), set())
    with open(os.path.join(folder, "N46E007.hgt"), "wb") as file:
        file.write(b"\x02\x00" * 1201 * 1201)
    for name in ("N46E008.hgt", "N47E007.hgt", "N47E008.hgt"):
        os.link(os.path.join(folder, "N46E007.hgt"), os.path.join(folder, name))
    assert check(feature("A", point(8, 47), **agl), over, args=["--terrain", folder]) == (0, set(), set())
    assert check(feature("A", point(8, 47), **agl), over, args=["--terrain", os.path.join(folder, "N46E008.hgt")])[0] == 1
    for name in ("N46E007.hgt", "N46E008.hgt", "N47E007.hgt", "N47E008.hgt"):
        os.remove(os.path.join(folder, name))
    # Every widening stands in the report and in inspect.
    with open(path, "w") as file:
        file.write(collection(feature("A", point(8, 47), **level), feature("B", point(9, 47), **agl), feature("C", point(8.5, 47), radius="1 km", lower="SFC", upper="120m")))
    for verb in ("check", "inspect"):
        code, out, err = run(sideline, verb, "--qnh", "1000..1030", "--unstated", "msl", path)
        for part in ("QNH 1000 to 1030 hPa", "above the ground", "taken as MSL, as chosen", "EGM96", "permanent"):
            assert part in out, (verb, part, out)
    # One limit of each kind: clear where either reference says so.
    mixed = dict(radius="1 km", lower="1000m W84", upper="FL100")
    assert check(feature("A", point(8, 47), **mixed), crossing) == (0, set(), set())
    baro = track("B", [("2026-01-01T00:00:00Z", 8, 46.9, 12000), ("2026-01-01T00:10:00Z", 8, 47.1, 12000)], "STD", "FT")
    assert check(feature("A", point(8, 47), **mixed), baro) == (0, set(), set())
    within = track("B", [("2026-01-01T00:00:00Z", 8, 46.9, 9000), ("2026-01-01T00:10:00Z", 8, 47.1, 9000)], "STD", "FT")
    assert check(feature("A", point(8, 47), **mixed), within) == (2, set(), {("A", "B")})
    # Unstated is undecided until it is chosen; one name in two files is two; conflict wins.
    vague = dict(radius="1 km", lower="SFC", upper="120m")
    assert check(feature("A", point(8, 47), **vague), crossing) == (2, set(), {("A", "T")})
    assert check(feature("A", point(8, 47), **vague), crossing, args=["--unstated", "ellipsoid"]) == (1, {("A", "T")}, set())
    assert check(feature("T", point(8, 47), **low), crossing) == (0, set(), set())
    other = os.path.join(folder, "other.json")
    with open(other, "w") as file:
        file.write(collection(crossing))
    assert check(feature("T", point(8, 47), **low), args=[other])[0] == 1
    # Without names, on one line or in two files: each is judged against the other.
    nameless = {"type": "Feature", "properties": low, "geometry": point(8, 47)}
    assert check(nameless, nameless)[0] == 1
    with open(other, "w") as file:
        file.write(collection(nameless))
    assert check(nameless, args=[other])[0] == 1
    os.remove(other)
    code, conflicts, doubts = check(feature("A", point(8, 47), **low), feature("B", point(8, 47), **level), crossing)
    assert (code, conflicts, doubts) == (1, {("A", "T")}, {("A", "B"), ("B", "T")}), (code, conflicts, doubts)
    # What is wrong says where, and is passed over on request only.
    bad = feature("X", {"type": "Point", "coordinates": [8, 95]}, radius=5)
    code, out, err = check(bad, feature("A", point(8, 47), **low), crossing)
    assert code == 65 and "a.json:1:" in err, (code, err)
    assert check(bad, feature("A", point(8, 47), **low), crossing, args=["--keep-going"])[0] == 1
    for wrong in (["--minima", "5"], ["--minima", "5NM"], ["--across", "A,AB"], ["--unstated", "maybe"], ["--nothing"], ["--all", "--files"],
                  ["--terrain", "5m,1m"], ["--minima", "1m,1m,1m,1m"], ["--day", "today"], ["--format", "word"],
                  ["--qnh", "30"], ["--qnh", "1030..1000"], ["--warmth", "0"], ["--qnh", "1013", "--pressure", "0m,1m"], ["--terrain", "/no/where"]):
        assert check(crossing, args=wrong)[0] == 64, wrong
    assert run(sideline, "check", "--json", os.path.join(folder, "absent"))[0] == 66
    assert run(sideline, "check", "--json", "-", stdin="neither this nor that")[0] == 65
    assert run(sideline)[0] == 64 and run(sideline, "--help")[0] == 0 and run(sideline, "check", "--help")[0] == 0


def pictures(sideline, folder):
    """SVG is well-formed XML, GeoJSON is JSON; nothing is left behind when it cannot be written."""
    path, svg, out = (os.path.join(folder, name) for name in ("p.json", "p.svg", "p.geojson"))
    with open(path, "w") as file:
        file.write(collection(feature("<A&\"", point(8, 47), radius="1 km", lower="SFC", upper="120m W84"),
                              track("T", [("2026-01-01T00:00:00Z", 8, 46.9, 100), ("2026-01-01T00:10:00Z", 8, 47.1, 100)])))
    assert run(sideline, "check", "--svg", svg, "--geojson", out, path)[0] == 1
    xml.dom.minidom.parse(svg)
    assert len(json.load(open(out))["features"]) == 3
    assert run(sideline, "inspect", "--svg", svg, path)[0] == 0
    xml.dom.minidom.parse(svg)
    assert run(sideline, "check", "--svg", os.path.join(folder, "no", "where"), path)[0] == 73
    assert sorted(os.listdir(folder)) == ["a.json", "p.geojson", "p.json", "p.svg"]


def tables(sideline, folder):
    """Forms: the guess is shown and can be given back; zones; rows that are wrong; writing."""
    form, columns, out = (os.path.join(folder, name) for name in ("form.csv", "columns", "out"))
    with open(form, "w") as file:
        file.write("Sites of 2026\n\nref;breit;laeng;gr;ab\n7;36,335;43,119;200;2026-03-01 06:00\n8;36,3352;43,1191;100;\n9;;;;\nsum;-;-;;\n")
    assert run(sideline, "inspect", form)[0] == 65   # no column of a position is known
    with open(columns, "w") as file:
        file.write("# our form\nname=ref\nlat=breit\nlon = laeng\nradius=gr\nstart=ab\n")
    code, text, err = run(sideline, "inspect", "--json", "--columns", columns, "--zone", "+03:00", form)
    seen = json.loads(text)[0]
    assert code == 65 and (seen["format"], seen["records"], seen["refused"], seen["skipped"]) == ("csv", 2, 2, 1), seen
    assert seen["columns"] == "name=ref; lat=breit; lon=laeng; radius=gr; start=ab" and seen["first"] == "2026-03-01T03:00:00Z", seen
    assert [p["line"] for p in seen["problems"]] == [6, 7]
    assert {"kind": "near", "text": "line 5 lies within 100 m of line 4", "records": 1} in seen["notes"]
    code, text, err = run(sideline, "inspect", "--map", seen["columns"], form)
    assert code == 65 and "columns     name=ref; lat=breit" in text and "widened" in text, text
    code, text, err = run(sideline, "check", "--map", seen["columns"], form)
    assert code == 65 and "form.csv:6" in err, err
    code, text, err = run(sideline, "check", "-k", "--json", "--map", seen["columns"], form)
    assert code == 1 and pairs(text)[0] == {("7", "8")}, (code, text, err)
    for to in ("kml", "csv"):
        assert run(sideline, "convert", "-k", "--map", seen["columns"], "--to", to, "-o", out, form)[0] == 0
        code, text, err = run(sideline, "inspect", "--json", out)
        assert code == 0 and json.loads(text)[0]["format"] == to and json.loads(text)[0]["circles"] == 2, text
    code, text, err = run(sideline, "convert", "-k", "--map", seen["columns"], "--to", "kml", form)
    assert "2 records: circles" in err, err
    for wrong in (["--map", "lat=breit", "--columns", columns], ["--zone", "Berlin"]):
        assert run(sideline, "inspect", *wrong, form)[0] == 64, wrong
    assert run(sideline, "inspect", "--columns", os.path.join(folder, "absent"), form)[0] == 66


def conversions(sideline, shared, folder):
    """Real files, written and read again: the second writing is stable."""
    files = ["openair/CA-ASP-National-XCSoar.txt", "openair/CZ-ASP-National-XCSoar.txt", "openair/SK-ASP-National-XCSoar.txt",
             "aco/ExMontereyStrikeACO.aco", "ed269/ed318-ie.json", "ed269/dronezoner-dk.json", "situation-2014/situation.csv", "tracks/switzerland.json.gz"]
    for to in ("geojson", "kml", "openair", "f3548", "csv"):
        for name in files:
            outs = [os.path.join(folder, f"{i}.out") for i in range(3)]
            source = os.path.join(shared, "data", name)
            for out in outs:
                code, _, err = run(sideline, "convert", "-k", "--to", to, "-o", out, source, *(["--format", to] if source in outs else []))
                assert code == 0, (to, name, err)
                source = out
            assert open(outs[1]).read() == open(outs[2]).read(), (to, name)
            if to == "kml":   # well-formed for a parser that is not ours
                assert xml.etree.ElementTree.parse(outs[0]).getroot().tag.endswith("kml"), name
            if to == "csv":
                csv.field_size_limit(1 << 26)
                with open(outs[0], newline="") as file:
                    assert {len(row) for row in csv.reader(file)} == {11}, name
    code, out, err = run(sideline, "convert", "--to", "openair", os.path.join(shared, "data", "tracks/switzerland.json.gz"))
    assert code == 0 and "1244 records: tracks are not written" in err


def canada(sideline, shared, folder):
    """Far from Switzerland; one track through one zone conflicts with it alone."""
    space = os.path.join(shared, "data/openair/CA-ASP-National-XCSoar.txt")
    code, out, _ = run(sideline, "check", "-k", "--json", "--files", space, os.path.join(shared, "data/tracks/switzerland.json.gz"))
    assert code == 0 and pairs(out) == (set(), set()), code
    path = os.path.join(folder, "inuvik.json")
    with open(path, "w") as file:
        file.write(collection(track("CROSSING", [("2026-01-01T00:00:00Z", -133.6, 68.30, 300), ("2026-01-01T00:05:00Z", -133.3, 68.31, 300)])))
    code, out, _ = run(sideline, "check", "-k", "--json", "--files", space, path)
    assert (code, pairs(out)) == (1, ({("CROSSING", "Inuvik  CZ")}, set())), (code, pairs(out))


def streaming(sideline, shared):
    """The Swiss day, 139,098 fixes, is looked through and judged within 100 MB resident."""
    path = os.path.join(shared, "data", "tracks/switzerland.json.gz")
    for verb in (["inspect"], ["check", "--minima", "3NM,1000ft", "--json"]):
        child = subprocess.Popen([sideline, *verb, path], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode in (0, 1), (verb, child.returncode)
        print(verb[0], "of the Swiss day:", usage.ru_maxrss // 1024, "MB resident")
        assert usage.ru_maxrss < 100 * 1024, (verb, usage.ru_maxrss)


def exercise(sideline, shared):
    """Five measures of the control order whose overlaps were worked out by hand: the
    circles XB and XC stand 42 km apart with radii of 25.55 km; XB (10.55 and more) and
    PORTERVILLE share ground from 11:01 to 12:00; DESERT holds the centre of DESERT (XA);
    the deserts are 250 km from the others."""
    names = {"ISABELLA (XB)", "ISABELLA (XC)", "PORTERVILLE", "DESERT", "DESERT (XA)"}
    code, out, _ = run(sideline, "check", "-k", "--json", os.path.join(shared, "data/aco/ExMontereyStrikeACO.aco"))
    found, doubts = pairs(out)
    assert code == 1 and not doubts
    among = {p for p in found if set(p) <= names}
    print("among the five:", sorted(among))
    assert among == {("DESERT", "DESERT (XA)"), ("ISABELLA (XB)", "ISABELLA (XC)"), ("ISABELLA (XB)", "PORTERVILLE")}, among


def main(sideline, shared):
    with tempfile.TemporaryDirectory() as folder:
        small(sideline, folder)
        pictures(sideline, folder)
        tables(sideline, folder)
    if not os.path.isdir(os.path.join(shared, "data")):
        print("SKIP: cli/seen: the airspaces and tracks of ../shared are not there")
        return
    with tempfile.TemporaryDirectory() as folder:
        canada(sideline, shared, folder)
        conversions(sideline, shared, folder)
    exercise(sideline, shared)
    streaming(sideline, shared)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

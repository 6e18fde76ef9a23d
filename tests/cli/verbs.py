#!/usr/bin/python3
"""The verbs with a connection, each against a real intermediary on loopback over TLS.

usage: verbs.py SIDELINE SIDELINED [NAME...]   (NAME: only the tests that begin with it)
"""

import base64
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import nacl.signing

DONE, CONFLICT, UNDECIDED = 0, 1, 2
USAGE, DATA, NOINPUT, UNAVAILABLE, CANTCREAT, PROTOCOL, NOPERM, CONFIG = 64, 65, 66, 69, 73, 76, 77, 78
FORBIDDEN = re.compile(r"clearance|permission|approv|clear to", re.I)


def at(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def flight(name, lat, lon, start=7200, end=7800, low=1000, high=1200):
    """A square of a few hundred metres, as GeoJSON."""
    d = 0.003
    ring = [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d], [lon - d, lat - d]]
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"name": name, "lower": low, "upper": high, "unit": "m", "reference": "ellipsoid",
                           "start": at(start), "end": at(end)}}


def native(lat, lon, start=7200, end=7800, low=1000, high=1200, **more):
    """The same as a native intent."""
    def altitude(value):
        return {"value": value, "reference": "W84", "units": "M"}
    plan = {"volumes": [{"volume": {"outline_circle": {"center": {"lng": lon, "lat": lat}, "radius": {"value": 300, "units": "M"}},
                                    "altitude_lower": altitude(low), "altitude_upper": altitude(high)},
                         "time_start": {"value": at(start), "format": "RFC3339"}, "time_end": {"value": at(end), "format": "RFC3339"}}]}
    return {"version": 1, "state": "Accepted", "plan": plan, **more}


class Line:
    """An intermediary, two founded sides, and one party on each."""

    def __init__(self, sideline, sidelined):
        self.sideline, self.sidelined = sideline, sidelined
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sideline-cli-"))
        self.process = None
        os.umask(0o077)

    def run(self, *words, status=DONE, text=None, env=None):
        """stdout and stderr of a call that must end so."""
        done = subprocess.run([self.sideline, *map(str, words)], cwd=self.folder, input=text, capture_output=True, text=True, timeout=60,
                              env=dict({"PATH": os.environ["PATH"], "HOME": str(self.folder), "https_proxy": "http://127.0.0.1:1"}, **(env or {})))
        told = f"{words}: exit {done.returncode}, expected {status}\n{done.stdout}{done.stderr}"
        assert done.returncode == status, told
        assert not FORBIDDEN.search(done.stdout + done.stderr), told
        return done.stdout, done.stderr

    def json(self, *words, **how):
        return json.loads(self.run(*words, "--json", **how)[0])

    def fails(self, *words, status, says):
        """A call that must fail, saying so in a line that names the verb and all that is in `says`."""
        _, error = self.run(*words, status=status)
        for part in says:
            assert part in error, (words, part, error)
        return error

    def public(self, name):
        return re.search("public key *(.*)", self.run("keygen", "--print", name + ".key")[0]).group(1)

    def write(self, name, value):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return name

    def profile(self, who, number=1, key=None, file=None):
        side, party = who.split("-", 1)
        self.write((file or who) + ".profile", f"server = {self.server}\nca = line/tls.crt\nkeyid = {side}/{party}/{number}\n"
                   f"key = {key or who}.key\nvkey = {self.vkey}\n")

    def start(self):
        self.process = subprocess.Popen([self.sidelined, *os.environ.get("SIDELINED_FLAGS", "").split(), "line/sidelined.conf"], cwd=self.folder, stderr=subprocess.PIPE, text=True)
        found = None
        while not found:
            line = self.process.stderr.readline()
            assert line, "sidelined did not start"
            found = re.search(r"event=listening url=(\S+)", line)
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.server = found.group(1)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(20) == 0
        self.process = None

    def found(self):
        for side in ("blue", "red"):
            self.run("keygen", f"{side}-focal.key")
        subprocess.run([self.sidelined, "--init", "line", "--tls-self-signed", "--listen", "127.0.0.1:0",
                        *[w for s in ("blue", "red") for w in ("--side", f"{s}={self.public(s + '-focal')}")]],
                       cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        config = self.folder / "line" / "sidelined.conf"
        config.write_text(re.sub("(?m)^liaison_listen.*", "liaison_listen = off", config.read_text()))
        self.start()
        self.vkey = re.search("vkey *(.*)", self.run("keygen", "--print", "--name", "line.example/rollup", "line/server.key")[0]).group(1)
        for side in ("blue", "red"):
            self.profile(side + "-focal")
            assert "taken" in self.run("admin", "init", "-p", f"{side}-focal.profile", "--effective", "+200ms")[0]
        time.sleep(0.4)
        out, _ = self.run("agree", "make", "-p", "blue-focal.profile", "--line", "north", "--sides", "red,blue", "--minima", "all=500m,100m",
                          "--round", "1s", "--tick", "1s", "--answer", "20s", "--pace", "0s", "--budget", "100000", "north.json")
        assert "between blue and red" in out and "500 m laterally" in out, out
        self.fails("agree", "post", "-p", "blue-focal.profile", "north.json", status=DATA, says=["only one side has signed it"])
        assert "signed as   red/focal/1" in self.run("agree", "sign", "-p", "red-focal.profile", "north.json")[0]
        self.fails("agree", "sign", "-p", "red-focal.profile", "north.json", status=DATA, says=["has signed it already"])
        assert self.run("agree", "show", "north.json")[0].count("signed by") == 2
        self.run("agree", "post", "-p", "red-focal.profile", "north.json")
        time.sleep(0.2)
        for side in ("blue", "red"):
            self.enrol(f"{side}-ops")
        time.sleep(0.4)
        return self

    def enrol(self, who):
        side, party = who.split("-", 1)
        self.run("keygen", who + ".key")
        self.profile(who)
        self.run("admin", "enrol", "-p", f"{side}-focal.profile", "--party", party, "--class", "drone", "--role", "duty",
                 "--public-key", self.public(who), "--effective", "+200ms")

    def until(self, what, ready):
        deadline = time.time() + 15
        while time.time() < deadline:
            value = ready()
            if value:
                return value
            time.sleep(0.2)
        raise AssertionError(what + " did not come")

    def case(self, who, name, state):
        """The row of a case once it is in this state."""
        def look():
            rows = self.run("cases", "-p", who + ".profile")[0].splitlines()
            return next((r for r in rows if r.split()[0] == name and r.split()[2] == state), None)
        return self.until(f"{name} {state}", look)

    def remove(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def forged(line, origin, size):
    """A checkpoint of another history under the intermediary's own key."""
    pem = (line.folder / "line" / "server.key").read_text().split("\n")
    key = nacl.signing.SigningKey(base64.b64decode("".join(pem[1:-2]))[-32:])
    text = f"{origin}\n{size}\n{base64.b64encode(b'x' * 32).decode()}\n"
    key_id = hashlib.sha256(origin.encode() + b"\n\x01" + bytes(key.verify_key)).digest()[:4]
    signature = base64.b64encode(key_id + key.sign(text.encode()).signature).decode()
    return f"{text}\n\u2014 {origin} {signature}\n"


# Without a server

def test_help(line):
    """Every verb has help with an example that names it, and no word that says more than it should."""
    verbs = re.findall(r"(?m)^  (\w+(?: \w+)?)  ", line.run("--help")[0])
    assert len(verbs) >= 25 and "submit" in verbs and "log verify" in verbs, verbs
    for verb in verbs:
        text = line.run(*verb.split(), "--help")[0]
        assert f"\nexample:\n  sideline {verb}" in text, text
        assert "exit status" in text and "--json" in text
    for first in {verb.split()[0] for verb in verbs if " " in verb}:
        text = line.run(first, "--help")[0]
        assert re.findall(r"(?m)^  (\w+ \w+)  ", text) == [verb for verb in verbs if verb.startswith(first + " ")], text


def test_keygen(line):
    out, _ = line.run("keygen", "--name", "line.example", "one.key")
    key = line.folder / "one.key"
    assert key.stat().st_mode & 0o777 == 0o600 and "PRIVATE KEY" in key.read_text()
    assert re.search(r"vkey +line\.example\+[0-9a-f]{8}\+", out)
    before = key.read_bytes()
    line.fails("keygen", "one.key", status=CANTCREAT, says=["one.key", "never overwritten"])
    assert key.read_bytes() == before
    told = line.json("keygen", "--print", "one.key")
    assert len(base64.b64decode(told["public_key"])) == 32 and told["public_key"] in out
    line.fails("keygen", status=USAGE, says=["FILE", "--help"])
    line.fails("keygen", "none/two.key", status=CANTCREAT, says=["none/two.key"])
    line.write("three.key", "nothing")
    line.fails("keygen", "--print", "three.key", status=DATA, says=["three.key"])
    fingerprint = line.run("admin", "fingerprint", told["public_key"])[0]
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}\n", fingerprint)


def test_profile(line):
    """What is wrong in a profile is told with its line."""
    line.fails("cases", status=CONFIG, says=[".config/sideline/profile", "--profile FILE"])
    line.fails("cases", "-p", "none", status=CONFIG, says=["none", "SIDELINE_PROFILE"])
    for text, says in (("server = https://x\nkeys = a\n", ["2:", "no such key"]), ("server = https://x\nserver = https://y\n", ["2:", "twice"]),
                       ("keyid = blue/ops/1\n", ["no server"]), ("server = https://x\nkeyid = ops\n", ["side/party/number"]),
                       ("server = ftp://x\n", ["https://"]), ("server = http://example.org\n", ["loopback"]), ("server\n", ["1:", "key = value"]),
                       ("server = https://x/path\n", ["without a path"]), ("server = https://x\nvkey = a+b+c\n", ["2:", "verifier key"]),
                       ("server = https://x\n", ["needs keyid and key"]), ("server = https://x\nkeyid = blue/ops/1\nkey = none.key\n", ["none.key"])):
        line.write("wrong", text + ("keyid = blue/ops/1\nkey = one.key\n" if "https://x/" in text or "ftp" in text or "http:" in text else ""))
        if not (line.folder / "one.key").exists():
            line.run("keygen", "one.key")
        line.fails("cases", "-p", "wrong", status=CONFIG, says=["wrong" if "none.key" not in text else "none.key"] + says)
    key = line.folder / "open.key"
    line.run("keygen", "open.key")
    key.chmod(0o644)
    line.write("wrong", "server = https://x\nkeyid = blue/ops/1\nkey = open.key\n")
    line.fails("cases", "-p", "wrong", status=CONFIG, says=["open.key"])


# With one

def test_words(line):
    """What is wrong on the command line is named."""
    line.fails("frob", status=USAGE, says=["frob", "--help"])
    line.fails("admin", status=USAGE, says=["admin rotate"])
    line.fails("admin", "frob", status=USAGE, says=["admin --help"])
    line.fails("cases", "extra", status=USAGE, says=["no operands", "extra"])
    line.fails("cases", "-p", "blue-ops.profile", "--state", "odd", status=USAGE, says=["--state", "unresolved"])
    line.fails("keygen", "a.key", "b.key", status=USAGE, says=["one operand too many", "b.key"])


def test_connection(line):
    """A server that is not there, another certificate, a key that is not enrolled."""
    line.write("away.profile", (line.folder / "blue-ops.profile").read_text().replace(line.server, "https://127.0.0.1:1"))
    line.fails("cases", "-p", "away.profile", "--timeout", "2s", status=UNAVAILABLE, says=["https://127.0.0.1:1", "cannot be reached"])
    line.write("untrusted.profile", re.sub("(?m)^ca.*\n", "", (line.folder / "blue-ops.profile").read_text()))
    line.fails("cases", "-p", "untrusted.profile", status=PROTOCOL, says=["certificate", "ca"])
    for name in ("none.crt", "empty.crt", "line"):
        (line.folder / "empty.crt").touch()
        line.write("badca.profile", re.sub("(?m)^ca.*", f"ca = {name}", (line.folder / "blue-ops.profile").read_text()))
        line.fails("cases", "-p", "badca.profile", status=CONFIG, says=["badca.profile", "ca names", name])
    line.write("full.profile", (line.folder / "blue-ops.profile").read_text() + "state = empty.crt\n")
    error = line.fails("heartbeat", "-p", "full.profile", status=CANTCREAT, says=["empty.crt", "Not a directory"])
    assert "no-space" not in error, error
    line.run("keygen", "stranger.key")
    line.profile("blue-ops", key="stranger", file="stranger")
    line.fails("cases", "-p", "stranger.profile", status=NOPERM, says=["401", "keyid"])
    line.profile("blue-nobody", key="stranger", file="nobody")
    line.fails("cases", "-p", "nobody.profile", status=NOPERM, says=["401"])
    line.run("cases", env={"SIDELINE_PROFILE": "blue-ops.profile"})


def test_admin(line):
    """Records: who may, and what they change."""
    out, _ = line.run("admin", "status", "-p", "blue-ops.profile")
    assert "ready" in out and "agreement 1 between blue and red" in out and "line.example/blue/ops" in out, out
    told = line.json("admin", "status", "-p", "blue-ops.profile")
    assert told["ready"]["ready"] is True
    line.fails("admin", "enrol", "-p", "blue-ops.profile", "--party", "more", "--public-key", line.public("blue-focal"), status=NOPERM, says=["refused"])
    line.fails("admin", "enrol", "-p", "blue-focal.profile", "--party", "More", status=USAGE, says=["--party", "a-z"])
    line.fails("admin", "enrol", "-p", "blue-focal.profile", "--party", "more", status=USAGE, says=["--public-key", "keygen"])
    line.fails("admin", "enrol", "-p", "blue-focal.profile", "--party", "more", "--class", "glider", "--public-key", "x", status=USAGE, says=["--class", "crewed"])
    line.write("green.profile", re.sub("(?m)^keyid.*", "keyid = green/focal/1", (line.folder / "blue-focal.profile").read_text()))
    before = (line.folder / "north.json").read_text()
    line.fails("agree", "sign", "-p", "green.profile", "north.json", status=DATA, says=["between blue and red", "green/focal/1"])
    line.fails("agree", "make", "-p", "green.profile", "--line", "south", "--sides", "blue,red", "south.json", status=DATA, says=["of neither"])
    assert (line.folder / "north.json").read_text() == before
    line.enrol("blue-spare")
    line.run("keygen", "blue-spare-2.key")
    time.sleep(0.4)
    line.run("cases", "-p", "blue-spare.profile")
    line.run("admin", "rotate", "-p", "blue-focal.profile", "--party", "spare", "--number", "2", "--public-key", line.public("blue-spare-2"), "--effective", "+200ms")
    time.sleep(0.4)
    line.fails("cases", "-p", "blue-spare.profile", status=NOPERM, says=["401"])
    line.profile("blue-spare", number=2, key="blue-spare-2", file="spare-2")
    line.run("cases", "-p", "spare-2.profile")
    line.run("admin", "revoke", "-p", "blue-focal.profile", "--party", "spare", "--number", "2", "--effective", "now")
    time.sleep(0.2)
    line.fails("cases", "-p", "spare-2.profile", status=NOPERM, says=["401"])
    line.run("admin", "enrol", "-p", "blue-focal.profile", "--party", "paper", "--public-key", line.public("blue-focal"), "--out", "paper.json")
    assert json.loads((line.folder / "paper.json").read_text())["signatures"][0]["keyid"] == "blue/focal/1"
    line.fails("agree", "show", "paper.json", status=DATA, says=["paper.json", "not a line agreement"])


def test_submit(line):
    """Verdicts, exit codes, ids, retries, amendments, the end."""
    line.write("one.geojson", {"type": "FeatureCollection", "features": [flight("survey-1", 10, 10), flight("survey-2", 10.5, 10)]})
    out, _ = line.run("submit", "-p", "blue-ops.profile", "one.geojson")
    assert out.count("CLEAR") == 2 and "2 submitted: 2 clear" in out, out
    again = line.json("submit", "-p", "blue-ops.profile", "one.geojson")
    assert [a["name"] for a in again] == ["survey-1", "survey-2"] and all(a["answer"]["version"] == 1 for a in again)
    assert all(re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", a["answer"]["id"]) for a in again)
    other = line.json("submit", "-p", "blue-ops.profile", "--namespace", "other", "--exercise", "one.geojson")
    assert other[0]["answer"]["id"] != again[0]["answer"]["id"]
    line.write("cross.json", native(10, 10))
    told = line.json("submit", "-p", "red-ops.profile", "cross.json", status=CONFLICT)
    assert told[0]["name"] == "cross" and told[0]["answer"]["verdict"]["granules"], told
    text = line.run("intents", "-p", "blue-ops.profile", "-g", "survey-1", status=CONFLICT)[0]
    assert re.search(r"survey-1 .*CONFLICT", text) and re.search(r"in 9\.99\d\d\.\.10\.00\d\d .*1000\.\.1200m|in 9\.99", text), text
    line.fails("submit", "-p", "red-ops.profile", "--shift-days", "1", "cross.json", status=DATA, says=["409"])
    moved = line.json("submit", "-p", "red-ops.profile", "--shift-days", "1", "--amend", "cross.json")
    assert moved[0]["answer"]["version"] == 2 and moved[0]["answer"]["verdict"]["verdict"] == "CLEAR"
    line.until("blue reads CLEAR again", lambda: "CLEAR" in subprocess.run(
        [line.sideline, "intents", "-p", "blue-ops.profile", "survey-1"], cwd=line.folder, capture_output=True, text=True, check=False).stdout)
    assert "Ended" in line.run("end", "-p", "red-ops.profile", "cross")[0]
    assert "cross: Ended" in line.run("end", "-p", "red-ops.profile", "cross")[0]   # a retry, answered as it was
    line.fails("end", "-p", "red-ops.profile", "--out-at", "now", "cross", status=DATA, says=["409"])
    line.fails("end", "-p", "red-ops.profile", "nothing", status=NOINPUT, says=["nothing", "name"])
    line.fails("intents", "-p", "blue-ops.profile", told[0]["answer"]["id"], status=NOINPUT, says=["no such intent"])


def test_intents_as_json(line):
    """What is gone at the head of the list leaves no comma behind."""
    state = line.folder / "gone.state"
    state.mkdir()
    known = (line.folder / "blue-ops.profile.state" / "names").read_text()
    (state / "names").write_text("00000000-0000-4000-8000-000000000000 gone\n" + known)
    line.write("gone.profile", (line.folder / "blue-ops.profile").read_text() + "state = gone.state\n")
    out = subprocess.run([line.sideline, "intents", "-p", "gone.profile", "--json"], cwd=line.folder, capture_output=True, text=True).stdout
    assert json.loads(out), out


def test_submit_undecided(line):
    line.run("line", "suspend", "-p", "red-ops.profile", "north")
    line.write("alone.json", native(-10, 10))
    out, _ = line.run("submit", "-p", "blue-ops.profile", "alone.json", status=UNDECIDED)
    assert "UNDECIDED" in out and " line " in out, out
    assert line.json("line", "resume", "-p", "red-ops.profile", "north")["state"] == "OPEN"
    line.run("intents", "-p", "blue-ops.profile", "alone")


def test_activated(line):
    line.write("flying.json", native(-20, 10, start=-60, end=600, state="Activated"))
    line.run("submit", "-p", "blue-ops.profile", "flying.json")
    line.fails("end", "-p", "blue-ops.profile", "flying", status=DATA, says=["out_at"])
    assert "Ended" in line.run("end", "-p", "blue-ops.profile", "--out-at", "now", "flying")[0]


def test_submit_wrong(line):
    """Bad input: what, where, what to do."""
    line.write("bad.json", native(91, 10))
    line.fails("submit", "-p", "blue-ops.profile", "bad.json", status=DATA, says=["bad.json", "/plan/volumes/0"])
    line.write("past.json", native(1, 10, start=-7200, end=-3600))
    line.fails("submit", "-p", "blue-ops.profile", "past.json", status=DATA, says=["ended"])
    line.write("bad.geojson", {"type": "FeatureCollection", "features": [flight("x", 1, 1, low=500, high=100)]})
    line.fails("submit", "-p", "blue-ops.profile", "bad.geojson", status=DATA, says=["bad.geojson"])
    line.write("empty.geojson", {"type": "FeatureCollection", "features": [flight("x", 1, 1)]})
    line.fails("submit", "-p", "blue-ops.profile", "--only", "Y", "empty.geojson", status=DATA, says=["Y"])
    line.fails("submit", "-p", "blue-ops.profile", "none.geojson", status=NOINPUT, says=["none.geojson"])
    line.write("crewed.json", native(2, 10))
    line.fails("submit", "-p", "blue-ops.profile", "--class", "crewed", "crewed.json", status=NOPERM, says=["403"])
    for words, says in ((["--freedom", "10"], "unit"), (["--freedom", "10min,2000ft,5NM,1"], "TIME,HEIGHT,ASIDE"), (["--state", "Ended"], "sideline end"),
                        (["--class", "glider"], "crewed"), (["--priority", "vip"], "medical"), (["--shift-days", "one"], "whole"), (["--if-conflict", "maybe"], "stand")):
        line.fails("submit", "-p", "blue-ops.profile", *words, "crewed.json", status=USAGE, says=[words[0], says])


def test_settle(line):
    """A proposal is told in words of the own plan, accepted by name, and both cases resolve."""
    line.write("fixed.json", native(20, 10))
    line.run("submit", "-p", "blue-ops.profile", "fixed.json")
    line.write("free.json", native(20, 10))
    line.run("submit", "-p", "red-ops.profile", "--class", "drone", "--freedom", "30min", "free.json", status=CONFLICT)
    row = line.case("red-ops", "free", "proposed")
    assert re.search(r"alternative \d: .*(later|earlier|higher|lower|course)", row), row
    line.fails("answer", "-p", "blue-ops.profile", "accept", "fixed", status=DATA, says=["fixed", "no proposal"])
    line.fails("answer", "-p", "red-ops.profile", "perhaps", "free", status=USAGE, says=["accept or decline"])
    line.fails("answer", "-p", "red-ops.profile", "accept", status=USAGE, says=["--all"])
    line.fails("answer", "-p", "red-ops.profile", "accept", "gone", status=NOINPUT, says=["gone", "cases"])
    assert "accepted" in line.run("answer", "-p", "red-ops.profile", "accept", "free")[0]
    line.case("red-ops", "free", "resolved")
    line.case("blue-ops", "fixed", "resolved")
    line.run("intents", "-p", "red-ops.profile", "free")


def test_alternatives_and_decline(line):
    """Own alternatives from a second file; declined twice it stays a conflict."""
    line.write("still.json", native(30, 10))
    line.run("submit", "-p", "blue-ops.profile", "still.json")
    line.write("ranked.geojson", flight("ranked", 30, 10))
    line.write("later.geojson", flight("ranked", 30, 10, start=9000, end=9600))
    line.write("higher.geojson", flight("ranked", 30, 10, low=2000, high=2200))
    line.fails("submit", "-p", "red-ops.profile", "--alternative", "later.geojson", "--freedom", "1h", "ranked.geojson", status=USAGE, says=["not both"])
    line.run("submit", "-p", "red-ops.profile", "--alternative", "later.geojson", "--alternative", "higher.geojson", "ranked.geojson", status=CONFLICT)
    assert "own alternative" in line.case("red-ops", "ranked", "proposed")
    line.run("answer", "-p", "red-ops.profile", "decline", "--all")
    line.until("a second proposal, or none", lambda: re.search("proposed|unresolved", line.run("cases", "-p", "red-ops.profile")[0]))
    def give_up():
        line.run("answer", "-p", "red-ops.profile", "decline", "--all")
        return "unresolved" in next(r for r in line.run("cases", "-p", "red-ops.profile")[0].splitlines() if r.startswith("ranked "))
    line.until("unresolved", give_up)
    line.run("intents", "-p", "red-ops.profile", "ranked", status=CONFLICT)
    line.run("intents", "-p", "blue-ops.profile", "still", status=CONFLICT)
    line.run("end", "-p", "red-ops.profile", "ranked")


def test_inbox(line):
    """Events once each; --after shows them again; --follow goes on."""
    first = line.run("inbox", "-p", "blue-ops.profile")[0]
    assert "membership" in first or "verdict" in first, first
    line.until("an inbox without news", lambda: line.run("inbox", "-p", "blue-ops.profile")[0] == "")
    assert line.run("inbox", "-p", "blue-ops.profile", "--after", "0")[0].startswith(first[:60])
    assert all(e["seq"] for e in json.loads(line.run("inbox", "-p", "blue-ops.profile", "--after", "0", "--json")[0].splitlines()[0])["events"])
    with subprocess.Popen([line.sideline, "inbox", "-p", "blue-ops.profile", "--follow"], cwd=line.folder, stdout=subprocess.PIPE, text=True) as follow:
        time.sleep(0.3)
        line.run("line", "suspend", "-p", "red-ops.profile", "north")
        line.run("line", "resume", "-p", "red-ops.profile", "north")
        # Other events of the rounds before may come first; the end of the output fails.
        deadline = threading.Timer(20, follow.terminate)
        deadline.start()
        told = next((text for text in follow.stdout if "north SUSPENDED" in text), None)
        deadline.cancel()
        follow.terminate()
    assert told, "the suspension was not told"
    line.fails("inbox", "-p", "blue-ops.profile", "--after", "x", status=USAGE, says=["--after"])


class Stub(threading.Thread):
    """A server of one connection after the other: what each is answered, and what it asked."""

    def __init__(self, answers):
        super().__init__(daemon=True)
        self.socket, self.answers, self.asked = socket.create_server(("127.0.0.1", 0)), answers, []
        self.server = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.start()

    def run(self):
        for answer in self.answers:
            connection = self.socket.accept()[0]
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            self.asked.append(head.decode())
            connection.sendall(answer)
            connection.close()
        self.socket.close()


def test_follow(line):
    """A stream that breaks is taken up again after the last whole event; where there is none, long polls."""
    def event(n):
        return b"id: %d\nevent: line\ndata: {\"seq\":%d,\"type\":\"line\",\"at\":\"2026-01-01T00:00:0%dZ\",\"line\":\"north\",\"state\":\"OPEN\"}\n\n" % (n, n, n)
    stream = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    page = b'{"events":[{"seq":5,"type":"line","at":"2026-01-01T00:00:05Z","line":"north","state":"OPEN"}],"next":5}'
    stub = Stub([stream + b":\n\n" + event(3) + event(4)[:40],
                 b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
                 stream + event(4),
                 b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
                 b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page),
                 b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"])
    line.write("stub.profile", f"server = {stub.server}\nkeyid = blue/ops/1\nkey = blue-ops.key\nstate = stub\n")
    out, error = line.run("inbox", "-p", "stub.profile", "--follow", "--after", "2", "--json", status=NOPERM)
    told = [page for page in map(json.loads, out.splitlines()) if "events" in page]
    assert [page["next"] for page in told] == [3, 4, 5] and [page["events"][0]["seq"] for page in told] == [3, 4, 5], out
    assert error.count("trying again") == 1 and "401" in error, error
    last = [re.search(r"Last-Event-ID: (\d+)", asked) for asked in stub.asked]
    assert [found and found.group(1) for found in last] == ["2", "3", "3", "4", None, None], stub.asked
    assert all("GET /v1/events HTTP" in asked and "Accept: text/event-stream" in asked for asked in stub.asked[:4]), stub.asked
    assert "GET /v1/events?after=4&wait=30 " in stub.asked[4] and "after=5" in stub.asked[5], stub.asked[4:]
    assert all("Signature: sig1=" in asked for asked in stub.asked)
    assert (line.folder / "stub" / "cursor").read_text() == "5\n"
    stub = Stub([stream + b"id: x\ndata: {}\n\n"])
    line.write("stub.profile", f"server = {stub.server}\nkeyid = blue/ops/1\nkey = blue-ops.key\nstate = stub\n")
    line.fails("inbox", "-p", "stub.profile", "--follow", status=PROTOCOL, says=["events cannot be read"])


def test_line(line):
    line.fails("line", "answer", "-p", "blue-ops.profile", "north", status=DATA, says=["409"])
    line.fails("line", "suspend", "-p", "blue-ops.profile", "south", status=NOINPUT, says=["404"])
    line.fails("line", "suspend", "-p", "blue-focal.profile", "north", status=NOPERM, says=["403"])
    line.fails("line", "suspend", "-p", "blue-ops.profile", "North", status=USAGE, says=["a-z"])


def test_watch(line):
    """A conflict that stands is acknowledged by its duty officer, and again after a handover; it stays a conflict (L28)."""
    for who in ("blue", "red"):
        line.write(f"{who}-stands.json", native(35, 10))
        line.run("submit", "-p", f"{who}-ops.profile", f"{who}-stands.json", status=CONFLICT if who == "red" else DONE)
    assert "acknowledge by 20" in line.case("blue-ops", "blue-stands", "unresolved")
    def waiting():
        return [c for page in line.run("cases", "-p", "blue-ops.profile", "--json")[0].splitlines() for c in json.loads(page)["cases"] if "acknowledge_by" in c]
    before = waiting()
    assert f"; {len(before)} to acknowledge" in line.run("heartbeat", "-p", "blue-ops.profile")[0]
    assert "case unresolved, acknowledge by 20" in line.run("inbox", "-p", "blue-ops.profile", "--after", "0")[0]
    assert line.run("acknowledge", "-p", "blue-ops.profile", "blue-stands")[0] == "blue-stands: acknowledged; the conflict stands\n"
    assert len(waiting()) == len(before) - 1
    assert "acknowledge by" not in line.case("blue-ops", "blue-stands", "unresolved")
    line.run("intents", "-p", "blue-ops.profile", "blue-stands", status=CONFLICT)
    line.fails("acknowledge", "-p", "blue-ops.profile", "blue-stands", status=DATA, says=["blue-stands", "nothing waits", "unresolved"])
    line.fails("acknowledge", "-p", "blue-ops.profile", "red-stands", status=NOINPUT, says=["red-stands", "cases"])
    line.fails("acknowledge", "-p", "blue-ops.profile", status=USAGE, says=["--all"])
    line.fails("acknowledge", "-p", "blue-ops.profile", "--all", "blue-stands", status=USAGE, says=["--all"])
    line.run("acknowledge", "-p", "blue-ops.profile", "--all")
    assert not waiting()
    assert line.run("acknowledge", "-p", "blue-ops.profile", "--all")[0] == "nothing waits to be acknowledged\n"
    assert "to acknowledge" not in line.run("heartbeat", "-p", "blue-ops.profile")[0]
    line.fails("line", "handover", "-p", "blue-ops.profile", "North", status=USAGE, says=["a-z"])
    line.fails("line", "handover", "-p", "blue-ops.profile", "south", status=NOINPUT, says=["404"])
    line.fails("line", "handover", "-p", "blue-focal.profile", "north", status=NOPERM, says=["403"])
    told = line.run("line", "handover", "-p", "blue-ops.profile", "north")[0]
    again = waiting()
    assert len(again) >= 1 and told.startswith(f"north OPEN, {len(again)} to acknowledge"), told
    watch = line.json("line", "handover", "-p", "blue-ops.profile", "north")
    assert watch["line"] == "north" and watch["state"] == "OPEN" and watch["unacknowledged"] == len(again), watch
    assert list((line.folder / "blue-ops.profile.state" / "receipts").glob(f"*{watch['receipt']['index']}*")), "the receipt was not kept"
    told = line.json("acknowledge", "-p", "blue-ops.profile", "blue-stands")
    assert told["state"] == "unresolved" and "acknowledge_by" not in told
    line.run("acknowledge", "-p", "blue-ops.profile", "--all")
    for who in ("blue", "red"):
        line.run("end", "-p", f"{who}-ops.profile", f"{who}-stands")


def test_heartbeat(line):
    """The newest checkpoint that verified is kept and sent."""
    time.sleep(1.1)
    assert "clock good" in line.run("heartbeat", "-p", "blue-ops.profile")[0]
    kept = line.folder / "blue-ops.profile.state" / "rollup.checkpoint"
    assert kept.read_text().startswith("line.example/rollup\n")
    told = line.json("heartbeat", "-p", "blue-ops.profile")
    assert told["lines"] == [{"line": "north", "state": "OPEN"}]
    line.write("wrong.profile", (line.folder / "blue-ops.profile").read_text().replace(line.vkey, re.search("vkey *(.*)", line.run(
        "keygen", "--print", "--name", "line.example/rollup", "blue-ops.key")[0]).group(1)))
    line.fails("heartbeat", "-p", "wrong.profile", status=PROTOCOL, says=["does not verify"])


def test_receipt(line):
    """A receipt verifies offline, and not once anything is changed."""
    line.write("evidence.json", native(40, 10))
    line.run("submit", "-p", "blue-ops.profile", "evidence.json")
    kept = sorted((line.folder / "blue-ops.profile.state" / "receipts").glob("*.json"))
    whole = json.loads(kept[-1].read_text())
    line.write("receipt.json", whole["receipt"])
    assert "verified: entry" in line.run("receipt", "verify", "--vkey", line.vkey, "receipt.json")[0]
    assert "submission" in line.run("receipt", "verify", "--entry", "-p", "blue-ops.profile", kept[-1])[0]
    for change in ("index", "salt", "entry", "proof"):
        broken = dict(whole["receipt"])
        if change == "index":
            broken["index"] += 1
        elif change == "salt":
            broken["salt"] = ("0" if broken["salt"][0] != "0" else "1") + broken["salt"][1:]
        elif change == "entry":
            broken["entry"] = base64.b64encode(b"x" + base64.b64decode(broken["entry"])[1:]).decode()
        else:
            broken["proof"] = broken["proof"].replace("/blue/ops\n", "/blue/opt\n")
        line.write("broken.json", broken)
        line.fails("receipt", "verify", "--vkey", line.vkey, "broken.json", status=PROTOCOL, says=["broken.json", "receipt"])
    line.write("broken.json", "{}")
    line.fails("receipt", "verify", "--vkey", line.vkey, "broken.json", status=DATA, says=["a receipt is"])


def test_restore(line):
    """The drill (L8): a copy of the store is put back; what was filed since is named, the rest affirmed, and only then is anything CLEAR."""
    config = line.folder / "line" / "sidelined.conf"
    config.write_text(re.sub("(?m)^listen.*", f"listen = {line.server.split('//')[1]}", config.read_text()))
    for name in ("kept", "moved"):
        line.write(name + ".json", native(60 if name == "kept" else 61, 10))
        line.run("submit", "-p", "blue-ops.profile", name + ".json")
    line.fails("affirm", "-p", "blue-ops.profile", "nothing", status=NOINPUT, says=["nothing"])
    line.fails("affirm", "-p", "blue-ops.profile", "--version", "0", "kept", status=USAGE, says=["--version"])
    receipts = line.folder / "blue-ops.profile.state" / "receipts"
    line.stop()
    copy = {path: path.read_bytes() for path in (line.folder / "line").glob("sideline.db*")}
    assert copy
    line.start()
    line.write("moved.json", native(62, 10))
    for who in ("blue", "red") * 2:   # a start is RECOVERING until both sides said what they hold: the first may hold nothing yet
        line.run("heartbeat", "-p", f"{who}-ops.profile")
    line.run("submit", "-p", "blue-ops.profile", "--amend", "moved.json")
    line.write("gone.json", native(63, 10))
    line.run("submit", "-p", "blue-ops.profile", "gone.json")
    time.sleep(2.2)
    for who in ("blue", "red"):
        line.run("heartbeat", "-p", f"{who}-ops.profile")
    before_restore = {path.name: path.read_bytes() for path in receipts.iterdir()}
    line.stop()
    for path in (line.folder / "line").glob("sideline.db*"):
        path.unlink()
    for path, data in copy.items():
        path.write_bytes(data)
    line.start()
    for who in ("blue", "red"):
        line.fails("heartbeat", "-p", f"{who}-ops.profile", status=PROTOCOL, says=["restored", "--restored"])
    out = line.run("affirm", "-p", "blue-ops.profile", status=UNDECIDED)[0]
    assert re.search(r"(?m)^kept +1 +Accepted +UNDECIDED", out), out
    assert re.search(r"(?m)^moved +not affirmed: .* holds version 1, filed was 2: .*--amend", out), out
    assert re.search(r"(?m)^gone +not affirmed: .*submit it again", out) and "survey-1" in out, out
    line.run("submit", "-p", "blue-ops.profile", "--amend", "moved.json", status=UNDECIDED)
    line.run("submit", "-p", "blue-ops.profile", "gone.json", status=UNDECIDED)
    told = line.json("affirm", "-p", "blue-ops.profile", "kept", status=UNDECIDED)
    assert told[0]["version"] == 1 and told[0]["receipt"], told
    line.run("affirm", "-p", "blue-ops.profile", status=UNDECIDED)
    told = subprocess.run([line.sideline, "affirm", "-p", "red-ops.profile"], cwd=line.folder, check=False, capture_output=True, text=True).stdout
    if "free" in told:   # of an accepted proposal
        assert re.search(r"(?m)^free +not affirmed: .* holds version 2, filed was 1: .*--version 2", told), told
        line.run("affirm", "-p", "red-ops.profile", "--version", "2", "free", status=UNDECIDED)
    for who in ("blue", "red"):
        before = (line.folder / f"{who}-ops.profile.state" / "rollup.checkpoint").read_text()
        line.run("heartbeat", "-p", f"{who}-ops.profile", "--restored")
        kept = list((line.folder / f"{who}-ops.profile.state").glob("rollup.before-*"))
        assert [p.read_text() for p in kept] == [before]
        line.run("heartbeat", "-p", f"{who}-ops.profile")
    assert all((receipts / name).read_bytes() == data for name, data in before_restore.items()), "a receipt of before was overwritten"
    assert any("-" in path.name for path in receipts.iterdir())
    line.run("intents", "-p", "blue-ops.profile", "kept", status=UNDECIDED)
    for who in ("blue", "red"):
        line.run("line", "answer", "-p", f"{who}-ops.profile", "north")
    line.run("intents", "-p", "blue-ops.profile", "kept", "moved", "gone")


def test_log(line):
    """Both logs verify here and by tools/verify.py; a log that was rewritten does not."""
    time.sleep(1.2)
    out, _ = line.run("log", "verify", "-p", "blue-ops.profile", "--against", "logs")
    assert out.count("verified:") == 3 and "stands under tick" in out, out
    again = line.json("log", "verify", "-p", "blue-ops.profile")
    assert again["verified"] and again["log"]["held"] > 0
    verify = pathlib.Path(__file__).resolve().parents[2] / "tools" / "verify.py"
    logs = line.folder / "logs"
    for words in (["log", "logs/party/vkey", "logs/party"], ["rollup", "logs/rollup/vkey", "logs/rollup"],
                  ["slot", "logs/party/vkey", "logs/party", "logs/rollup/vkey", "logs/rollup", "logs/slot.json"]):
        done = subprocess.run(["/usr/bin/python3", verify, *words], cwd=line.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    state = line.folder / "blue-ops.profile.state"
    held = (state / "log.checkpoint").read_text()
    (state / "log.checkpoint").write_text((state / "rollup.checkpoint").read_text())
    line.fails("log", "verify", "-p", "blue-ops.profile", status=PROTOCOL, says=["NOT verified", "another log"])
    for size, says in ((1, "rewritten"), (10**6, "shorter")):
        (state / "log.checkpoint").write_text(forged(line, "line.example/blue/ops", size))
        line.fails("log", "verify", "-p", "blue-ops.profile", status=PROTOCOL, says=["NOT verified", says])
    line.write("blue-ops.profile.state/rollup.checkpoint", forged(line, "line.example/rollup", 10**6))
    line.fails("heartbeat", "-p", "blue-ops.profile", status=PROTOCOL, says=["went back"])
    assert "1000000" in (state / "rollup.checkpoint").read_text()   # what is held is not given up
    (state / "rollup.checkpoint").unlink()
    (state / "log.checkpoint").write_text(held)
    line.write("keyless.profile", re.sub("(?m)^vkey.*\n", "", (line.folder / "blue-ops.profile").read_text()))
    line.fails("log", "verify", "-p", "keyless.profile", status=CONFIG, says=["vkey"])


class Liar(threading.Thread):
    """Between a client and the intermediary: answers of some paths are changed on their way."""

    def __init__(self, line, lie):
        super().__init__(daemon=True)
        self.line, self.lie, self.told = line, lie, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.server = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.start()

    def run(self):
        trust = ssl.create_default_context(cafile=self.line.folder / "line" / "tls.crt")
        host, port = self.line.server.split("//")[1].rsplit(":", 1)
        while True:
            connection = self.socket.accept()[0]
            reader = connection.makefile("rb")
            words = reader.readline().decode().split()
            if len(words) < 3:
                continue
            headers = {}
            for text in iter(lambda: reader.readline().decode().strip(), ""):
                headers.setdefault(*text.split(": ", 1))
            asked = http.client.HTTPSConnection(host, int(port), context=trust)
            asked.request(words[0], words[1], None, headers)
            answer = asked.getresponse()
            body = answer.read()
            changed = self.lie(words[1], body) if answer.status == 200 else None
            self.told += changed is not None
            body = body if changed is None else changed
            kind = answer.headers["Content-Type"]
            connection.sendall(f"HTTP/1.1 {answer.status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            connection.close()


def other_entries(change):
    """A lie about the page of entries that begins the log."""
    def lie(target, body):
        if not target.startswith("/v1/log/entries?from=0"):
            return None
        page = json.loads(body)
        change(page["entries"])
        return json.dumps(page).encode()
    return lie


def test_log_of_a_liar(line):
    """Whatever part of the log is not what it was, the log is not verified; nor is an answer that is none."""
    def other_byte(entries):
        data = bytearray(base64.b64decode(entries[1]["entry"]))
        data[5] ^= 1
        entries[1]["entry"] = base64.b64encode(data).decode()

    def other_salt(entries):
        entries[1]["salt"] = "00" * 32

    def swapped(entries):
        entries[0]["entry"], entries[1]["entry"] = entries[1]["entry"], entries[0]["entry"]

    def odd_index(entries):
        entries[1]["index"] = 7

    def flip(path, at):
        return lambda target, body: bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]) if target.startswith(path) else None

    line.write("told.json", native(45.5, 5.5))
    for words in (["submit"], ["intents"], ["intents"], ["intents"]):   # entries, whatever the verdict
        subprocess.run([line.sideline, *words, "-p", "blue-ops.profile", "told.json" if words == ["submit"] else "told"], cwd=line.folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    time.sleep(1.2)
    lies = [(other_entries(change), "NOT verified") for change in (other_byte, other_salt, swapped, odd_index, lambda entries: entries.clear())]
    lies += [(flip("/v1/log/tile/", 3), "a tile is not"), (flip("/v1/log/checkpoint", -20), "NOT verified"),
             (lambda target, body: b"" if target == "/v1/log/checkpoint" else None, "NOT verified"),
             (lambda target, body: body[:-1] if target.startswith("/v1/log/tile/") else None, "a tile is not"),
             (lambda target, body: b"[" * 5000 if target.startswith("/v1/log/entries") else None, "not JSON"),
             (lambda target, body: body.replace(b'"entries"', b'"entreis"') if target.startswith("/v1/log/entries") else None, "fewer entries"),
             (flip("/rollup/checkpoint", 40), "NOT verified")]
    profile = (line.folder / "blue-ops.profile").read_text()
    for number, (lie, says) in enumerate(lies):
        liar = Liar(line, lie)
        line.write("liar.profile", re.sub("(?m)^server.*", f"server = {liar.server}", profile) + f"state = liar-{number}\n")
        line.fails("log", "verify", "-p", "liar.profile", status=PROTOCOL, says=[says])
        assert liar.told, number
    honest = Liar(line, lambda target, body: None)
    line.write("liar.profile", re.sub("(?m)^server.*", f"server = {honest.server}", profile) + "state = honest\n")
    assert "verified:" in line.run("log", "verify", "-p", "liar.profile")[0]


def test_no_secrets(line):
    """No private key in what verbs keep or print; state is for its owner alone."""
    seeds = [p.read_text().split("\n")[1] for p in line.folder.glob("*.key") if "PRIVATE KEY" in p.read_text()]
    for path in (line.folder / "blue-ops.profile.state").rglob("*"):
        if path.is_file():
            assert not any(seed in path.read_text(errors="replace") for seed in seeds), path
    assert (line.folder / "blue-ops.profile.state").stat().st_mode & 0o077 == 0


def main():
    line = Line(*[str(pathlib.Path(word).resolve()) for word in sys.argv[1:3]])
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    only = sys.argv[3:]
    founded = False
    try:
        for name, test in tests:
            if only and not any(name[5:].startswith(word) for word in only):
                continue
            if not founded and name not in ("test_help", "test_keygen", "test_profile"):
                line.found()
                founded = True
            start = time.time()
            test(line)
            print(f"{name[5:]}: ok ({time.time() - start:.1f} s)", flush=True)
    finally:
        line.remove()


if __name__ == "__main__":
    main()

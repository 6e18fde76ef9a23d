"""A line over real sockets, for the black-box tests: a daemon in a folder of its own, two
sides whose focal points enrol parties, and parties that sign what they ask. Written from
the documents alone: it shares nothing with the C code."""

import base64
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import uuid

import nacl.signing

COMPONENTS = '("@method" "@authority" "@path" "@query" "content-digest")'
MEMBERSHIP = "application/vnd.sideline.membership+json"
AGREEMENT = "application/vnd.sideline.agreement+json"


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def b64(data):
    return base64.b64encode(data).decode()


def fresh_id():
    return str(uuid.uuid4())


def box(lat, lon, half_m=200, lower=500, upper=560, start_s=3600, end_s=3900):
    """A draft of one volume; times in seconds from now."""
    now = int(time.time())
    dlat, dlon = half_m * 9e-6, half_m * 13e-6
    corners = [(-1, -1), (-1, 1), (1, 1), (1, -1)]
    return {"version": 1, "state": "Accepted", "start_tolerance_s": 300, "plan": {"volumes": [{
        "volume": {"outline_polygon": {"vertices": [{"lat": round(lat + y * dlat, 9), "lng": round(lon + x * dlon, 9)}
                                                    for y, x in corners]},
                   "altitude_lower": {"value": lower, "reference": "W84", "units": "M"},
                   "altitude_upper": {"value": upper, "reference": "W84", "units": "M"}},
        "time_start": {"value": rfc3339(now + start_s), "format": "RFC3339"},
        "time_end": {"value": rfc3339(now + end_s), "format": "RFC3339"}}]}}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Party:
    """A key and its keyid; signs requests to one daemon over a connection it keeps."""

    def __init__(self, daemon, side, name):
        self.daemon, self.side, self.name = daemon, side, name
        self.key = nacl.signing.SigningKey.generate()
        self.keyid = f"{side}/{name}/1"
        self.connection = None

    @property
    def public(self):
        return bytes(self.key.verify_key)

    def head(self, method, target, body, nonce=None, authority=None, created=None):
        """The fields of a signed request."""
        path, _, query = target.partition("?")
        digest = "sha-256=:" + b64(hashlib.sha256(body).digest()) + ":"
        created = int(time.time()) if created is None else created
        nonce = nonce or uuid.uuid4().hex
        params = f'{COMPONENTS};created={created};expires={created + 60};keyid="{self.keyid}";nonce="{nonce}";tag="sideline-v1"'
        authority = authority or self.daemon.authority
        base = "\n".join([f'"@method": {method}', f'"@authority": {authority}', f'"@path": {path}', f'"@query": ?{query}',
                          f'"content-digest": {digest}', f'"@signature-params": {params}'])
        return {"Host": authority, "Content-Digest": digest, "Signature-Input": "sig1=" + params,
                "Signature": "sig1=:" + b64(self.key.sign(base.encode()).signature) + ":"}

    def ask(self, method, target, value=None, **how):
        body = b"" if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = self.head(method, target, body, **how)
        reused = self.connection is not None
        if not reused:
            self.connection = self.daemon.connect()
        try:
            self.connection.request(method, target, body or None, headers)
            answer = self.connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as problem:
            self.connection.close()
            self.connection = None
            if reused and isinstance(problem, http.client.RemoteDisconnected):   # it had been idle for too long
                return self.ask(method, target, value, **how)
            raise

    def put(self, name, draft):
        return self.ask("PUT", f"/v1/intents/{name}", draft)

    def beat(self, checkpoint=None):
        """With the newest checkpoint of the roll-up, as a side that keeps it sends it (L8)."""
        checkpoint = checkpoint or self.ask("GET", "/rollup/checkpoint").body.decode()
        body = {"time": rfc3339(time.time()), "checkpoint": checkpoint}
        return self.ask("POST", "/v1/heartbeat", body)

    def sign_record(self, kind, payload):
        pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
        return {"keyid": self.keyid, "sig": b64(self.key.sign(pae).signature)}


class Daemon:
    """sidelined in a folder of its own, removed with it."""

    def __init__(self, program, agreement_program, settings=None, agreement=None, tls=True):
        self.program, self.tls = program, tls
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sideline-test-"))
        self.focal = {"blue": Party(self, "blue", "focal"), "red": Party(self, "red", "focal")}
        sides = [w for side, party in self.focal.items() for w in ("--side", f"{side}={party.public.hex()}")]
        subprocess.run([program, "--init", self.folder / "line", "--listen", "127.0.0.1:0", "--liaison", "127.0.0.1:0", *sides,
                        *(["--tls-self-signed"] if tls else [])], check=True, stdout=subprocess.DEVNULL)
        self.config = self.folder / "line" / "sidelined.conf"
        self.set(**(settings or {}))
        self.terms = json.loads(subprocess.run([agreement_program], check=True, capture_output=True).stdout)
        self.terms.update(agreement or {})
        self.process, self.port, self.liaison = None, 0, 0
        self.extra = os.environ.get("SIDELINED_FLAGS", "").split()

    def set(self, **settings):
        """Put settings before the first section, in place of what stood there."""
        text = self.config.read_text()
        for key, value in settings.items():
            text = re.sub(rf"(?m)^{key} = .*\n", "", text)
            text = f"{key} = {value}\n" + text
        self.config.write_text(text)

    @property
    def authority(self):
        return f"127.0.0.1:{self.port}"

    @property
    def database(self):
        return self.folder / "line" / "sideline.db"

    def start(self):
        self.process = subprocess.Popen([self.program, *self.extra, self.config], stderr=subprocess.PIPE, text=True)
        self.log = []
        self.port = self.liaison = 0
        while not self.liaison:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError(f"it did not start: {self.log} {self.process.wait()}")
            self.log.append(line)
            found = re.search(r"event=listening url=https?://127.0.0.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
            found = re.search(r"event=liaison-listening address=127.0.0.1 port=(\d+)", line)
            if found:
                self.liaison = int(found.group(1))
        if self.tls:
            self.context = ssl.create_default_context(cafile=self.folder / "line" / "tls.crt")
        return self

    def stop(self, how=signal.SIGTERM, timeout=40):
        """The exit status."""
        self.process.send_signal(how)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.log += self.process.stderr.readlines()
        self.process.stderr.close()
        for party in self.focal.values():
            party.connection = None
        return status

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, timeout=30):
        if self.tls:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, target, body=None, headers=None):
        """An unsigned request over a connection of its own."""
        connection = self.connect()
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        answer = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return answer

    def metrics(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.liaison, timeout=10)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def record(self, kind, value, signers):
        payload = json.dumps(value, separators=(",", ":")).encode()
        body = {"payloadType": kind, "payload": b64(payload), "signatures": [s.sign_record(kind, payload) for s in signers]}
        answer = self.ask("POST", "/v1/records", json.dumps(body).encode())
        assert answer.status == 200, (answer.status, answer.body)

    def enrol(self, party, roles, effective):
        self.record(MEMBERSHIP, {"version": 1, "change": "enrol", "side": party.side, "party": party.name, "class": "drone",
                                 "roles": roles, "number": 1, "public_key": b64(party.public),
                                 "effective": rfc3339(effective)}, [self.focal[party.side]])

    def found(self, *names):
        """Enrol both focal points and on each side parties of these names; the agreement in force."""
        soon = time.time() + 1
        for party in self.focal.values():
            self.enrol(party, ["focal", "duty"], soon)
        time.sleep(1.3)
        soon = time.time() + 1
        parties = []
        for name in names:
            for side in ("blue", "red"):
                parties.append(Party(self, side, name))
                self.enrol(parties[-1], [], soon)
        self.terms["valid_from"] = rfc3339(soon)
        self.record(AGREEMENT, self.terms, list(self.focal.values()))
        time.sleep(1.3)
        self.beat()
        return parties

    def beat(self):
        for party in self.focal.values():
            answer = party.beat()
            assert answer.status == 200, (answer.status, answer.body)


def run(tests, names=()):
    """Each test in turn; the exit status."""
    failed = 0
    for test in tests:
        if names and test.__name__ not in names:
            continue
        start = time.time()
        try:
            test()
            print(f"ok     {test.__name__} ({time.time() - start:.1f} s)", flush=True)
        except Exception as problem:   # every failure is reported, and the rest still run
            import traceback
            traceback.print_exc()
            print(f"FAILED {test.__name__}: {problem!r}", flush=True)
            failed += 1
    return 1 if failed else 0

"""The F3548 face from outside: a daemon whose parties come with access tokens, and clients
that ask as the standard has it. Written from the standard and its acceptance list alone.
Where the standard's OpenAPI file is at hand (../shared beside the repository), every answer is
held against it: its status must be one that the operation has, and its body must fit.

Each test's first line names the rule that it tests.
"""

import base64
import itertools
import json
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "daemon"))
import line

ROOT = pathlib.Path(__file__).resolve().parents[2]
UTM_YAML = ROOT.parent / "shared" / "reference" / "utm.yaml"
AUDIENCE = "line.example"
BASE = "https://line.example"
NO_SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
SC, CM, CP, CMSA, AA = ("utm.strategic_coordination", "utm.constraint_management", "utm.constraint_processing",
                        "utm.conformance_monitoring_sa", "utm.availability_arbitration")
SCOPES = (SC, CM, CP, CMSA, AA)
INTENTS = "/dss/v1/operational_intent_references"
CONSTRAINTS = "/dss/v1/constraint_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"
AVAILABILITY = "/dss/v1/uss_availability"
# Subjects of tokens and the parties they speak for.
SUBJECTS = {"uss1": ("blue", "ops"), "uss2": ("blue", "two"), "uss3": ("red", "ops"), "uss4": ("red", "two")}


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Issuer:
    """An RSA key of its own, by the openssl command line."""

    def __init__(self, folder, name="issuer", bits=2048):
        self.key = pathlib.Path(folder) / f"{name}.key"
        self.pem = pathlib.Path(folder) / f"{name}.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, str(bits)], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", self.key, "-pubout", "-out", self.pem], check=True, capture_output=True)

    def sign(self, header, claims, algorithm="-sha256"):
        """A compact form; texts are taken as they are."""
        parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
        message = ".".join(base64url(part.encode()) for part in parts)
        signature = subprocess.run(["openssl", "dgst", algorithm, "-sign", self.key], input=message.encode(),
                                   check=True, capture_output=True).stdout
        return message + "." + base64url(signature)

    def token(self, subject, scopes, **claims):
        now = int(time.time())
        whole = {"iss": "issuer.example", "sub": subject, "aud": AUDIENCE, "scope": " ".join(scopes), "exp": now + 3500}
        whole.update(claims)
        return self.sign({"alg": "RS256", "typ": "JWT"}, {k: v for k, v in whole.items() if v is not None})


class Standard:
    """The standard's OpenAPI file; absent, it finds nothing wrong."""

    def __init__(self):
        self.paths = []
        if not UTM_YAML.exists():
            return
        import jsonschema
        import yaml
        document = yaml.safe_load(UTM_YAML.read_text(encoding="utf-8"))
        # Its pattern of a UUID wants backslashes before the hyphens, which no UUID has.
        pattern = document["components"]["schemas"]["UUIDv4Format"]
        pattern["pattern"] = pattern["pattern"].replace("\\\\-", "-")
        resolver = jsonschema.RefResolver("", document)
        self.validator = lambda schema: jsonschema.Draft4Validator(schema, resolver=resolver)
        for path, operations in document["paths"].items():
            expression = re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$")
            for method, operation in operations.items():
                if isinstance(operation, dict) and "responses" in operation:
                    self.paths.append((path.count("{"), expression, method.upper(), operation))
        self.paths.sort(key=lambda entry: entry[0])

        self.schemas = document["components"]["schemas"]

    def check_body(self, name, body):
        """Whether a body fits the schema of that name."""
        for error in self.validator(self.schemas[name]).iter_errors(body) if self.paths else ():
            raise AssertionError(f"{name}: {list(error.absolute_path)}: {error.message}")

    # What the acceptance list adds to the file.
    ADDED = {413, 429, 503, 400, 401, 403, 404, 405, 409, 412}

    def check(self, method, target, answer):
        path = target.partition("?")[0]
        for _, expression, verb, operation in self.paths:
            if verb != method or not expression.match(path):
                continue
            response = operation["responses"].get(str(answer.status))
            if response is None:
                assert answer.status in self.ADDED, f"{method} {target}: {answer.status} is no status of this operation"
                assert isinstance(answer.json.get("message"), str), answer.body
                return
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            if schema is None:
                assert answer.body == b"", (answer.status, answer.body)
                return
            assert answer.headers["Content-Type"].partition(";")[0] == "application/json", answer.headers
            for error in self.validator(schema).iter_errors(answer.json):
                raise AssertionError(f"{method} {target} {answer.status}: {list(error.absolute_path)}: {error.message}\n{answer.body}")
            return


class Client:
    """One USS: a subject, its tokens, and a connection that it keeps."""

    def __init__(self, face, subject):
        self.face, self.subject = face, subject
        self.url = f"https://{subject}.example/api"
        self.connection = None
        self.tokens = {}

    def token(self, scopes):
        if scopes not in self.tokens:
            self.tokens[scopes] = self.face.issuer.token(self.subject, scopes)
        return self.tokens[scopes]

    def ask(self, method, target, body=None, scopes=(SC,), authorization=None, headers=None):
        """authorization: the whole field, "" for none; scopes: of a token of this subject."""
        sent = dict(headers or {})
        if authorization is None:
            authorization = "Bearer " + self.token(tuple(scopes))
        if authorization:
            sent["Authorization"] = authorization
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        for attempt in range(2):
            if self.connection is None:
                self.connection = self.face.connect()
            try:
                self.connection.request(method, target, data, sent)
                answer = self.connection.getresponse()
                answer = line.Answer(answer.status, answer.headers, answer.read())
                break
            except (OSError, line.http.client.HTTPException):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
        self.face.standard.check(method, target, answer)
        return answer

    # The standard's verbs. `expect` is the status that must come.

    def want(self, expect, method, target, body=None, **how):
        answer = self.ask(method, target, body, **how)
        assert answer.status == expect, f"{method} {target}: {answer.status} instead of {expect}: {answer.body[:600]}"
        return answer.json if answer.body else None

    def put(self, name, extents, ovn=None, key=(), expect=None, scopes=(SC,), state="Accepted", **more):
        body = {"extents": extents if isinstance(extents, list) else [extents], "key": list(key), "state": state,
                "uss_base_url": self.url, **more}
        if state != "Accepted" and not {"subscription_id", "new_subscription"} & set(more):
            body["new_subscription"] = {"uss_base_url": self.url}
        target = f"{INTENTS}/{name}" + (f"/{ovn}" if ovn else "")
        return self.want(expect or (200 if ovn else 201), "PUT", target, body, scopes=scopes)

    def new(self, extents, **how):
        """Created; its reference."""
        return self.put(line.fresh_id(), extents, **how)["operational_intent_reference"]

    def get(self, name, expect=200, scopes=(SC,)):
        found = self.want(expect, "GET", f"{INTENTS}/{name}", scopes=scopes)
        return found["operational_intent_reference"] if expect == 200 else found

    def query(self, area, expect=200, scopes=(SC,), what=INTENTS):
        found = self.want(expect, "POST", f"{what}/query", {"area_of_interest": area}, scopes=scopes)
        return next(iter(found.values())) if expect == 200 else found

    def delete(self, name, ovn, expect=200, scopes=(SC,), what=INTENTS):
        return self.want(expect, "DELETE", f"{what}/{name}/{ovn}", scopes=scopes)

    def constrain(self, name, extents, ovn=None, expect=None, scopes=(CM,), **more):
        body = {"extents": extents if isinstance(extents, list) else [extents], "uss_base_url": self.url, **more}
        target = f"{CONSTRAINTS}/{name}" + (f"/{ovn}" if ovn else "")
        return self.want(expect or (200 if ovn else 201), "PUT", target, body, scopes=scopes)

    def subscribe(self, name, extents, version=None, expect=200, scopes=(SC, CP), **more):
        body = {"extents": extents, "uss_base_url": self.url, "notify_for_operational_intents": True, **more}
        target = f"{SUBSCRIPTIONS}/{name}" + (f"/{version}" if version else "")
        return self.want(expect, "PUT", target, body, scopes=scopes)


class Face(line.Daemon):
    """A daemon with the F3548 face, its parties enrolled, a line between two sides."""

    def __init__(self, program, terms, settings=None, agreement=None):
        super().__init__(program, terms, agreement={"pace_s": 0, "budget_declared": 10 ** 9, "heartbeat_s": 600, "quantum_ms": 0,
                                                    **(agreement or {})})
        self.issuer = Issuer(self.config.parent)
        self.standard = Standard()
        self.set(**{"utm_audience": f"{AUDIENCE} other.example", "utm_base_url": BASE, "utm_keys": "issuer.pem", **(settings or {})})
        text = self.config.read_text()
        for subject, (side, party) in SUBJECTS.items():
            text = re.sub(rf"(?m)^\[side {side}\]\n", f"[side {side}]\nsubject = {subject} {party}\n", text)
        self.config.write_text(text)
        self.native = {}

    def begin(self):
        """Parties are enrolled under the agreement, whose budget is theirs from then on."""
        self.start()
        self.found()
        soon = time.time() + 1
        for side, name in SUBJECTS.values():
            self.native[side, name] = line.Party(self, side, name)
            self.enrol(self.native[side, name], [], soon)
        time.sleep(1.3)
        return [Client(self, subject) for subject in SUBJECTS]


_places = itertools.count()


def place():
    """A latitude and longitude far from those of every other test."""
    number = next(_places)
    return 46.0 + number // 40 * 0.3, 6.0 + number % 40 * 0.3


def instant(seconds):
    return {"value": line.rfc3339(seconds), "format": "RFC3339"}


def altitude(value):
    return {"value": value, "reference": "W84", "units": "M"}


def volume(at, radius=200.0, lower=100.0, upper=150.0, start_s=60, end_s=1860, now=None):
    """A circle; None leaves a bound out. Times from now, in seconds."""
    now = time.time() if now is None else now
    solid = {"outline_circle": {"center": {"lat": at[0], "lng": at[1]}, "radius": {"value": radius, "units": "M"}}}
    if lower is not None:
        solid["altitude_lower"] = altitude(lower)
    if upper is not None:
        solid["altitude_upper"] = altitude(upper)
    whole = {"volume": solid}
    if start_s is not None:
        whole["time_start"] = instant(now + start_s)
    if end_s is not None:
        whole["time_end"] = instant(now + end_s)
    return whole


def polygon(corners, **how):
    """The volume of these (latitude, longitude) corners."""
    whole = volume(corners[0], **how)
    del whole["volume"]["outline_circle"]
    whole["volume"]["outline_polygon"] = {"vertices": [{"lat": lat, "lng": lng} for lat, lng in corners]}
    return whole


def square(at, half=0.002, **how):
    lat, lng = at
    return polygon([(lat - half, lng - half), (lat - half, lng + half), (lat + half, lng + half), (lat + half, lng - half)], **how)


def east(at, metres):
    """The place so many metres east of it, at these latitudes within 1%."""
    import math
    return at[0], at[1] + metres / (111320.0 * math.cos(math.radians(at[0])))


def ids(references):
    return {reference["id"] for reference in references}


def run(tests, arguments):
    """Each test with its rule, as line.run()."""
    for test in tests:
        assert test.__doc__, f"{test.__name__} names no rule"
    return line.run(tests, arguments)


def tests_of(module):
    """The tests of a module in the order in which they stand."""
    found = [value for value in vars(module).values()
             if callable(value) and getattr(value, "__module__", None) == module.__name__ and getattr(value, "rule", False)]
    return found


def rule(function):
    """Marks a test."""
    function.rule = True
    return function


def main(module, start, settings=None, agreement=None):
    """Starts a face, hands it to `start`, runs the module's tests, and removes it."""
    face = Face(*sys.argv[1:3], settings, agreement)
    try:
        start(face, face.begin())
        status = run(tests_of(module), sys.argv[3:])
        stopped = face.stop()
        if stopped != 0:
            print(f"FAILED: it stopped with {stopped}: {face.log[-5:]}")
            status = 1
    finally:
        face.remove()
    return status

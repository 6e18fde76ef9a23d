#!/usr/bin/python3
"""F3548.md, "Tokens" and the scopes of "Endpoints and scopes".

Usage: tokens.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import time

import face
import line
from face import AA, CM, CMSA, CP, SC, rule

daemon = None
uss1 = uss2 = None
NAME = line.fresh_id()


def start(the_daemon, clients):
    global daemon, uss1, uss2
    daemon = the_daemon
    uss1, uss2 = clients[:2]


def status(token, scheme="Bearer "):
    return uss1.ask("GET", f"{face.INTENTS}/{NAME}", authorization=scheme + token if token else "").status


def with_claims(**claims):
    return status(daemon.issuer.token("uss1", (SC,), **claims))


@rule
def a_good_token_is_taken():
    """A token of RS256 with iss, sub, exp, aud and scope is taken."""
    assert with_claims() == 404


@rule
def the_scheme_in_any_case():
    """"bearer" in any case."""
    token = daemon.issuer.token("uss1", (SC,))
    for scheme in ("Bearer ", "bearer ", "BEARER ", "bEARER  "):
        assert status(token, scheme) == 404, scheme
    for scheme in ("Basic ", "", "Bearer"):
        assert status(token, scheme) == 401, scheme


@rule
def missing_is_401():
    """A missing token is 401."""
    assert status("") == 401


@rule
def all_refusals_read_alike():
    """Every bad token is 401 with one body."""
    bad = ["x", "a.b.c", daemon.issuer.token("uss1", (SC,), exp=1), daemon.issuer.token("uss1", (SC,), aud="other")]
    bodies = {uss1.ask("GET", f"{face.INTENTS}/{NAME}", authorization="Bearer " + token).body for token in bad}
    bodies.add(uss1.ask("GET", f"{face.INTENTS}/{NAME}", authorization="").body)
    assert len(bodies) == 1 and "message" in json.loads(bodies.pop())


@rule
def names_are_needed():
    """iss and sub are non-empty."""
    for claims in ({"iss": ""}, {"sub": ""}, {"iss": None}, {"sub": None}, {"sub": 5}):
        assert with_claims(**claims) == 401, claims


@rule
def an_hour_at_most():
    """exp is present and at most one hour ahead, and not past."""
    now = int(time.time())
    assert with_claims(exp=now + 3590) == 404
    for exp in (None, now + 3700, now + 86400, now - 1, 0, "x", str(now + 60)):
        assert with_claims(exp=exp) == 401, exp


@rule
def one_of_the_audiences():
    """aud is one of the configured audiences, as a string or among several."""
    for audience in (face.AUDIENCE, "other.example", ["nobody", face.AUDIENCE]):
        assert with_claims(aud=audience) == 404, audience
    for audience in (None, "", "nobody", [], ["nobody"], face.AUDIENCE + "x", 7):
        assert with_claims(aud=audience) == 401, audience


@rule
def not_before_its_time():
    """A token that is not valid yet is 401."""
    now = int(time.time())
    assert with_claims(nbf=now - 10, iat=now - 10) == 404
    assert with_claims(nbf=now + 600) == 401
    assert with_claims(iat=now + 600) == 401


@rule
def rs256_alone():
    """RS256 and nothing else: alg none, HS256 with the public key, RS512."""
    now = int(time.time())
    claims = json.dumps({"iss": "i", "sub": "uss1", "aud": face.AUDIENCE, "scope": SC, "exp": now + 60})
    encoded = face.base64url(claims.encode())
    none = face.base64url(b'{"alg":"none"}') + "." + encoded + "."
    message = face.base64url(b'{"alg":"HS256"}') + "." + encoded
    secret = pathlib.Path(daemon.issuer.pem).read_bytes()
    symmetric = message + "." + face.base64url(hmac.new(secret, message.encode(), hashlib.sha256).digest())
    wide = daemon.issuer.sign({"alg": "RS512"}, claims, "-sha512")
    said = daemon.issuer.sign({"alg": "RS512"}, claims)
    for token in (none, none + "AA", symmetric, wide, said):
        assert status(token) == 401, token


@rule
def another_key_is_refused():
    """A token that another key signed is 401."""
    stranger = face.Issuer(daemon.folder, "stranger")
    assert status(stranger.token("uss1", (SC,))) == 401


@rule
def changed_tokens_are_refused():
    """A token with a byte changed, padded, or cut is 401."""
    token = daemon.issuer.token("uss1", (SC,))
    head, claims, signature = token.split(".")
    other = face.base64url(base64.urlsafe_b64decode(claims + "==").replace(b"uss1", b"uss2"))
    for changed in (f"{head}.{other}.{signature}", token + "=", token[:-2], token + ".x", f"{head}.{claims}.", f"{head}..{signature}"):
        assert status(changed) == 401, changed


@rule
def a_member_twice():
    """A claim that stands twice is 401."""
    claims = '{"iss":"i","sub":"uss1","sub":"uss2","aud":"%s","exp":%d}' % (face.AUDIENCE, time.time() + 60)
    assert status(daemon.issuer.sign({"alg": "RS256"}, claims)) == 401


@rule
def a_subject_nobody_listed():
    """Which sub belongs to which side is the liaison's configuration; others are refused."""
    assert status(daemon.issuer.token("uss9", (SC,))) == 403


@rule
def the_manager_is_the_subject():
    """The manager is sub."""
    name = line.fresh_id()
    made = uss2.put(name, face.volume(face.place()))["operational_intent_reference"]
    assert made["manager"] == "uss2"


# Method, target, a body, and the scopes of which one is enough.
E1, E2 = line.fresh_id(), "x" * 44
ENDPOINTS = [
    ("POST", f"{face.INTENTS}/query", {SC, CMSA}), ("GET", f"{face.INTENTS}/{E1}", {SC, CMSA}),
    ("PUT", f"{face.INTENTS}/{E1}", {SC, CMSA}), ("PUT", f"{face.INTENTS}/{E1}/{E2}", {SC, CMSA}),
    ("DELETE", f"{face.INTENTS}/{E1}/{E2}", {SC, CMSA}),
    ("POST", f"{face.CONSTRAINTS}/query", {CM, CP}), ("GET", f"{face.CONSTRAINTS}/{E1}", {CM, CP}),
    ("PUT", f"{face.CONSTRAINTS}/{E1}", {CM}), ("PUT", f"{face.CONSTRAINTS}/{E1}/{E2}", {CM}),
    ("DELETE", f"{face.CONSTRAINTS}/{E1}/{E2}", {CM}),
    ("POST", f"{face.SUBSCRIPTIONS}/query", {CP, SC}), ("GET", f"{face.SUBSCRIPTIONS}/{E1}", {CP, SC}),
    ("PUT", f"{face.SUBSCRIPTIONS}/{E1}", {CP, SC}), ("PUT", f"{face.SUBSCRIPTIONS}/{E1}/{E2}", {CP, SC}),
    ("DELETE", f"{face.SUBSCRIPTIONS}/{E1}/{E2}", {CP, SC}),
    ("POST", "/dss/v1/reports", set(face.SCOPES)),
    ("PUT", f"{face.AVAILABILITY}/uss1", {AA}), ("GET", f"{face.AVAILABILITY}/uss1", {AA, SC, CMSA}),
    ("GET", f"/uss/v1/operational_intents/{E1}", {SC}), ("GET", f"/uss/v1/operational_intents/{E1}/telemetry", {CMSA}),
    ("POST", "/uss/v1/operational_intents", {SC}),
    ("GET", f"/uss/v1/constraints/{E1}", {CP}), ("POST", "/uss/v1/constraints", {CM}),
    ("POST", "/uss/v1/reports", set(face.SCOPES))]


@rule
def every_endpoint_has_its_scopes():
    """Each method and path of the table takes the scopes of its row and no other (403)."""
    for method, target, enough in ENDPOINTS:
        body = {} if method in ("POST", "PUT") else None
        for scope in face.SCOPES:
            answer = uss1.ask(method, target, body, scopes=(scope,))
            allowed = answer.status not in (401, 403)
            assert allowed == (scope in enough), (method, target, scope, answer.status, answer.body)
        assert uss1.ask(method, target, body, scopes=()).status == 403, (method, target)
        assert uss1.ask(method, target, body, authorization="").status == 401, (method, target)


@rule
def unknown_scopes_are_passed_over():
    """scope is space-separated; others beside the needed one do no harm."""
    token = daemon.issuer.token("uss1", ("openid", SC, "utm.something_new"))
    assert status(token) == 404


@rule
def before_the_body():
    """401 and 403 both win over a malformed body."""
    target = f"{face.INTENTS}/{line.fresh_id()}"
    assert uss1.ask("PUT", target, b"{", authorization="").status == 401
    assert uss1.ask("PUT", target, b"{", scopes=(AA,)).status == 403
    assert uss1.ask("PUT", target, b"{").status == 400
    assert uss1.ask("PUT", f"{face.INTENTS}/not-an-id", b"{", authorization="").status == 401
    assert uss1.ask("PUT", f"{face.INTENTS}/not-an-id", b"{", scopes=(AA,)).status == 403


@rule
def errors_are_messages():
    """Errors: {"message": "..."}."""
    for answer in (uss1.ask("GET", f"{face.INTENTS}/{NAME}"), uss1.ask("GET", f"{face.INTENTS}/{NAME}", authorization=""),
                   uss1.ask("PUT", f"{face.INTENTS}/{NAME}", {})):
        assert answer.status in (400, 401, 404)
        assert list(answer.json) == ["message"] and answer.json["message"], answer.body
        assert answer.headers["Content-Type"].startswith("application/json")


@rule
def four_mebibytes():
    """Bodies to 4 MiB, then 413."""
    large = {"area_of_interest": face.volume(face.place()), "filler": "x" * 16000}
    body = json.dumps(large).encode()
    fill = b" " * ((4 << 20) - len(body))
    assert uss1.ask("POST", f"{face.INTENTS}/query", body + fill).status == 200
    answer = uss1.ask("POST", f"{face.INTENTS}/query", body + fill + b" ")
    assert answer.status == 413 and "message" in answer.json


@rule
def keys_are_read_again():
    """Keys from PEM files are refreshed: a token file replaced while running."""
    second = face.Issuer(daemon.folder, "second")
    assert status(second.token("uss1", (SC,))) == 401
    before = daemon.issuer.token("uss1", (SC,))
    assert status(before) == 404
    path = daemon.config.parent / "issuer.pem"
    kept = path.read_bytes()
    replacement = daemon.folder / "replacement.pem"
    replacement.write_bytes(second.pem.read_bytes())
    replacement.rename(path)
    deadline = time.time() + 30
    while status(second.token("uss1", (SC,))) != 404:
        assert time.time() < deadline, "the new key is not taken"
        time.sleep(0.2)
    assert status(before) == 401   # cached or not, it was signed by a key that is gone
    path.write_bytes(kept)
    while status(before) != 404:
        assert time.time() < deadline + 30, "the old key is not taken again"
        time.sleep(0.2)


@rule
def keys_from_a_jwks():
    """Keys from a JWKS; a token whose kid it does not have is refused, one that is no key set changes nothing."""
    path = daemon.config.parent / "issuer.pem"
    kept = path.read_bytes()
    document = subprocess.run([face.ROOT / "examples" / "issuer", "jwks", daemon.config.parent], check=True, capture_output=True).stdout
    kid = json.loads(document)["keys"][0]["kid"]
    now = int(time.time())
    claims = {"iss": "i", "sub": "uss1", "aud": face.AUDIENCE, "scope": SC, "exp": now + 600}
    named, odd = (daemon.issuer.sign({"alg": "RS256", "kid": k}, claims) for k in (kid, "another"))
    assert status(named) == status(odd) == 404   # a PEM file's keys have no kid
    path.write_bytes(document)
    deadline = time.time() + 30
    while status(daemon.issuer.sign({"alg": "RS256", "kid": "another"}, {**claims, "jti": str(time.time())})) != 401:
        assert time.time() < deadline, "the JWKS is not taken"
        time.sleep(0.2)
    assert status(named) == 404 and status(odd) == 401
    path.write_bytes(b'{"keys":[]}')
    time.sleep(3)
    assert status(named) == 404
    path.write_bytes(kept)
    while status(odd) != 404:
        assert time.time() < deadline + 30, "the PEM file is not taken again"
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

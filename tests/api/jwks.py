#!/usr/bin/python3
"""F3548.md, "Tokens": keys from a JWKS at an address, over HTTPS.

Usage: jwks.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import face
import line
from face import SC, rule

daemon = None
server = None
folder = None
said = []   # by the daemon, since it started


class Server:
    """Somebody's authorisation server: answers with what it was told last."""

    def __init__(self, own):
        key, certificate = own / "auth.key", own / "auth.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                        "-subj", "/CN=auth", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        self.certificate, self.status, self.body, self.asked = certificate, 200, b"", 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.http.server_port}/jwks.json"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def show(self, *keys, status=200, body=None):
        """What it answers from now on; it was asked for it when this returns."""
        self.status, self.body = status, json.dumps({"keys": keys}).encode() if body is None else body
        before, deadline = self.asked, time.time() + 45
        while self.asked == before:
            assert time.time() < deadline, "nobody asked"
            time.sleep(0.1)
        time.sleep(1)


def listen():
    for text in daemon.process.stderr:
        said.append(text)


def start(the_daemon, _):
    global daemon
    daemon = the_daemon
    threading.Thread(target=listen, daemon=True).start()


def jwk(issuer, **members):
    """The issuer's public key as one of a set."""
    said = subprocess.run(["openssl", "rsa", "-in", issuer.key, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
    modulus = bytes.fromhex(said.strip().partition("=")[2])
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "n": face.base64url(modulus), "e": "AQAB", **members}


def status(issuer, kid):
    claims = {"iss": "i", "sub": "uss1", "aud": face.AUDIENCE, "scope": SC, "exp": int(time.time()) + 600, "jti": line.fresh_id()}
    client = face.Client(daemon, "uss1")
    token = issuer.sign({"alg": "RS256", "kid": kid}, claims)
    return client.ask("GET", f"{face.INTENTS}/{line.fresh_id()}", authorization=f"Bearer {token}").status


@rule
def what_is_of_no_use_is_passed_over():
    """A set with keys that others need: elliptic, weak, for encryption, for another algorithm."""
    first, weak = face.Issuer(folder, "first"), face.Issuer(folder, "weak", 1024)
    elliptic = {"kty": "EC", "kid": "ec", "crv": "P-256", "x": "AQAB", "y": "AQAB"}
    server.show(elliptic, jwk(weak, kid="weak"), jwk(first, kid="enc", use="enc"), jwk(first, kid="ps", alg="PS256"),
                {"kty": "OKP", "kid": 7}, jwk(first, kid="good"))
    assert status(first, "good") == 404
    assert status(weak, "weak") == 401 and status(first, "enc") == 401
    assert any("event=token-keys of=address count=2 passed_over=5" in text for text in said), said


@rule
def refreshed():
    """A refresh takes the new keys and drops the old ones; what is no set, or has no key for us, changes nothing."""
    old, new = face.Issuer(folder, "old"), face.Issuer(folder, "new")
    server.show(jwk(old, kid="1"))
    assert status(old, "1") == 404
    server.show(jwk(old, kid="1"), jwk(new, kid="2"))
    assert status(old, "1") == status(new, "2") == 404
    server.show(jwk(new, kid="2"))
    assert status(old, "1") == 401 and status(new, "2") == 404
    server.show(body=b"<html>")
    assert status(new, "2") == 404


@rule
def only_where_the_server_is_known():
    """It is verified: by the authorities of push_ca, and its name."""
    # Another certificate is presented from here on; nothing it says is believed.
    stranger = face.Issuer(folder, "stranger")
    key, certificate = folder / "other.key", folder / "other.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                    "-subj", "/CN=auth", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    server.status, server.body = 200, json.dumps({"keys": [jwk(stranger, kid="s")]}).encode()
    server.http.socket.context.load_cert_chain(certificate, key)
    deadline = time.time() + 45
    before = sum("event=token-keys-not-fetched" in text for text in said)
    while sum("event=token-keys-not-fetched" in text for text in said) == before:
        assert time.time() < deadline, "it never failed"
        time.sleep(0.2)
    assert status(stranger, "s") == 401


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sideline-jwks-") as own:
        folder = pathlib.Path(own)
        server = Server(folder)
        server.body = json.dumps({"keys": [jwk(face.Issuer(folder, "at-first"))]}).encode()
        sys.exit(face.main(sys.modules[__name__], start, {"push_private": "on", "push_ca": server.certificate, "utm_jwks_url": server.url,
                                                          "utm_jwks_refresh_s": 10}))

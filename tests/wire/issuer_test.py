#!/usr/bin/python3
"""The issuer of the examples: its keys and tokens are taken by the server's verifier.

Usage: issuer_test.py ISSUER TOKEN_READ
"""

import os
import pathlib
import stat
import subprocess
import sys
import tempfile

issuer, reader = sys.argv[1:]


def run(*arguments, fails=False):
    done = subprocess.run([issuer, *map(str, arguments)], capture_output=True, text=True)
    assert (done.returncode != 0) == fails, (arguments, done.stderr)
    return done.stdout


def verify(keys, audience, token):
    done = subprocess.run([reader, str(keys), audience], input=token, capture_output=True, text=True)
    return done.stdout.split()


with tempfile.TemporaryDirectory() as folder:
    first, second = pathlib.Path(folder, "one"), pathlib.Path(folder, "two")
    run("key", first)
    run("key", second)
    run("key", first, fails=True)   # never over a key that is there
    assert stat.S_IMODE(os.stat(first / "issuer.key").st_mode) == 0o600
    for keys in (first / "issuer.pem", first / "jwks.json"):
        if keys.name == "jwks.json":
            keys.write_text(run("jwks", first))
        token = run("token", first, "uss1", "localhost", "strategic_coordination", "utm.availability_arbitration")
        said = verify(keys, "localhost", token)
        assert said[:3] == ["example-issuer", "uss1", "17"], said
        assert 3590 <= int(said[3]) <= 3600, said
        assert verify(keys, "elsewhere", token) == ["token-audience"]
        said = verify(keys, "localhost", run("token", first, "uss1", "localhost", "--for", "60"))
        assert said[:3] == ["example-issuer", "uss1", "0"] and int(said[3]) <= 60, said
        refused = verify(keys, "localhost", run("token", second, "uss1", "localhost"))
        # The other key's kid is unknown to the set; a PEM file has no kids.
        assert refused == ["token-key" if keys.name == "jwks.json" else "token-signature"], refused
    run("token", first, 'a"b', "localhost", fails=True)
    run("token", first, "uss1", "localhost", "--for", "99999", fails=True)
    run("token", fails=True)
    run(fails=True)

#!/usr/bin/python3
"""Starts, stops, restarts and restores: what is refused before anything is opened, that
nothing acknowledged is lost, and that a restored store gives no CLEAR on its word (L8).

Usage: lifecycle.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import base64
import copy
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import line

PROGRAM, TERMS = sys.argv[1:3]


def sidelined(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout + done.stderr


class Load:
    """Threads that submit plans and keep what was acknowledged: {id: receipt index}."""

    def __init__(self, parties, threads=4):
        self.acknowledged, self.lock, self.stop = {}, threading.Lock(), False
        self.unexpected = []
        self.threads = [threading.Thread(target=self.submit, args=(copy.copy(parties[n % len(parties)]), n)) for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def submit(self, party, number):
        party.connection = None
        count = 0
        while not self.stop:
            name = line.fresh_id()
            count += 1
            try:
                answer = party.put(name, line.box(40 + number + count % 100 * 0.01, 8 + count // 100 * 0.01))
            except Exception:
                return
            if answer.status == 200:
                with self.lock:
                    self.acknowledged[name] = (party.side, answer.json["receipt"]["index"])
            elif answer.status != 503:
                self.unexpected.append((answer.status, answer.body))

    def end(self):
        self.stop = True
        for thread in self.threads:
            thread.join()
        assert not self.unexpected, self.unexpected[:3]


def all_there(parties, acknowledged, receipts=40):
    """Every acknowledged plan, and some of the receipts, read back."""
    by_side = {party.side: party for party in parties}
    for number, (name, (side, index)) in enumerate(acknowledged.items()):
        answer = by_side[side].ask("GET", f"/v1/intents/{name}")
        assert answer.status == 200, (name, answer.status, answer.body)
        if number % (len(acknowledged) // receipts + 1):
            continue
        answer = by_side[side].ask("GET", f"/v1/receipts/{index}")
        assert answer.status == 200, (name, index, answer.status, answer.body)


def command_line():
    assert sidelined("--help")[0] == 0 and "--check-config" in sidelined("--help")[1]
    assert sidelined("--version")[1].startswith("sidelined 0.")
    for words in ((), ("--nope",), ("a", "b"), ("--init",), ("--check-config",)):
        assert sidelined(*words)[0] == 64, words
    assert sidelined("/nonexistent/sidelined.conf")[0] == 66


def what_is_wrong_is_named(folder, keys):
    """Each message says which key or file, and what would be right."""
    at = folder / "named"
    assert sidelined("--init", at, "--tls-self-signed", *keys)[0] == 0
    config, good = at / "sidelined.conf", (at / "sidelined.conf").read_text()
    (at / "empty").touch(mode=0o600)
    (at / "half").write_bytes((at / "tls.crt").read_bytes()[:200])
    (at / "open").write_bytes((at / "tls.key").read_bytes())
    os.chmod(at / "open", 0o644)
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", at / "other"], check=True, capture_output=True)
    subprocess.run(["openssl", "req", "-new", "-key", at / "tls.key", "-subj", "/CN=x", "-out", at / "csr"], check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-req", "-in", at / "csr", "-signkey", at / "tls.key", "-days", "-1", "-out", at / "past"], check=True, capture_output=True)

    def lines(**changes):
        text = good
        for key, value in changes.items():
            text = re.sub(rf"(?m)^{key} = .*\n", "", text)
            text = f"{key} = {value}\n" + text if value is not None else text
        return text

    for text, words in (
            (lines(threads="0"), ["threads", "from 1 to 64"]), (lines(idle_s="many"), ["idle_s", "from 1 to 3600"]),
            (lines(server_key="none"), ["none", "No such file"]), (lines(server_key="empty"), ["/empty", "PEM"]),
            (lines(server_key="open"), ["/open", "chmod 600"]), (lines(server_key="."), ["regular file"]),
            (lines(certificate="half"), ["certificate holds no chain"]), (lines(certificate="empty"), ["certificate holds no chain"]),
            (lines(certificate="none"), ["/none"]), (lines(certificate_key="empty"), ["certificate_key holds no private key"]),
            (lines(certificate_key="other"), ["certificate_key is not the key"]), (lines(certificate_key="open"), ["/open", "chmod 600"]),
            (lines(certificate="past"), ["/past", "past its time", "renewed"]), (lines(certificate=None), ["belong together"]),
            (lines(store="none/x.db"), ["store", "/none", "make it"]), (lines(store="backups"), ["store", "no file"]),
            (lines(utm_keys="none"), ["utm_audience", "off"]), (lines(push_tokens="none"), ["push_tokens", "no folder"]),
            (lines(push_ca="none"), ["push_ca", "no file"]), (lines(seed="empty"), ["/empty", "64 hexadecimal"]),
            (good.replace("[side red]", "[side blue]"), ["twice"]), (good[:200], ["missing"])):
        config.write_text(text)
        code, said = sidelined("--check-config", config)
        assert code in (66, 78) and all(word in said for word in words), (words, code, said)


def bad_configurations_are_refused():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sideline-test-"))
    try:
        keys = ["--side", "blue=" + "ab" * 32, "--side", "red=" + "cd" * 32]
        code, made = sidelined("--init", folder / "a", *keys)
        assert code == 0, made
        config = folder / "a" / "sidelined.conf"
        good = config.read_text()
        assert sidelined("--check-config", config)[0] == 0
        for name, mode in (("a", 0o700), ("a/seed", 0o600), ("a/server.key", 0o600), ("a/sidelined.conf", 0o600)):
            assert (folder / name).stat().st_mode & 0o777 == mode, name
        assert sidelined("--init", folder / "a", *keys)[0] == 73   # nothing is overwritten
        config.write_text("\nlissten = 127.0.0.1:1\n" + good)
        for words in (("--check-config", config), (config,)):
            code, said = sidelined(*words)
            assert code == 78 and f"{config}:2:1: " in said, said
        config.write_text(good.replace("127.0.0.1:8443", "0.0.0.0:8443"))
        for words in (("--check-config", config), (config,)):
            code, said = sidelined(*words)
            assert code == 78 and "certificate" in said and f"{config}:2:1: " in said, said
        config.write_text(good)
        os.chmod(folder / "a" / "seed", 0o640)
        code, said = sidelined("--check-config", config)
        assert code == 78 and "chmod 600" in said, said
        os.chmod(folder / "a" / "seed", 0o600)
        (folder / "a" / "seed").write_text("zz" * 32)
        assert sidelined(config)[0] == 65
        name, key = re.search(r"(?m)^vkey = ([^+]+)\+[0-9a-f]{8}\+(\S+)$", made).groups()
        assert name == "line.example/rollup" and len(base64.b64decode(key)) == 33, made
        for words in (("--liaison", "off"), ("--liaison", "127.0.0.1:9"), ()):
            at = folder / ("liaison-" + "-".join(words))
            assert sidelined("--init", at, *words, *keys)[0] == 0
            expected = f"liaison_listen = {words[1]}\n" if words else "liaison_listen = 127.0.0.1:9443\n"
            assert expected in (at / "sidelined.conf").read_text(), words
            assert sidelined("--check-config", at / "sidelined.conf")[0] == 0
        for words in (("--listen", "off"), ("--liaison", "nowhere"), ("--origin", "a b"), ("--origin", "x" * 65), ("--origin", "a+b")):
            assert sidelined("--init", folder / "c", *words, *keys)[0] == 64 and not (folder / "c").exists(), words
        one, other = "blue=" + "ab" * 32, "red=" + "ab" * 32
        for words, word in ((("--side", one), "twice or more"), (("--side", one, "--side", other), "one focal point's key"), (("--side", one, "--side", one), "one name")):
            code, said = sidelined("--init", folder / "d", *words)
            assert code == 64 and word in said and not (folder / "d").exists(), (words, said)
        code, said = sidelined("--init", folder / "a", *keys)
        assert code == 73 and "never overwritten" in said, said
        what_is_wrong_is_named(folder, keys)
        code, said = sidelined("--init", folder / "b")   # no sides yet
        assert code == 0 and sidelined("--check-config", folder / "b" / "sidelined.conf")[0] == 78
    finally:
        shutil.rmtree(folder)


def one_daemon_to_a_store():
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        code, said = sidelined(daemon.config)
        assert code == 75, (code, said)
        daemon.set(listen=daemon.authority, store="other.db")
        code, said = sidelined(daemon.config)
        assert code == 74 and "another program has it" in said and "port" in said, (code, said)
        assert daemon.stop(signal.SIGINT) == 0
        shutil.copy(daemon.folder / "line" / "tls.key", daemon.folder / "kept.key")
        (daemon.folder / "line" / "tls.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        daemon.set(listen="127.0.0.1:0")
        for words in ((daemon.config,), ("--check-config", daemon.config)):
            code, said = sidelined(*words)
            assert code in (65, 78) and "certificate" in said, (code, said)
        shutil.copy(daemon.folder / "kept.key", daemon.folder / "line" / "tls.key")
        daemon.set(store="damaged.db")
        (daemon.folder / "line" / "damaged.db").write_bytes(os.urandom(8192))
        os.chmod(daemon.folder / "line" / "damaged.db", 0o600)
        assert sidelined(daemon.config)[0] == 65
    finally:
        daemon.remove()


def the_sandbox_is_closed():
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        if daemon.extra:
            return   # without it, for sanitizers
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        assert "Seccomp:\t2\n" in status and "NoNewPrivs:\t1\n" in status, status
        for task in pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir():
            assert "Seccomp:\t2\n" in (task / "status").read_text(), task
        limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
        assert "Max core file size        0                    0 " in limits, limits
        for name in ("sideline.db", "sideline.db-wal", "sideline.db.lock"):
            assert (daemon.folder / "line" / name).stat().st_mode & 0o777 == 0o600, name
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def sigterm_loses_nothing_acknowledged():
    daemon = line.Daemon(PROGRAM, TERMS, agreement={"quantum_ms": 0})
    try:
        daemon.start()
        parties = daemon.found("ops")
        everything = {}
        for _ in range(3):
            load = Load(parties, 6)
            time.sleep(0.4)
            start = time.time()
            assert daemon.stop() == 0
            assert time.time() - start < 5, "a stop waits for nobody who has been answered"
            load.end()
            assert len(load.acknowledged) > 20, len(load.acknowledged)
            everything.update(load.acknowledged)
            daemon.start()
            for party in parties:
                party.connection = None
            all_there(parties, everything)
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def shown(context, port):
    """The certificate that a new connection is shown."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
            return tls.getpeercert(binary_form=True)


def a_renewed_certificate_takes_a_sighup_and_no_restart():
    daemon = line.Daemon(PROGRAM, TERMS)
    files = [daemon.folder / "line" / name for name in ("tls.crt", "tls.key")]
    try:
        assert sidelined("--init", daemon.folder / "other", "--tls-self-signed")[0] == 0
        renewed = [daemon.folder / "other" / path.name for path in files]
        first, second = (ssl.PEM_cert_to_DER_cert(path.read_text()) for path in (files[0], renewed[0]))
        daemon.start()
        trusting = ssl.create_default_context()   # what is shown is compared, byte for byte
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        kept = daemon.connect()
        kept.request("GET", "/healthz")
        assert kept.getresponse().read() and shown(trusting, daemon.port) == first
        busy, stop = [], threading.Event()

        def handshakes():
            while not stop.is_set():
                busy.append(shown(trusting, daemon.port))

        thread = threading.Thread(target=handshakes)
        thread.start()
        for source, certificate, word in ((renewed[1:], first, "reload-failed"), (renewed, second, "reloaded"), ([], second, "reloaded")):
            for path in source:   # the key alone does not fit
                shutil.copy(path, daemon.folder / "line" / path.name)
            daemon.process.send_signal(signal.SIGHUP)
            said = daemon.process.stderr.readline()
            assert f"event={word} " in said, said
            assert shown(trusting, daemon.port) == certificate, word
        stop.set()
        thread.join()
        assert busy and set(busy) <= {first, second}
        kept.request("GET", "/healthz")   # a connection that stood
        assert kept.getresponse().status == 200
        expires = re.search(r"sideline_certificate_expires_seconds (\d+)", daemon.metrics()).group(1)
        assert 390 * 86400 < int(expires) - time.time() < 400 * 86400, expires
        os.chmod(files[1], 0o644)   # a key that others can read is not taken
        daemon.process.send_signal(signal.SIGHUP)
        assert "event=reload-failed" in daemon.process.stderr.readline()
        assert shown(trusting, daemon.port) == second
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def waiting_clients_are_answered_at_a_stop():
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        after = blue.ask("GET", "/v1/events?after=0&wait=0").json["next"]
        got = []
        thread = threading.Thread(target=lambda: got.append(blue.ask("GET", f"/v1/events?after={after}&wait=50")))
        thread.start()
        tls = daemon.connect()
        head = blue.head("GET", "/v1/events", b"")
        head.update({"Accept": "text/event-stream", "Last-Event-ID": str(after)})
        tls.request("GET", "/v1/events", None, head)
        stream = tls.getresponse()
        time.sleep(0.5)
        start = time.time()
        assert daemon.stop() == 0 and time.time() - start < 5
        thread.join()
        assert got and got[0].status == 200 and got[0].json["events"] == [], got
        assert b":" in stream.read()   # to its end: the last chunk came
        tls.close()
    finally:
        daemon.remove()


def nonces_are_remembered_across_a_restart():
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        daemon.stop()
        daemon.start()
        authority = daemon.authority
        headers = blue.head("GET", "/v1/cases", b"")
        assert daemon.ask("GET", "/v1/cases", None, headers).status == 200
        daemon.stop()
        daemon.set(listen=authority)
        daemon.start()
        assert daemon.authority == authority
        answer = daemon.ask("GET", "/v1/cases", None, headers)
        assert answer.status == 401 and answer.json["type"].endswith(":replay"), answer.body
        daemon.stop(signal.SIGKILL)
        daemon.start()
        assert daemon.ask("GET", "/v1/cases", None, headers).status == 401
        assert blue.ask("GET", "/v1/cases").status == 200
    finally:
        daemon.remove()


def verdict_of(party, name):
    return party.ask("GET", f"/v1/intents/{name}").json["verdict"]


def beat_with(daemon, notes):
    for side, note in notes.items():
        answer = daemon.focal[side].beat(note)
        assert answer.status == 200, (side, answer.status, answer.body)


def a_restored_store_recovers_only_when_nobody_knows_more():
    daemon = line.Daemon(PROGRAM, TERMS, agreement={"tick_s": 1})
    try:
        daemon.start()
        blue, red = daemon.found("ops")
        daemon.stop()
        daemon.set(listen=f"127.0.0.1:{free_port()}", liaison_listen=f"127.0.0.1:{free_port()}")
        daemon.start()
        for party in (blue, red):
            party.connection = None
        daemon.beat()
        name = line.fresh_id()
        assert blue.put(name, line.box(47, 8)).json["verdict"]["verdict"] == "CLEAR"
        code, said = sidelined("backup", daemon.config, "monday.db")
        assert code == 0 and "monday.db: made" in said, said
        copy_of = daemon.folder / "line" / "backups" / "monday.db"
        assert copy_of.stat().st_mode & 0o777 == 0o600
        assert sidelined("backup", daemon.config, "monday.db")[0] == 78       # it exists
        assert sidelined("backup", daemon.config, "../monday.db")[0] == 78
        later = line.fresh_id()
        assert blue.put(later, line.box(48, 8)).status == 200
        time.sleep(2.5)
        newer = daemon.ask("GET", "/rollup/checkpoint").body.decode()
        seed = daemon.folder / "line" / "seed"
        kept = seed.read_text()
        seed.write_text("ab" * 32)   # who cannot read the seed makes no backups
        assert sidelined("backup", daemon.config, "tuesday.db")[0] == 78
        seed.write_text(kept)
        assert daemon.stop() == 0
        assert sidelined("backup", daemon.config, "tuesday.db")[0] == 69
        for knows_more in (True, False):
            for suffix in ("", "-wal", "-shm"):
                pathlib.Path(str(daemon.database) + suffix).unlink(missing_ok=True)
            shutil.copy(copy_of, daemon.database)
            daemon.start()
            for party in (blue, red):
                party.connection = None
            assert blue.ask("GET", f"/v1/intents/{later}").status == 404
            assert verdict_of(blue, name)["verdict"] == "UNDECIDED"
            own = daemon.ask("GET", "/rollup/checkpoint").body.decode()
            beat_with(daemon, {"blue": newer if knows_more else own, "red": own})
            shown = verdict_of(blue, name)
            assert shown["verdict"] == ("UNDECIDED" if knows_more else "CLEAR"), (knows_more, shown)
            if knows_more:
                assert shown["reason"] == "line", shown   # it is not OPEN
                beat_with(daemon, {"blue": own, "red": own})   # what was seen once is not unseen
                assert verdict_of(blue, name)["verdict"] == "UNDECIDED"
            assert daemon.stop() == 0
    finally:
        daemon.remove()


def a_store_keeps_its_identity():
    """With another seed, key, origin or side beside it a store is refused, by name, and left as it was."""
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        daemon.found("ops")
        assert daemon.stop() == 0
        text, folder = daemon.config.read_text(), daemon.config.parent
        (folder / "other.seed").write_text("ab" * 32)
        os.chmod(folder / "other.seed", 0o600)
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / "other.key"], check=True, capture_output=True)
        os.chmod(folder / "other.key", 0o600)
        for key, value, word in (("seed", "other.seed", "another seed"), ("server_key", "other.key", "another server_key"), ("origin", "other.example", "another origin")):
            daemon.set(**{key: value})
            code, said = sidelined(daemon.config)
            assert code != 0 and word in said, (code, said)
            daemon.config.write_text(text)
        daemon.config.write_text(text.replace("[side red]", "[side green]"))
        code, said = sidelined(daemon.config)
        assert code != 0 and "every [side]" in said, (code, said)
        daemon.config.write_text(text)
        daemon.start()
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


TESTS = [command_line, bad_configurations_are_refused, one_daemon_to_a_store, a_store_keeps_its_identity, the_sandbox_is_closed,
         a_renewed_certificate_takes_a_sighup_and_no_restart, sigterm_loses_nothing_acknowledged,
         waiting_clients_are_answered_at_a_stop, nonces_are_remembered_across_a_restart,
         a_restored_store_recovers_only_when_nobody_knows_more]

if __name__ == "__main__":
    sys.exit(line.run(TESTS, sys.argv[3:]))

#!/usr/bin/python3
"""What goes wrong around the daemon, over real sockets: a full disk, a database that is
locked, damaged, cut short or of another schema, parties that nobody knows, clients that half
leave. Each is a clear answer, with nothing lost and nothing told.

Usage: trouble.py SIDELINED AGREEMENT_TEXT FULL_DISK_LIBRARY [TEST...]
"""

import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import time

import line

PROGRAM, TERMS, FULL_DISK = sys.argv[1:4]


def refused_start(daemon, status, *words):
    done = subprocess.run([PROGRAM, *daemon.extra, daemon.config], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def is_unavailable(answer):
    assert answer.status == 503 and answer.headers["Retry-After"] == "1", (answer.status, answer.body)
    assert answer.json["type"].startswith("urn:sideline:problem:") and "try again with the same id" in answer.json["detail"], answer.body


def a_full_disk_refuses_and_loses_nothing():
    daemon = line.Daemon(PROGRAM, TERMS, agreement={"quantum_ms": 0})
    full = daemon.folder / "full"
    os.environ.update({"LD_PRELOAD": FULL_DISK, "SL_FULL_DISK": str(full)})
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    try:
        daemon.start()
        del os.environ["LD_PRELOAD"]
        blue, _ = daemon.found("ops")
        kept = line.fresh_id()
        assert blue.put(kept, line.box(47, 8)).status == 200
        late, draft = line.fresh_id(), line.box(48, 8)
        full.touch()
        for _ in range(3):
            is_unavailable(blue.put(late, draft))
        is_unavailable(blue.ask("GET", f"/v1/intents/{kept}"))   # a poll renews a lease, and is an entry of the log
        for path in ("/v1/cases", "/v1/events?after=0&wait=0", "/v1/log/checkpoint", "/v1/log/entries?from=0", "/v1/receipts/0", "/v1/agreements"):
            answer = blue.ask("GET", path)
            assert answer.status == 200, (path, answer.status, answer.body)
        for path in ("/rollup/checkpoint", "/rollup/entries?from=0"):
            assert daemon.ask("GET", path).status == 200, path
        assert "sideline_disk_full 1\n" in daemon.metrics()
        assert daemon.ask("GET", "/healthz").status == 200 and daemon.ask("GET", "/readyz").status == 200
        full.unlink()
        assert blue.put(late, draft).status == 200   # no restart is needed
        for name in (kept, late):
            assert blue.ask("GET", f"/v1/intents/{name}").status == 200
        assert "sideline_commits_failed_total 0\n" not in daemon.metrics() and "sideline_disk_full 0\n" in daemon.metrics()
        assert daemon.stop() == 0
        daemon.start()
        for name in (kept, late):
            blue.connection = None
            assert blue.ask("GET", f"/v1/intents/{name}").status == 200
        assert daemon.stop() == 0
    finally:
        os.environ.pop("LD_PRELOAD", None)
        daemon.remove()


def a_locked_database_is_waited_for_and_refused_in_words():
    daemon = line.Daemon(PROGRAM, TERMS, agreement={"quantum_ms": 0})
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        name, draft = line.fresh_id(), line.box(47, 8)
        other = sqlite3.connect(daemon.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = blue.put(name, draft)
        if answer.status != 200:
            is_unavailable(answer)
        other.execute("ROLLBACK")
        assert blue.put(name, draft).status == 200
        assert daemon.stop() == 0
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        refused_start(daemon, 75, "error=busy")
        other.execute("ROLLBACK")
        other.close()
        daemon.start()
        blue.connection = None
        assert blue.ask("GET", f"/v1/intents/{name}").status == 200
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def a_database_that_does_not_fit_is_left_as_it_was():
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        name = line.fresh_id()
        assert blue.put(name, line.box(47, 8)).status == 200
        assert daemon.stop() == 0
        good = daemon.database.read_bytes()

        def with_version(number):
            shell = sqlite3.connect(daemon.database)
            shell.execute(f"PRAGMA user_version = {number}")
            shell.close()

        def with_bytes(data):
            for suffix in ("", "-wal", "-shm"):
                pathlib.Path(str(daemon.database) + suffix).unlink(missing_ok=True)
            daemon.database.write_bytes(data)
            os.chmod(daemon.database, 0o600)

        middle = len(good) // 2 // 4096 * 4096
        cases = (("older schema", lambda: with_version(1), "older schema"), ("newer schema", lambda: with_version(99), "newer release"),
                 ("cut short", lambda: with_bytes(good[:middle]), "event=start-failed"), ("empty", lambda: with_bytes(b""), "event=start-failed"),
                 ("another's", lambda: with_bytes(os.urandom(65536)), "event=start-failed"),
                 ("pages of noise", lambda: with_bytes(good[:4096] + os.urandom(len(good) - 4096)), "event=start-failed"))
        for what, spoil, said in cases:
            with_bytes(good)
            spoil()
            before = daemon.database.read_bytes()
            refused_start(daemon, 65, said, "reason=")
            assert daemon.database.read_bytes() == before, what
        with_bytes(good)
        daemon.start()
        blue.connection = None
        assert blue.ask("GET", f"/v1/intents/{name}").status == 200
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def whom_nobody_knows_reads_as_a_bad_signature():
    """Not enrolled, of a side that is not, with another's key, with a key number that is not."""
    daemon = line.Daemon(PROGRAM, TERMS)
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        strangers = [line.Party(daemon, "blue", "nobody"), line.Party(daemon, "green", "ops"), line.Party(daemon, "blue", "ops"),
                     line.Party(daemon, "blue", "ops")]
        strangers[3].key, strangers[3].keyid = blue.key, "blue/ops/2"
        name = line.fresh_id()
        assert blue.put(name, line.box(47, 8)).status == 200
        for method, target, value in (("GET", "/v1/cases", None), ("GET", f"/v1/intents/{name}", None), ("PUT", f"/v1/intents/{name}", line.box(47, 8))):
            answers = [stranger.ask(method, target, value) for stranger in strangers]
            assert {answer.status for answer in answers} == {401} and len({answer.body for answer in answers}) == 1, [a.body for a in answers]
            assert answers[0].json["type"] == "urn:sideline:problem:signature", answers[0].body
        assert daemon.stop() == 0
    finally:
        daemon.remove()


def clients_that_half_leave_are_let_go():
    """One stops sending in mid-request, one after it, one is reset, one asks a byte a second: the
    others are served meanwhile, and no exchange stays."""
    daemon = line.Daemon(PROGRAM, TERMS, {"request_s": 3, "idle_s": 3})
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        opened = []
        for data in (b"PUT /v1/intents/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nabc", whole, b"GET /hea", whole):
            plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=10)
            tls = daemon.context.wrap_socket(plain, server_hostname="127.0.0.1")
            tls.sendall(data)
            opened.append(tls)
        for tls in opened[:2]:
            socket.socket.shutdown(tls, socket.SHUT_WR)   # TCP's half, without a word of TLS
        opened[3].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        opened[3].close()   # a reset
        start = time.time()
        for byte in b"lthz HTTP/1.1":   # the third: a byte a second
            try:
                opened[2].sendall(bytes([byte]))
            except OSError:
                break
            assert blue.ask("GET", "/v1/cases").status == 200
            time.sleep(1)
        assert time.time() - start < 10, "a byte a second was waited for"
        deadline = time.time() + 15
        while "sideline_exchanges 0\n" not in daemon.metrics() and time.time() < deadline:
            time.sleep(0.3)
        assert "sideline_exchanges 0\n" in daemon.metrics()
        for tls in opened[:3]:
            tls.close()
        assert daemon.stop() == 0
    finally:
        daemon.remove()


TESTS = [a_full_disk_refuses_and_loses_nothing, a_locked_database_is_waited_for_and_refused_in_words,
         a_database_that_does_not_fit_is_left_as_it_was, whom_nobody_knows_reads_as_a_bad_signature, clients_that_half_leave_are_let_go]

if __name__ == "__main__":
    sys.exit(line.run(TESTS, sys.argv[4:]))

#!/usr/bin/python3
"""The daemon as a party meets it, over TLS on loopback: signatures, replays, heads that
read in two ways, caps, slow clients, streams.

Usage: serve.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import json
import select
import socket
import ssl
import sys
import time

import line

PROGRAM, TERMS = sys.argv[1:3]
daemon = None
blue = red = None


def raw(data, wait=10.0, pause=0.0, piece=None):
    """Send bytes over a TLS connection, read until it is closed or silent for `wait`."""
    plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=wait)
    with daemon.context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
        try:
            for at in range(0, len(data), piece or len(data)):
                tls.sendall(data[at:at + (piece or len(data))])
                time.sleep(pause)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass
        got = b""
        try:
            while True:
                more = tls.recv(65536)
                if not more:
                    break
                got += more
        except (TimeoutError, ConnectionResetError, ssl.SSLError):
            pass
        return got


def status(answer):
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def is_problem(answer, code, word=None):
    assert answer.status == code, (answer.status, answer.body)
    assert answer.headers["Content-Type"] == "application/problem+json", answer.headers
    assert answer.json["status"] == code and answer.json["type"].startswith("urn:sideline:problem:"), answer.body
    assert word is None or answer.json["type"].endswith(":" + word), answer.body


def healthz_and_readyz():
    for path in ("/healthz", "/readyz"):
        answer = daemon.ask("GET", path)
        assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store" and answer.headers["Date"].endswith("GMT")
    assert answer.json == {"ready": True}
    assert daemon.ask("HEAD", "/healthz").status == 200


def unsigned_is_refused():
    is_problem(daemon.ask("GET", "/v1/cases"), 401)
    is_problem(daemon.ask("PUT", "/v1/intents/" + line.fresh_id(), b"{}"), 401)


def unknown_path_is_a_problem():
    for path in ("/", "/nope", "/metrics", "/v1/intents/%2e%2e/x", "/healthz%00", "/v1/cases/"):
        is_problem(daemon.ask("GET", path), 404 if path != "/v1/cases/" else 404, "not-found")


def a_wrong_method_is_refused_with_those_that_are_right():
    name = line.fresh_id()
    for method, path, allow in (("DELETE", f"/v1/intents/{name}", "GET, PUT"), ("PUT", f"/v1/intents/{name}/end", "POST"),
                                ("POST", "/v1/cases", "GET"), ("GET", "/v1/records", "POST"), ("POST", "/rollup/checkpoint", "GET"),
                                ("POST", "/healthz", "GET, HEAD"), ("DELETE", "/readyz", "GET, HEAD")):
        answer = daemon.ask(method, path)
        is_problem(answer, 405, "method")
        assert answer.headers["Allow"] == allow, (method, path, answer.headers["Allow"])
    assert daemon.ask("GET", "/v1/cases").headers["Allow"] is None
    connection = line.http.client.HTTPConnection("127.0.0.1", daemon.liaison, timeout=10)
    for method, path, allow in (("POST", "/metrics", "GET"), ("GET", "/backup/x", "POST")):
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 405 and answer.headers["Allow"] == allow, (path, answer.status)
    connection.close()


def signed_is_taken():
    name = line.fresh_id()
    answer = blue.put(name, line.box(47, 8))
    assert answer.status == 200, answer.body
    assert answer.json["verdict"]["verdict"] == "CLEAR", answer.body
    assert answer.json["receipt"]["proof"].startswith("c2sp.org/tlog-proof@v1\n")
    digest = line.b64(line.hashlib.sha256(answer.body).digest())
    assert answer.headers["Content-Digest"] == f"sha-256=:{digest}:"
    other = red.put(line.fresh_id(), line.box(47, 8))
    assert other.json["verdict"]["verdict"] == "CONFLICT", other.body
    assert blue.ask("GET", f"/v1/intents/{name}").json["verdict"]["verdict"] == "CONFLICT"


def replay_is_refused():
    body = json.dumps({"time": line.rfc3339(time.time())}).encode()
    headers = blue.head("POST", "/v1/heartbeat", body, nonce="0123456789abcdef-replay")
    assert daemon.ask("POST", "/v1/heartbeat", body, headers).status == 200
    is_problem(daemon.ask("POST", "/v1/heartbeat", body, headers), 401, "replay")


def changed_is_refused():
    body = json.dumps({"time": line.rfc3339(time.time())}).encode()
    headers = blue.head("POST", "/v1/heartbeat", body)
    is_problem(daemon.ask("POST", "/v1/heartbeat", body + b" ", headers), 401)
    is_problem(daemon.ask("POST", "/v1/heartbeat?x=1", body, headers), 400)
    is_problem(daemon.ask("GET", "/v1/cases", None, blue.head("GET", "/v1/events", b"")), 401, "signature")


def clock_off_is_refused():
    for off in (-600, 600):
        is_problem(blue.ask("GET", "/v1/cases", created=int(time.time()) + off), 401, "expired")


def other_host_is_refused():
    answer = daemon.ask("GET", "/v1/cases", None, blue.head("GET", "/v1/cases", b"", authority="other.example"))
    is_problem(answer, 400)
    assert "another server" in answer.json["detail"]
    answer = daemon.ask("GET", "/v1/cases", None, blue.head("GET", "/v1/cases", b"", authority="line.example"))
    assert answer.status == 200, answer.body


def twofold_heads_are_refused():
    host = f"Host: {daemon.authority}\r\n"
    signed = "".join(f"{k}: {v}\r\n" for k, v in blue.head("GET", "/v1/cases", b"").items())
    cases = {"host": host + host, "host case": host + "hOST: other\r\n",
             "length": host + "Content-Length: 1\r\nContent-Length: 1\r\n",
             "length and encoding": host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
             "type": host + "Content-Type: a/b\r\nContent-Type: a/b\r\n",
             "digest": signed + "Content-Digest: sha-256=:x:\r\n", "signature": signed + "Signature: sig1=:x:\r\n",
             "input": signed + "Signature-Input: x\r\n",
             "authorization": signed + "Authorization: a\r\nauthorization: b\r\n"}
    for name, head in cases.items():
        answer = raw(f"GET /v1/cases HTTP/1.1\r\n{head}\r\n".encode() + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", wait=3)
        assert status(answer) == 400, (name, answer)
        assert answer.count(b"HTTP/1.1 ") == 1, (name, "what followed was read as a request")
        assert b"urn:sideline:problem:duplicate" in answer or answer.find(b"problem") < 0, (name, answer)


def too_many_fields_are_refused():
    head = "".join(f"X-{n}: y\r\n" for n in range(80))
    assert status(raw(f"GET /v1/cases HTTP/1.1\r\nHost: localhost\r\n{head}Connection: close\r\n\r\n".encode())) == 413


def long_target_is_refused():
    answer = raw(b"GET /" + b"a" * 4000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status(answer) in (400, 413, 414), answer


def body_over_the_cap():
    is_problem(daemon.ask("PUT", "/v1/intents/" + line.fresh_id(), b"x" * (1 << 20 | 1)), 413, "cap-reached")
    chunks = b"".join(b"10000\r\n" + b"y" * 0x10000 + b"\r\n" for _ in range(18)) + b"0\r\n\r\n"
    answer = raw(b"PUT /v1/intents/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert status(answer) == 413, answer[:300]
    answer = raw(b"PUT /v1/intents/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
    assert status(answer) == 413, answer[:300]
    assert daemon.ask("GET", "/healthz").status == 200


def one_byte_pieces():
    body = json.dumps({"time": line.rfc3339(time.time())}).encode()
    head = "".join(f"{k}: {v}\r\n" for k, v in red.head("POST", "/v1/heartbeat", body).items())
    data = f"POST /v1/heartbeat HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    answer = raw(data, piece=1)
    assert status(answer) == 200, answer


def pipelined_are_answered_in_order():
    data = b""
    targets = ["/healthz", "/nope", "/v1/cases", "/readyz"]
    for target in targets:
        head = "".join(f"{k}: {v}\r\n" for k, v in blue.head("GET", target, b"").items())
        close = "Connection: close\r\n" if target == targets[-1] else ""
        data += f"GET {target} HTTP/1.1\r\n{head}{close}\r\n".encode()
    answer = raw(data)
    got = [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert got == [200, 404, 200, 200], got


def garbage_is_dropped():
    for data in (b"\x00" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 1000, bytes(range(256)) * 8):
        raw(data, wait=2)
    plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=5)
    plain.sendall(b"GET / HTTP/1.1\r\n\r\n")   # no TLS
    plain.close()
    assert daemon.ask("GET", "/healthz").status == 200


def slow_clients_are_dropped():
    """request_s is 3: a byte now and then must not keep a connection, nor silence."""
    start = time.time()
    silent = socket.create_connection(("127.0.0.1", daemon.port), timeout=20)   # not even a handshake
    sockets = []
    for data in (b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"PUT /v1/intents/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"):
        tls = daemon.context.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port), timeout=20), server_hostname="127.0.0.1")
        tls.sendall(data)
        sockets.append(tls)
    gone = set()
    while len(gone) < 3 and time.time() - start < 12:
        for tls in sockets:
            if tls in gone:
                continue
            try:
                tls.sendall(b"a")
                if select.select([tls], [], [], 0)[0] and tls.recv(1000) == b"":
                    gone.add(tls)
            except OSError:
                gone.add(tls)
        if silent not in gone and select.select([silent], [], [], 0)[0] and silent.recv(10) == b"":
            gone.add(silent)
        time.sleep(0.3)
    took = time.time() - start
    for s in [silent, *sockets]:
        s.close()
    assert len(gone) == 3, f"{len(gone)} of 3 were dropped in {took:.1f} s"
    assert 2.5 < took < 8, took
    assert "sideline_deadlines_total 0\n" not in daemon.metrics()


def half_open_is_answered():
    """The client shuts its writing half and still wants the answer."""
    tls = daemon.context.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port), timeout=10), server_hostname="127.0.0.1")
    tls.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status(tls.recv(65536)) == 200
    tls.close()
    for _ in range(20):   # clients that leave before the answer
        tls = daemon.context.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port), timeout=10), server_hostname="127.0.0.1")
        head = "".join(f"{k}: {v}\r\n" for k, v in blue.head("GET", "/v1/cases", b"").items())
        tls.sendall(f"GET /v1/cases HTTP/1.1\r\n{head}\r\n".encode())
        tls.close()
    assert blue.ask("GET", "/v1/cases").status == 200


def events_are_polled_and_streamed():
    answer = blue.ask("GET", "/v1/events?after=0&wait=0").json
    after = answer["next"]
    head = "".join(f"{k}: {v}\r\n" for k, v in blue.head("GET", "/v1/events", b"").items())
    tls = daemon.context.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port), timeout=20), server_hostname="127.0.0.1")
    tls.sendall(f"GET /v1/events HTTP/1.1\r\n{head}Accept: text/event-stream\r\nLast-Event-ID: {after}\r\n\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got:
        got += tls.recv(65536)
    assert status(got) == 200 and b"text/event-stream" in got, got
    # an event: the line's state, by its duty officer
    assert daemon.focal["red"].ask("POST", "/v1/line/north/suspend").status == 200
    deadline = time.time() + 15
    while b"event: line" not in got and time.time() < deadline:
        got += tls.recv(65536)
    assert f"id: {after + 1}".encode() in got, got
    # the stream's life is 6 s here: it ends whole, with the last chunk
    while True:
        more = tls.recv(65536)
        if not more:
            break
        got += more
        if got.endswith(b"\r\n0\r\n\r\n"):
            break
    assert got.endswith(b"0\r\n\r\n"), got[-100:]
    tls.close()
    polled = blue.ask("GET", f"/v1/events?after={after}&wait=5").json
    assert polled["events"] and polled["events"][0]["type"] == "line", polled
    for side in ("red", "blue"):
        daemon.focal[side].ask("POST", "/v1/line/north/answer")
    daemon.focal["red"].ask("POST", "/v1/line/north/resume")


def streams_of_vanished_clients_end():
    for _ in range(5):
        head = "".join(f"{k}: {v}\r\n" for k, v in red.head("GET", "/v1/events", b"").items())
        tls = daemon.context.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port), timeout=20), server_hostname="127.0.0.1")
        tls.sendall(f"GET /v1/events HTTP/1.1\r\n{head}Accept: text/event-stream\r\n\r\n".encode())
        tls.recv(1000)
        tls.close()
    deadline = time.time() + 20
    while "sideline_exchanges 0\n" not in daemon.metrics() and time.time() < deadline:
        time.sleep(0.5)
    assert "sideline_exchanges 0\n" in daemon.metrics()


def replies_leave_on_the_quantum():
    """q is 20 ms: what is asked is answered on a multiple of it, never before."""
    early = 0
    for n in range(40):
        before = time.time()
        assert red.ask("GET", "/v1/cases").status == 200
        after = time.time()
        early += int(after / 0.02) == int(before / 0.02)
    assert early == 0, f"{early} of 40 came within the quantum they were asked in"


def metrics_name_no_party():
    text = daemon.metrics()
    for word in ("blue", "red", "ops", "north"):
        assert word not in text, word
    assert "sideline_requests_total" in text and "process_resident_memory_bytes" in text
    values = dict(entry.rsplit(" ", 1) for entry in text.splitlines() if not entry.startswith("#"))
    assert int(values["process_resident_memory_bytes"]) > 1 << 20 and int(values["process_open_fds"]) > 5, values


def the_log_has_no_target():
    raw(b"GET /secret-target HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", wait=2)


def main():
    global daemon, blue, red
    daemon = line.Daemon(PROGRAM, TERMS, {"request_s": 3, "stream_s": 6, "idle_s": 8})
    try:
        daemon.start()
        blue, red = daemon.found("ops")
        result = line.run([healthz_and_readyz, unsigned_is_refused, unknown_path_is_a_problem,
                           a_wrong_method_is_refused_with_those_that_are_right, signed_is_taken, replay_is_refused,
                           changed_is_refused, clock_off_is_refused, other_host_is_refused, twofold_heads_are_refused,
                           too_many_fields_are_refused, long_target_is_refused, body_over_the_cap, one_byte_pieces,
                           pipelined_are_answered_in_order, garbage_is_dropped, slow_clients_are_dropped, half_open_is_answered,
                           replies_leave_on_the_quantum, events_are_polled_and_streamed, streams_of_vanished_clients_end,
                           metrics_name_no_party, the_log_has_no_target], sys.argv[3:])
        stopped = daemon.stop()
        if stopped != 0 or "secret-target" in "".join(daemon.log):
            print(f"FAILED stop: {stopped}, {daemon.log}")
            result = 1
        return result
    finally:
        daemon.remove()


if __name__ == "__main__":
    sys.exit(main())

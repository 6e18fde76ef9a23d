#!/usr/bin/python3
"""Ten thousand connections that do nothing (and over TLS as many hundreds: a handshake costs more than all else), and hundreds that stop in mid-request: others
are served as without them, each of the idle ones is still answered when it asks, and what is over the
limit does no harm to who is in.

Usage: idle.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import re
import resource
import socket
import sys
import time

import line

PROGRAM, TERMS = sys.argv[1:3]
IDLE, IDLE_TLS = 10000, 1000
HALVES = 300          # that send half a head and no more
OTHERS = 200          # connections that stay free beyond those
FILES = IDLE + HALVES + OTHERS + 400


def open_one(daemon):
    plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=60)
    return plain if not daemon.tls else daemon.context.wrap_socket(plain, server_hostname="127.0.0.1")


def asks(tls):
    """One request on a connection that stood still."""
    tls.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while True:
        head, end, body = answer.partition(b"\r\n\r\n")
        if end and len(body) >= int(re.search(rb"Content-Length: (\d+)", head).group(1)):
            return head.startswith(b"HTTP/1.1 200 ")
        piece = tls.recv(4096)
        if not piece:
            return False
        answer += piece


def submissions(party, count, lat):
    """The seconds that each took; all of them must be taken."""
    took = []
    for number in range(count):
        begun = time.time()
        answer = party.put(line.fresh_id(), line.box(lat, 8 + 0.02 * number))
        assert answer.status == 200, (answer.status, answer.body)
        took.append(time.time() - begun)
    return sorted(took)


def memory(daemon):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{daemon.process.pid}/status", encoding="ascii").read()).group(1)) // 1024


def idle(count, tls):
    daemon = line.Daemon(PROGRAM, TERMS, {"connections": count + HALVES + OTHERS, "connections_per_address": 100000, "handshakes_per_s": 100000,
                                          "request_s": 600, "idle_s": 600}, {"quantum_ms": 0}, tls=tls)
    held = []
    try:
        daemon.start()
        blue, _ = daemon.found("ops")
        alone, before = submissions(blue, 40, 10), memory(daemon)
        begun = time.time()
        for number in range(count):
            held.append(open_one(daemon))
            assert number % 10 or asks(held[-1]), number   # one in ten asks once, and keeps the connection
        took = time.time() - begun
        for _ in range(HALVES):
            held.append(open_one(daemon))
            held[-1].sendall(b"GET /v1/cases HTTP/1.1\r\nHost: local")
        among, after = submissions(blue, 40, 20), memory(daemon)
        print(f"{count} connections in {took:.0f} s, {after - before} MiB; a submission alone {alone[20] * 1000:.1f} ms, among them {among[20] * 1000:.1f} ms")
        # As without them, on a machine that is busy with other things as well.
        assert among[20] < 5 * alone[20] + 0.05 and among[-1] < 5, (alone[20], among[20], among[-1])
        for number in range(20):   # newcomers get in
            assert daemon.ask("GET", "/readyz").status == 200, number
        for number in range(0, count, count // 50):   # and who was idle is answered
            assert asks(held[number]), number
        assert "sideline_deadlines_total 0\n" in daemon.metrics()
        for _ in range(2 * OTHERS):   # over the limit: they wait outside, and those who are in go on
            held.append(socket.create_connection(("127.0.0.1", daemon.port), timeout=5))
        assert blue.put(line.fresh_id(), line.box(30, 8)).status == 200 and asks(held[7])
        for one in held:
            one.close()
        held.clear()
        deadline = time.time() + 30
        while time.time() < deadline:   # what they took is free again
            try:
                assert daemon.ask("GET", "/readyz").status == 200
                break
            except OSError:
                time.sleep(0.2)
        assert daemon.stop() == 0
    finally:
        for one in held:
            one.close()
        daemon.remove()


def ten_thousand_idle_connections():
    idle(IDLE, False)


def a_thousand_idle_connections_over_tls():
    idle(IDLE_TLS, True)


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < FILES:
        print(f"SKIP: daemon/idle: the hard limit of open files is {hard}, below {FILES}")
        return 0
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), hard))
    return line.run([ten_thousand_idle_connections, a_thousand_idle_connections_over_tls], sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())

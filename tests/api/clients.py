#!/usr/bin/python3
"""The F3548 face and clients that are slow, odd or gone: served or refused, never stuck.

Usage: clients.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import json
import socket
import sys
import time

import face
import line
from face import SC, place, rule, volume

daemon = None
uss1 = None


def start(the_daemon, clients):
    global daemon, uss1
    daemon = the_daemon
    uss1 = clients[0]


def head(method, target, body=b"", **more):
    fields = {"Host": daemon.authority, "Authorization": "Bearer " + uss1.token((SC,)), "Content-Type": "application/json",
              "Content-Length": str(len(body)), **more}
    return (f"{method} {target} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n").encode()


def connection(timeout=20):
    plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=timeout)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return daemon.context.wrap_socket(plain, server_hostname="127.0.0.1")


def read_answers(tls, count):
    """Statuses and bodies of so many answers."""
    got, found = b"", []
    while len(found) < count:
        top, separator, rest = got.partition(b"\r\n\r\n")
        lengths = [l.split(b":")[1] for l in top.split(b"\r\n") if l.lower().startswith(b"content-length:")]
        if separator and lengths and len(rest) >= int(lengths[0]):
            size = int(lengths[0])
            found.append((int(top[9:12]), rest[:size]))
            got = rest[size:]
            continue
        more = tls.recv(65536)
        assert more, (found, got[:200])
        got += more
    return found


def plan():
    return json.dumps({"extents": [volume(place())], "key": [], "state": "Accepted", "uss_base_url": uss1.url}).encode()


@rule
def bodies_in_pieces():
    """A body in one-byte pieces is served."""
    body = plan()
    with connection() as tls:
        tls.sendall(head("PUT", f"{face.INTENTS}/{line.fresh_id()}", body))
        for at in range(len(body)):
            tls.sendall(body[at:at + 1])
        assert read_answers(tls, 1)[0][0] == 201


@rule
def requests_in_a_row():
    """Requests sent without waiting for answers are answered in order."""
    names = [line.fresh_id() for _ in range(5)]
    bodies = [plan() for _ in names]
    with connection() as tls:
        tls.sendall(b"".join(head("PUT", f"{face.INTENTS}/{name}", body) + body for name, body in zip(names, bodies)))
        answers = read_answers(tls, len(names))
    assert [status for status, _ in answers] == [201] * len(names), answers
    assert [json.loads(body)["operational_intent_reference"]["id"] for _, body in answers] == names


@rule
def clients_that_vanish():
    """Clients that vanish before their answer leave others served, and their plan is there or not, whole."""
    gone = []
    for _ in range(40):
        name, body = line.fresh_id(), plan()
        tls = connection()
        tls.sendall(head("PUT", f"{face.INTENTS}/{name}", body) + body)
        tls.close()
        gone.append(name)
    uss1.new(volume(place()))
    time.sleep(0.5)
    for name in gone:
        assert uss1.ask("GET", f"{face.INTENTS}/{name}").status in (200, 404)


@rule
def half_open_connections():
    """Connections that say nothing, and heads that never end, do not keep others out."""
    silent = [socket.create_connection(("127.0.0.1", daemon.port), timeout=20) for _ in range(100)]
    half = []
    for _ in range(20):
        tls = connection()
        tls.sendall(b"PUT /dss/v1/oper")
        half.append(tls)
    began = time.time()
    uss1.new(volume(place()))
    assert time.time() - began < 5
    for each in silent + half:
        each.close()


@rule
def a_head_that_stands_twice():
    """Two Authorization fields are refused."""
    with connection() as tls:
        text = head("GET", f"{face.INTENTS}/{line.fresh_id()}")
        doubled = text.replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer x\r\n\r\n")
        tls.sendall(doubled)
        assert read_answers(tls, 1)[0][0] in (400, 401)


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start))

#!/usr/bin/python3
"""F3548.md and the standard, in the corners: what existing clients and their operators lean on.

Usage: corners.py SIDELINED AGREEMENT_TEXT [TEST...]
"""

import socket
import sys
import time

import face
import line
from face import CM, CONSTRAINTS, SC, place, rule, volume

DSS = "dss.other.example"
daemon = None
uss1 = None


def start(the_daemon, clients):
    global daemon, uss1
    daemon = the_daemon
    uss1 = clients[0]


@rule
def the_address_clients_were_given():
    """A client is served at the address that utm_base_url names, with and without the port; another host is refused."""
    for host, served in ((DSS, True), (DSS.upper() + ":8443", True), ("dss.other.example.evil.example", False), ("evil.example", False)):
        answer = uss1.ask("GET", f"{face.INTENTS}/{line.fresh_id()}", headers={"Host": host})
        assert answer.status == (404 if served else 400), (host, answer.status, answer.body)


@rule
def probes_of_balancers():
    """GET /healthy -> ok, whatever host a prober names, and from one of HTTP/1.0 that names none."""
    for target, body in (("/healthy", b"ok"), ("/healthz", b'{"alive":true}'), ("/readyz", b'{"ready":true}')):
        answer = daemon.ask("GET", target, headers={"Host": "10.1.2.3:8443"})
        assert answer.status == 200 and answer.body == body, (answer.status, answer.body)
        plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=20)
        with daemon.context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
            tls.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
            got = b""
            while piece := tls.recv(4096):
                got += piece
        assert got.split(b" ")[1] == b"200" and got.endswith(body), got
    assert daemon.ask("GET", "/aux/v1/version", headers={"Host": "10.1.2.3:8443"}).status == 400


@rule
def a_401_says_how_to_come_back():
    """401 for a missing or bad token names the scheme (RFC 9110, 11.6.1); no other answer does."""
    target = f"{face.INTENTS}/{line.fresh_id()}"
    for authorization in ("", "Bearer x", "Basic dXNlcjpwYXNz"):
        answer = uss1.ask("GET", target, authorization=authorization)
        assert answer.status == 401 and answer.headers["WWW-Authenticate"] == "Bearer", (answer.status, answer.headers)
    for answer in (uss1.ask("GET", target), uss1.ask("GET", target, scopes=(CM,)), daemon.ask("GET", "/healthy")):
        assert answer.headers["WWW-Authenticate"] is None, answer.status


@rule
def head_is_get_without_a_body():
    """HEAD is answered as GET is, without the body (RFC 9110, 9.1)."""
    known = uss1.new(volume(place()))["id"]
    for target in ("/healthy", "/aux/v1/version", f"{face.INTENTS}/{known}", f"{face.INTENTS}/{line.fresh_id()}"):
        got, head = uss1.ask("GET", target), uss1.ask("HEAD", target)
        assert (head.status, head.headers["Content-Length"], head.body) == (got.status, str(len(got.body)), b""), (target, head.status)
    assert uss1.ask("HEAD", f"{face.INTENTS}/{known}", authorization="").status == 401
    answer = uss1.ask("DELETE", "/healthy")
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD", answer.headers["Allow"]


@rule
def updating_a_constraint_that_is_not():
    """PUT of an absent constraint with an OVN: 409, a status that the operation has."""
    for _ in range(2):
        uss1.constrain(line.fresh_id(), volume(place()), ovn="A" * 44, expect=409)
    zone = uss1.constrain(line.fresh_id(), volume(place()))["constraint_reference"]
    uss1.delete(zone["id"], zone["ovn"], scopes=(CM,), what=CONSTRAINTS)
    uss1.constrain(zone["id"], volume(place()), ovn=zone["ovn"], expect=409)
    uss1.want(404, "GET", f"{CONSTRAINTS}/{zone['id']}", scopes=(CM,))


@rule
def what_is_over_asks_for_nothing():
    """A plan whose time is over is found by queries of its time alone, without a line reference of its own (L9)."""
    planned, flown, now = place(), place(), time.time()
    for at, state in ((planned, "Accepted"), (flown, "Activated")):
        made = uss1.new(volume(at, start_s=-60, end_s=2.5, now=now))
        uss1.put(made["id"], volume(at, start_s=-60, end_s=2.5, now=now), ovn=made["ovn"], state=state)
    time.sleep(3)
    for at in (planned, flown):
        found = uss1.query(volume(at, start_s=-300, end_s=300))
        assert [r["manager"] for r in found] == ["uss1"], found


@rule
def validate_oauth_knows_the_party():
    """validate_oauth of a subject that no party has is 403, as everything else would be."""
    for query, status in (("owner=uss1", 200), ("owner=us%731", 200), ("owner=uss1&x=1", 200), ("x=1&owner=uss2", 403), ("owner=", 403),
                          ("owner=uss12", 403), ("owner=uss", 403), ("owner=uss1&owner=uss2", 403), ("owner=uss%zz", 403), ("", 200)):
        assert uss1.ask("GET", "/aux/v1/validate_oauth?" + query).status == status, query
    stranger = "Bearer " + daemon.issuer.token("uss8", (SC,))
    for target in ("/aux/v1/validate_oauth", "/aux/v1/validate_oauth?owner=uss8", f"{face.INTENTS}/{line.fresh_id()}"):
        assert uss1.ask("GET", target, authorization=stranger).status == 403, target


@rule
def times_of_ours_have_six_decimals():
    """Times that the server chooses can be read by clients that know microseconds and no more."""
    made = uss1.subscribe(line.fresh_id(), volume(place(), start_s=None, end_s=None))["subscription"]
    for member in ("time_start", "time_end"):
        assert len(made[member]["value"].partition(".")[2]) <= len("123456Z"), made[member]


@rule
def refreshed_by_its_end():
    """A subscription that is refreshed by a new end alone starts anew where it would last over 24 h."""
    area = volume(place(), start_s=None, end_s=60)
    made = uss1.subscribe(line.fresh_id(), area)["subscription"]
    kept = uss1.subscribe(made["id"], {**area, "time_end": face.instant(time.time() + 3600)}, version=made["version"])["subscription"]
    assert kept["time_start"] == made["time_start"]
    time.sleep(2)
    end = face.instant(time.time() + 86399)
    anew = uss1.subscribe(made["id"], {**area, "time_end": end}, version=kept["version"])["subscription"]
    assert anew["time_end"]["value"][:19] == end["value"][:19] and anew["time_start"]["value"] > made["time_start"]["value"], anew
    uss1.subscribe(made["id"], {**area, "time_end": face.instant(time.time() + 86500)}, version=anew["version"], expect=400)


if __name__ == "__main__":
    sys.exit(face.main(sys.modules[__name__], start, {"utm_base_url": f"https://{DSS}"}))

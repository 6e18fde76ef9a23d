#!/usr/bin/python3
"""tools/verify.py against logs that the C code wrote: verify_py.py WRITER VERIFIER.

Every log, receipt, growth and slot opening verifies; after one change anywhere,
nothing that covers the change does.
"""

import base64
import hashlib
import importlib.util
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

SIZES = [0, 1, 2, 3, 5, 7, 8, 9, 31, 64, 100, 255, 256, 257, 300, 511, 512, 700, 1025, 66000]
SMALL = [1, 2, 5, 8, 100, 257, 700]
PUBLISHED = {  # leaves and roots of the Certificate Transparency reference tree
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]


def load(path):
    spec = importlib.util.spec_from_file_location("verify", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def holds(verify, command, *args):
    """Whether the verifier says yes; an exception it would not report is a failure."""
    try:
        verify.run(command, list(args))
        return True
    except (verify.Bad, OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def slot_args(root):
    """Party key, party log, roll-up key, roll-up log."""
    logs = [os.path.join(root, name) for name in ("party", "rollup")]
    return [os.path.join(logs[0], "vkey"), logs[0], os.path.join(logs[1], "vkey"), logs[1]]


def everything_true_verifies(verify, root):
    for n, expected in PUBLISHED.items():
        assert verify.root_of([verify.leaf_hash(bytes.fromhex(x)) for x in LEAVES[:n]]).hex() == expected
    for size in SIZES:
        log = os.path.join(root, str(size))
        vkey = os.path.join(log, "vkey")
        checkpoint = os.path.join(log, "checkpoint")
        told = verify.run("log", [vkey, log])
        assert f"{size} entries, {size // 7} of them erased" in told, told
        verify.run("checkpoint", [vkey, checkpoint])
        verify.run("consistency", [vkey, checkpoint, checkpoint, log])
        for name in os.listdir(os.path.join(log, "older")) if size else []:
            verify.run("consistency", [vkey, os.path.join(log, "older", name), checkpoint, log])
        for name in os.listdir(os.path.join(log, "receipts")) if size else []:
            verify.run("receipt", [vkey, os.path.join(log, "receipts", name)])
    assert "40 ticks" in verify.run("rollup", slot_args(root)[2:])
    for tick in range(40):
        path = os.path.join(root, "rollup", "slots", f"{tick}.json")
        told = verify.run("slot", slot_args(root) + [path])
        assert f"had {tick + 1} entries at the tick of {60 * (tick + 1)} s" in told, told


def flip(path, rng):
    """One changed bit in a file; gives its first content."""
    with open(path, "rb") as file:
        before = file.read()
    after = bytearray(before)
    after[rng.randrange(len(after))] ^= 1 << rng.randrange(8)
    with open(path, "wb") as file:
        file.write(after)
    return before


def put(path, content):
    with open(path, "wb") as file:
        file.write(content)


def no_changed_log_verifies(verify, root, rng):
    for size in SMALL:
        log = os.path.join(root, str(size))
        vkey = verify.read(os.path.join(log, "vkey"))
        files = [os.path.join(log, "checkpoint"), os.path.join(log, "entries")]
        for folder, _, names in os.walk(os.path.join(log, "tile")):
            files += [os.path.join(folder, name) for name in names]
        assert len(files) >= 3
        for path in files:
            for _ in range(8):
                before = flip(path, rng)
                assert not holds(verify, "log", vkey, log), path
                put(path, before)
            if path.endswith("entries"):
                lines = before.split(b"\n")[:-1]
                put(path, b"\n".join(lines[:-1]) + b"\n")
                assert not holds(verify, "log", vkey, log), "an entry was dropped"
                put(path, b"\n".join(lines))
                assert not holds(verify, "log", vkey, log), "the last newline was dropped"
                put(path, b"\n".join(lines + lines[-1:]) + b"\n")
                assert not holds(verify, "log", vkey, log), "an entry was doubled"
            else:
                put(path, before[:-1])
                assert not holds(verify, "log", vkey, log), path
            os.remove(path)
            assert not holds(verify, "log", vkey, log), path
            put(path, before)
        assert holds(verify, "log", vkey, log)


def no_rewritten_log_is_consistent(verify, root):
    """Other tiles, a log that shrank, another log's key, a fork under the same key."""
    log, other, fork = (os.path.join(root, name) for name in ("257", "rewritten", "fork"))
    shutil.copytree(log, other)
    vkey = verify.read(os.path.join(log, "vkey"))
    old = os.path.join(log, "older", "128")
    new = os.path.join(log, "checkpoint")
    assert holds(verify, "consistency", vkey, old, new, other)
    assert not holds(verify, "consistency", vkey, new, old, other), "the log shrank"
    for name in ("0/000", "0/001.p/1", "1/000.p/1"):
        tile = os.path.join(other, "tile", name)
        with open(tile, "rb") as file:
            before = file.read()
        put(tile, before[:-32] + bytes(32))
        assert not holds(verify, "consistency", vkey, old, new, other), name
        put(tile, before + before[:32])
        assert not holds(verify, "consistency", vkey, old, new, other), name
        put(tile, before)
    stranger = verify.read(os.path.join(root, "rollup", "vkey"))
    assert not holds(verify, "consistency", stranger, old, new, log)
    forked = os.path.join(fork, "older", "half")
    assert holds(verify, "consistency", vkey, forked, os.path.join(fork, "checkpoint"), fork)
    assert not holds(verify, "consistency", vkey, forked, new, log)
    assert not holds(verify, "consistency", vkey, old, os.path.join(fork, "checkpoint"), fork)


def refused(verify, function, *args):
    try:
        function(*args)
    except verify.Bad:
        return True
    return False


def nearly_right_texts_are_refused(verify):
    import nacl.signing
    secret = nacl.signing.SigningKey(bytes(32))
    typed = b"\x01" + bytes(secret.verify_key)
    name = "line.example/x"

    def key_text(origin=name, key=typed, key_id=None):
        key_id = key_id or hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4]
        return f"{origin}+{key_id.hex()}+{base64.b64encode(key).decode()}"

    def note(text, more="", key=typed):
        key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        line = base64.b64encode(key_id + secret.sign(text.encode()).signature).decode()
        return f"{text}\n\u2014 {name} {line}\n{more}"

    vkey = verify.read_vkey(key_text())
    for text in (key_text(key=b"\x02" + typed[1:]), key_text(key_id=b"\0\0\0\0"), key_text(key=typed + b"x"),
                 key_text(origin="two words"), key_text(origin=""), name, "", "++"):
        assert refused(verify, verify.read_vkey, text), text
    root = base64.b64encode(bytes(32)).decode()
    good = f"{name}\n7\n{root}\n"
    assert verify.open_checkpoint(note(good), vkey) == (7, bytes(32))
    assert verify.open_checkpoint(note(good + "extension\n", f"\u2014 w {root}\n"), vkey)[0] == 7
    for text in (f"other.example\n7\n{root}\n", f"{name}\n07\n{root}\n", f"{name}\n{2**64}\n{root}\n",
                 f"{name}\n-7\n{root}\n", f"{name}\n7\n{root}\n\nmore\n", f"{name}\n7\n{root}\ntab\t\n",
                 f"{name}\n7\n{root[:40]}\n", f"{name}\n7\n"):
        assert refused(verify, verify.open_checkpoint, note(text), vkey), text
    for more in ("\u2014 w AAAA\n", f"- w {root}\n", f"\u2014 w {root}", "\u2014 w+v " + root + "\n", "\n",
                 f"\u2014 {name} {base64.b64encode(vkey[1] + bytes(64)).decode()}\n"):
        assert refused(verify, verify.open_checkpoint, note(good, more), vkey), more
    assert refused(verify, verify.open_checkpoint, good, vkey)
    assert refused(verify, verify.open_checkpoint, "", vkey)
    leaf, other = verify.leaf_hash(b"a"), verify.leaf_hash(b"b")
    assert verify.root_from(leaf, 1, 2, [other]) == verify.node_hash(other, leaf)
    for index, size, path in ((0, 1, [other]), (1, 2, []), (1, 2, [leaf, other]), (2, 2, [other]), (-1, 2, [other]), (0, 0, [])):
        assert refused(verify, verify.root_from, leaf, index, size, path), (index, size)


def a_rollup_keeps_its_form(verify):
    """Ticks must increase; an entry has one version and one length."""
    def line(ns, version=1, k=4, size=32):
        return {"entry": base64.b64encode(bytes([version]) + ns.to_bytes(8, "big") + bytes([k]) + bytes(size)).decode()}

    real = verify.check_log
    for lines, good in (([line(60), line(120)], True), ([line(60), line(60)], False), ([line(60), line(30)], False),
                        ([line(60, version=2)], False), ([line(60, k=17)], False), ([line(60, size=31)], False)):
        verify.check_log = lambda *_, lines=lines: ([], lines)
        assert refused(verify, verify.check_rollup, "", None) != good, lines
    verify.check_log = real


def no_changed_receipt_verifies(verify, root, rng):
    for size in SMALL:
        log = os.path.join(root, str(size))
        vkey = verify.read(os.path.join(log, "vkey"))
        for name in sorted(os.listdir(os.path.join(log, "receipts"))):
            path = os.path.join(log, "receipts", name)
            for _ in range(30):
                before = flip(path, rng)
                try:
                    same = json.loads(verify.read(path)) == json.loads(before)
                except ValueError:
                    same = False
                assert same or not holds(verify, "receipt", vkey, path), path
                put(path, before)
            receipt = json.loads(before)
            receipt["proof"] = re.sub("\nindex [0-9]+\n", f"\nindex {size}\n", receipt["proof"])
            put(path, json.dumps(receipt).encode())
            assert not holds(verify, "receipt", vkey, path)
            # A hash too many, next to the leaf.
            receipt = json.loads(before)
            receipt["proof"] = re.sub("\n(index [0-9]+)\n", "\n\\1\n" + "A" * 43 + "=\n", receipt["proof"])
            put(path, json.dumps(receipt).encode())
            assert not holds(verify, "receipt", vkey, path)
            put(path, before)


def no_changed_slot_verifies(verify, root, rng):
    args = slot_args(root)
    slots = os.path.join(root, "rollup", "slots")
    first, second = (json.loads(verify.read(os.path.join(slots, name))) for name in ("3.json", "4.json"))
    changed = os.path.join(slots, "changed.json")
    for member in first:
        for value in (second[member], None, -1, 10**6):
            put(changed, json.dumps({**first, member: value}).encode())
            assert not holds(verify, "slot", *args, changed), member
    put(changed, json.dumps(first).encode())
    assert holds(verify, "slot", *args, changed)
    assert not holds(verify, "slot", *args[2:], *args[:2], changed)
    for _ in range(200):
        before = flip(changed, rng)
        assert not holds(verify, "slot", *args, changed)
        put(changed, before)
    # A party's log is no roll-up.
    assert not holds(verify, "rollup", *args[:2])


def the_program_says_so(verifier, root):
    """Exit codes, and one line on the right stream."""
    log = os.path.join(root, "8")
    vkey = os.path.join(log, "vkey")

    def call(*args):
        return subprocess.run([sys.executable, verifier, *args], capture_output=True, text=True, check=False)

    good = call("log", vkey, log)
    assert (good.returncode, good.stderr) == (0, "") and good.stdout.startswith("verified: log"), good
    bad = call("log", os.path.join(root, "rollup", "vkey"), log)
    assert (bad.returncode, bad.stdout) == (1, "") and bad.stderr.startswith("NOT verified:"), bad
    assert call("log", vkey).returncode == 2
    assert call().returncode == 2


def main(writer, verifier):
    try:
        import nacl.signing  # noqa: F401  the verifier's one package
    except ImportError:
        print("SKIP: ledger_verify_py: no python3-nacl")
        return 0
    seed = int(os.environ.get("SL_SEED", "6962"), 0)
    print(f"seed: ledger/verify_py SL_SEED={seed}")
    rng = random.Random(seed)
    verify = load(verifier)
    nearly_right_texts_are_refused(verify)
    a_rollup_keeps_its_form(verify)
    with tempfile.TemporaryDirectory() as root:
        subprocess.run([writer, root, *map(str, SIZES)], check=True)
        everything_true_verifies(verify, root)
        no_changed_log_verifies(verify, root, rng)
        no_rewritten_log_is_consistent(verify, root)
        no_changed_receipt_verifies(verify, root, rng)
        no_changed_slot_verifies(verify, root, rng)
        the_program_says_so(verifier, root)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

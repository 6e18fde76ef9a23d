#!/usr/bin/python3
"""Verify what Sideline's logs say, with nothing of Sideline's own.

  verify.py checkpoint VKEY NOTE             a signed checkpoint
  verify.py receipt VKEY RECEIPT.json        {"index", "entry": base64, "salt": hex, "proof": text}
  verify.py consistency VKEY OLD NEW DIR     the log in DIR/tile has grown from OLD to NEW
  verify.py log VKEY DIR                     DIR/checkpoint, DIR/tile/..., DIR/entries
  verify.py rollup VKEY DIR                  the same for the roll-up, and its ticks
  verify.py slot VKEY DIR ROLLUP_VKEY ROLLUP_DIR SLOT.json   the log in DIR under its tick of the roll-up
                                             {"tick", "slot", "salt": hex, "head": hex, "size", "path": [hex]}

VKEY is the verifier key (name+id+key) or a file that holds it. Exit 0: verified; 1: not; 2: usage.
From RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, and docs/ledger.md.
"""
import base64
import hashlib
import json
import os
import re
import sys

import nacl.exceptions
import nacl.signing

class Bad(ValueError):
    """What was given does not prove what it claims."""

def need(condition, why):
    if not condition:
        raise Bad(why)

def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def leaf_hash(entry):
    return sha256(b"\x00", entry)

def node_hash(left, right):
    return sha256(b"\x01", left, right)

def unbase64(text, size=None):
    data = base64.b64decode(text, validate=True)
    canonical = base64.b64encode(data).decode() == text
    need(canonical and size in (None, len(data)), "base64 that is not canonical, or of a wrong length")
    return data

def unhex(text, size):
    need(re.fullmatch("[0-9a-f]{%d}" % (2 * size), text), "bad hexadecimal, or of a wrong length")
    return bytes.fromhex(text)

def decimal(text):
    need(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) < 2**64, "a bad number")
    return int(text)

def root_of(hashes):
    """The RFC 6962 tree head over leaf hashes: pairs joined, an odd last one carried up."""
    while len(hashes) > 1:
        pairs = [node_hash(*hashes[i:i + 2]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2:]
    return hashes[0] if hashes else sha256()

def root_from(leaf, index, size, path):
    """RFC 6962 2.1.1 read backwards: the root that an audit path leads to."""
    need(0 <= index < size and (size > 1) == bool(path), "an index outside the tree, or a path of a wrong length")
    if size == 1:
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return node_hash(root_from(leaf, index, half, path[:-1]), path[-1])
    return node_hash(path[-1], root_from(leaf, index - half, size - half, path[:-1]))

def read_vkey(text):
    """NAME+ID+KEY, or a file of it, to the name, the id and the key."""
    parts = (read(text).strip() if os.path.exists(text) else text).split("+", 2)
    need(len(parts) == 3 and re.fullmatch(r"\S+", parts[0]), "not a verifier key")
    key = unbase64(parts[2], 33)
    key_id = sha256(parts[0].encode(), b"\n", key)[:4]
    need(key[0] == 1 and key_id.hex() == parts[1], "not an Ed25519 verifier key, or its id is not its key's")
    return parts[0], key_id, nacl.signing.VerifyKey(key[1:])

def open_checkpoint(note, vkey):
    """A signed checkpoint to (size, root)."""
    name, key_id, key = vkey
    text, empty_line, signatures = note.rpartition("\n\n")
    need(empty_line and signatures.endswith("\n") and not re.search("[\x00-\x09\x0b-\x1f]", note), "not a signed note")
    by_us = []
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line)
        need(match and len(unbase64(match[2])) > 4, "a bad signature line")
        if (match[1], unbase64(match[2])[:4]) == (name, key_id):
            by_us.append(unbase64(match[2])[4:])
    need(by_us, "no signature by this key")
    try:
        for signature in by_us:
            key.verify(text.encode() + b"\n", signature)
    except (nacl.exceptions.BadSignatureError, ValueError) as error:
        raise Bad("the signature does not verify") from error
    lines = text.split("\n")
    need(len(lines) >= 3 and all(lines) and lines[0] == name, "not a checkpoint, or that of another log")
    return decimal(lines[1]), unbase64(lines[2], 32)

def open_proof(text, leaf, vkey):
    """A tlog-proof for a leaf to (index, size). An "extra" line is allowed and says nothing."""
    head, _, note = text.partition("\n\n")
    match = re.fullmatch(r"c2sp\.org/tlog-proof@v1\n(?:extra ([^\n]+)\n)?index ([^\n]+)((?:\n[^\n]+)*)", head)
    need(match, "not a tlog-proof")
    unbase64(match[1] or "")
    index, path = decimal(match[2]), [unbase64(line, 32) for line in match[3].split("\n")[1:]]
    size, root = open_checkpoint(note, vkey)
    need(root_from(leaf, index, size, path) == root, "the proof does not lead to the root")
    return index, size

def read_tiles(directory, level, count):
    """The first `count` hashes of a tile level."""
    hashes = []
    for index in range((count + 255) // 256):
        width, digits = min(256, count - 256 * index), str(index)
        groups = re.findall("...", digits.zfill((len(digits) + 2) // 3 * 3))
        name = "/".join(["x" + group for group in groups[:-1]] + groups[-1:]) + (f".p/{width}" if width < 256 else "")
        with open(os.path.join(directory, "tile", str(level), name), "rb") as file:
            data = file.read()
        need(len(data) == 32 * width, "a tile of a wrong length")
        hashes += [data[i:i + 32] for i in range(0, len(data), 32)]
    return hashes

def check_tiles(directory, size, root):
    """All levels of tiles against each other and the root; gives the leaf hashes."""
    leaves = hashes = read_tiles(directory, 0, size)
    level = 0
    while len(hashes) >= 256:
        level += 1
        full = [root_of(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
        hashes = read_tiles(directory, level, len(full))
        need(hashes == full, f"the tiles of level {level} are not those of the level below")
    need(root_of(leaves) == root, "the tiles do not give the checkpoint's root")
    return leaves

def entry_leaf(line):
    """A log's entry as published to its leaf hash; an erased one is its commitment alone."""
    if "commitment" in line:
        return leaf_hash(unhex(line["commitment"], 32))
    return leaf_hash(sha256(b"sideline-entry-v1", unhex(line["salt"], 32), unbase64(line["entry"])))

def check_log(directory, vkey, leaf_of):
    """A log directory; gives its leaf hashes and its entries as published."""
    leaves = check_tiles(directory, *open_checkpoint(read(os.path.join(directory, "checkpoint")), vkey))
    lines = read(os.path.join(directory, "entries")).split("\n")
    need(lines.pop() == "" and len(lines) == len(leaves), "not as many whole entries as the checkpoint says")
    entries = [json.loads(line) for line in lines]
    for at, entry in enumerate(entries):
        need(entry["index"] == at and leaf_of(entry) == leaves[at], f"entry {at} is not the one in the log")
    return leaves, entries

def check_rollup(directory, vkey):
    """A roll-up directory to its ticks, (nanoseconds, k, root), which must increase."""
    lines = check_log(directory, vkey, lambda line: leaf_hash(unbase64(line["entry"])))[1]   # public: no salts
    entries = [unbase64(line["entry"], 42) for line in lines]
    need(all(entry[0] == 1 and entry[9] <= 16 for entry in entries), "not an entry of a roll-up")
    need(all(a[1:9] < b[1:9] for a, b in zip(entries, entries[1:])), "the ticks do not increase")
    return [(int.from_bytes(entry[1:9], "big"), entry[9], entry[10:]) for entry in entries]

def check_slot(opening, vkey, leaves, ticks):
    """The party's log as it was then, in its slot under the tick's root; gives the tick's time."""
    tick, size = opening["tick"], opening["size"]
    need(0 <= tick < len(ticks) and 0 <= size <= len(leaves), "a tick or a size that is not there")
    root = base64.b64encode(root_of(leaves[:size]))
    head = sha256(b"sideline-head-v1", b"%s\n%d\n%s\n" % (vkey[0].encode(), size, root))
    need(head.hex() == opening["head"], "the head in the slot is not the log's")
    slot, path = leaf_hash(unhex(opening["salt"], 32) + head), [unhex(text, 32) for text in opening["path"]]
    time, k, slots = ticks[tick]
    need(root_from(slot, opening["slot"], 1 << k, path) == slots, "the slot is not under the tick's root")
    return time

def run(command, args):
    vkey = read_vkey(args[0])
    if command == "checkpoint":
        size, root = open_checkpoint(read(args[1]), vkey)
        return f"checkpoint of {vkey[0]}: {size} entries, root {root.hex()}"
    if command == "receipt":
        receipt = json.loads(read(args[1]))
        index, size = open_proof(receipt["proof"], entry_leaf(receipt), vkey)
        need(receipt["index"] == index, "the receipt's index is not its proof's")
        return f"entry {index} of {size} of {vkey[0]}"
    if command == "consistency":
        (old_size, old_root), (size, root) = (open_checkpoint(read(path), vkey) for path in args[1:3])
        leaves = check_tiles(args[3], size, root)
        need(old_size <= size and root_of(leaves[:old_size]) == old_root, "the log has shrunk or was rewritten")
        return f"{vkey[0]} grew from {old_size} to {size} entries"
    if command == "rollup":
        return f"roll-up {vkey[0]}: {len(check_rollup(args[1], vkey))} ticks"
    leaves, entries = check_log(args[1], vkey, entry_leaf)
    if command == "slot":
        opening = json.loads(read(args[4]))
        time = check_slot(opening, vkey, leaves, check_rollup(args[3], read_vkey(args[2])))
        return f"{vkey[0]} had {opening['size']} entries at the tick of {time // 10**9} s"
    return f"log {vkey[0]}: {len(entries)} entries, {sum('commitment' in entry for entry in entries)} of them erased"

def main(argv):
    counts = {"checkpoint": 2, "receipt": 2, "consistency": 4, "log": 2, "rollup": 2, "slot": 5}
    if len(argv) < 2 or counts.get(argv[1]) != len(argv) - 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print("verified: " + run(argv[1], argv[2:]))
        return 0
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"NOT verified: {error or type(error).__name__}", file=sys.stderr)
        return 1

if __name__ == "__main__":
    sys.exit(main(sys.argv))

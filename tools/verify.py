#!/usr/bin/python3
"""Verify what Sideline's logs say, with nothing of Sideline's own.

  verify.py checkpoint VKEY NOTE             a signed checkpoint
  verify.py receipt VKEY RECEIPT.json        {"index", "entry": base64, "salt": hex, "proof": text}
  verify.py consistency VKEY OLD NEW DIR     the log in DIR/tile has grown from OLD to NEW
  verify.py log VKEY DIR                     DIR/checkpoint, DIR/tile/..., DIR/entries
  verify.py rollup VKEY DIR                  the same for the roll-up, and its ticks
  verify.py slot VKEY DIR ROLLUP_VKEY ROLLUP_DIR SLOT.json   the log in DIR under its tick of the roll-up
                                             {"tick", "slot", "salt": hex, "head": hex, "size", "path": [hex]}

VKEY is the verifier key (name+id+key) or a file that holds it. Exit 0: verified; 1: not;
2: usage. Written from RFC 6962, RFC 8032 and C2SP's signed-note, tlog-checkpoint,
tlog-tiles and tlog-proof; docs/ledger.md has the formats that are Sideline's.
"""

import base64
import hashlib
import json
import os
import re
import sys

import nacl.exceptions
import nacl.signing


class Bad(Exception):
    """What was given does not prove what it claims."""


def need(condition, why):
    if not condition:
        raise Bad(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(entry):
    return sha256(b"\x00", entry)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def unbase64(text, size=None):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad("bad base64") from error
    need(base64.b64encode(data).decode() == text, "base64 that is not canonical")
    need(size is None or len(data) == size, "base64 of a wrong length")
    return data


def unhex(text, size):
    need(re.fullmatch("[0-9a-f]{%d}" % (2 * size), text), "bad hexadecimal, or of a wrong length")
    return bytes.fromhex(text)


def decimal(text):
    need(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) < 2**64, "a bad number")
    return int(text)


def root_of(hashes):
    """The RFC 6962 tree head over leaf hashes: pairs joined, an odd last one carried up."""
    if not hashes:
        return sha256()
    while len(hashes) > 1:
        pairs = [node_hash(*hashes[i:i + 2]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2:]
    return hashes[0]


def root_from(leaf, index, size, path):
    """RFC 6962 2.1.1 read backwards: the root that an audit path leads to."""
    need(0 <= index < size, "an index outside the tree")
    if size == 1:
        need(not path, "a proof that is too long")
        return leaf
    need(path, "a proof that is too short")
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return node_hash(root_from(leaf, index, half, path[:-1]), path[-1])
    return node_hash(path[-1], root_from(leaf, index - half, size - half, path[:-1]))


def read_vkey(text):
    if os.path.exists(text):
        with open(text, encoding="utf-8") as file:
            text = file.read().strip()
    parts = text.split("+", 2)
    need(len(parts) == 3 and parts[0] and not re.search(r"\s", parts[0]), "not a verifier key")
    name, key = parts[0], unbase64(parts[2], 33)
    need(key[0] == 1, "not an Ed25519 verifier key")
    key_id = sha256(name.encode(), b"\n", key)[:4]
    need(key_id.hex() == parts[1], "the id of the verifier key is not its key's")
    return name, key_id, nacl.signing.VerifyKey(key[1:])


def open_checkpoint(note, vkey):
    """A signed checkpoint to (size, root)."""
    name, key_id, key = vkey
    need(not re.search("[\x00-\x09\x0b-\x1f]", note), "a note with control characters")
    text, empty_line, signatures = note.rpartition("\n\n")
    need(empty_line and signatures.endswith("\n"), "not a signed note")
    text += "\n"
    verified = False
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line)
        need(match, "a bad signature line")
        signature = unbase64(match.group(2))
        need(len(signature) > 4, "a signature line that is too short")
        if match.group(1) == name and signature[:4] == key_id:
            try:
                key.verify(text.encode(), signature[4:])
            except (nacl.exceptions.BadSignatureError, ValueError) as error:
                raise Bad("the signature does not verify") from error
            verified = True
    need(verified, "no signature by this key")
    lines = text[:-1].split("\n")
    need(len(lines) >= 3 and all(lines), "not a checkpoint")
    need(lines[0] == name, "the checkpoint of another log")
    return decimal(lines[1]), unbase64(lines[2], 32)


def open_proof(text, leaf, vkey):
    """A tlog-proof for a leaf to (index, size)."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
    if lines and lines[0].startswith("extra "):
        unbase64(lines.pop(0)[6:])
    need(lines and lines[0].startswith("index "), "a proof without its index")
    index = decimal(lines.pop(0)[6:])
    size, root = open_checkpoint(note, vkey)
    path = [unbase64(line, 32) for line in lines]
    need(root_from(leaf, index, size, path) == root, "the proof does not lead to the root")
    return index, size


def tile_path(directory, level, index, width):
    groups = re.findall("...", str(index).zfill((len(str(index)) + 2) // 3 * 3))
    name = "/".join(["x" + g for g in groups[:-1]] + groups[-1:])
    return os.path.join(directory, "tile", str(level), name + (f".p/{width}" if width < 256 else ""))


def read_tiles(directory, level, count):
    """The first `count` hashes of a tile level."""
    hashes = []
    for index in range((count + 255) // 256):
        width = min(256, count - 256 * index)
        with open(tile_path(directory, level, index, width), "rb") as file:
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


def tick_leaf(line):
    """An entry of the roll-up, which is public and has no salt."""
    return leaf_hash(unbase64(line["entry"]))


def check_log(directory, vkey, leaf_of):
    """A log directory; gives its leaf hashes and its entries as published."""
    size, root = open_checkpoint(read(os.path.join(directory, "checkpoint")), vkey)
    leaves = check_tiles(directory, size, root)
    lines = read(os.path.join(directory, "entries")).split("\n")
    need(lines.pop() == "", "the last entry must end in a newline")
    need(len(lines) == size, f"{len(lines)} entries, and a checkpoint of {size}")
    entries = [json.loads(line) for line in lines]
    for at, entry in enumerate(entries):
        need(entry["index"] == at, f"entry {at} is out of its place")
        need(leaf_of(entry) == leaves[at], f"entry {at} is not the one in the log")
    return leaves, entries


def read_tick(line):
    """An entry of the roll-up to (nanoseconds, k, root)."""
    entry = unbase64(line["entry"], 42)
    need(entry[0] == 1 and entry[9] <= 16, "not an entry of a roll-up")
    return int.from_bytes(entry[1:9], "big"), entry[9], entry[10:]


def check_rollup(directory, vkey):
    """A roll-up directory to its ticks, which must increase."""
    ticks = [read_tick(line) for line in check_log(directory, vkey, tick_leaf)[1]]
    need(all(a[0] < b[0] for a, b in zip(ticks, ticks[1:])), "the ticks do not increase")
    return ticks


def check_slot(opening, vkey, leaves, ticks):
    """The party's log as it was then, in its slot under the tick's root."""
    need(0 <= opening["tick"] < len(ticks), "a tick that the roll-up does not have")
    need(0 <= opening["size"] <= len(leaves), "a size that the log does not have")
    root = base64.b64encode(root_of(leaves[:opening["size"]]))
    head = sha256(b"sideline-head-v1", b"%s\n%d\n%s\n" % (vkey[0].encode(), opening["size"], root))
    need(head.hex() == opening["head"], "the head in the slot is not the log's")
    time, k, slots_root = ticks[opening["tick"]]
    slot = leaf_hash(unhex(opening["salt"], 32) + head)
    path = [unhex(text, 32) for text in opening["path"]]
    need(root_from(slot, opening["slot"], 1 << k, path) == slots_root, "the slot is not under the tick's root")
    return time


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


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
        old_size, old_root = open_checkpoint(read(args[1]), vkey)
        size, root = open_checkpoint(read(args[2]), vkey)
        need(old_size <= size, "the log has shrunk")
        need(root_of(check_tiles(args[3], size, root)[:old_size]) == old_root, "the log was rewritten")
        return f"{vkey[0]} grew from {old_size} to {size} entries"
    if command == "rollup":
        return f"roll-up {vkey[0]}: {len(check_rollup(args[1], vkey))} ticks"
    leaves, entries = check_log(args[1], vkey, entry_leaf)
    if command == "slot":
        opening, ticks = json.loads(read(args[4])), check_rollup(args[3], read_vkey(args[2]))
        time = check_slot(opening, vkey, leaves, ticks)
        return f"{vkey[0]} had {opening['size']} entries at the tick of {time // 10**9} s"
    erased = sum("commitment" in entry for entry in entries)
    return f"log {vkey[0]}: {len(entries)} entries, {erased} of them erased"


def main(argv):
    counts = {"checkpoint": 2, "receipt": 2, "consistency": 4, "log": 2, "rollup": 2, "slot": 5}
    if len(argv) < 2 or counts.get(argv[1]) != len(argv) - 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print("verified: " + run(argv[1], argv[2:]))
        return 0
    except (Bad, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"NOT verified: {error or type(error).__name__}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))

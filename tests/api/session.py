#!/usr/bin/python3
"""The session of docs/f3548.md, command for command: what it prints is what the page says,
but for ids, OVNs, times and the port.

Usage: session.py PROGRAMS
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "f3548.md"
MARK = "--- end of block"


def blocks():
    """The shell blocks, each with the output that follows it or None."""
    found = re.findall(r"```(sh|text)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    pairs = []
    for kind, text in found:
        if kind == "sh":
            pairs.append([text, None])
        else:
            assert pairs and pairs[-1][1] is None, "an output without its command"
            pairs[-1][1] = text
    return pairs


def plain(text, port):
    text = text.replace(f"https://localhost:{port}", "SERVER").replace("00000000-0000-4000-8000-000000000000", "NONE")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
    return re.sub(r'"ovn":"[A-Za-z0-9_-]{44}"', '"ovn":"OVN"', text)


def main(programs):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pairs = blocks()
    script = ["set -e"]
    for commands, _ in pairs:
        commands = commands.replace("examples/", f"{ROOT}/examples/").replace("start try", f"start try {port}")
        script += [commands, f"echo '{MARK}'"]
    with tempfile.TemporaryDirectory(prefix="sideline-session-") as folder:
        done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, capture_output=True, text=True, timeout=120,
                              env={**os.environ, "SL_BIN": str(pathlib.Path(programs).resolve())})
        pids = pathlib.Path(folder, "try", "pids")
        if pids.exists():   # it did not come to its end
            subprocess.run([ROOT / "examples" / "f3548", "stop", pids.parent], check=False, env={**os.environ, "SL_BIN": str(programs)})
    outputs = done.stdout.split(MARK + "\n")
    wrong = 0
    for number, (commands, expected) in enumerate(pairs):
        if number >= len(outputs) - 1:
            print(f"block {number} did not end:\n{commands}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
            return 1
        said = plain(outputs[number], port)
        if expected is not None and said.strip() != expected.strip():
            print(f"block {number}:\n{commands}said\n{said}instead of\n{expected}")
            wrong += 1
    print(f"{len(pairs)} blocks, {wrong} wrong")
    return 1 if wrong or done.returncode != 0 or done.stderr else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

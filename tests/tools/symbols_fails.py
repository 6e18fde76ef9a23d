#!/usr/bin/python3
"""Compiles small libraries that break what tools/symbols asks, and expects to be told."""

import pathlib
import subprocess
import sys
import tempfile

SYMBOLS = pathlib.Path(__file__).resolve().parents[2] / "tools" / "symbols"
COMPILER = sys.argv[1] if len(sys.argv) > 1 else "cc"

CASES = [
    ("int sl_f(void) { return 1; }", 0, "0 breaches"),
    ("static const char *const t[] = {\"a\"}; const char *sl_f(int i) { return t[i]; }", 0, "0 breaches"),
    ("int helper(void); int helper(void) { return 1; }", 1, "helper without"),
    ("static int calls; int sl_f(void) { return ++calls; }", 1, "variable calls"),
    ("int sl_f(void) { static int n = 3; return ++n; }", 1, "in .data"),
    ("static _Thread_local int own; int sl_f(void) { return ++own; }", 1, "variable own"),
    ("int sl_state; int sl_f(void) { return sl_state; }", 1, "variable sl_state"),
    ("extern int sl_x;", 1, "no function"),
]


def run(source):
    with tempfile.TemporaryDirectory() as folder:
        code, library = pathlib.Path(folder, "a.c"), pathlib.Path(folder, "a.a")
        code.write_text(source)
        subprocess.run([COMPILER, "-O1", "-fPIC", "-c", code, "-o", code.with_suffix(".o")], check=True)
        subprocess.run(["ar", "rc", library, code.with_suffix(".o")], check=True)
        done = subprocess.run([sys.executable, SYMBOLS, library], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def main():
    failures = 0
    for source, code, words in CASES:
        got, said = run(source)
        if got != code or words not in said:
            failures += 1
            print(f"FAILED: {source}\n{said}")
    print(f"{len(CASES)} libraries, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

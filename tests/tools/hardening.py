#!/usr/bin/python3
"""What the linker was asked for is in the programs: position independent, relocations
read-only and bound at start, no executable stack, stack protector, no search path.

Usage: hardening.py PROGRAM... | --fails CC   (a soft program must fail in every way)
"""

import pathlib
import re
import subprocess
import sys
import tempfile


def breaches(program):
    said = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--dyn-syms", program],
                          capture_output=True, text=True, check=True).stdout
    asked = [
        (r"Type:\s+DYN", "is not position independent"),
        (r"GNU_RELRO", "has writable relocations"),
        (r"\(FLAGS(?:_1)?\).*\bNOW\b", "binds lazily"),
        (r"GNU_STACK\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+RW\s", "has an executable stack"),
        (r"__stack_chk_fail", "has no stack protector"),
        (r"__\w+_chk@", "is not fortified"),
    ]
    for pattern, what in asked:
        if not re.search(pattern, said):
            yield what
    if re.search(r"\((?:RPATH|RUNPATH)\)", said):
        yield "has a search path for libraries"


def fails(compiler):
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "soft")
        program.with_suffix(".c").write_text("int main(void) { return 0; }\n")
        subprocess.run([compiler, program.with_suffix(".c"), "-o", program, "-fno-stack-protector", "-no-pie", "-Wl,-z,norelro",
                        "-Wl,-z,lazy", "-Wl,-z,execstack", "-Wl,-rpath,/nowhere"], check=True)
        found = list(breaches(program))
    print("\n".join(found))
    return 0 if len(found) == 7 else 1


def main(programs):
    found = [f"{program} {what}" for program in programs for what in breaches(program)]
    print("\n".join(found + [f"{len(programs)} programs, {len(found)} breaches"]))
    return 1 if found or not programs else 0


if __name__ == "__main__":
    sys.exit(fails(sys.argv[2]) if sys.argv[1:2] == ["--fails"] else main(sys.argv[1:]))

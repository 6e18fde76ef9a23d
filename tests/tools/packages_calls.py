#!/usr/bin/python3
"""tools/packages over stand-ins for dpkg-query, apt-get, id and sudo: what it calls,
and that it calls nothing when nothing is missing."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LIST = "# A list.\nbuild gcc\nbuild make\ntest clang\n"

STANDINS = {
    "dpkg-query": 'for name; do :; done\ncase " $INSTALLED " in *" $name "*) echo installed ;; *" $name:gone "*) echo config-files ;;'
                  ' *" $name:not "*) echo not-installed ;; *) exit 1 ;; esac\n',
    "apt-get": 'echo "apt-get $*" >> "$CALLS"\n[ "${APT_FAILS:-}" = "" ] || { echo "E: no network" >&2; exit 100; }\n',
    "id": 'echo "${UID_SHOWN:-0}"\n',
}
SUDO = 'echo "sudo" >> "$CALLS"\nexec "$@"\n'


def run(*groups, installed="", sudo=False, packages=LIST, **environment):
    """Exit status, what was said, and the calls of apt-get and sudo."""
    with tempfile.TemporaryDirectory() as root:
        root = pathlib.Path(root)
        (root / "tools").mkdir()
        shutil.copy(SOURCE / "tools" / "packages", root / "tools")
        (root / "packages.txt").write_text(packages)
        (root / "bin").mkdir()
        for name in ("bash", "env", "dirname", "mktemp", "rm", "tail", "cat"):
            (root / "bin" / name).symlink_to(shutil.which(name))
        for name, body in (STANDINS | ({"sudo": SUDO} if sudo else {})).items():
            (root / "bin" / name).write_text("#!/bin/bash\n" + body)
            (root / "bin" / name).chmod(0o755)
        calls = root / "calls"
        calls.touch()
        done = subprocess.run(["/bin/bash", root / "tools" / "packages", *groups], capture_output=True, text=True, cwd="/",
                              env={"PATH": str(root / "bin"), "INSTALLED": installed, "CALLS": str(calls)} | environment)
        return done.returncode, done.stdout + done.stderr, calls.read_text().splitlines()


def expect(condition, what, result):
    if not condition:
        print(f"FAILED: {what}: {result}")
    return not condition


def main():
    failures = 0
    got = run("build", "test", installed="gcc make clang")
    failures += expect(got[0] == 0 and got[1] == "" and not got[2], "nothing missing: no word and no call", got)
    got = run("build", installed="gcc make", UID_SHOWN="1000")
    failures += expect(got[0] == 0 and not got[2], "another group is left alone", got)
    got = run("build", "test", installed="gcc make:gone clang:not")
    failures += expect(got[0] == 0 and len(got[2]) == 2 and got[2][0].endswith(" update")
                       and got[2][1].endswith(" install --yes --no-install-recommends make clang"),
                       "update first, then what is missing alone", got)
    got = run("build", UID_SHOWN="1000")
    failures += expect(got[0] == 77 and "gcc make" in got[1] and not got[2], "without sudo it says what to do", got)
    got = run("build", UID_SHOWN="1000", sudo=True)
    failures += expect(got[0] == 0 and got[2][0] == "sudo" and got[2][2] == "sudo" and len(got[2]) == 4, "through sudo", got)
    got = run("build", APT_FAILS="1")
    failures += expect(got[0] == 69 and "no network" in got[1] and len(got[2]) == 1, "a failure is told", got)
    got = run("nothing")
    failures += expect(got[0] == 64 and not got[2], "an unknown group", got)
    print(f"7 runs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

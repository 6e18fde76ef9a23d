#!/usr/bin/python3
"""What cmake installs is what docs/operations.md says: the unit starts the program that was
installed, knows how to reload it, and everything that it names is there.

Usage: install.py BUILD_FOLDER
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def main():
    prefix = pathlib.Path(tempfile.mkdtemp(prefix="sideline-test-"))
    try:
        subprocess.run(["cmake", "--install", sys.argv[1], "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        for name in ("bin/sidelined", "bin/sideline", "share/man/man8/sidelined.8", "share/man/man1/sideline.1",
                     "share/bash-completion/completions/sideline", "share/doc/sideline/operations.md",
                     "share/doc/sideline/sidelined.conf.example", "lib/sysusers.d/sideline.conf",
                     "lib/systemd/system/sidelined.service"):
            assert (prefix / name).stat().st_size > 0, name
        unit = prefix / "lib/systemd/system/sidelined.service"
        text = unit.read_text()
        assert "@" not in re.sub("@system-service|@privileged|@resources", "", text), text
        started = [words.split()[0] for words in re.findall("(?m)^ExecStart(?:Pre)?=(.*)$", text)]
        assert started == [str(prefix / "bin/sidelined")] * 2, started
        assert subprocess.run([started[0], "--version"], capture_output=True, check=True).stdout.startswith(b"sidelined ")
        assert "\nExecReload=/bin/kill -HUP $MAINPID\n" in text and "\nLimitCORE=0\n" in text
        user = re.search("(?m)^User=(.*)$", text).group(1)
        assert f"\nu {user} " in (prefix / "lib/sysusers.d/sideline.conf").read_text()
        handbook = (prefix / "share/doc/sideline/operations.md").read_text()
        for word in ("sidelined.service", "systemd-sysusers", "systemctl reload", "/var/lib/sideline/sidelined.conf"):
            assert word in handbook, word
        if shutil.which("systemd-analyze"):   # where systemd is, it reads the unit as well
            done = subprocess.run(["systemd-analyze", "--man=no", "verify", unit], capture_output=True, text=True)
            assert done.returncode == 0 and "sidelined.service" not in done.stderr, done.stderr
        return 0
    finally:
        shutil.rmtree(prefix)


if __name__ == "__main__":
    sys.exit(main())

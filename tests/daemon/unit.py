#!/usr/bin/python3
"""The service's unit: systemd reads it and calls it tight, and the program works behind what it
forbids. There is no systemd to start it in a test, so the rules are put in place as systemd does:
the system call filter, address families, executable memory, capabilities, limits, read-only paths.

Usage: unit.py SIDELINED UNIT.in AGREEMENT_TEXT            (the test)
       unit.py --under UNIT.in FOLDER PROGRAM ARGUMENT...  (run so; FOLDER stays writable)
"""

import ctypes
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
EXPOSURE = 15          # in tenths, of systemd-analyze security: less is tighter
NR_CAPABILITIES = 41
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
CLONE_NEWNS, MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 1, 32, 4096, 16384, 1 << 18
ALLOW, EPERM, EAFNOSUPPORT = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 97
CMP_EQ, CMP_MASKED = 4, 7
PROT_WRITE, PROT_EXEC = 2, 4


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def settings(unit):
    found = {}
    for key, value in re.findall(r"(?m)^(\w+)=(.*)$", pathlib.Path(unit).read_text()):
        found.setdefault(key, []).append(value)
    return found


def calls_of(words):
    """The names that words of a SystemCallFilter mean; groups hold groups."""
    names = set()
    for word in words:
        if not word.startswith("@"):
            names.add(word)
            continue
        text = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True).stdout
        names |= calls_of([line.strip() for line in text.splitlines()[1:] if line.strip() and not line.strip().startswith("#")])
    return names


def allowed_calls(unit):
    """The first line lists what may be; one with a tilde takes away."""
    names = calls_of(["@default"])
    for value in settings(unit)["SystemCallFilter"]:
        if value.startswith("~"):
            names -= calls_of(value[1:].split())
        else:
            names |= calls_of(value.split())
    return names


def close(unit, folder):
    """What systemd does before it starts the program, for the rest of this process's life."""
    rules = settings(unit)
    seccomp, libc = ctypes.CDLL("libseccomp.so.2"), ctypes.CDLL(None, use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    names = allowed_calls(unit)

    def must(result):
        assert result == 0, (result, os.strerror(ctypes.get_errno()))

    def number(name):
        return seccomp.seccomp_syscall_resolve_name(name.encode())

    def load(default, rows):
        filter_ = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(default)))
        for action, name, *compares in rows:
            if number(name) >= 0:
                must(seccomp.seccomp_rule_add_array(filter_, ctypes.c_uint32(action), number(name), len(compares), (Compare * len(compares))(*compares)))
        must(seccomp.seccomp_load(filter_))

    limits = {"LimitCORE": (resource.RLIMIT_CORE, 0), "LimitNOFILE": (resource.RLIMIT_NOFILE, int(rules["LimitNOFILE"][0])),
              "LimitMEMLOCK": (resource.RLIMIT_MEMLOCK, 65536)}
    for key, (which, value) in limits.items():
        assert key in rules
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    os.umask(int(rules["UMask"][0], 8))
    if os.geteuid() == 0:
        assert rules["ProtectSystem"] == ["strict"] and rules["CapabilityBoundingSet"] == [""]
        if libc.unshare(CLONE_NEWNS) == 0:
            must(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
            must(libc.mount(os.fsencode(folder), os.fsencode(folder), None, MS_BIND, None))
            must(libc.mount(b"none", b"/", None, MS_REMOUNT | MS_BIND | MS_RDONLY, None))
        for capability in range(NR_CAPABILITIES):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    families = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
    kept = {families[name] for name in rules["RestrictAddressFamilies"][0].split()}
    load(ALLOW, [(EAFNOSUPPORT, "socket", Compare(0, CMP_EQ, family, 0)) for family in range(46) if family not in kept])
    assert rules["MemoryDenyWriteExecute"] == ["yes"]
    load(ALLOW, [(EPERM, "mprotect", Compare(2, CMP_MASKED, PROT_EXEC, PROT_EXEC)),
                 (EPERM, "mmap", Compare(2, CMP_MASKED, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC))])
    load(EPERM, [(ALLOW, name) for name in sorted(names)])


def systemd_reads_it(unit):
    done = subprocess.run(["systemd-analyze", "--man=no", "verify", unit], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and unit.name not in done.stderr, done.stderr
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", unit], capture_output=True, text=True, check=False)
    told = re.search(r"Overall exposure level.*?: ([\d.]+)", done.stdout)
    assert done.returncode == 0 and told and float(told.group(1)) * 10 <= EXPOSURE, done.stdout[-400:] + done.stderr


def the_own_sandbox_is_narrower(unit):
    """What the daemon allows itself and the unit does not would fail only in production."""
    source = (HERE.parents[1] / "src" / "daemon" / "sandbox.c").read_text()
    own = set(re.findall(r"CALL\((\w+)\)", source[:source.index("deadly[]")] + source[source.index("static int add_narrow"):])) - {"name"}
    beyond = own - allowed_calls(unit)
    # SQLite gives its files to the database's owner, as root only; what fails there is ignored.
    assert beyond <= {"fchown"}, beyond


def it_works_behind_it(program, unit, terms):
    """Whole tests of the daemon, each of whose daemons is started so."""
    with tempfile.TemporaryDirectory(prefix="sideline-unit-") as folder:
        wrapper = pathlib.Path(folder, "sidelined")
        # Any folder that a test made below the temporary one is its state directory.
        wrapper.write_text(f"#!/bin/sh\nexec /usr/bin/python3 {__file__} --under {unit} {tempfile.gettempdir()} {program} \"$@\"\n")
        wrapper.chmod(0o755)
        for test in ([HERE / "lifecycle.py", "one_daemon_to_a_store", "a_renewed_certificate_takes_a_sighup_and_no_restart",
                      "a_restored_store_recovers_only_when_nobody_knows_more"],
                     [HERE / "serve.py", "healthz_and_readyz", "signed_is_taken", "events_are_polled_and_streamed", "the_log_has_no_target"],
                     [HERE.parent / "api" / "push.py", "a_base_by_name"]):
            done = subprocess.run(["/usr/bin/python3", test[0], wrapper, terms, *test[1:]], capture_output=True, text=True, timeout=240, check=False)
            assert done.returncode == 0 and "ok " in done.stdout, f"{test}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        # And the rules are really there.
        probe = "import ctypes, os, socket\n" \
                "try: os.chown('/proc/self', 0, 0)\nexcept PermissionError: print('chown')\n" \
                "try: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)\nexcept OSError as error: print(error.errno)\n" \
                "import mmap\n" \
                "try: mmap.mmap(-1, 4096, prot=7)\nexcept PermissionError: print('mmap')\n"
        done = subprocess.run(["/usr/bin/python3", __file__, "--under", unit, folder, "/usr/bin/python3", "-c", probe], capture_output=True, text=True, check=False)
        assert done.stdout.split() == ["chown", "97", "mmap"], (done.stdout, done.stderr)


def main(program, source, terms):
    if not shutil.which("systemd-analyze"):
        print("SKIP: daemon/unit: there is no systemd-analyze")
        return 0
    with tempfile.TemporaryDirectory(prefix="sideline-unit-") as folder:
        unit = pathlib.Path(folder, "sidelined.service")
        unit.write_text(pathlib.Path(source).read_text().replace("@SL_INSTALLED@", str(pathlib.Path(program).resolve().parent)))
        systemd_reads_it(unit)
        the_own_sandbox_is_narrower(unit)
        it_works_behind_it(pathlib.Path(program).resolve(), unit, terms)
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "--under":
        close(sys.argv[2], sys.argv[3])
        os.execv(sys.argv[4], sys.argv[4:])
    sys.exit(main(*sys.argv[1:]))

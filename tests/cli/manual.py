#!/usr/bin/python3
"""man/sideline.1 and completion/sideline name every verb and every option that --help names,
and every verb's example is one that its option table would take: manual.py SIDELINE."""

import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = {"--json", "--quiet", "--help"}


def told(*words):
    return subprocess.run([sys.argv[1], *words], capture_output=True, text=True, check=True).stdout


def complete(*words):
    """What bash offers for the last word."""
    script = f"""
source {shlex.quote(str(ROOT / 'completion' / 'sideline'))}
COMP_WORDS=({' '.join(shlex.quote(w) for w in words)})
COMP_CWORD={len(words) - 1}
_sideline
printf '%s\\n' "${{COMPREPLY[@]}}" """
    return set(subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split())


def main():
    made = subprocess.run(["/usr/bin/python3", ROOT / "tools" / "manpage", sys.argv[1]], capture_output=True, text=True, check=True).stdout
    assert made == (ROOT / "man" / "sideline.1").read_text(), "run: tools/manpage SIDELINE > man/sideline.1"
    page = (ROOT / "man" / "sideline.1").read_text().replace("\\-", "-").replace("\\e", "\\").replace("\\(aq", "'")
    sections = dict(re.findall(r"(?ms)^\.SS ([^\n]+)\n(.*?)(?=^\.S[SH] )", page))
    verbs = re.findall(r"(?m)^  (\w+(?: \w+)?)  ", told("--help"))
    assert set(verbs) == set(sections), set(verbs) ^ set(sections)
    assert complete(sys.argv[1], "") == {v.split()[0] for v in verbs} | {"--help"}
    for verb in verbs:
        words = verb.split()
        text = told(*words, "--help")
        options = set(re.findall(r"(?m)^  (?:-\w, |    )(--[a-z-]+)", text))
        documented = set(re.findall(r"(?m)^\.B .*?(--[a-z-]+)", sections[verb]))
        assert options - SHARED == documented, (verb, (options - SHARED) ^ documented)
        assert complete(sys.argv[1], *words, "--") == options, verb
        if len(words) == 2:
            assert words[1] in complete(sys.argv[1], words[0], "")
        example = re.search(r"\nexample:\n  (.*)\n", text).group(1)
        assert set(re.findall(r" (--[a-z-]+)", example)) <= options, example
        assert example in page, (verb, "the example is not in the manual")
    if os.path.exists("/usr/bin/groff"):
        subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(ROOT / "man" / "sideline.1")], check=True, stdout=subprocess.DEVNULL)
    print(f"{len(verbs)} verbs")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Runs ctest over tests that skip in every way, and expects tools/skips to allow the
listed skip alone."""

import pathlib
import subprocess
import sys
import tempfile

SKIPS = pathlib.Path(__file__).resolve().parents[2] / "tools" / "skips"

# What a test does, properties of it, whether the run may pass, and words of the answer.
CASES = [
    ("echo fine", "", True, ""),
    ("echo 'SKIP: a/data: no such data here'", "", True, "skipped: a/data: no such data here"),
    ("echo '[  SKIPPED ] one'; echo 'SKIP: a/data: why'; echo '[  SKIPPED ] one'", "", True, "skipped: a/data"),
    ("echo 'SKIP: a/other: why'", "", False, "a/other (in t/case) is not in the list"),
    ("echo '[  SKIPPED ] one'", "", False, "skipped 1 tests and told of 0"),
    ("echo '[  SKIPPED ] one'; echo 'SKIP: a/data: why'; echo '[  SKIPPED ] two'", "", False, "skipped 2 tests and told of 1"),
    ("exit 77", "SKIP_RETURN_CODE 77", False, "t/case was not run"),
    ("exit 0", "DISABLED ON", False, "t/case was not run"),
    ("exit 0", "REQUIRED_FILES /nonexistent", False, "t/case was not run"),
]


def run(folder, command, properties):
    folder.mkdir()
    (folder / "case.sh").write_text(command + "\n")
    lines = ["cmake_minimum_required(VERSION 3.25)", "project(t NONE)", "enable_testing()",
             "add_test(NAME t/fine COMMAND true)", f'add_test(NAME t/case COMMAND sh "{folder}/case.sh")']
    if properties:
        lines.append(f"set_tests_properties(t/case PROPERTIES {properties})")
    (folder / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
    (folder / "skips.txt").write_text("# Why.\na/data: the data is not in the repository\n")
    subprocess.run(["cmake", "-G", "Ninja", "-S", folder, "-B", folder / "b"], check=True, capture_output=True)
    tested = subprocess.run(["ctest", "--test-dir", folder / "b"], capture_output=True, text=True)
    (folder / "console").write_text(tested.stdout)
    done = subprocess.run([sys.executable, SKIPS, folder / "b/Testing/Temporary/LastTest.log", folder / "console",
                           folder / "skips.txt"], capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as root:
        for number, (command, properties, allowed, words) in enumerate(CASES):
            passed, said = run(pathlib.Path(root, str(number)), command, properties)
            if passed != allowed or words not in said:
                failures += 1
                print(f"FAILED: {command} {properties}: passed {passed}\n{said}")
    print(f"{len(CASES)} runs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Breaks every rule of tools/tidy on purpose, in a small tree, and expects to be told."""

import pathlib
import subprocess
import sys
import tempfile

TIDY = pathlib.Path(__file__).resolve().parents[2] / "tools" / "tidy"

# A small house that breaks nothing.
CLEAN = {
    "tools/floors.txt": "include/sideline/err.h 0\ninclude/sideline/shape.h 1 src/geo\nsrc/base 0\nsrc/geo 1\n"
                        "src/seal 1\nsrc/store 4\nsrc/daemon 6\n",
    "include/sideline/err.h": "/* Errors. */\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n/* The name. */\n"
                              "const char *sl_name(int code);\n#ifdef __cplusplus\n}\n#endif\n",
    "include/sideline/shape.h": "/* Shapes. */\n#include \"sideline/err.h\"\n",
    "src/base/CMakeLists.txt": "sl_floor(base SOURCES text.c)\n",
    "src/base/text.h": "/* Text. */\n#include \"sideline/err.h\"\n\n/* Add. Errors: none. */\nint sl_add(int a,\n"
                       "           int b);\nint sl_add_twice(int a, int b);\n\nstruct sl_pair {\n  int a;\n};\n",
    "src/base/text.c": "/* Text. */\n#include \"base/text.h\"\n\nint sl_add(int a, int b) {\n"
                       "  SL_ASSERT(a > 0);\n  /* strcpy(no, call) */\n  return a + b;   // gets(it)\n}\n",
    "src/geo/CMakeLists.txt": "sl_floor(geo SOURCES frame.c)\n",
    "src/geo/frame.c": "/* Frames. */\n#include <math.h>\n#include \"base/text.h\"\n#include \"sideline/shape.h\"\n\n"
                       "static void log_it(struct port *port) {\n  SL_ASSERT(port);\n  port->printf(\"exit()\");\n}\n",
    "src/seal/CMakeLists.txt": "sl_floor(seal)\n",
    "src/seal/key.h": "/* Keys. */\n#include <sodium.h>\n",
    "src/daemon/CMakeLists.txt": "sl_program(sidelined SOURCES main.c)\n",
    "src/daemon/main.c": "/* Main. */\n#include <microhttpd.h>\n\nint main(void) {\n  SL_ASSERT(1);\n  printf(\"x\");\n  return 0;\n}\n",
    "tests/base/CMakeLists.txt": "sl_test(text)\n",
    "tests/base/text_test.c": "int main(void) { return system(\"true\"); }\n",
}

# rule, path, what the file then holds, and words that the complaint must have.
LONG = "/* Long. */\nvoid f(void) {\n" + "  g();\n" * 70 + "  SL_ASSERT(1);\n}\n"
BREACHES = [
    ("include", "src/base/text.c", CLEAN["src/base/text.c"].replace("base/text.h", "sideline/shape.h"), "climbs"),
    ("include", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("base/text.h", "seal/key.h"), "crosses"),
    ("include", "src/seal/key.h", '/* Keys. */\n#include "sideline/shape.h"\n', "crosses"),
    ("include", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("base/text.h", "../base/text.h"), "not a header"),
    ("include", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("base/text.h", "base/gone.h"), "not a header"),
    ("include", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("base/text.h", "text.h"), "not a header"),
    ("include", "include/sideline/err.h", '/* E. */\n# include "base/text.h"\n', "not public"),
    ("include", "src/attic/box.h", "/* A room without a floor. */\n", "no floor"),
    ("library", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("math.h", "sodium.h"), "src/seal"),
    ("library", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("math.h", "sodium/core.h"), "src/seal"),
    ("library", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("math.h", "openssl/evp.h"), "src/seal"),
    ("library", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("math.h", "sqlite3.h"), "src/store"),
    ("library", "src/geo/frame.c", CLEAN["src/geo/frame.c"].replace("math.h", "microhttpd.h"), "src/daemon"),
    ("file-length", "src/geo/frame.c", CLEAN["src/geo/frame.c"] + "int x;\n" * 500, "over 500"),
    ("file-length", "include/sideline/shape.h", CLEAN["include/sideline/shape.h"] + "struct x;\n" * 500, "over 500"),
    ("function-length", "src/geo/frame.c", LONG, "over 70"),
    ("build-list", "src/geo/CMakeLists.txt", "sl_floor(geo SOURCES)   # not frame.c\n", "is not in src/geo"),
    ("build-list", "src/geo/CMakeLists.txt", "sl_floor(geo SOURCES big_frame.c)\n", "is not in src/geo"),
    ("build-list", "tests/base/CMakeLists.txt", "\n", "is not in tests/base"),
    ("build-list", "fuzz/json.c", "/* Fuzz. */\n", "is not in fuzz"),
    ("contract", "src/base/text.h", "/* Text. */\n\nint sl_add(int a);\n", "sl_add has no"),
    ("contract", "src/base/text.h", "/* T. */\n/* Why. */\nint sl_a(void);\n\nSL_MUST_USE int\nsl_b(int (*f)(void));\n", "sl_b has no"),
    ("contract", "src/base/text.h", "/* T. */\nstruct sl_x {\n  /* A number. */\n  int a;\n};\nint sl_c(void);\n", "sl_c has no"),
    ("contract", "src/base/text.h", "/* T. */\n\nstatic inline int sl_s(void) { return 1; }\n\nint sl_d(void);\n", "sl_d has no"),
    ("contract", "include/sideline/err.h", "/* E. */\nextern \"C\" {\nint a;\n\nint sl_e(void);\n}\n", "sl_e has no"),
    ("test-source", "tests/base/gone_test.c", "int main(void) { return 0; }\n", "no src/base/gone.c"),
    ("pure", "src/geo/frame.c", "/* F. */\nvoid f(void) { SL_ASSERT(1); printf(\"x\"); }\n", "printf()"),
    ("pure", "src/geo/frame.c", "/* F. */\nvoid f(void) { SL_ASSERT(1); x = time(0); }\n", "time()"),
    ("pure", "src/geo/frame.c", "/* F. */\nvoid f(void) { SL_ASSERT(1); getenv (\"x\"); }\n", "getenv()"),
    ("opening", "src/geo/frame.c", "#include <math.h>\n" + CLEAN["src/geo/frame.c"], "open"),
    ("whitespace", "src/geo/frame.c", CLEAN["src/geo/frame.c"] + "int x; \n", "white space"),
    ("whitespace", "src/geo/frame.c", CLEAN["src/geo/frame.c"] + "\tint x;\n", "a tab"),
    ("whitespace", "src/geo/frame.c", CLEAN["src/geo/frame.c"] + "int x;\r\n", "white space"),
    ("whitespace", "src/geo/frame.c", CLEAN["src/geo/frame.c"] + "\n", "one line end"),
    ("foreign", "docs/build.md", "cd /" + "work/sideline\n", "a path of one machine"),
    ("foreign", "tools/run", "cd /" + "home/somebody\n", "a path of one machine"),
    ("foreign", "docs/build.md", "https://py" + "pi.org/simple\n", "package registry"),
    ("assertions", "src/base/text.c", "/* Text. */\n" + "int x;\n" * 400, "under 15"),
    ("exception", "tools/tidy-exceptions.txt", "banned src/geo/frame.c: nobody calls it\n", "nothing needs"),
    ("exception", "tools/tidy-exceptions.txt", "banned src/geo/frame.c\n", "is not"),
]
for name in "strcpy strcat sprintf vsprintf strtok gets atoi atol alloca rand system localtime setlocale strtod".split():
    BREACHES.append(("banned", "src/geo/frame.c", f"/* F. */\nvoid f(void) {{ SL_ASSERT(1); {name}(x); }}\n", name + "()"))
for name in "strcpy gets atoi".split():
    BREACHES.append(("banned", "tests/base/text_test.c", f"int main(void) {{ {name}(x); }}\n", name + "()"))


def lay(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def run(files, *options):
    with tempfile.TemporaryDirectory() as root:
        lay(pathlib.Path(root), files)
        done = subprocess.run([sys.executable, TIDY, "--root", root, *options], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def main():
    failures = []
    code, said = run(CLEAN)
    if code != 0:
        failures.append("the clean tree is refused:\n" + said)
    rules = set()
    for rule, path, text, words in BREACHES:
        code, said = run(CLEAN | {path: text})
        rules.add(rule)
        if code != 1 or not any(f" {rule}: " in line and words in line for line in said.splitlines()):
            failures.append(f"{rule} in {path} went through:\n{text[:200]}\n{said}")
    allowed = CLEAN | {"src/geo/frame.c": "/* F. */\nvoid f(void) { SL_ASSERT(1); printf(\"x\"); }\n",
                       "tools/tidy-exceptions.txt": "# Why.\npure src/geo/frame.c: a reason\n"}
    if run(allowed)[0] != 0:
        failures.append("an exception with its reason is not heard")
    code, said = run({"README.md": "no floors\n"})
    if code == 0:
        failures.append("a tree without floors passes")
    unbroken = subprocess.run([sys.executable, TIDY, "--help"], capture_output=True, text=True).stdout
    named = unbroken[unbroken.index("{") + 1:unbroken.index("}")].replace("\n", "").replace(" ", "").split(",")
    for rule in sorted(set(named) - rules):
        failures.append(f"no breach of {rule} was tried")
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(BREACHES)} breaches of {len(rules)} rules tried, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Real answers against the API's description.

Usage: answers_test.py OPENAPI ANSWERS   (the program service_answers)

Every answer fits what is described for its path and status, and every path that
answers JSON with 200 is among them.
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "wire"))
from openapi_check import Api  # noqa: E402


def main(openapi, program):
    api = Api(openapi)
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    failures, seen = [], set()
    for line in lines:
        method, path, status, body = line.split(" ", 3)
        try:
            for error in api.check(method, path, status, body):
                failures.append(f"{method} {path} {status}: {error}")
            if status == "200":
                seen.add(id(api.operation(method, path)))
        except LookupError as error:
            failures.append(str(error))
    for path, item in api.document["paths"].items():
        for method, operation in item.items():
            if method not in ("get", "put", "post", "delete") or path in ("/healthz", "/readyz"):
                continue
            content = api.follow(operation["responses"].get("200", {})).get("content", {})
            if "application/json" in content and id(operation) not in seen:
                failures.append(f"{method.upper()} {path}: no real answer was seen")
    for failure in failures:
        print(failure)
    print(f"{len(lines)} answers, {len(failures)} failures")
    return 1 if failures or len(lines) < 25 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

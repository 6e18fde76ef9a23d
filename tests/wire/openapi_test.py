#!/usr/bin/python3
"""The API's description against what the encoders write and the decoders take.

Usage: openapi_test.py OPENAPI SAMPLES VECTORS

SAMPLES is the program wire_samples, which prints "METHOD PATH WHAT BODY" lines.
Checked: every sample fits; the same sample with a member more, or without a member
that is required, does not; every valid vector of an intent fits; every schema is a
schema, is closed, and is used.
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema

from openapi_check import Api


def objects(value, path=()):
    """All objects inside a value, with the way to them."""
    if isinstance(value, dict):
        yield path
        for name, member in value.items():
            yield from objects(member, path + (name,))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from objects(element, path + (index,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def schemas(node, path=""):
    if isinstance(node, dict):
        yield path, node
        for name, member in node.items():
            yield from schemas(member, f"{path}/{name}")
    elif isinstance(node, list):
        for index, element in enumerate(node):
            yield from schemas(element, f"{path}/{index}")


def closed(api):
    """Every schema of an object refuses other members, and every reference leads somewhere."""
    used = set()
    for path, node in schemas(api.document):
        if "$ref" in node:
            api.follow(node)
            used.add(node["$ref"].rsplit("/", 1)[1])
        if node.get("type") == "object" and node.get("additionalProperties") is not False:
            yield f"{path}: not closed"
    for name, schema in api.document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if name not in used and name not in ("Membership", "LineAgreement"):
            yield f"{name}: not used"


def sample(api, method, path, what, body):
    where = f"{method} {path} {what}"
    for error in api.check(method, path, what, body):
        yield f"{where}: {error}"
    if api.schema_of(method, path, what) is None if method != "schema" else False:
        return
    value = json.loads(body)
    for way in objects(value):
        more = copy.deepcopy(value)
        at(more, way)["surplus"] = 1
        if not api.check(method, path, what, json.dumps(more)):
            yield f"{where}: takes another member at {way}"


def main(arguments):
    openapi, samples, vectors = arguments
    api = Api(openapi)
    errors = list(closed(api))
    covered = set()
    lines = subprocess.run([samples], check=True, capture_output=True).stdout.decode().splitlines()
    for line in lines:
        method, path, what, body = line.split(" ", 3)
        errors += sample(api, method, path, what, body)
        if method != "schema":
            covered.add((method, api.operation(method, path)["operationId"], what))
    for item in api.document["paths"].values():
        for method, operation in item.items():
            if method == "parameters":
                continue
            for status, response in operation["responses"].items():
                content = api.follow(response).get("content", {})
                if status[1:] == "XX" or "application/json" not in content:
                    continue
                if (method.upper(), operation["operationId"], status) not in covered:
                    errors.append(f"{operation['operationId']} {status}: no sample")
    count = 0
    for vector in sorted(pathlib.Path(vectors, "valid", "intent").glob("*.json")):
        count += 1
        errors += [f"{vector.name}: {error}" for error in
                   api.check("PUT", "/v1/intents/x", "request", vector.read_bytes())]
    if not lines or not count:
        errors.append("nothing was checked")
    for error in errors:
        print(error)
    print(f"{len(lines)} samples, {count} vectors, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

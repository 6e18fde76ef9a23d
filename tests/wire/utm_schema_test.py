#!/usr/bin/python3
"""Bodies of the F3548 face against the standard's own schemas.

Usage: utm_schema_test.py UTM_YAML SAMPLES

SAMPLES is the program wire_utm_samples, which prints "SCHEMA<tab>JSON" lines. Every
sample must fit its schema, and must not fit any more without one of the members that the
schema requires (so that a schema that takes everything shows). UTM_YAML may be absent: then
the test is skipped.
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema
import yaml

# No body of ours: descriptions of logs, which /uss/v1/log_sets would serve.
NOT_OURS = {"USSLogSet"}


def refuse_duplicates(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


def bodies(document):
    """Names of the schemas that some operation takes or gives."""
    found = set()

    def walk(node):
        if isinstance(node, dict):
            schema = node.get("schema")
            if isinstance(schema, dict) and "$ref" in schema:
                found.add(schema["$ref"].rsplit("/", 1)[1])
            for member in node.values():
                walk(member)
        elif isinstance(node, list):
            for member in node:
                walk(member)

    for operations in document["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                walk({key: value for key, value in operation.items() if key != "parameters"})
    return found


def main(yaml_path, samples):
    path = pathlib.Path(yaml_path)
    if not path.exists():
        print("SKIP: wire/utm_schema: the standard's schemas are in ../shared, which a clone may be without")
        return 0
    with path.open(encoding="utf-8") as file:
        document = yaml.safe_load(file)
    # Its pattern of a UUID wants backslashes before the hyphens, which no UUID has.
    pattern = document["components"]["schemas"]["UUIDv4Format"]
    pattern["pattern"] = pattern["pattern"].replace("\\\\-", "-")
    resolver = jsonschema.RefResolver("", document)
    schemas = document["components"]["schemas"]
    wrong = 0
    seen = set()
    lines = subprocess.run([samples], check=True, capture_output=True, text=True).stdout.splitlines()
    for line in lines:
        name, _, text = line.partition("\t")
        seen.add(name)
        # OpenAPI 3.0 has draft 4's boolean exclusiveMinimum.
        validator = jsonschema.Draft4Validator(schemas[name], resolver=resolver,
                                               format_checker=jsonschema.FormatChecker())
        body = json.loads(text, object_pairs_hook=refuse_duplicates)
        for error in validator.iter_errors(body):
            print(f"{name}: {list(error.absolute_path)}: {error.message}")
            wrong += 1
        for member in schemas[name].get("required", []):
            less = copy.deepcopy(body)
            del less[member]
            if validator.is_valid(less):
                print(f"{name}: fits without {member}")
                wrong += 1
    missing = bodies(document) - seen - NOT_OURS
    # The two other queries take the same body under their own names.
    missing -= {"QueryConstraintReferenceParameters"}
    for name in sorted(missing):
        print(f"no sample of {name}")
        wrong += 1
    print(f"{len(lines)} bodies of {len(seen)} schemas, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

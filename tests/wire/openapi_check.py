#!/usr/bin/python3
"""Whether a body is what the API's description says.

Usage: openapi_check.py OPENAPI METHOD PATH STATUS BODYFILE   an answer
       openapi_check.py OPENAPI METHOD PATH request BODYFILE  a request
       openapi_check.py OPENAPI schema NAME - BODYFILE        one schema by name

Prints what is wrong, one line each, and exits 1; exits 2 when the description has no
such operation. BODYFILE may be "-". Text and binary answers only need to be declared.
"""

import json
import re
import sys

import jsonschema
import yaml


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a member stands twice")
    return dict(pairs)


class Api:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        self.resolver = jsonschema.RefResolver("", self.document)

    def follow(self, node):
        while "$ref" in node:
            _, node = self.resolver.resolve(node["$ref"])
        return node

    def operation(self, method, path):
        """The operation of a concrete path; {tile} takes slashes."""
        path = path.split("?")[0]
        for template, item in self.document["paths"].items():
            pattern = re.sub(r"\\\{tile\\\}", ".+", re.escape(template))
            pattern = re.sub(r"\\\{[a-z]+\\\}", "[^/]+", pattern)
            if re.fullmatch(pattern, path) and method.lower() in item:
                return item[method.lower()]
        raise LookupError(f"no operation {method} {path}")

    def response(self, method, path, status):
        responses = self.operation(method, path)["responses"]
        for key in (str(status), f"{str(status)[0]}XX", "default"):
            if key in responses:
                return self.follow(responses[key])
        raise LookupError(f"{method} {path} has no answer {status}")

    def schema_of(self, method, path, what):
        """The JSON schema of an answer or request; None when it is not JSON."""
        if what == "request":
            body = self.operation(method, path).get("requestBody")
            if body is None:
                raise LookupError(f"{method} {path} takes no body")
            holder = self.follow(body)
        else:
            holder = self.response(method, path, what)
        for media, content in holder.get("content", {}).items():
            if media == "application/json" or media.endswith("+json"):
                return content["schema"]
        return None

    def errors(self, schema, value):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        found = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
        return ["/" + "/".join(map(str, error.absolute_path)) + ": " + error.message[:200] for error in found]

    def check(self, method, path, what, body):
        if method == "schema":
            schema = self.document["components"]["schemas"][path]
        else:
            schema = self.schema_of(method, path, what)
        if schema is None:
            return []
        try:
            value = json.loads(body, object_pairs_hook=no_duplicates)
        except ValueError as error:
            return [f"not JSON: {error}"]
        return self.errors(schema, value)


def main(arguments):
    if len(arguments) != 5:
        print(__doc__, file=sys.stderr)
        return 64
    openapi, method, path, what, name = arguments
    body = sys.stdin.buffer.read() if name == "-" else open(name, "rb").read()
    try:
        errors = Api(openapi).check(method, path, what, body)
    except LookupError as error:
        print(error)
        return 2
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

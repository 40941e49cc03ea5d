#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Checks a result.json against the schema of results, which ships with the program."""
import json
import pathlib
import sys

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parent.parent / "resources/schema/result.schema.json"


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: validate-result.py RESULT.json", file=sys.stderr)
        return 2
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    document = json.loads(pathlib.Path(sys.argv[1]).read_text())
    problems = sorted(validator.iter_errors(document), key=lambda error: list(error.absolute_path))
    for problem in problems:
        where = "/".join(str(part) for part in problem.absolute_path) or "(document)"
        print(f"{where}: {problem.message}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""Proves one product with the `workflows` of the working directory, and prints what is violated; run as a script."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import workflows
from workflows.products import CATALOGUE
from workflows.proof.proving import prove
from workflows.proof.starts import starts
from workflows.rules import parse_rules


def main() -> None:
    assert Path(str(workflows.__file__)).is_relative_to(Path.cwd())
    asked = json.load(sys.stdin)
    rules = parse_rules(asked["rules"])
    payments = [
        replace(one, waiting=asked["waiting"])
        for one in starts(CATALOGUE, CATALOGUE.product(asked["product"]), rules)
        if one.name == asked["payment"]
    ]
    proof = prove(CATALOGUE, asked["product"], rules, payments)
    violated = {one.about.key: one.violation.to_json() for one in proof.findings if one.violation is not None}
    json.dump(violated, sys.stdout)


if __name__ == "__main__":
    main()

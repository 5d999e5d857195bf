"""Lints one template with several sets of parameters: lint_template.py <template> <JSON list of lists of Name=value>

Prints a JSON list: for each set, what cfn-lint has to say. Starting it takes longer than linting.
"""

import json
import sys

from cfnlint import ConfigMixIn
from cfnlint.runner import Runner


def main(template: str, ways: list[list[str]]) -> None:
    print(json.dumps([lint(template, parameters) for parameters in ways]))


def lint(template: str, parameters: list[str]) -> list[str]:
    given = ["--parameters", *parameters] if parameters else []
    matches = Runner(ConfigMixIn(["--template", template, *given])).run()
    return [f"{match.rule.id} {match.message}" for match in matches]


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))

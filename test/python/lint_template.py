"""Lints templates with sets of parameters: lint_template.py <JSON list of [template, [Name=value, ...]]>

Prints a JSON list: for each set, what cfn-lint has to say. Starting it takes longer than linting.
"""

import json
import sys

from cfnlint import ConfigMixIn
from cfnlint.runner import Runner


def main(ways: list[tuple[str, list[str]]]) -> None:
    print(json.dumps([lint(template, parameters) for template, parameters in ways]))


def lint(template: str, parameters: list[str]) -> list[str]:
    given = ["--parameters", *parameters] if parameters else []
    matches = Runner(ConfigMixIn(["--template", template, *given])).run()
    return [f"{match.rule.id} {match.message}" for match in matches]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

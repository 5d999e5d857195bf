"""Lints templates with sets of parameters: lint_template.py <JSON list of [template, [Name=value, ...]]>

Prints a JSON list: for each set, what cfn-lint has to say.
"""

import gc
import json
import sys

from cfnlint import ConfigMixIn
from cfnlint.context.context import Context
from cfnlint.runner import Runner

# It ends soon, with half a gigabyte at most: looking for what may be freed isn't worth the time.
gc.disable()


def keep_module_names(context: Context) -> None:
    """In the place of Context.__post_init__, which asks every resource whether it is a module, a hundred thousand times over."""
    resources = context.resources
    if resources is not keep_module_names.resources:
        find_module_names(context)
        keep_module_names.resources, keep_module_names.found = resources, context.module_names
    object.__setattr__(context, "module_names", keep_module_names.found)


keep_module_names.resources = None
find_module_names, Context.__post_init__ = Context.__post_init__, keep_module_names


def main(ways: list[tuple[str, list[str]]]) -> None:
    print(json.dumps([lint(template, parameters) for template, parameters in ways]))


def lint(template: str, parameters: list[str]) -> list[str]:
    given = ["--parameters", *parameters] if parameters else []
    matches = Runner(ConfigMixIn(["--template", template, *given])).run()
    return [f"{match.rule.id} {match.message}" for match in matches]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

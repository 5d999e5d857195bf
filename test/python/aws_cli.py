"""Runs the AWS CLI for each line of standard input, a JSON object with "args" and "env"; answers each with a line.

The very `aws` of the package, in one process: loading it takes longer than most of what it is asked here. Environment variables are set
before each run, as they are for a process of its own.
"""

import contextlib
import io
import json
import os
import sys

import awscli.clidriver


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run(request["args"], request["env"])), flush=True)


def run(args: list[str], env: dict[str, str]) -> dict[str, object]:
    os.environ.update(env)
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            code = awscli.clidriver.create_clidriver().main(args)
        except SystemExit as ending:
            code = ending.code
    return {"code": code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}


if __name__ == "__main__":
    main()

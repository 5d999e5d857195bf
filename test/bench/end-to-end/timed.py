"""Runs a command and says what it took, from outside: timed.py COMMAND [ARGUMENT...]

Node.js can't ask for the resources of one child; wait4 answers for that child and those it waited for itself. The clock
runs from just before the child is made until it has ended. Prints one line of JSON, with what the command printed.
"""

import json
import os
import subprocess
import sys
import time

UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes

start = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
output = child.stdout.read()
_, status, usage = os.wait4(child.pid, 0)
seconds = time.perf_counter() - start
child.returncode = os.waitstatus_to_exitcode(status)

print(json.dumps({
    "seconds": seconds,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    # Of the largest process, if there were several.
    "peakMemoryMB": usage.ru_maxrss * UNIT / 1e6,
    "exitCode": child.returncode,
    "output": output.decode(),
}))

"""Times parliament on policies that are parsed beforehand: prints the version, then for each file its best time in
nanoseconds and the number of findings. Called by the benchmark `check`."""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import jsoncfg
import parliament
from parliament.policy import Policy

ROUNDS = 15


def analyse(parsed):
    policy = Policy(parsed)
    policy.analyze()
    return len(policy.findings)


def main():
    print(parliament.__version__)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            parsed = jsoncfg.loads_config(file.read())
        best, found = None, 0
        for _ in range(ROUNDS):
            start = time.perf_counter_ns()
            found = analyse(parsed)
            taken = time.perf_counter_ns() - start
            best = taken if best is None else min(best, taken)
        print(json.dumps({"path": path, "best_ns": best, "findings": found}))


main()

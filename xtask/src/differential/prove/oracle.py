"""Decides pairs of policies with cvc5: lines of JSON as `rolecall prove no-new-access --pairs` takes them on the standard
input, a line each on the standard output: `id`, `verdict` (`none`, `new-access`, `unknown`), `microseconds` of processor
time for encoding and solving without reading; or `id` and `error`. A line with `"explain": true` is answered with the
model as well, one with `"repeat": n` is decided n times, and the quickest counts.

Started by `cargo xtask differential prove`; the argument is the time limit of a pair in milliseconds."""

import json
import sys
import time

import language
from encode import Question


def answer(line, limit_ms):
    read = json.loads(line, parse_float=str, parse_int=str)
    found = {"id": json.loads(line).get("id")}
    try:
        reference, candidate = language.read_pair(read)
        if reference.resource_based != candidate.resource_based:
            raise language.Unsupported("identity policies against a resource policy")
        explain = bool(read.get("explain"))
        times = []
        for _ in range(int(read.get("repeat", 1))):
            began = time.process_time()
            question = Question(reference, candidate, limit_ms, models=explain)
            word = question.ask()
            times.append((time.process_time() - began) * 1e6)
        found["microseconds"] = min(times)
        found["verdict"] = {"sat": "new-access", "unsat": "none", "unknown": "unknown"}[word]
        if explain and word == "sat":
            found["model"] = model(question)
    except language.Unsupported as reason:
        found["error"] = str(reason)
    except Exception as error:  # noqa: BLE001: the pair is not judged, the next one is
        found["error"] = f"{type(error).__name__}: {error}"
    return found


def model(question):
    """The request that cvc5 found, term by term."""
    def shown(term):
        return str(question.solver.getValue(term))

    found = {"service": shown(question.service), "name": shown(question.name), "star": shown(question.is_star),
             "resource": shown(question.resource.whole)}
    if question.callers.number is not None:
        found["caller"] = str(question.callers.kinds[int(shown(question.callers.number))])
    if question.callers.parts is not None:
        found["principal"] = shown(question.callers.parts[0])
    for name, key in question.keys.items():
        values = key.value if isinstance(key.value, tuple) else (key.value,)
        own = {"present": shown(key.present), "value": [shown(value) for value in values]}
        if key.listed is not None:
            own["list"] = shown(key.listed)
            own["elements"] = [(shown(flag), shown(value[-1] if isinstance(value, tuple) else value))
                               for flag, value in key.elements]
        found[name] = own
    return found


def main():
    limit_ms = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line, limit_ms)), flush=True)


if __name__ == "__main__":
    main()

"""Caller turns of typed dialogue scripts a second and core: python scripts/bench_scripts.py [PATH…]

Runs every script once to warm up (packs, grammars), then `ROUNDS` times, and prints one JSON document. What is timed is what
`voicebot test` does for a script: the call, and every expectation held against its log. Reading the files is timed apart.
"""

import argparse
import json
from statistics import median
from time import process_time

from voicebot.hotlines import find_hotline
from voicebot.testing.batch import collect, run_task
from voicebot.testing.outcome import Door, Status
from voicebot.testing.running import RunSettings

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=[str(find_hotline("hotline_95188") / "scripts")], metavar="PATH")
    paths = parser.parse_args().paths
    before = process_time()
    tasks = collect(paths, [Door.TYPED], RunSettings()).tasks
    reading = process_time() - before
    warm = [run_task(task) for task in tasks]
    turns = sum(result.turns for result in warm)
    rounds = []
    for _ in range(ROUNDS):
        before = process_time()
        for task in tasks:
            run_task(task)
        rounds.append(process_time() - before)
    document = {
        "scripts": len(tasks),
        "passed": sum(result.status is Status.PASSED for result in warm),
        "turns": turns,
        "rounds": ROUNDS,
        "reading_s": round(reading, 3),
        "cpu_s_a_round": {"median": round(median(rounds), 3), "least": round(min(rounds), 3), "most": round(max(rounds), 3)},
        "turns_a_second_a_core": round(turns / median(rounds)),
    }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()

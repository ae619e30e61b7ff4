#!/usr/bin/env python3
"""Grades a class of typical submissions, and says how many a second that is for each number of threads.

    python3 benches/grade.py                        # 1,000 submissions; some minutes
    python3 benches/grade.py --count 100 --jobs 1

The submissions are the solutions of examples/assignments/bank, right and wrong, as many of each as a class has, and no two
of them alike: what students name is renamed, items change places, and there are comments and empty lines. The verdicts
must be those of the solution that a submission was made from, or the figures are not worth having. Times are by the clock on
the wall, start, reading and writing of the gradebook included; the median of the runs, which are interleaved.
"""

import argparse
import csv
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BANK = ROOT / "examples" / "assignments" / "bank"

# How many of a hundred students hand in which solution.
CLASS = {
    "reference": 30,
    "wrong/no_lock": 8,
    "wrong/opposite_orders": 15,
    "wrong/kept_on_refusal": 8,
    "wrong/check_then_act": 12,
    "wrong/polling": 5,
    "wrong/one_lock": 10,
    "wrong/waits_for_money": 5,
    "wrong/atomic_block": 4,
    "wrong/hard_coded": 3,
}

# What is the students' own to name, and what they call it.
NAMES = {
    "accounts": ["locks", "account_locks", "mutex", "m", "keys"],
    "journal_key": ["journal_lock", "book", "jl", "pen"],
    "bank": ["big_lock", "the_lock", "gate"],
    "paid": ["money", "enough", "cv"],
    "first": ["low", "lo", "a", "smaller"],
    "second": ["high", "hi", "b", "larger"],
    "take": ["get_lock", "wait_for_lock", "lock_it"],
    "is_covered": ["enough_money", "can_pay", "check"],
    "refuse": ["no", "too_little", "poor"],
}


def main():
    options = arguments()
    if not options.binary:
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        options.binary = target / "release" / "concsim"
    options.binary = options.binary.absolute()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        made = submissions(options, folder)
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {len(made)} submissions, {options.repeat} runs a row")
        print()
        by_threads(options, folder, made)
        print()
        by_solution(options, folder)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, metavar="FILE", help="this concsim instead of a new build")
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="submissions [default: 1000]")
    parser.add_argument("--jobs", type=int, action="append", metavar="N", help="so many threads only (may be repeated)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each row [default: 3]")
    return parser.parse_args()


def submissions(options, folder):
    """Writes the class into the folder, and says which solution each submission was made from."""
    chance = random.Random(0)
    solutions = [name for name, share in CLASS.items() for _ in range(share)]
    chance.shuffle(solutions)
    made, seen = {}, set()
    for number in range(options.count):
        solution = solutions[number % len(solutions)]
        text = (BANK / f"{solution}.conc").read_text(encoding="utf-8")
        varied = vary(text, chance)
        while varied in seen:
            varied = vary(text, chance)
        seen.add(varied)
        name = f"student_{number:05}.conc"
        (folder / name).write_text(varied, encoding="utf-8")
        made[name] = solution
    return made


def vary(text, chance):
    """The same solution as somebody else would write it."""
    used = set(re.findall(r"\w+", text))
    for name, others in NAMES.items():
        free = [other for other in others if other not in used]
        if name in used and free and chance.random() < 0.8:
            other = chance.choice(free)
            text = re.sub(rf"\b{name}\b", other, text)
            used.add(other)
    head, *items = re.split(r"\n{2,}", text.strip())
    chance.shuffle(items)
    notes = ["# my solution", "# version 2", "# works on my machine", "# see the lecture on locks", "# asked Kim"]
    parts = [f"{chance.choice(notes)} ({chance.randrange(1_000_000)})"]
    for item in items:
        if chance.random() < 0.3:
            parts.append(chance.choice(notes))
        parts.append(item)
    return ("\n" * chance.choice([1, 2, 3])).join(parts) + "\n"


def by_threads(options, folder, made):
    jobs = options.jobs or sorted({1, 2, os.cpu_count() or 1, 2 * (os.cpu_count() or 1)})
    times = {number: [] for number in jobs}
    for _ in range(options.repeat):
        for number in jobs:
            seconds, book = grade(options, folder, ["."], number)
            check(book, made)
            times[number].append(seconds)
    print("| threads | median s | min s | submissions a second | times as fast as one |")
    print("|---:|---:|---:|---:|---:|")
    one = statistics.median(times[jobs[0]])
    for number in jobs:
        median = statistics.median(times[number])
        print(f"| {number} | {median:.2f} | {min(times[number]):.2f} | {len(made) / median:.0f} | {one / median:.2f} |")


def by_solution(options, folder):
    """What each solution costs, alone on one thread."""
    print("| solution | share of the class | score | median ms |")
    print("|---|---:|---:|---:|")
    for solution, share in CLASS.items():
        path = str(BANK / f"{solution}.conc")
        runs = [grade(options, folder, [path], 1) for _ in range(options.repeat)]
        score = runs[0][1][0]["score"]
        median = statistics.median(seconds for seconds, _ in runs) * 1000
        print(f"| {Path(solution).name} | {share}% | {score} | {median:.0f} |")


def grade(options, folder, what, jobs):
    """Seconds, and the lines of the gradebook."""
    book = folder / "gradebook.csv"
    command = [str(options.binary), "grade", str(BANK / "rubric.toml"), *what, "--jobs", str(jobs), "-q", "--csv", str(book)]
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"status {done.returncode}: {done.stderr}")
    with open(book, newline="", encoding="utf-8") as file:
        return seconds, list(csv.DictReader(file))


def check(book, made):
    """All that were made from one solution have one score."""
    scores = {}
    for line in book:
        scores.setdefault(made[line["name"]], Counter())[line["score"]] += 1
    mixed = {solution: dict(found) for solution, found in scores.items() if len(found) > 1}
    if mixed or len(book) != len(made):
        sys.exit(f"{len(book)} lines; the same solution has several scores: {mixed}")


if __name__ == "__main__":
    main()

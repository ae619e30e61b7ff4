#!/usr/bin/env python3
"""Counts how many lines a reviewer reads: ten edits of ten examples, compared in three ways.

    python3 benches/review.py [--binary target/debug/concsim] [--show EDIT EXAMPLE]

`git` counts the changed lines of `git diff --no-index` of the two `.trace` files, `textconv` those of what
`concsim show --relative --by-unit` makes of them, `diff` all lines that `concsim diff` prints at 100 columns. An edit
that an example has no place for is left out of its row.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = [
    "bank", "bank_compute", "barrier_rounds", "bounded_buffer", "computing_threads",
    "parking", "philosophers", "philosophers_ordered", "producer_consumer", "two_visits",
]


def comment(text):
    return "# One more line on top.\n" + text


def shorten(text):
    """Halves the first length of work or waiting that is written out."""
    half = lambda found: f"{found[1]} {int(found[2]) * 500}us"
    return re.sub(r"\b(compute|io|sleep) (\d+)ms", half, text, count=1)


def swap(text):
    """Exchanges the first two different things that a `with` takes."""
    heads = list(re.finditer(r"with ([^\n{]+?) \{", text))
    other = next((head for head in heads[1:] if head[1] != heads[0][1]), None)
    if not other:
        return text
    first = heads[0]
    return (text[:first.start(1)] + other[1] + text[first.end(1):other.start(1)] + first[1] + text[other.end(1):])


def say(text):
    """Adds a line to the first function."""
    return re.sub(r"(?m)^(def [^\n]*\{)$", r'\1\n    print "here"', text, count=1)


def spawn(text):
    """Repeats the first statement that spawns."""
    return re.sub(r"(?m)^(\s*)(spawn thread[^\n]*)$", r"\1\2\n\1\2", text, count=1)


def amount(text):
    """Makes the first number of a spawn, else of a param or a variable one more."""
    more = lambda found: found[1] + str(int(found[2]) + 1)
    changed = re.sub(r"(spawn thread \w+\([^)\n]*?)(\d+)(?=[,)])", more, text, count=1)
    return changed if changed != text else re.sub(r"(?m)^((?:param|shared) \w+ = )(\d+)$", more, text, count=1)


def unlock(text):
    return re.sub(r"with [^\n{]+? \{", "if True {", text, count=1)


same = lambda text: text
# What is done, to the script, and with which options before and after.
EDITS = [
    ("add a comment", comment, [], []),
    ("shorten a `compute`, an `io` or a `sleep`", shorten, [], []),
    ("exchange two locks", swap, [], []),
    ("add a `print`", say, [], []),
    ("add a `spawn`", spawn, [], []),
    ("change an amount", amount, [], []),
    ("remove a lock", unlock, [], []),
    ("without a GIL", same, [], ["--runtime", "cpython-3.14t"]),
    ("on one core", same, [], ["--cores", "1"]),
    ("another seed", same, ["--scheduler", "random"], ["--scheduler", "random", "--seed", "7"]),
]


def main():
    options = arguments()
    print("| edit | examples | events | `git` median | most | `textconv` median | most | `diff` median | most |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    everything = []
    for name, edit, before, after in EDITS:
        rows = [row for example in EXAMPLES if (row := compared(options, example, edit, before, after, name))]
        everything += rows
        line(name, rows)
    line("all", everything)
    print()
    print("| edit of `typical.conc`, 200 transfers | events | `git` | `textconv` | `diff` |")
    print("| --- | ---: | ---: | ---: | ---: |")
    many = ["--set", "transfers=200"]
    for name, edit, before, after in EDITS:
        row = compared(options, "../benches/workloads/typical", edit, [*before, *many], [*after, *many], name)
        if row:
            print("| " + " | ".join([name, *map(str, row)]) + " |", flush=True)


def line(name, rows):
    events, *counts = zip(*rows)
    cells = [name, str(len(rows)), str(round(statistics.median(events)))]
    for count in counts:
        cells += [f"{statistics.median(count):g}", str(max(count))]
    print("| " + " | ".join(cells) + " |", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / "target" / "debug" / "concsim", metavar="FILE")
    parser.add_argument("--show", nargs=2, metavar=("EDIT", "EXAMPLE"), help="also print that comparison")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    return options


def compared(options, example, edit, before, after, name):
    """Events of the first trace, then lines by git, by textconv and by us; None if there is nothing to edit."""
    text = (ROOT / "examples" / f"{example}.conc").read_text()
    example = Path(example).name
    new = edit(text)
    if new == text and edit is not same:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for side, script, flags in [("a", text, before), ("b", new, after)]:
            Path(folder, side).mkdir()
            Path(folder, side, f"{example}.conc").write_text(script)
            command = [options.binary, "run", "-q", f"{example}.conc", "--trace", "x.trace", *flags]
            ended = subprocess.run(command, cwd=Path(folder, side), capture_output=True, text=True)
            if ended.returncode == 2:
                sys.exit(f"{name}, {example}: {ended.stderr}")
            shown = [options.binary, "show", "x.trace", "--relative", "--by-unit"]
            Path(folder, side, "x.shown").write_text(output(shown, Path(folder, side)))
        ours = output([options.binary, "diff", "a/x.trace", "b/x.trace"], folder)
        if options.show and options.show[0] in name and options.show[1] == example:
            print(ours, file=sys.stderr)
        events = sum(not row.startswith(("#", "=")) for row in Path(folder, "a", "x.trace").read_text().splitlines())
        return events, changed(folder, "x.trace"), changed(folder, "x.shown"), len(ours.splitlines())


def output(command, folder):
    environment = {**os.environ, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment).stdout


def changed(folder, name):
    command = ["git", "diff", "--no-index", "--numstat", f"a/{name}", f"b/{name}"]
    words = output(command, folder).split()
    return int(words[0]) + int(words[1]) if words else 0


if __name__ == "__main__":
    main()

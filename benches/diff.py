#!/usr/bin/env python3
"""Times `concsim show` and `concsim diff` on traces of about a hundred thousand events.

    python3 benches/diff.py [--binary target/release/concsim] [--repeat 5]

Figures are milliseconds by the clock on the wall, from the start of the process to its end, output included.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPICAL = (ROOT / "benches" / "workloads" / "typical.conc").read_text()
MANY = ["--set", "transfers=5600"]
# What the second run is of: a script, and options.
SECOND = [
    ("the same trace", TYPICAL, []),
    ("a `compute` of 100us and not of 200us", TYPICAL.replace("compute 200us", "compute 100us"), []),
    ("a `print` more in each of 11,200 rounds", TYPICAL.replace("compute 200us", "print amount; compute 200us"), []),
    ("one lock less", TYPICAL.replace("with savings {", "if True {"), []),
    ("two locks exchanged, and 100 rounds more", TYPICAL.replace("with savings", "with x").replace("with checking", "with savings").replace("with x", "with checking"), ["--set", "transfers=5700"]),
    ("without a GIL, `random`, another seed", TYPICAL, ["--runtime", "cpython-3.14t", "--scheduler", "random", "--seed", "7"]),
]


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        first = trace(options, folder, "first", TYPICAL, MANY)
        events = sum(not line.startswith(("#", "=")) for line in first.read_text().splitlines())
        print(f"| {events:,} events, {first.stat().st_size / 1e6:.1f} MB | min ms | median ms | lines |")
        print("| --- | ---: | ---: | ---: |")
        row(options, "`show`", ["show", first])
        row(options, "`show --script`", ["show", first, "--script", Path(folder, "first.conc")])
        for name, script, flags in SECOND:
            second = trace(options, folder, "second", script, [*MANY, *flags])
            row(options, f"`diff`: {name}", ["diff", first, second])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / "target" / "release" / "concsim", metavar="FILE")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each row [default: 5]")
    return parser.parse_args()


def trace(options, folder, name, script, flags):
    source, target = Path(folder, f"{name}.conc"), Path(folder, f"{name}.trace")
    source.write_text(script)
    command = [options.binary, "run", "-q", source, "--trace", target, *flags]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode not in (0, 1):
        sys.exit(f"{name}: {ended.stderr}")
    return target


def row(options, name, words):
    times = []
    for _ in range(options.repeat):
        begun = time.perf_counter_ns()
        ended = subprocess.run([options.binary, *words], capture_output=True, text=True)
        times.append((time.perf_counter_ns() - begun) / 1e6)
        if ended.returncode == 2:
            sys.exit(f"{name}: {ended.stderr}")
    lines = len(ended.stdout.splitlines())
    print(f"| {name} | {min(times):.0f} | {statistics.median(times):.0f} | {lines:,} |", flush=True)


if __name__ == "__main__":
    main()

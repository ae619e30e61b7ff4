#!/usr/bin/env python3
"""Runs the workloads beside their SimPy twins, and prints what one unit costs.

    python3 -m venv .simpy && .simpy/bin/pip install simpy==4.1.2
    python3 benches/run.py --simpy .simpy/bin/python

Figures are processor time (user and system) of the whole process, start and end
included, divided by the units; SimPy's twin counts from behind its imports. The runs
of a row are interleaved, so that whatever else the machine does hits all of them.
Ratios are medians of the same row, and mean something; nanoseconds from another
machine or another hour do not compare.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ENOUGH = ["--max-events", "10_000_000_000", "--max-memory", "16GiB"]
SETTINGS = {
    "ideal": ["--machine", "ideal", "--runtime", "cpython-3.14t"],
    "default": [],
}

# Name, script, its settings, units; the twin's numbers; the target under `ideal` in nanoseconds.
ROWS = [
    ("hold@1k", "hold", {"n": 1_000, "rounds": 1_000}, 1_000_000, (1_000, 100), 70),
    ("hold@100k", "hold", {"n": 100_000, "rounds": 20}, 2_000_000, (100_000, 3), None),
    ("hold@1M", "hold", {"n": 1_000_000, "rounds": 5}, 5_000_000, (1_000_000, 1), 450),
    ("mmc", "mmc", {"clients": 100, "rounds": 10_000}, 2_000_000, (100, 500), 75),
    ("ping", "ping", {"rounds": 500_000}, 1_000_000, (20_000,), 25),
    ("convoy", "convoy", {"n": 64, "rounds": 10_000}, 640_000, (64, 300), 70),
    ("sleepers", "sleepers", {"n": 1_000_000}, 1_000_000, (1_000_000,), 300),
]

# Name, script, and how many units: what one costs has to stay what it is, however many there are.
MANY = [
    ("tasks that sleep", "tasks", [1_000, 10_000, 100_000, 1_000_000]),
    ("tasks in a line for a lock", "turns", [1_000, 10_000, 100_000, 1_000_000]),
    ("tasks through a queue", "handed", [1_000, 10_000, 100_000, 1_000_000]),
    ("threads that sleep", "threads", [1_000, 10_000]),
]

# How many units there are in the run whose memory is taken off.
FEW = 10

# Twins of a million processes take most of a minute each: once is enough.
SLOW_TWINS = {"hold@1M", "sleepers"}


def main():
    options = arguments()
    if not options.binary:
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        options.binary = target / "release" / "concsim"
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {options.repeat} runs a row")
    print()
    workloads(options)
    if not options.only or "many" in options.only:
        many(options)
    if not options.only or "trace" in options.only:
        traces(options)
    if not options.only or "seeds" in options.only:
        seeds(options)
    if not options.only or "start" in options.only:
        start(options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simpy", metavar="PYTHON", help="a Python that has SimPy; without it there are no ratios")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each row [default: 5]")
    parser.add_argument("--only", action="append", metavar="ROW", help="this row only (may be repeated)")
    parser.add_argument("--binary", type=Path, metavar="FILE", help="this program instead of a new build")
    return parser.parse_args()


def workloads(options):
    print("| row | setting | min ns | median ns | target ns | SimPy ns | SimPy / concsim | peak RSS B/thread |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for name, script, values, units, twin, target in ROWS:
        if options.only and name not in options.only:
            continue
        times = {setting: [] for setting in SETTINGS}
        memory, twins = dict.fromkeys(SETTINGS, 0), []
        for round_number in range(options.repeat):
            for setting, flags in SETTINGS.items():
                used, _, rss = concsim(options, script, [*flags, *setting_flags(values)])
                times[setting].append(used / units)
                memory[setting] = max(memory[setting], rss)
            if options.simpy and (round_number == 0 or name not in SLOW_TWINS):
                twins.append(simpy(options, script, twin))
        threads = values.get("n") or values.get("clients", 2)
        for setting in SETTINGS:
            wanted = target if setting == "ideal" else target and 3 * target
            row(name, setting, times[setting], wanted, twins, memory[setting] // threads)
    print()


def many(options):
    """What a unit costs where there are few or many, under `default`; a run of very few is taken off."""
    print("| units | n | min ns a unit | median ns a unit | B a unit |")
    print("|---|---:|---:|---:|---:|")
    for name, script, counts in MANY:
        few = min(of_many(options, script, FEW) for _ in range(options.repeat))
        memory_of_few = peak(options, script, FEW)
        for count in counts:
            times = [(of_many(options, script, count) - few) / (count - FEW) for _ in range(options.repeat)]
            memory = (peak(options, script, count) - memory_of_few) / (count - FEW)
            cells = [name, f"{count:,}", f"{min(times):,.0f}", f"{statistics.median(times):,.0f}", f"{memory:,.0f}"]
            print("| " + " | ".join(cells) + " |", flush=True)
    print()


def of_many(options, script, count):
    """Nanoseconds of processor time."""
    return concsim(options, script, setting_flags({"n": count}))[0]


def peak(options, script, count):
    """The peak of resident bytes, as GNU time tells it: a child of this process would count as having had at least
    the memory of this one."""
    with tempfile.NamedTemporaryFile("r") as told:
        command = ["time", "-f", "%M", "-o", told.name, str(options.binary), "run"]
        command += [str(HERE / "workloads" / f"{script}.conc"), *ENOUGH, "-q", *setting_flags({"n": count})]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return int(told.read()) * 1024


def row(name, setting, times, target, twins, memory):
    median = statistics.median(times)
    twin = statistics.median(twins) if twins else None
    against = (f"{twin:,.0f}", f"{twin / median:.1f}") if twin else ("", "")
    # The program itself takes a few megabytes, which say nothing about a thread when there are few.
    memory = f"{memory:,}" if memory < 10_000 else ""
    wanted = f"< {target}" if target else ""
    cells = [name, setting, f"{min(times):.0f}", f"{median:.0f}", wanted, *against, memory]
    print("| " + " | ".join(cells) + " |", flush=True)


def traces(options):
    """Writing ten million events to nowhere; what the run takes without a trace is not taken off."""
    flags = [*SETTINGS["ideal"], *setting_flags({"rounds": 53_000})]
    _, output, _ = concsim(options, "convoy", [*flags, "--format", "json"], quiet=False)
    events = json.loads(output)["events"]
    print(f"| trace of {events:,} events | M events/s min | median | peak RSS MB |")
    print("|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for form in ["none", "trace", "jsonl"]:
            nowhere = Path(folder) / f"null.{form}"
            nowhere.symlink_to(os.devnull)
            extra = [] if form == "none" else ["--trace", str(nowhere)]
            runs = [concsim(options, "convoy", [*flags, *extra]) for _ in range(options.repeat)]
            rates = [events * 1_000 / used for used, _, _ in runs]
            rss = max(rss for _, _, rss in runs) / 1e6
            print(f"| {form} | {min(rates):.2f} | {statistics.median(rates):.2f} | {rss:.1f} |", flush=True)
    print()


def seeds(options):
    """A hundred thousand runs of a small script, a seed each, by the clock on the wall."""
    runs = 100_000
    print(f"| race.conc, {runs:,} seeds | min s | median s | runs/s | us a run and processor |")
    print("|---|---:|---:|---:|---:|")
    for scheduler in ["fifo", "random", "pct"]:
        walls, used = [], []
        for _ in range(options.repeat):
            begun = time.perf_counter_ns()
            cpu, _, _ = concsim(options, "race", ["--seeds", f"0..{runs}", "--scheduler", scheduler])
            walls.append((time.perf_counter_ns() - begun) / 1e9)
            used.append(cpu / runs / 1000)
        median = statistics.median(walls)
        cells = [scheduler, f"{min(walls):.2f}", f"{median:.2f}", f"{runs / median:,.0f}", f"{statistics.median(used):.1f}"]
        print("| " + " | ".join(cells) + " |", flush=True)
    print()


def start(options):
    """A typical script from the start of the process to its exit, by the clock on the wall."""
    walls = []
    for _ in range(50):
        begun = time.perf_counter_ns()
        concsim(options, "typical", [])
        walls.append((time.perf_counter_ns() - begun) / 1e6)
    print("| typical.conc, start to exit | min ms | median ms | target ms |")
    print("|---|---:|---:|---:|")
    print(f"| default | {min(walls):.2f} | {statistics.median(walls):.2f} | < 5 |")


def setting_flags(values):
    return [part for name, value in values.items() for part in ("--set", f"{name}={value}")]


def concsim(options, script, flags, quiet=True):
    """Nanoseconds of processor time, standard output, and the peak of resident bytes."""
    command = [str(options.binary), "run", str(HERE / "workloads" / f"{script}.conc"), *ENOUGH, *flags]
    with subprocess.Popen(command + ["-q"] * quiet, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{output}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return round((usage.ru_utime + usage.ru_stime) * 1e9), output, usage.ru_maxrss * kilobyte


def simpy(options, script, numbers):
    command = [options.simpy, str(HERE / "simpy" / f"{script}.py"), *map(str, numbers)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Explores the same small programs with concsim, SPIN and Harmony, side by side.

    sudo apt-get install spin gcc
    python3 -m venv .harmony && .harmony/bin/pip install harmony==1.2.4126
    python3 benches/explore.py --harmony .harmony/bin/harmony

Times are by the clock on the wall, start and end of the process included; the median of the
runs of a row, which are interleaved. SPIN's checker is a program of its own for every model: what generating and compiling it takes
stands beside what it runs. States are what each checker counts, and depend on what it takes for one; memory is
the peak of the process. What takes longer than the limit is stopped and shown as such.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MODELS = HERE / "explore"

# Title, model, philosophers, whether the first deadlock is enough, which checkers.
ROWS = [
    ("ordered", "ordered", 8, False, "concsim concsim-none spin spin-none harmony"),
    ("ordered", "ordered", 9, False, "concsim spin harmony"),
    ("ordered", "ordered", 10, False, "concsim spin harmony"),
    ("naive, first deadlock", "naive", 10, True, "concsim spin harmony"),
    ("naive, first deadlock", "naive", 12, True, "concsim spin harmony"),
    ("ordered, for ever", "for_ever", 12, False, "concsim spin spin-none harmony"),
]


class Outcome:
    """What a run came to: seconds (None if it was stopped), states, peak bytes, and how it ended."""

    def __init__(self, seconds, text, peak, status):
        self.seconds, self.text, self.peak, self.status = seconds, text, peak, status
        self.states = None


def main():
    options = arguments()
    if not options.binary:
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        options.binary = target / "release" / "concsim"
    options.binary = options.binary.absolute()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {options.repeat} runs a row, limit {options.limit} s")
    print()
    print("| program | n | checker | verdict | states | median s | min s | to compile s | peak MB |")
    print("|---|---:|---|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for row in ROWS:
            measure(options, row, Path(folder))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, metavar="FILE", help="this concsim instead of a new build")
    parser.add_argument("--spin", default=shutil.which("spin"), metavar="FILE", help="SPIN; without it its rows are left out")
    parser.add_argument("--harmony", default=shutil.which("harmony"), metavar="FILE", help="Harmony; the same")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each row [default: 3]")
    parser.add_argument("--limit", type=int, default=120, metavar="SECONDS", help="of each run [default: 120]")
    parser.add_argument("--memory", type=int, default=12, metavar="GIB", help="of each run [default: 12]")
    parser.add_argument("--only", action="append", metavar="MODEL", help="this model only (may be repeated)")
    parser.add_argument("--number", action="append", type=int, metavar="N", help="so many philosophers only (may be repeated)")
    return parser.parse_args()


def measure(options, row, folder):
    title, model, number, first, checkers = row
    if (options.only and model not in options.only) or (options.number and number not in options.number):
        return
    checks = []
    for name in checkers.split():
        check = CHECKERS[name.split("-")[0]](options, (model, number, first, name.endswith("-none")), folder)
        if check:
            checks.append((name, *check))
    runs = {name: [] for name, _, _ in checks}
    for _ in range(options.repeat):
        for name, _, run in checks:
            # What was stopped once would be stopped again.
            if not runs[name] or runs[name][-1].seconds is not None:
                runs[name].append(run())
    for name, compiled, _ in checks:
        tell(title, number, name, compiled, runs[name])


def tell(title, number, name, compiled, runs):
    times = [run.seconds for run in runs if run.seconds is not None]
    last = runs[-1]
    median = f"{statistics.median(times):.2f}" if times else "stopped"
    least = f"{min(times):.2f}" if times else ""
    states = f"{last.states:,}" if last.states is not None and times else ""
    compile_time = f"{compiled:.2f}" if compiled else ""
    peak = f"{max(run.peak for run in runs) / 1e6:,.0f}"
    label = name.replace("-none", ", no reduction")
    print(f"| {title} | {number} | {label} | {last.status} | {states} | {median} | {least} | {compile_time} | {peak} |", flush=True)


def run(options, command, folder):
    """Runs a command to its end or the limit."""
    output = folder / "output"
    begun = time.perf_counter()
    with open(output, "w", encoding="utf-8") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (options.memory << 30,) * 2),
        )
        stopped = False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if not stopped and time.perf_counter() - begun > options.limit:
                stopped = True
                os.killpg(process.pid, 9)
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = None if stopped else time.perf_counter() - begun
    text = output.read_text(encoding="utf-8", errors="replace")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return Outcome(seconds, text, usage.ru_maxrss * kilobyte, "stopped" if stopped else "")


def number_in(pattern, text):
    found = re.search(pattern, text)
    return int(found.group(1).replace(",", "")) if found else None


def concsim(options, what, folder):
    model, number, first, plain = what
    command = [str(options.binary), "explore", str(MODELS / f"{model}.conc"), "--set", f"n={number}", "--format", "json"]
    command += ["--first"] * first + ["--reduction", "none"] * plain

    def once():
        done = run(options, command, folder)
        done.states = number_in(r'"states": *(\d+)', done.text)
        if done.seconds is not None:
            verdict = re.search(r'"verdict": *"(\w+)"', done.text)
            done.status = verdict.group(1) if verdict else f"failed: {done.text[:200]!r}"
        return done

    return 0, once


def spin(options, what, folder):
    # It stops at the first error in any case.
    model, number, _, plain = what
    if not options.spin:
        return None
    home = folder / f"{model}-{number}-{plain}"
    home.mkdir()
    begun = time.perf_counter()
    subprocess.run([options.spin, f"-DN={number}", "-a", str(MODELS / f"{model}.pml")], cwd=home, check=True, stdout=subprocess.DEVNULL)
    flags = ["-DNOREDUCE"] if plain else []
    subprocess.run(["gcc", "-O2", "-DSAFETY", *flags, f"-DMEMLIM={options.memory * 1024}", "-o", "pan", "pan.c"], cwd=home, check=True)
    compiled = time.perf_counter() - begun
    command = [str(home / "pan"), "-m1000000"]

    def once():
        done = run(options, command, home)
        done.states = number_in(r"(\d+) states, stored", done.text)
        if done.seconds is not None:
            errors = number_in(r"errors: (\d+)", done.text)
            done.status = "failed" if errors is None else "violation" if errors else "ok"
        return done

    return compiled, once


def harmony(options, what, folder):
    model, number, _, _ = what
    if not options.harmony:
        return None
    # It writes its files beside the model.
    copy = folder / f"{model}.hny"
    shutil.copy(MODELS / f"{model}.hny", copy)
    command = [str(Path(options.harmony).absolute()), "--noweb", "-c", f"N={number}", copy.name]

    def once():
        done = run(options, command, folder)
        done.states = number_in(r"\* (\d+) states", done.text)
        if done.seconds is not None:
            done.status = "ok" if "No issues found" in done.text else "violation" if "Summary" in done.text else "failed"
        return done

    return 0, once


CHECKERS = {"concsim": concsim, "spin": spin, "harmony": harmony}

if __name__ == "__main__":
    main()

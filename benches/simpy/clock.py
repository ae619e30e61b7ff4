"""Runs a workload with the numbers of the command line, and prints nanoseconds per unit.

Usage: python benches/simpy/hold.py 1000 100
"""

import time


def nanoseconds_per_unit(main, argv):
    """In processor time, without the start of Python and the imports, which would only speak against SimPy."""
    numbers = [int(number.replace("_", "")) for number in argv[1:]]
    start = time.process_time_ns()
    units = main(*numbers)
    print(f"{(time.process_time_ns() - start) / units:.1f}")

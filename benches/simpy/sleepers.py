"""Many sleepers, once each, in SimPy; see ../workloads/sleepers.conc."""

import random
import sys

import simpy
from clock import nanoseconds_per_unit


def sleeper(env):
    yield env.timeout(random.uniform(1000.0, 2000.0))


def main(n):
    random.seed(0)
    env = simpy.Environment()
    for _ in range(n):
        env.process(sleeper(env))
    env.run()
    return n


nanoseconds_per_unit(main, sys.argv)

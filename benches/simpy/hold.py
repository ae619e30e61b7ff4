"""The hold model in SimPy; see ../workloads/hold.conc."""

import random
import sys

import simpy
from clock import nanoseconds_per_unit


def holder(env, rounds):
    for _ in range(rounds):
        yield env.timeout(random.expovariate(1.0))


def main(n, rounds):
    random.seed(0)
    env = simpy.Environment()
    for _ in range(n):
        env.process(holder(env, rounds))
    env.run()
    return n * rounds


nanoseconds_per_unit(main, sys.argv)

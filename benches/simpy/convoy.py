"""A lock convoy in SimPy; see ../workloads/convoy.conc."""

import sys

import simpy
from clock import nanoseconds_per_unit


def worker(env, lock, rounds):
    for _ in range(rounds):
        with lock.request() as turn:
            yield turn
            yield env.timeout(1000)
        yield env.timeout(1000)


def main(n, rounds):
    env = simpy.Environment()
    lock = simpy.Resource(env, capacity=1)
    for _ in range(n):
        env.process(worker(env, lock, rounds))
    env.run()
    return n * rounds


nanoseconds_per_unit(main, sys.argv)

"""Four servers used to 90% in SimPy; see ../workloads/mmc.conc."""

import random
import sys

import simpy
from clock import nanoseconds_per_unit

THINKING = 25.0


def client(env, desk, rounds):
    for _ in range(rounds):
        yield env.timeout(random.expovariate(1.0 / THINKING))
        with desk.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1.0))


def main(clients, rounds):
    random.seed(0)
    env = simpy.Environment()
    desk = simpy.Resource(env, capacity=4)
    for _ in range(clients):
        env.process(client(env, desk, rounds))
    env.run()
    return 2 * clients * rounds


nanoseconds_per_unit(main, sys.argv)

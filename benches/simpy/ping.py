"""A ping-pong through two stores in SimPy; see ../workloads/ping.conc."""

import sys

import simpy
from clock import nanoseconds_per_unit


def player(pings, pongs, rounds):
    for i in range(rounds):
        yield pings.put(i)
        yield pongs.get()


def partner(pings, pongs, rounds):
    for _ in range(rounds):
        item = yield pings.get()
        yield pongs.put(item)


def main(rounds):
    env = simpy.Environment()
    pings, pongs = simpy.Store(env), simpy.Store(env)
    env.process(player(pings, pongs, rounds))
    env.process(partner(pings, pongs, rounds))
    env.run()
    return 2 * rounds


nanoseconds_per_unit(main, sys.argv)

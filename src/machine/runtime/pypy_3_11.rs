//! `PyPy` for Python 3.11: a GIL that waiters poll, and that goes round in turns.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::runtime::factors;
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "pypy-3.11",
    summary: "GIL that waiters poll every 0.1 ms and have in turns, in slices of two intervals",
    python: Python { major: 3, minor: 11 },
    gil: Gil::Polling,
    check_points: CheckPoints::Loops,
    lock: LockPolicy::Barging,
    free_lock: FreeLock::RuntimeError,
    timed_waits: TimedWaits::Woken,
    switch_interval: SimDuration::ms(5),
    check_interval: 100,
    polling: Polling::PYPY,
    speed_percent: 33,
    start_method: StartMethod::Fork,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "PyPy rpython/translator/c/src/thread_gil.c: the first waiter looks every 0.1 ms; a forced release goes to the next in line. Measured on 7.3.11 (Python 3.9): slices of 10.4 ms in turns; beside a thread that computes, one that does I/O waits 0.6-0.7 ms (one in ten longer)",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "PyPy pypy/module/pypyjit/interp_jit.py, jump_absolute: compiled code counts at the ends of loops, and has what these call in it; code that is not compiled yet counts everywhere, which is left out. Measured on 7.3.11 (Python 3.9): `x += 1` and `x = x + f()` lose nothing in most runs",
        },
        Source {
            of: "lock",
            evidence: Evidence::Measured,
            text: "7.3.11 (Python 3.9): two threads that only hold a lock alternate in 3 % of the acquisitions",
        },
        Source { of: "free_lock", evidence: Evidence::Measured, text: "7.3.11 (Python 3.9): RuntimeError" },
        Source {
            of: "switch_interval",
            evidence: Evidence::Measured,
            text: "7.3.11 (Python 3.9): slices are two intervals long; sys.getswitchinterval()",
        },
        Source {
            of: "gil_poll",
            evidence: Evidence::Documented,
            text: "PyPy rpython/translator/c/src/thread_gil.c: the first waiter sleeps for 0.1 ms between two looks",
        },
        Source {
            of: "gil_slice_intervals",
            evidence: Evidence::Measured,
            text: "7.3.11 (Python 3.9): slices of threads that compute take 10.4 ms",
        },
        Source {
            of: "gil_short_slice",
            evidence: Evidence::Fitted,
            text: "7.3.11 (Python 3.9): beside a thread that computes, one that does I/O waits 0.6-0.7 ms (one in ten longer)",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Documented,
            text: "pypy.org: about 3 times as fast as CPython 3.11 (geometric mean of its benchmarks)",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Documented,
            text: "PyPy ships CPython's Lib/multiprocessing/context.py: fork on Linux up to 3.13",
        },
    ],
    factors: factors::PYPY,
};

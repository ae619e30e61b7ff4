//! CPython 3.12: the GIL with an interval, and locks that may be overtaken.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "cpython-3.12",
    summary: "GIL with a switch interval; a lock goes to whoever comes first",
    python: Python { major: 3, minor: 12 },
    gil: Gil::Interval,
    check_points: CheckPoints::Calls,
    lock: LockPolicy::Barging,
    free_lock: FreeLock::RuntimeError,
    timed_waits: TimedWaits::Woken,
    switch_interval: SimDuration::ms(5),
    check_interval: 100,
    polling: Polling::PYPY,
    speed_percent: 100,
    start_method: StartMethod::Fork,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "CPython 3.12 Python/ceval_gil.c: take_gil waits for the interval and then sets \
                   gil_drop_request; drop_gil waits for a switch only if it was requested. Slices of 5.10-5.15 ms \
                   measured on 3.6 to 3.13",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "CPython 3.12 Python/bytecodes.c: CHECK_EVAL_BREAKER at JUMP_BACKWARD, RESUME and calls. Measured on \
                   3.11, 3.13 and an early 3.15: `x += 1` loses nothing",
        },
        Source {
            of: "lock",
            evidence: Evidence::Documented,
            text: "CPython 3.12 Python/thread_pthread.h: a lock is a POSIX semaphore. Measured on 3.6 to 3.13: two \
                   threads that only hold a lock alternate in 0.5-2.6 % of the acquisitions",
        },
        Source {
            of: "free_lock",
            evidence: Evidence::Documented,
            text: "the page on threading of CPython 3.3 and later: releasing a lock that is unlocked raises RuntimeError, and _thread.error is another name of that. Measured on 3.6 to 3.13",
        },
        Source {
            of: "switch_interval",
            evidence: Evidence::Documented,
            text: "CPython 3.12 Python/ceval_gil.c: DEFAULT_INTERVAL 5000 us; sys.getswitchinterval()",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Chosen,
            text: "the reference: a script's lengths are those of a build with a GIL",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Documented,
            text: "CPython 3.12 Lib/multiprocessing/context.py: the default on Linux up to 3.13",
        },
    ],
    factors: &[],
};

//! CPython 2.7: a GIL that is let go of every so many ticks and taken again at once.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::runtime::factors;
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "cpython-2.7",
    summary: "old GIL: let go of every 100 ticks; threads on several cores fight for it",
    python: Python { major: 2, minor: 7 },
    gil: Gil::Ticks,
    check_points: CheckPoints::Operations { before_with: true },
    lock: LockPolicy::Barging,
    free_lock: FreeLock::ThreadError,
    timed_waits: TimedWaits::Polled,
    switch_interval: SimDuration::ms(5),
    check_interval: 100,
    polling: Polling::PYPY,
    speed_percent: 100,
    start_method: StartMethod::Fork,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "CPython 2.7.18 Python/ceval.c: when the ticks are over, interpreter_lock is released and acquired at once; Python/thread_pthread.h: it is a POSIX semaphore, which remembers neither owner nor queue. Measured: slices of 39 us in the middle on two cores, of 4.0 ms on one",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "CPython 2.7.18 Python/ceval.c: ticks are counted for every opcode but those dispatched fast. Measured: `x += 1` loses 18-34 % of the updates of two threads",
        },
        Source {
            of: "lock",
            evidence: Evidence::Documented,
            text: "CPython 2.7.18 Modules/threadmodule.c: acquire always lets go of the GIL; the lock is a POSIX semaphore. Measured: two threads that only hold a lock alternate in 0.3-1.9 % of the acquisitions",
        },
        Source {
            of: "free_lock",
            evidence: Evidence::Measured,
            text: "2.7.18: thread.error, whose class is called error and is no RuntimeError; an RLock and a Condition raise RuntimeError, a BoundedSemaphore ValueError",
        },
        Source {
            of: "timed_waits",
            evidence: Evidence::Documented,
            text: "CPython 2.7.18 Lib/threading.py, _Condition.wait: a loop of tries and sleeps of 1 ms, 2 ms, up to 50 ms",
        },
        Source {
            of: "switch_interval",
            evidence: Evidence::Chosen,
            text: "there is none; nothing waits for it",
        },
        Source {
            of: "check_interval",
            evidence: Evidence::Documented,
            text: "CPython 2.7.18 Python/ceval.c: _Py_CheckInterval is 100; sys.getcheckinterval()",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Chosen,
            text: "a script's lengths are those of the version that it runs on",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Documented,
            text: "CPython 2.7 Lib/multiprocessing/forking.py: there is no other on Linux",
        },
    ],
    factors: factors::CPYTHON_2_7,
};

//! CPython 3.13 built free-threaded (PEP 703): no GIL.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::runtime::factors;
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "cpython-3.13t",
    summary: "free-threaded: no GIL; slow on one thread; a lock goes to whoever comes first",
    python: Python { major: 3, minor: 13 },
    gil: Gil::None,
    check_points: CheckPoints::Calls,
    lock: LockPolicy::Barging,
    free_lock: FreeLock::RuntimeError,
    timed_waits: TimedWaits::Woken,
    switch_interval: SimDuration::ms(5),
    check_interval: 100,
    polling: Polling::PYPY,
    speed_percent: 140,
    start_method: StartMethod::Fork,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "PEP 703. Measured on an early free-threaded 3.15: two CPU-bound threads on two cores \
                   take 0.51-0.67 of the sequential time",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "CPython 3.13 Python/bytecodes.c, _CHECK_PERIODIC; there is no GIL to be lost there, only a stop of the \
                   world",
        },
        Source {
            of: "lock",
            evidence: Evidence::Documented,
            text: "CPython 3.13 Python/thread_pthread.h: threading.Lock is still a POSIX semaphore; it has been a PyMutex, \
                   which is fair after 1 ms, since 3.14",
        },
        Source {
            of: "free_lock",
            evidence: Evidence::Documented,
            text: "the page on threading of CPython 3.3 and later: releasing a lock that is unlocked raises RuntimeError, and _thread.error is another name of that. Measured on 3.6 to 3.13",
        },
        Source {
            of: "switch_interval",
            evidence: Evidence::Documented,
            text: "CPython 3.13 Python/ceval_gil.c: it can be read and set, and nothing waits for it",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Documented,
            text: "the free-threading howto of 3.13: about 40 % on one thread (pyperformance), since the specialising \
                   interpreter is disabled",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Documented,
            text: "CPython 3.13 Lib/multiprocessing/context.py: the default on Linux up to 3.13",
        },
    ],
    factors: factors::FREE_THREADED,
};

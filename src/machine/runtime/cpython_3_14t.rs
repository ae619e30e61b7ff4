//! CPython 3.14 built free-threaded (PEP 703, PEP 779): no GIL.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::runtime::factors;
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "cpython-3.14t",
    summary: "free-threaded: no GIL; a lock goes to a waiter of more than 1 ms",
    python: Python { major: 3, minor: 14 },
    gil: Gil::None,
    check_points: CheckPoints::Calls,
    lock: LockPolicy::HandOff { after: SimDuration::ms(1) },
    free_lock: FreeLock::RuntimeError,
    timed_waits: TimedWaits::Woken,
    switch_interval: SimDuration::ms(5),
    check_interval: 100,
    polling: Polling::PYPY,
    speed_percent: 108,
    start_method: StartMethod::ForkServer,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "PEP 703, PEP 779. Measured on an early free-threaded 3.15: two CPU-bound threads on two cores \
                   take 0.51-0.67 of the sequential time",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Python/bytecodes.c, _CHECK_PERIODIC; there is no GIL to be lost there, only a stop of the \
                   world",
        },
        Source {
            of: "lock",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Python/lock.c: threading.Lock is a PyMutex, TIME_TO_BE_FAIR_NS is 1 ms. Measured on \
                   an early free-threaded 3.15: 78-100 % of the acquisitions alternate",
        },
        Source {
            of: "free_lock",
            evidence: Evidence::Documented,
            text: "the page on threading of CPython 3.3 and later: releasing a lock that is unlocked raises RuntimeError, and _thread.error is another name of that. Measured on 3.6 to 3.13 and on an early 3.15",
        },
        Source {
            of: "switch_interval",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Python/ceval_gil.c: it can be read and set, and nothing waits for it",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Documented,
            text: "What's New In Python 3.14: 5-10 % on one thread; the free-threading howto: 8 % on x86-64 Linux",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Lib/multiprocessing/context.py: the default on Linux since 3.14",
        },
    ],
    factors: factors::FREE_THREADED,
};

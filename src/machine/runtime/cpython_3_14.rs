//! CPython 3.14: the GIL with an interval, and locks that are fair after 1 ms.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "cpython-3.14",
    summary: "GIL with a switch interval; a lock goes to a waiter of more than 1 ms",
    python: Python { major: 3, minor: 14 },
    gil: Gil::Interval,
    check_points: CheckPoints::Calls,
    lock: LockPolicy::HandOff { after: SimDuration::ms(1) },
    free_lock: FreeLock::RuntimeError,
    timed_waits: TimedWaits::Woken,
    switch_interval: SimDuration::ms(5),
    check_interval: 100,
    polling: Polling::PYPY,
    speed_percent: 100,
    start_method: StartMethod::ForkServer,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Python/ceval_gil.c: as in 3.12, with the drop request kept per thread. Slices of \
                   5.10-5.15 ms measured on 3.6 to 3.13 and on an early 3.15 with -X gil=1",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Python/bytecodes.c: _CHECK_PERIODIC at JUMP_BACKWARD, RESUME and calls. Measured on \
                   3.11, 3.13 and an early 3.15: `x += 1` loses nothing",
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
            text: "CPython 3.14 Python/ceval_gil.c: DEFAULT_INTERVAL 5000 us; sys.getswitchinterval()",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Chosen,
            text: "the reference: a script's lengths are those of a build with a GIL",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Documented,
            text: "CPython 3.14 Lib/multiprocessing/context.py: the default on Linux since 3.14",
        },
    ],
    factors: &[],
};

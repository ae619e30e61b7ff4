//! `GraalPy` 25: a GIL, on the virtual machine of Graal.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "graalpy-25",
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
    start_method: StartMethod::Spawn,
    sources: &[
        Source {
            of: "gil",
            evidence: Evidence::Documented,
            text: "GraalPy has had a GIL since 21.1 (2021); that it changes hands as CPython's does is chosen",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Chosen,
            text: "as in CPython 3.12: the safepoints of compiled code stand at the ends of loops and at calls",
        },
        Source {
            of: "lock",
            evidence: Evidence::Chosen,
            text: "a lock of Java that is not fair: whoever comes first",
        },
        Source { of: "free_lock", evidence: Evidence::Chosen, text: "as in CPython; not measured" },
        Source { of: "switch_interval", evidence: Evidence::Chosen, text: "as in CPython; not measured" },
        Source {
            of: "speed_percent",
            evidence: Evidence::Chosen,
            text: "no figure that could be checked: a script's lengths are those of the runtime that it runs on",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Chosen,
            text: "it does not fork a virtual machine with threads; not measured",
        },
    ],
    factors: &[],
};

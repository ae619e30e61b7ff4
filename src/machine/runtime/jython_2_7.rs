//! Jython 2.7: threads of the Java virtual machine, without a GIL.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::runtime::factors;
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "jython-2.7",
    summary: "no GIL: threads of the Java virtual machine; a lock goes to whoever comes first",
    python: Python { major: 2, minor: 7 },
    gil: Gil::None,
    check_points: CheckPoints::Operations { before_with: true },
    lock: LockPolicy::Barging,
    free_lock: FreeLock::IllegalMonitorState,
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
            text: "PEP 703, related work: Jython has none. Measured: two CPU-bound threads on two cores take 0.54-0.62 of the sequential time",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "there is no GIL to be lost: threads run at the same time. Measured: `x += 1` loses 32-45 %",
        },
        Source {
            of: "lock",
            evidence: Evidence::Chosen,
            text: "a lock of Java that is not fair: whoever comes first",
        },
        Source {
            of: "free_lock",
            evidence: Evidence::Documented,
            text: "Jython 2.7.4 org/python/modules/_threading/Lock.java, tryRelease: an exception of Java; RLock.java: RuntimeError",
        },
        Source {
            of: "switch_interval",
            evidence: Evidence::Chosen,
            text: "there is none; nothing waits for it",
        },
        Source {
            of: "speed_percent",
            evidence: Evidence::Chosen,
            text: "no figure that could be checked: a script's lengths are those of the runtime that it runs on",
        },
        Source {
            of: "start_method",
            evidence: Evidence::Chosen,
            text: "it can't fork; it has no multiprocessing",
        },
    ],
    factors: factors::JYTHON,
};

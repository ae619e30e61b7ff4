//! `IronPython` 3.4: threads of .NET, without a GIL.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::turns::Polling;

pub(super) static RUNTIME: Runtime = Runtime {
    name: "ironpython-3.4",
    summary: "no GIL: threads of .NET; a lock goes to whoever comes first",
    python: Python { major: 3, minor: 4 },
    gil: Gil::None,
    check_points: CheckPoints::Operations { before_with: true },
    lock: LockPolicy::Barging,
    free_lock: FreeLock::NotHeld,
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
            text: "PEP 703, related work: IronPython has none",
        },
        Source {
            of: "check_points",
            evidence: Evidence::Documented,
            text: "there is no GIL to be lost: threads run at the same time",
        },
        Source {
            of: "lock",
            evidence: Evidence::Chosen,
            text: "a monitor of .NET is not fair: whoever comes first",
        },
        Source {
            of: "free_lock",
            evidence: Evidence::Documented,
            text: "IronPython 3.4.2 IronPython.Modules/_thread.cs: release creates thread.error, as in Python 2",
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
    factors: &[],
};

//! CPython 3.2 to 3.11 and 3.13: the GIL with an interval, as in 3.12. They differ in where a request to
//! drop it is noticed.

use crate::base::time::SimDuration;
use crate::machine::profile::{
    CheckPoints, Evidence, FreeLock, Gil, LockPolicy, Python, Runtime, Source, StartMethod, TimedWaits,
};
use crate::machine::runtime::factors;
use crate::machine::turns::Polling;

/// Between any two operations, except those that begin with a load or store of a local or of a constant.
const DISPATCH: &str = "at the top of the loop for every opcode but those dispatched fast, such as loads and stores of \
                        locals. Measured on 3.6 and 3.9: `x += 1` loses 18-36 % of the updates of two threads";

const THREAD_ERROR: &str =
    "the page on _thread of CPython 3.3: before that version, error was a class of its own, as on 2.7";
const RUNTIME_ERROR: &str = "the page on threading of CPython 3.3 and later: releasing a lock that is unlocked raises RuntimeError, and _thread.error is another name of that. Measured on 3.6 to 3.13";

macro_rules! runtime {
    (
        $name:literal, $minor:literal, $points:expr, $points_text:expr, gil: $gil:literal,
        start: $start:literal, summary: $summary:literal, factors: $factors:expr
    ) => {
        Runtime {
            name: concat!("cpython-3.", $name),
            summary: $summary,
            python: Python { major: 3, minor: $minor },
            gil: Gil::Interval,
            check_points: $points,
            lock: LockPolicy::Barging,
            free_lock: if $minor < 3 { FreeLock::ThreadError } else { FreeLock::RuntimeError },
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
                    text: concat!(
                        "CPython 3.", $name, " ", $gil, ": take_gil waits for the interval and then sets the drop \
                         request; drop_gil waits for a switch only if it was requested. Slices of 5.10-5.15 ms \
                         measured on 3.6 to 3.13"
                    ),
                },
                Source { of: "check_points", evidence: Evidence::Documented, text: $points_text },
                Source {
                    of: "lock",
                    evidence: Evidence::Documented,
                    text: concat!(
                        "CPython 3.", $name, " Python/thread_pthread.h: a lock is a POSIX semaphore. Measured on 3.6 \
                         to 3.13: two threads that only hold a lock alternate in 0.5-2.6 % of the acquisitions"
                    ),
                },
                Source {
                    of: "free_lock",
                    evidence: Evidence::Documented,
                    text: if $minor < 3 { THREAD_ERROR } else { RUNTIME_ERROR },
                },
                Source {
                    of: "switch_interval",
                    evidence: Evidence::Documented,
                    text: concat!(
                        "CPython 3.", $name, " ", $gil, ": DEFAULT_INTERVAL 5000 us; sys.getswitchinterval()"
                    ),
                },
                Source {
                    of: "speed_percent",
                    evidence: Evidence::Chosen,
                    text: "a script's lengths are those of the version that it runs on",
                },
                Source {
                    of: "start_method",
                    evidence: Evidence::Documented,
                    text: concat!("CPython 3.", $name, " ", $start),
                },
            ],
            factors: $factors,
        }
    };
    (old $name:literal, $minor:literal, before_with: $before:literal, start: $start:literal, factors: $factors:expr) => {
        runtime!(
            $name, $minor, CheckPoints::Operations { before_with: $before }, DISPATCH,
            gil: "Python/ceval_gil.h", start: $start,
            summary: "GIL with a switch interval; `x += 1` can be interrupted", factors: $factors
        )
    };
}

pub(super) static CPYTHON_3_2: Runtime = runtime!(old "2", 2, before_with: true, start: "Lib/multiprocessing/forking.py: there is no other on Linux", factors: factors::LIKE_3_6);
pub(super) static CPYTHON_3_3: Runtime = runtime!(old "3", 3, before_with: false, start: "Lib/multiprocessing/forking.py: there is no other on Linux", factors: factors::LIKE_3_6);
pub(super) static CPYTHON_3_4: Runtime = runtime!(old "4", 4, before_with: false, start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13", factors: factors::LIKE_3_6);
pub(super) static CPYTHON_3_5: Runtime = runtime!(old "5", 5, before_with: false, start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13", factors: factors::LIKE_3_6);
pub(super) static CPYTHON_3_6: Runtime = runtime!(old "6", 6, before_with: false, start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13", factors: factors::CPYTHON_3_6);
pub(super) static CPYTHON_3_7: Runtime = runtime!(old "7", 7, before_with: false, start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13", factors: factors::LIKE_3_9);
pub(super) static CPYTHON_3_8: Runtime = runtime!(old "8", 8, before_with: false, start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13", factors: factors::LIKE_3_9);
pub(super) static CPYTHON_3_9: Runtime = runtime!(old "9", 9, before_with: false, start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13", factors: factors::CPYTHON_3_9);
pub(super) static CPYTHON_3_10: Runtime = runtime!(
    "10", 10, CheckPoints::CallsAndBranches,
    "CPython 3.10 Python/ceval.c: CHECK_EVAL_BREAKER at JUMP_ABSOLUTE, at a POP_JUMP_IF that jumps, after calls and at \
     the entry of a frame",
    gil: "Python/ceval_gil.h", start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13",
    summary: "GIL with a switch interval; noticed at calls, loops and branches", factors: factors::LIKE_3_9
);
pub(super) static CPYTHON_3_11: Runtime = runtime!(
    "11", 11, CheckPoints::Calls,
    "CPython 3.11 Python/ceval.c: CHECK_EVAL_BREAKER at backward jumps, at RESUME and after calls of C functions. Measured \
     on 3.11: `x += 1` loses nothing, `x = x + f()` loses 19-41 %",
    gil: "Python/ceval_gil.h", start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13",
    summary: "GIL with a switch interval; a lock goes to whoever comes first", factors: factors::CPYTHON_3_11
);
pub(super) static CPYTHON_3_13: Runtime = runtime!(
    "13", 13, CheckPoints::Calls,
    "CPython 3.13 Python/bytecodes.c: _CHECK_PERIODIC at JUMP_BACKWARD, RESUME and calls. Measured on 3.13: `x += 1` \
     loses nothing, `x = x + f()` loses 21-31 %",
    gil: "Python/ceval_gil.c", start: "Lib/multiprocessing/context.py: the default on Linux up to 3.13",
    summary: "GIL with a switch interval; a lock goes to whoever comes first", factors: &[]
);

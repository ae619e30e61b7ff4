//! The codes of findings.
//!
//! A code never changes its meaning; one that is no longer used is not used again.

use crate::base::code::codes;

codes! {
    DEADLOCK = "D001", "units are stuck for ever";
    ASSERTION = "D002", "an `assert` failed";
    INVARIANT = "D003", "an `invariant` does not hold after some step";
    FINALLY = "D004", "a `finally` property does not hold at the end";
    EXCEPTION = "D005", "an exception ended a unit, and nobody took it";
    LIVELOCK = "D006", "units go on for ever without getting anywhere";
    RACE = "D007", "two units access one shared variable at the same time, and one writes";
    LOCK_ORDER = "D008", "units took the same locks in opposite orders";
    NESTED_LOCKS = "D009", "a lock was taken while another one was held";
    LOCK_NOT_RELEASED = "D010", "a unit ended while it held a lock";
    OVER_RELEASE = "D011", "a semaphore was released more often than it was acquired";
    WOKE_TO_FALSE = "D012", "a unit was woken for nothing and went on all the same";
    STARVATION = "D013", "a unit waited while others who came later went first";
    NEVER_AWAITED = "D014", "a task was not done when the body of its thread had ended";
    LIMIT = "D015", "the run was cut off before its end";
    BLOCKED_LOOP = "D016", "a unit kept its event loop from going on";
}

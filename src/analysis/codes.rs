//! The codes of lints.

use crate::base::code::codes;

codes! {
    NESTED_LOCKS = "W101", "a lock is taken while another one is held";
    OPPOSITE_ORDERS = "W102", "units that can run at the same time take the same locks in different orders";
    NOT_RELEASED = "W103", "a lock is not released on every way out of a function";
    WAIT_WITHOUT_LOOP = "W104", "`wait` on a condition outside a `while`";
    NOT_HOLDING = "W105", "`wait`, `notify` or `notify_all` without the condition's lock";
    UNGUARDED = "W106", "a shared variable is used without the lock that others hold";
    BLOCKS_LOOP = "W107", "an operation in a task, or on one, blocks the whole event loop";
    WORK_WITH_LOCK = "W108", "time is spent while holding a lock that others want";
    ACQUIRE_WITHOUT_WITH = "W109", "`acquire` and `release` where `with` does both";
    SET_TOO_EARLY = "W110", "an event is set, or a condition notified, before anybody can wait for it";
    NOT_JOINED = "W111", "units that are started in a loop are not joined";
    JOIN_WITH_LOCK = "W112", "a unit is joined while holding a lock that it takes";
    ONE_AFTER_ANOTHER = "W113", "each unit of a loop is joined before the next one is started";
    TAKEN_TWICE = "W114", "a unit takes a lock that it already holds";
    READ_TOO_EARLY = "W115", "a unit reads a shared variable before it has joined the unit that writes it";
    ANSWER_UNUSED = "W116", "nobody looks whether an `acquire` that can fail has succeeded";
    NEVER_DONE = "W117", "a queue is joined whose items nobody marks as done";
    NO_WORKER_LEFT = "W118", "the only worker of a pool waits for a job of the same pool";
}

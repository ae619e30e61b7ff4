//! The codes of warnings: what is suspicious in a script that is right.
//!
//! Below W100 stands what can be seen without a thought of concurrency, from W101 on what needs one.

use crate::base::code::codes;

codes! {
    ALLOW_MISSPELT = "W001", "a comment that looks like `# concsim: allow …` and is not";
    ALLOW_UNKNOWN = "W002", "a comment allows a code that is no lint's";
    ALLOW_UNUSED = "W003", "a comment allows what nobody warns of";
    UNUSED_DECLARATION = "W010", "a param, an object or a shared is never used";
    UNUSED_FUNCTION = "W011", "a function is never reached from `main`";
    UNUSED_LOCAL = "W012", "a local variable or a parameter is set and never read";
    UNUSED_PARAMETER = "W013", "a function uses its other parameters and not this one";
    UNREAD_SHARED = "W014", "a shared variable is assigned and never read";
    UNREACHABLE = "W020", "a statement that is never reached";
    UNREACHABLE_HANDLER = "W021", "an `except` below one that catches the same";
    CONSTANT_CONDITION = "W022", "a condition, a claim or a property that is always true or always false";
    REPEATED_CONDITION = "W023", "an `elif` asks what was asked above it";
    EMPTY_RANGE = "W024", "a `for` counts over nothing";
    ENDLESS_LOOP = "W025", "nothing in a `while` changes its condition";
    HIDDEN_GLOBAL = "W030", "a local hides a param, an object or a shared";
    INNER_LET = "W031", "a `let` in an inner block gives an outer variable a new value";
    SAME_OPERANDS = "W040", "something is compared with itself";
    SELF_ASSIGNMENT = "W041", "something is assigned to itself";
    DROPPED_RESULT = "W042", "an answer is asked for and dropped";
    NO_RESULT = "W043", "the result of a function that returns nothing is used";
    BUSY_WAITING = "W050", "a loop waits by asking again and again";
    NO_TIME = "W051", "a `compute` that takes no time";
    EXPECTED_TWICE = "W060", "an `expect` says what was said before";
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
    NEVER_DONE = "W117", "a queue is joined whose items nobody marks as done";
    NO_WORKER_LEFT = "W118", "the only worker of a pool waits for a job of the same pool";
    LOCK_OF_EACH_PROCESS = "W119", "what all processes share is guarded with a lock of which each has its own";
}

//! The codes of warnings: what is suspicious in a script that is right.
//!
//! Below W100 stands what can be seen without a thought of concurrency.

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
}

//! The codes of what can be wrong with the meaning of a script.
//!
//! A code never changes its meaning; one that is no longer used is not used
//! again. Codes below E100 belong to the parser.

use crate::base::code::codes;

codes! {
    NO_MAIN = "E100", "the script has no `main`";
    TWO_MAINS = "E101", "the script has more than one `main`";
    DECLARED_TWICE = "E102", "two params, objects, shareds or functions have one name";
    SETTING_TWICE = "E104", "a setting of the machine is given twice";
    PARAMETER_TWICE = "E105", "a function has two parameters of one name";
    UNKNOWN_NAME = "E110", "a name that is read is declared nowhere";
    FUNCTION_AS_VALUE = "E111", "a function stands where a value is needed";
    NOT_A_FUNCTION = "E112", "what is called is no function";
    UNKNOWN_FUNCTION = "E113", "a function that is called is defined nowhere";
    UNKNOWN_TARGET = "E114", "a name that is assigned is neither local nor shared";
    NOT_ASSIGNABLE = "E115", "a param, object, function or whole array is assigned";
    UNKNOWN_REGION = "E116", "`inside` names no region";
    FOREIGN_NAME = "E117", "a name of Python's library or of another language that is written differently here";
    READ_ABOVE = "E118", "a local is used above its `let`";
    TOO_MANY_ARGUMENTS = "E120", "a call has more arguments than parameters";
    MISSING_ARGUMENT = "E121", "a call lacks an argument";
    UNKNOWN_ARGUMENT = "E122", "a call names a parameter that does not exist";
    ARGUMENT_TWICE = "E123", "a call gives an argument twice";
    NO_CALL = "E126", "what `submit` or `map` is given is no call, or no name, of a function";
    UNKNOWN_METHOD = "E130", "a value has no method or part of that name";
    METHOD_NOT_CALLED = "E131", "a method lacks its brackets";
    WRONG_KIND = "E132", "a value is of a kind that cannot be used there";
    WHOLE_ARRAY = "E133", "a whole array stands where one element is needed";
    NOT_INDEXABLE = "E134", "what is indexed has no elements";
    NO_OPERAND = "E135", "an object or handle is an operand of arithmetic or of an order";
    NOT_ITERABLE = "E136", "what a `for` or an `in` goes through has no elements";
    NOT_AWAITABLE = "E138", "what is awaited cannot be waited for";
    NO_DURATION = "E139", "a length of time lacks its unit";
    NO_EFFECT = "E140", "a statement does nothing";
    OUTSIDE_LOOP = "E141", "`break` or `continue` stands outside a loop";
    OUTSIDE_EXCEPT = "E142", "a bare `raise` stands outside `except`";
    CATCH_ALL_NOT_LAST = "E144", "an `except` that catches all is not the last one";
    WAIT_IN_ATOMIC = "E145", "something that takes time stands inside `atomic`";
    VALUE_FROM_MAIN = "E146", "`main` returns a value";
    SPAWN_IN_ATOMIC = "E147", "a unit is started inside `atomic`";
    TIMEOUT_ALONE = "E148", "`timeout` stands elsewhere than in `async with`";
    NOT_IN_PROPERTY = "E150", "a property uses more than it may";
    NOT_IN_INITIALISER = "E151", "a declaration uses more than it may";
    NOT_IN_CONDITION = "E152", "the condition of `atomic when` uses more than it may";
    ONLY_IN_FINALLY = "E153", "`elapsed` or `deadlocked` stands outside a `finally` property";
    DECLARED_BELOW = "E154", "a declaration uses a shared that is declared below it";
    UNKNOWN_FINDING = "E160", "`expect` names no kind of finding";
    LIMIT_EXPECTED = "E161", "`expect` names `limit`, which is no finding about the script";
    REFERENCE_IN_PROCESS = "E162", "a `process shared` is given an object or a handle";
    IN_SUBPROCESS = "E163", "a subprocess uses what the script declares";
    OUTSIDE_SUBPROCESS = "E164", "`stdin`, `stdout` or `stderr` stands in what no subprocess runs";
    NOT_CONNECTED = "E165", "a stream of a subprocess is used that is not connected";
    TYPES_NEVER_MIX = "E170", "an operator stands between values of types that never mix";
    DIVISION_BY_ZERO = "E171", "a division by zero";
    OUT_OF_BOUNDS = "E172", "an index lies outside a list or array";
    NEGATIVE_TIME = "E173", "a length of time is negative";
    NOTHING_TO_CHOOSE = "E174", "`choose` has nothing to choose from";
    OVERFLOWS = "E175", "a result does not fit in 64 bits";
    WRONG_ARGUMENT = "E176", "an argument is of a type that is never taken there";
    BAD_INDEX = "E177", "an index is no whole number";
    NOT_CONSTANT = "E180", "an initialiser, a length or an argument of a declaration can't be evaluated";
    TOO_MANY_ELEMENTS = "E181", "an array's length is no whole number from 0 on, or the arrays are too large in all";
    BAD_DECLARATOR = "E182", "an argument of a declaration has the wrong type or value";
    CODE_TOO_LARGE = "E183", "the script is too large to be turned into code";
    TIME_DECIDES = "E190", "the time decides something in a script that is to be explored";
    NOT_IN_PYTHON = "E195", "something that has no counterpart in a Python program";
    NOT_IN_THIS_PYTHON = "E301", "something that the runtime's version of Python does not have";
}

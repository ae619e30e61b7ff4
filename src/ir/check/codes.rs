//! The codes of the checker's errors, each with its meaning.
//!
//! A code never changes its meaning; one that is no longer used is not used
//! again. Codes below E100 belong to the parser.

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)+) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)+

        /// Every code with its meaning, in ascending order.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),+];
    };
}

codes! {
    NO_MAIN = "E100", "The script has no `main`.";
    TWO_MAINS = "E101", "The script has more than one `main`.";
    DECLARED_TWICE = "E102", "Two params, objects, shareds or functions have one name.";
    SETTING_TWICE = "E104", "A setting of the machine is given twice.";
    PARAMETER_TWICE = "E105", "A function has two parameters of one name.";
    UNKNOWN_NAME = "E110", "A name that is read is declared nowhere.";
    FUNCTION_AS_VALUE = "E111", "A function stands where a value is needed.";
    NOT_A_FUNCTION = "E112", "What is called is no function.";
    UNKNOWN_FUNCTION = "E113", "A function that is called is defined nowhere.";
    UNKNOWN_TARGET = "E114", "A name that is assigned is neither local nor shared.";
    NOT_ASSIGNABLE = "E115", "A param, object, function or whole array is assigned.";
    UNKNOWN_REGION = "E116", "`inside` names no region.";
    TOO_MANY_ARGUMENTS = "E120", "A call has more arguments than parameters.";
    MISSING_ARGUMENT = "E121", "A call lacks an argument.";
    UNKNOWN_ARGUMENT = "E122", "A call names a parameter that does not exist.";
    ARGUMENT_TWICE = "E123", "A call gives an argument twice.";
    POSITIONAL_AFTER_NAMED = "E124", "A positional argument stands after a named one.";
    MISPLACED_RANGE = "E125", "A range stands outside `for`, `choose` and `map`.";
    UNKNOWN_METHOD = "E130", "A value has no method or part of that name.";
    METHOD_NOT_CALLED = "E131", "A method lacks its brackets.";
    WRONG_KIND = "E132", "A value is of a kind that cannot be used there.";
    WHOLE_ARRAY = "E133", "A whole array stands where one element is needed.";
    NOT_INDEXABLE = "E134", "What is indexed has no elements.";
    NO_OPERAND = "E135", "An object or handle is an operand of arithmetic or of an order.";
    NOT_ITERABLE = "E136", "What a `for` or an `in` goes through has no elements.";
    BAD_LENGTH = "E137", "The length of an array is not a whole number from 0.";
    NOT_AWAITABLE = "E138", "What is awaited cannot be waited for.";
    NO_DURATION = "E139", "A length of time lacks its unit.";
    NO_EFFECT = "E140", "A statement does nothing.";
    OUTSIDE_LOOP = "E141", "`break` or `continue` stands outside a loop.";
    OUTSIDE_EXCEPT = "E142", "A bare `raise` stands outside `except`.";
    TRY_ALONE = "E143", "A `try` has neither `except` nor `finally`.";
    CATCH_ALL_NOT_LAST = "E144", "An `except` that catches all is not the last one.";
    WAIT_IN_ATOMIC = "E145", "Something that takes time stands inside `atomic`.";
    NOT_IN_PROPERTY = "E150", "A property uses more than it may.";
    NOT_IN_INITIALISER = "E151", "A declaration uses more than it may.";
    NOT_IN_CONDITION = "E152", "The condition of `atomic when` uses more than it may.";
    ONLY_IN_FINALLY = "E153", "`elapsed` or `deadlocked` stands outside a `finally` property.";
    DECLARED_BELOW = "E154", "A declaration uses a shared that is declared below it.";
    UNKNOWN_FINDING = "E160", "`expect` names no kind of finding.";
    LIMIT_EXPECTED = "E161", "`expect` names `limit`, which is no finding about the script.";
    NOT_SUPPORTED = "E900", "The language has it, this version of concsim does not run it.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_ascend_and_none_is_used_twice() {
        assert!(ALL.is_sorted_by(|left, right| left.0 < right.0));
    }
}

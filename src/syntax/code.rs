//! The codes of what can be wrong with a script's text, one for each kind of mistake.

use crate::base::code::codes;

codes! {
    TOO_LARGE = "E001", "the script is larger than a script may be";
    CHARACTER = "E002", "a character that means nothing where it stands";
    UNIT_APART = "E003", "a number and its unit are apart, or the unit is missing or unknown";
    BAD_NUMBER = "E004", "a number is written in a way that the language does not have";
    NOT_WHOLE = "E005", "a decimal number that is no whole number of nanoseconds or bytes";
    NUMBER_TOO_LARGE = "E006", "a number that does not fit in 64 bits";
    UNCLOSED_STRING = "E007", "a string that does not end on its line";
    BAD_ESCAPE = "E008", "an unknown escape in a string";
    OTHER_QUOTES = "E009", "a string in other quotes than \"";
    UNCLOSED_BRACKET = "E010", "a bracket that is never closed";
    STRAY_BRACKET = "E011", "a closing bracket without its opening one";
    BRACKET_MISMATCH = "E012", "a bracket closed by one of another kind";
    TOO_DEEP = "E013", "brackets or operations inside one another, too many of them";
    UNEXPECTED = "E014", "a word or sign that can't stand where it stands";
    FOREIGN_OPERATOR = "E015", "an operator of another language";
    ELSE_IF = "E016", "`else if` for `elif`";
    FOREIGN_STATEMENT = "E017", "a statement of Python that scripts do not have";
    AS = "E018", "`as` after `with` or `except`";
    CHAINED_COMPARISON = "E019", "two comparisons in a row";
    COLON = "E020", "a colon where a block opens with a brace";
    MISSING_BLOCK = "E021", "a block is missing";
    OUTSIDE = "E022", "a statement outside every function, or an item inside one";
    NO_PLACE = "E023", "an assignment to something that can't be assigned to";
    ARGUMENT_ORDER = "E024", "a positional argument behind a named one";
    TRY_ALONE = "E025", "a `try` without `except` and `finally`";
    TUPLE = "E026", "several values in round brackets";
    RANGE = "E027", "`range` with other than one or two values, or `a..b` where no range can stand";
    UNIT_KIND = "E028", "`spawn` without the kind of unit";
    NAME_TOO_LONG = "E029", "a name that is longer than a name may be";
    COMMENT = "E030", "a comment of another language, or a string in three quotes";
    PASTED = "E031", "what a web page, a forum or a prompt has put around the text";
    MISSPELT = "E032", "a reserved word that is misspelt";
}

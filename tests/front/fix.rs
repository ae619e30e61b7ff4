//! `concsim fix`: files, standard input, statuses.

use super::MISSPELT;
use crate::command::concsim;
use crate::{HELLO, WRONG};

#[test]
fn what_is_right_stays_as_it_is() {
    let ended = concsim("fix x.conc").file("x.conc", HELLO).ends_with(0).says_nothing();
    assert_eq!(ended.written("x.conc").as_deref(), Some(HELLO));
    ended.prints_just("x.conc: nothing to mend, no errors\n");
    concsim("fix -q x.conc").file("x.conc", HELLO).ends_with(0).says_nothing().prints_just("");
    concsim("fix --diff x.conc").file("x.conc", HELLO).ends_with(0).says_nothing().prints_just("");
    concsim("fix -").input(HELLO).ends_with(0).says("nothing to mend").prints_just(HELLO);
    concsim("fix -q -").input(HELLO).ends_with(0).says_nothing().prints_just(HELLO);
}

#[test]
fn what_is_left_is_shown_and_has_status_2() {
    let ended = concsim("fix x.conc").file("x.conc", WRONG).ends_with(2).says("E113").says("1 error");
    assert_eq!(ended.written("x.conc").as_deref(), Some(WRONG));
    concsim("fix -").input(WRONG).ends_with(2).says("E113");
    concsim("fix -").input(MISSPELT).ends_with(0).says("`totl` → `total`");
    concsim("fix nothing.conc").ends_with(2).says("nothing.conc");
    concsim("fix .").ends_with(2).says("directory");
    concsim("fix").ends_with(2).says("FILE");
    concsim("fix - -").input(HELLO).ends_with(2).says("once only");
    concsim("check - -").input(HELLO).ends_with(2).says("once only");
}

#[test]
fn a_file_that_cannot_be_read_does_not_stand_in_the_way_of_others() {
    concsim("fix nothing.conc x.conc").file("x.conc", HELLO).ends_with(2).says("x.conc: nothing to mend");
}

/// Mistakes that leave no choice: an operator and quotes of other languages.
const FOREIGN: &str = "main {\n    if 1 == 1 && 2 == 2 {\n        print 'both'\n    }\n}\n";
const MENDED: &str = "main {\n    if 1 == 1 and 2 == 2 {\n        print \"both\"\n    }\n}\n";

#[test]
fn sure_mends_are_made_and_told() {
    let ended = concsim("fix x.conc").file("x.conc", FOREIGN).ends_with(0).says_nothing();
    assert_eq!(ended.written("x.conc").as_deref(), Some(MENDED));
    let ended = ended.prints("x.conc:2:15 E015 `&&` → `and`\n").prints("`'both'` → `\"both\"`\n");
    assert!(ended.out.ends_with("x.conc: 2 mends, no errors\n"), "{}", ended.out);
    concsim("run -q x.conc").file("x.conc", MENDED).ends_with(0).prints_just("both\n");
    concsim("fix -").input(FOREIGN).ends_with(0).says("2 mends").prints_just(MENDED);
    let marked =
        concsim("fix -q x.conc").file("x.conc", format!("\u{feff}{}", FOREIGN.replace('\n', "\r\n")));
    let want = format!("\u{feff}{}", MENDED.replace('\n', "\r\n"));
    assert_eq!(marked.ends_with(0).says_nothing().written("x.conc"), Some(want));
}

#[test]
fn a_diff_shows_the_mends_and_writes_nothing() {
    let ended = concsim("fix --diff x.conc").file("x.conc", FOREIGN).ends_with(0).says_nothing();
    assert_eq!(ended.written("x.conc").as_deref(), Some(FOREIGN));
    let ended = ended.prints("--- x.conc\n+++ x.conc\n").prints("-    if 1 == 1 && 2 == 2 {\n");
    ended.prints("+    if 1 == 1 and 2 == 2 {\n").prints_no("E015");
}

#[test]
fn what_can_be_mended_is_mended_whatever_else_is_wrong() {
    let wrong = FOREIGN.replace("'both'", "'both', x");
    let ended =
        concsim("fix x.conc").file("x.conc", &wrong).ends_with(2).says("2 mends, 1 error").says("E110");
    assert_eq!(ended.written("x.conc"), Some(MENDED.replace("\"both\"", "\"both\", x")));
    concsim("fix --diff x.conc").file("x.conc", &wrong).ends_with(2).says("+++ x.conc");
    concsim("fix -").input(wrong).ends_with(2).says("2 mends");
}

#[test]
fn what_fix_would_do_is_offered() {
    let offer = "2 of these can be mended by `concsim fix";
    concsim("check x.conc").file("x.conc", FOREIGN).ends_with(2).says(&format!("{offer} x.conc`\n"));
    concsim("run x.conc").file("x.conc", FOREIGN).ends_with(2).says(&format!("{offer}`\n"));
    let ended = concsim("check --format json x.conc").file("x.conc", FOREIGN).run();
    let got: serde_json::Value = serde_json::from_str(&ended.out).expect("it is one document");
    let want = serde_json::json!({"certainty": "sure", "edits": [
        {"line": 2, "column": 15, "end_line": 2, "end_column": 17, "text": "and"},
    ]});
    assert_eq!(got["diagnostics"][0]["fix"], want);
}

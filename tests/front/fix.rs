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
}

#[test]
fn a_file_that_cannot_be_read_does_not_stand_in_the_way_of_others() {
    concsim("fix nothing.conc x.conc").file("x.conc", HELLO).ends_with(2).says("x.conc: nothing to mend");
}

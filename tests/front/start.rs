//! `concsim examples` and `concsim new`: something to run at once.

use crate::command::concsim;

#[test]
fn the_examples_are_listed_and_printed() {
    let list = concsim("examples").ends_with(0).says_nothing();
    let list = list.prints("bank").prints("Two tellers move money").prints("philosophers_ordered");
    assert!(list.out.lines().all(|line| line.chars().count() <= 100), "{}", list.out);
    let bank = include_str!("../../examples/bank.conc");
    concsim("examples bank").ends_with(0).says_nothing().prints_just(bank);
    concsim("examples bank.conc").ends_with(0).prints_just(bank);
}

#[test]
fn an_example_that_there_is_not_is_told_with_the_nearest() {
    concsim("examples bnak").ends_with(2).says("did you mean `bank`?");
    concsim("examples zebra").ends_with(2).says("no example `zebra`");
    concsim("examples bank convoy").ends_with(2).says("convoy");
}

#[test]
fn a_new_script_runs_and_is_without_mistakes() {
    let made = concsim("new mine").ends_with(0).says_nothing().prints("concsim run mine.conc");
    let text = made.written("mine.conc").expect("the script was written");
    let run = |command: &str| concsim(command).file("mine.conc", &text);
    run("run -q mine.conc").ends_with(0).says_nothing().prints("in the till: 90");
    run("run -q mine.conc --scheduler random --seed 3 --runtime cpython-3.14t").ends_with(0);
    run("check mine.conc --deny warning").ends_with(0).says_nothing().prints("no errors");
    run("fix mine.conc").ends_with(0).prints("nothing to mend");
    for word in ["shared", "lock", "spawn thread", "finally"] {
        assert!(text.contains(word), "a start has {word}:\n{text}");
    }
}

#[test]
fn a_new_script_ends_in_conc_once() {
    let made = concsim("new mine.conc").ends_with(0);
    assert!(made.written("mine.conc").is_some() && made.written("mine.conc.conc").is_none());
}

#[test]
fn nothing_is_overwritten_and_no_folder_is_made_up() {
    let taken = concsim("new mine").file("mine.conc", "main {}").ends_with(2).says("mine.conc");
    assert_eq!(taken.written("mine.conc").as_deref(), Some("main {}"));
    concsim("new nowhere/mine").ends_with(2).says("no folder nowhere");
    concsim("new mine.conc/other").file("mine.conc", "").ends_with(2).says("no folder mine.conc");
    for name in [".", "..", "./", "-", "nowhere/", ".conc"] {
        concsim(&format!("new {name}")).ends_with(2);
    }
    concsim("new").ends_with(2).says("NAME");
}

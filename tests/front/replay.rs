//! `run --replay`: a schedule from a file or the command line, and what is refused.

use crate::command::concsim;

const BANK: &str = "lock a, b\ndef f(x, y) { with x { with y { pass } } }\n\
                    main { spawn thread f(a, b); spawn thread f(b, a) }\n";

/// The file and the word that an exploration of the bank gives.
fn given() -> (String, String) {
    let ended = concsim("explore bank.conc --schedule out.txt").file("bank.conc", BANK).ends_with(1);
    let word = ended.out.split("--replay ").nth(1).and_then(|rest| rest.split_whitespace().next());
    let word = word.expect("the text shows how to play it").to_owned();
    (ended.written("out.txt").expect("it was asked for"), word)
}

#[test]
fn a_file_and_a_word_play_the_same_run() {
    let (file, word) = given();
    let by_file =
        concsim("run bank.conc --replay way").file("bank.conc", BANK).file("way", &file).ends_with(1);
    assert!(by_file.out.contains("outcome  deadlock"), "{}", by_file.out);
    let by_word = concsim(&format!("run bank.conc --replay {word}")).file("bank.conc", BANK).ends_with(1);
    assert_eq!(by_word.out, by_file.out);
    let kept = concsim("run bank.conc --replay way").file("bank.conc", BANK).file("way", word + "\n");
    assert_eq!(kept.ends_with(1).out, by_file.out, "a word may be kept in a file");
    concsim("run bank.conc -q").file("bank.conc", BANK).ends_with(0);
}

#[test]
fn the_trace_of_a_replay_says_what_it_follows() {
    let (_, word) = given();
    let arguments = format!("run -q bank.conc --trace x.trace --replay {word}");
    let ended = concsim(&arguments).file("bank.conc", BANK).ends_with(1);
    assert!(ended.written("x.trace").expect("it was asked for").contains(&format!("replay={word}")));
}

#[test]
fn what_can_not_be_followed_is_refused_with_the_reason() {
    let (file, word) = given();
    let run = |named: &str| concsim(&format!("run bank.conc --replay {named}"));
    let refused = |named: &str, why: &str| {
        run(named).file("bank.conc", BANK).ends_with(2).says(why);
    };
    refused("missing.txt", "no such file, and it is no token");
    refused(&word[..word.len() - 3], "damaged or cut off");
    refused("bank.conc", "its first line is not `concsim-schedule 1`");
    run(&word).file("bank.conc", BANK.replace("pass", "pass; print 1")).ends_with(2).says("another script");
    let lines = |added: &str| run("way").file("bank.conc", BANK).file("way", format!("{file}{added}\n"));
    lines("f.1").ends_with(2).says("turn 3 can't be taken: f.1 has to wait");
    lines("f.1 gives-up").ends_with(2).says("f.1 waits without a timeout");
    lines("f.2 choose=1").ends_with(2).says("turn 3 can't be taken: f.2 has to wait");
    lines("main sleeps").ends_with(2).says("line 10 of this schedule makes no sense");
}

#[test]
fn a_schedule_is_for_the_params_it_was_made_with() {
    let script = "param n = 1\nmain { print n }\n";
    let ended = concsim("run x.conc --set n=2 --replay way")
        .file("x.conc", script)
        .file("way", "concsim-schedule 1\nscript x.conc\nir 000000000000\nturns\n");
    ended.ends_with(2).says("the script or a param has changed");
}

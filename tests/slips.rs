//! What the sure mends make of every slip in `tests/cases/slips/`.
//!
//! Applied again and again they come to a script without errors, unless its first line says that
//! it needs a hand (`# by hand: why`). `snapshots/slips.snap` has the texts that come out.

mod scripts;

use std::fmt::Write as _;

use concsim::analysis::analyse;
use concsim::base::diagnostic::{Certainty, Diagnostic, Fix, Severity};
use concsim::base::mend::apply;
use concsim::base::span::Source;
use concsim::syntax::parse::parse;

use scripts::scripts_in;

/// How often mends may uncover what they mend next.
const ROUNDS_MAX: usize = 6;

fn errors(text: &str) -> Vec<Diagnostic> {
    let found = analyse(&Source::new("slip.conc", text), &[]).diagnostics;
    found.into_iter().filter(|found| found.severity == Severity::Error).collect()
}

fn sure(errors: &[Diagnostic]) -> Vec<Fix> {
    let fixes = errors.iter().filter_map(|error| error.fix.clone());
    fixes.filter(|fix| fix.certainty == Certainty::Sure).collect()
}

/// The text with all sure mends, and what is still wrong with it.
fn mended(text: &str) -> (String, Vec<Diagnostic>) {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS_MAX {
        let found = errors(&text);
        let fixes = sure(&found);
        if fixes.is_empty() {
            return (text, found);
        }
        text = apply(&text, &fixes);
    }
    let left = errors(&text);
    (text, left)
}

/// The text without the comments that say what is wrong.
fn without_marks(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let end = if line.ends_with('\n') { "\n" } else { "" };
        line.find(" # error ").map_or(line.to_owned(), |mark| format!("{}{end}", &line[..mark]))
    });
    lines.collect()
}

#[test]
fn sure_mends_make_scripts_of_slips() {
    let mut golden = String::new();
    let mut wrong = String::new();
    for case in scripts_in("tests/cases/slips") {
        let text = without_marks(&case.text);
        let by_hand = text.starts_with("# by hand");
        let (text, left) = mended(&text);
        if left.is_empty() == by_hand {
            writeln!(wrong, "{}: {left:?}\n{text}", case.name).expect("text grows");
        }
        let left: Vec<&str> = left.iter().map(|error| error.code).collect();
        writeln!(golden, "== {} {}\n{}", case.name, left.join(" "), text.replace('\r', "\\r"))
            .expect("text grows");
    }
    assert!(wrong.is_empty(), "{wrong}");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("slips", golden));
}

#[test]
fn every_mend_fits_its_text() {
    for case in scripts_in("tests/cases").iter().chain(&scripts_in("tests/cases/slips")) {
        for error in analyse(case, &[]).diagnostics {
            let Some(fix) = error.fix else { continue };
            assert!(fix.edits.is_sorted(), "{}: {fix:?}", case.name);
            assert!(
                fix.edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start),
                "{}: {fix:?}",
                case.name
            );
            assert_ne!(apply(&case.text, [&fix]), case.text, "{}: {fix:?}", case.name);
        }
    }
}

#[test]
fn a_mend_takes_its_error_away() {
    for case in scripts_in("tests/cases/slips") {
        let before = parse(&case).errors;
        for error in before.iter().filter(|error| error.fix.is_some()) {
            let fix = error.fix.as_ref().expect("it has one");
            let after = parse(&Source::new("slip.conc", apply(&case.text, [fix]))).errors;
            let same = |found: &&Diagnostic| found.code == error.code && found.message == error.message;
            let (times, left) = (before.iter().filter(same).count(), after.iter().filter(same).count());
            assert!(left < times, "{}: {error:?} leaves {after:?}", case.name);
        }
    }
}

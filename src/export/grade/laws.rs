//! What has to hold of every form of a grading, whatever submissions are called and say.

use proptest::prelude::*;

use crate::base::printable::is_hostile;
use crate::export::grade::document::document;
use crate::export::grade::gradebook::gradebook;
use crate::export::grade::gradescope::results;
use crate::export::grade::junit::junit;
use crate::export::grade::sample::grading;
use crate::export::grade::table::report;
use crate::export::picture::timeline::Face;
use crate::grade::result::{Grading, Standing};

/// Text that somebody chose: any at all, and what is known to make trouble more often than by chance.
fn text() -> impl Strategy<Value = String> {
    let trouble = prop::sample::select(vec![
        "=",
        "+",
        "@",
        "-",
        "\"",
        ",",
        ";",
        "\n",
        "\r",
        "\t",
        "\u{0}",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{feff}",
        "]]>",
        "<b>",
        "&amp;",
        "\u{fffe}",
        "\u{e0041}",
        "``",
        "'",
        " ",
        "\\u{1b}",
    ]);
    prop::collection::vec(prop_oneof![any::<String>(), trouble.prop_map(str::to_owned)], 0..4)
        .prop_map(|parts| parts.concat())
}

/// A grading in which submissions have those names and say that.
fn said(names: &[String], say: &str) -> Grading {
    let mut grading = grading();
    grading.rubric.title.push_str(say);
    for (graded, name) in grading.submissions.iter_mut().zip(names) {
        graded.name.clone_from(name);
        graded.ignored.push(say.to_owned());
        for checked in &mut graded.checks {
            checked.message.push_str(say);
            if let Some(witness) = &mut checked.witness {
                witness.lanes.push(say.to_owned());
                witness.params.push(say.to_owned());
            }
        }
        match &mut graded.standing {
            Standing::Unreadable(why) | Standing::Unfinished(why) | Standing::Crashed(why) => {
                why.push_str(say);
            }
            Standing::Graded | Standing::Mistaken(..) => {}
        }
    }
    grading
}

fn is_harmless(text: &str) -> bool {
    text.chars().all(|character| character == '\n' || !is_hostile(character))
}

proptest! {
    #[test]
    fn no_form_plays_with_whoever_reads_it(names in prop::collection::vec(text(), 6), say in text(), unicode: bool) {
        let grading = said(&names, &say);
        let face = Face { width: 80, unicode, colour: false };
        for text in [document(&grading), gradebook(&grading), junit(&grading), report(&grading, face)] {
            prop_assert!(is_harmless(&text), "{text}");
        }
        for graded in &grading.submissions {
            let text = results(&grading, graded);
            prop_assert!(is_harmless(&text), "{text}");
        }
    }

    #[test]
    fn nobody_makes_a_line_a_cell_or_an_element_of_his_own(names in prop::collection::vec(text(), 6), say in text()) {
        let grading = said(&names, &say);
        let parsed: serde_json::Value = serde_json::from_str(&document(&grading)).expect("it is one document");
        for (one, name) in parsed["submissions"].as_array().expect("it is a list").iter().zip(&names) {
            prop_assert_eq!(&one["name"], name);
        }
        let book = gradebook(&grading);
        prop_assert_eq!(book.lines().count(), names.len() + 1);
        for line in book.lines().skip(1) {
            // A name that is a number stands without quotes.
            let cell = line.strip_prefix('"').unwrap_or(line).trim_start();
            prop_assert!(!cell.starts_with(['=', '+', '-', '@']), "{}", line);
        }
        let xml = junit(&grading);
        let suites = names.len();
        prop_assert_eq!(xml.matches("<testsuite ").count(), suites);
        prop_assert_eq!(xml.matches("<testcase ").count(), suites * (grading.rubric.checks.len() + 1));
        prop_assert_eq!(xml.matches("]]>").count(), 0);
    }
}

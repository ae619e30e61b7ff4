//! `concsim explain`: a page on a code, or the list of all codes.
//!
//! It knows which codes there are and how somebody may ask for one. How a page
//! looks on a terminal is known to `page`.

use crate::base::code::Code;
use crate::base::suggest::nearest;
use crate::cli::args::Color;
use crate::cli::failure::Failure;
use crate::cli::{output, page, status};
use crate::export::codes::{GROUPS, every_code};
use crate::observe::finding::FindingKind;

/// Shown by `concsim explain --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  concsim explain              every code with its meaning
  concsim explain E110         a page on this code
  concsim explain deadlock     a page on this kind of finding";

/// What to explain.
#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// A code such as `E110`, a kind of finding such as `deadlock`, or a word of a code's meaning
    #[arg(value_name = "CODE")]
    pub(super) subject: Option<String>,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// Letters that a word of a meaning has at least, if it is to be found by it; shorter ones say nothing.
const WORD_MIN: usize = 4;
/// The same for a word in back-quotes, which is one of a script.
const QUOTED_WORD_MIN: usize = 2;

/// Prints the page of what is asked for; without a question, or if several
/// codes fit, a list of codes.
///
/// # Errors
///
/// If nothing fits, or standard output can't be written.
pub(super) fn explain(args: &ExplainArgs) -> Result<u8, Failure> {
    let colour = output::colour_on_stdout(args.color);
    let found = args.subject.as_deref().map(find).transpose()?;
    let text = match found.as_deref() {
        None => list(|_| true, colour),
        Some([code]) => page::terminal(code.page, colour),
        Some(several) => list(|code| several.contains(code), colour),
    };
    output::print(&text)?;
    Ok(status::SUCCESS)
}

/// The codes that fit, in the order of the list: the one of that name, that of the finding of that kind, or
/// those whose meaning has that word.
fn find(subject: &str) -> Result<Vec<Code>, Failure> {
    let kind = FindingKind::ALL.iter().find(|kind| kind.word().eq_ignore_ascii_case(subject));
    let name = kind.map_or(subject, |kind| kind.code());
    let mut found: Vec<Code> =
        every_code().filter(|code| code.code.eq_ignore_ascii_case(name)).copied().collect();
    if found.is_empty() {
        found = every_code().filter(|code| has_word(code.meaning, subject)).copied().collect();
    }
    if found.is_empty() { Err(unknown(subject)) } else { Ok(found) }
}

/// Whether a meaning has that word; what stands in back-quotes may be shorter.
fn has_word(meaning: &str, wanted: &str) -> bool {
    let has = |(part, text): (usize, &str)| {
        let least = if part % 2 == 1 { QUOTED_WORD_MIN } else { WORD_MIN };
        let mut words = text.split(|character: char| !character.is_ascii_alphanumeric());
        words.any(|word| word.len() >= least && word.eq_ignore_ascii_case(wanted))
    };
    meaning.split('`').enumerate().any(has)
}

fn unknown(subject: &str) -> Failure {
    let words = FindingKind::ALL.iter().map(|kind| kind.word());
    let help = neighbours(subject).unwrap_or_else(|| {
        nearest(subject, every_code().map(|code| code.code).chain(words)).map_or_else(
            || "`concsim explain` lists every code".to_string(),
            |near| format!("did you mean `{near}`?"),
        )
    });
    Failure::Message { text: format!("there is nothing to explain under `{subject}`"), help: Some(help) }
}

/// For what looks like a code: the codes before and behind it.
fn neighbours(subject: &str) -> Option<String> {
    let subject = subject.to_ascii_uppercase();
    let (letter, digits) = subject.split_at_checked(1)?;
    let is_code = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let alike = || every_code().map(|code| code.code).filter(|code| code.starts_with(letter));
    let before = alike().filter(|code| **code < *subject).max();
    let behind = alike().filter(|code| **code > *subject).min();
    match (before.filter(|_| is_code), behind.filter(|_| is_code)) {
        (Some(before), Some(behind)) => Some(format!("the codes next to it are `{before}` and `{behind}`")),
        (Some(only), None) | (None, Some(only)) => Some(format!("the code next to it is `{only}`")),
        (None, None) => None,
    }
}

/// The wanted codes with their meanings, under the headings of their groups.
fn list(wanted: impl Fn(&Code) -> bool, colour: bool) -> String {
    let mut text = String::new();
    for (heading, codes) in GROUPS {
        let lines: Vec<String> = codes
            .iter()
            .filter(|code| wanted(code))
            .map(|code| format!("  {}  {}\n", code.code, code.meaning))
            .collect();
        if !lines.is_empty() {
            text.push_str(&page::heading(heading, colour));
            text.push('\n');
            text.push_str(&lines.concat());
            text.push('\n');
        }
    }
    text + "`concsim explain CODE` prints a page: what is wrong, why, a broken script, its mend, and Python's way.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(subject: &str) -> Vec<&'static str> {
        find(subject).map_or(Vec::new(), |codes| codes.iter().map(|code| code.code).collect())
    }

    fn help(subject: &str) -> String {
        match find(subject) {
            Err(Failure::Message { help: Some(help), .. }) => help,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_code_is_found_in_small_letters_too() {
        assert_eq!(found("E110"), ["E110"]);
        assert_eq!(found("e110"), ["E110"]);
        assert_eq!(found("d015"), ["D015"]);
    }

    #[test]
    fn a_kind_of_finding_comes_before_words_of_meanings() {
        for kind in FindingKind::ALL {
            assert_eq!(found(kind.word()), [kind.code()]);
        }
        assert_eq!(found("Deadlock"), ["D001"]);
    }

    #[test]
    fn words_of_meanings_are_found_and_phrases_are_not() {
        for (word, code) in [("elif", "E016"), ("as", "E018"), ("spawn", "E028"), ("Escape", "E008")] {
            assert!(found(word).contains(&code), "{word}");
        }
        assert!(found("settin").is_empty() && found("a").is_empty() && found("").is_empty());
        assert!(found("did you").is_empty());
    }

    #[test]
    fn what_is_not_found_is_answered_with_what_is_near() {
        assert_eq!(help("deadlok"), "did you mean `deadlock`?");
        assert_eq!(help("E11"), "did you mean `E011`?");
        assert_eq!(help("e302"), "the code next to it is `E301`");
        assert_eq!(help("E999"), "the code next to it is `E301`");
        assert_eq!(help("did you"), "`concsim explain` lists every code");
        assert_eq!(help("é"), "`concsim explain` lists every code");
    }

    #[test]
    fn no_code_stands_in_two_groups() {
        let mut all: Vec<&str> = every_code().map(|code| code.code).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
    }
}

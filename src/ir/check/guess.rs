//! 'Did you mean …?': what a misspelled name may be a slip of.

use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use crate::base::span::Span;
use crate::base::suggest::nearest_of;

/// No more names than that are compared with a misspelled one.
const CANDIDATES_MAX: usize = 5_000;

/// A longer word is not compared, because that takes the product of the lengths.
const LETTERS_MAX: usize = 64;

/// A sure guess has at least that many letters.
const SURE_LETTERS_MIN: usize = 4;

/// What may have been meant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess<'a> {
    pub(super) name: &'a str,
    pub(super) certainty: Certainty,
}

/// The candidate that `wrong` is a slip of. A single letter is near to every
/// other one, so it is a slip of one that differs in its case only.
pub(super) fn guess<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<Guess<'a>> {
    if wrong.len() > LETTERS_MAX {
        return None;
    }
    let is_slip =
        |name: &&str| (wrong.len() > 1 || name.eq_ignore_ascii_case(wrong)) && !is_next(name, wrong);
    let nearest = nearest_of(wrong, candidates.into_iter().filter(is_slip).take(CANDIDATES_MAX))?;
    let is_sure = nearest.alone && nearest.distance <= 1 && nearest.name.len() >= SURE_LETTERS_MIN;
    let certainty = if is_sure { Certainty::Sure } else { Certainty::Maybe };
    Some(Guess { name: nearest.name, certainty })
}

/// Whether two names differ in their numbers only, like `lock1` and `lock2`: that is meant so.
fn is_next(left: &str, right: &str) -> bool {
    let letters = |name: &'_ str| name.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    let has_digit = |name: &str| name.contains(|letter: char| letter.is_ascii_digit());
    has_digit(left) && has_digit(right) && letters(left) == letters(right)
}

impl Guess<'_> {
    /// The question.
    pub(super) fn help(self) -> String {
        format!("did you mean `{}`?", self.name)
    }

    /// The same guess, if it has to be confirmed.
    pub(super) fn unsure(self) -> Self {
        Self { certainty: Certainty::Maybe, ..self }
    }

    /// The name in place of the one at `span`.
    pub(super) fn fix(self, span: Span) -> Fix {
        let edit = Edit { span, text: self.name.to_owned() };
        Fix { certainty: self.certainty, edits: vec![edit] }
    }
}

/// The mistake at `span` with the guess as its help and mend, and with the place where that name is declared.
pub(super) fn guessed(mistake: Diagnostic, guess: Guess<'_>, place: Option<Span>) -> Diagnostic {
    let span = mistake.primary.span;
    let mistake = mistake.with_help(guess.help()).with_fix(guess.fix(span));
    labelled(mistake, place, &format!("`{}` is declared here", guess.name))
}

/// The mistake with a second place, if there is one.
pub(super) fn labelled(mistake: Diagnostic, place: Option<Span>, text: &str) -> Diagnostic {
    match place {
        Some(place) => mistake.with_label(place, text),
        None => mistake,
    }
}

/// The mistake with its help, if there is one.
pub(super) fn helped(mistake: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => mistake.with_help(help),
        None => mistake,
    }
}

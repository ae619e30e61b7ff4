//! What `concsim grade -q` prints, and why a script was not graded.

use crate::base::diagnostic::Diagnostic;
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::grade::result::{Graded, Grading, Standing};

/// A line for each script.
pub(super) fn brief(grading: &Grading) -> String {
    let line = |graded: &Graded| {
        let standing = standing(graded).map_or_else(String::new, |why| format!(": {why}"));
        format!("{}: {} of {}{}\n", safe(&graded.name), graded.score, grading.rubric.points, safe(&standing))
    };
    grading.submissions.iter().map(line).collect()
}

/// Why a submission was not graded, in a sentence.
pub(super) fn standing(graded: &Graded) -> Option<String> {
    match &graded.standing {
        Standing::Graded => None,
        Standing::Mistaken(source, mistakes) => Some(mistaken(source, mistakes)),
        Standing::Unreadable(why) => Some(format!("can't be read: {why}")),
        Standing::Unfinished(why) => Some(format!("not graded: {why}")),
        Standing::Crashed(said) => Some(format!("not graded, because of a mistake in concsim: {said}")),
    }
}

fn mistaken(source: &Source, mistakes: &[Diagnostic]) -> String {
    let Some(first) = mistakes.first() else { return "the script has mistakes".to_owned() };
    let more = match mistakes.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("mistakes in the script: line {}: {}{more}", source.line(first.primary.span), first.message)
}

//! What `concsim grade` prints for people.

use crate::base::diagnostic::Diagnostic;
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::grade::result::{Asked, Checked, Graded, Grading, Standing, Verdict};

/// A line for each script, and unless it is to be brief one for each check.
pub(super) fn render(grading: &Grading, brief: bool) -> String {
    let mut text = String::new();
    for graded in &grading.submissions {
        let standing = standing(graded).map_or_else(String::new, |why| format!(": {why}"));
        let (name, score, points) = (safe(&graded.name), graded.score, grading.rubric.points);
        text.push_str(&format!("{name}: {score} of {points}{}\n", safe(&standing)));
        if brief || !matches!(graded.standing, Standing::Graded) {
            continue;
        }
        for sentence in &graded.ignored {
            text.push_str(&format!("  note: {}\n", safe(sentence)));
        }
        checks(&mut text, &grading.rubric, graded);
    }
    text
}

fn checks(text: &mut String, asked: &Asked, graded: &Graded) {
    for (check, Checked { verdict, earned, message, witness }) in asked.checks.iter().zip(&graded.checks) {
        let points = format!("{earned}/{}", check.points);
        text.push_str(&format!("  {:<12} {points:>7}  {}: {}\n", verdict.word(), check.id, safe(message)));
        let Some(witness) = witness.as_ref().filter(|_| *verdict == Verdict::Failed) else { continue };
        for line in &witness.lanes {
            text.push_str(&format!("    {}\n", safe(line)));
        }
        if !witness.replay.is_empty() {
            text.push_str(&format!(
                "    play it: concsim run {} {}\n",
                safe(&graded.name),
                safe(&witness.replay)
            ));
        }
    }
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

//! What a check or a whole submission came to, in sentences that several forms share. All of it is fit to be shown.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::printable::{safe, shell_word};
use crate::base::span::Source;
use crate::grade::result::{Standing, Witness};

/// Mistakes of a script that are told before the rest is only counted.
const MISTAKES_MAX: usize = 5;

/// How to come to see what a check is about.
#[derive(Debug)]
pub(super) struct Way {
    /// How long it is, and under which params; nothing if there is nothing to be said.
    pub(super) terms: Option<String>,
    /// The lanes of the units.
    pub(super) lanes: Vec<String>,
    /// The command that plays it, if there is one.
    pub(super) command: Option<String>,
}

impl Way {
    /// The way to what the check saw in the script of that name.
    pub(super) fn new(script: &str, witness: &Witness) -> Self {
        let Witness { params, cores, length, lanes, replay } = witness;
        let s = |count: usize| if count == 1 { "" } else { "s" };
        let mut terms = Vec::new();
        if let Some((steps, preemptions)) = *length {
            terms.push(format!("{steps} step{}", s(steps)));
            terms.push(format!("{preemptions} preemption{}", s(preemptions)));
        }
        if let Some(cores) = cores {
            terms.push(format!("{cores} core{}", if *cores == 1 { "" } else { "s" }));
        }
        terms.extend(params.iter().map(|param| safe(param)));
        // A name that begins with a dash would be an option.
        let dot = if script.starts_with('-') { "./" } else { "" };
        let file = shell_word(&format!("{dot}{script}"));
        Self {
            terms: (!terms.is_empty()).then(|| terms.join(", ")),
            lanes: lanes.iter().map(|line| safe(line)).collect(),
            command: (!replay.is_empty()).then(|| format!("concsim run {file} {}", safe(replay))),
        }
    }

    /// All of it, line by line.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.terms.iter().map(|terms| format!("How it comes to that: {terms}.")).collect();
        lines.extend(self.lanes.iter().map(|line| format!("  {line}").trim_end().to_owned()));
        lines.extend(self.command.iter().map(|command| format!("Play it: {command}")));
        lines
    }
}

/// Why the checks of a submission were not tried, as a word and in lines; nothing if they were.
pub(super) fn obstacle(standing: &Standing) -> Option<Obstacle> {
    match standing {
        Standing::Graded => None,
        Standing::Mistaken(source, diagnostics) => Some(Obstacle {
            kind: "mistakes",
            sentence: "The script has mistakes, so it could not be tried.".to_owned(),
            lines: mistakes(source, diagnostics),
        }),
        Standing::Unreadable(why) => Some(Obstacle {
            kind: "unreadable",
            sentence: format!("It could not be tried: {}", safe(why)),
            lines: Vec::new(),
        }),
        Standing::Unfinished(why) => Some(Obstacle {
            kind: "unfinished",
            sentence: format!("It was not graded to the end, which is to be done again: {}", safe(why)),
            lines: Vec::new(),
        }),
        Standing::Crashed(said) => Some(Obstacle {
            kind: "crash",
            sentence: "The grader failed at this script: a mistake in concsim, please report it.".to_owned(),
            lines: vec![format!("It said: {}", safe(said))],
        }),
    }
}

/// Why the checks of a submission were not tried.
#[derive(Debug)]
pub(super) struct Obstacle {
    /// A word for it.
    pub(super) kind: &'static str,
    /// In a sentence.
    pub(super) sentence: String,
    /// The particulars.
    pub(super) lines: Vec<String>,
}

/// The errors of a script with their places, line by line; the first of very many.
fn mistakes(source: &Source, diagnostics: &[Diagnostic]) -> Vec<String> {
    let errors = diagnostics.iter().filter(|diagnostic| match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning | Severity::Note => false,
    });
    let line = |diagnostic: &Diagnostic| {
        let place = source.locate(diagnostic.primary.span.start);
        let Diagnostic { code, message, .. } = diagnostic;
        let help = diagnostic.help.as_ref().map_or(String::new(), |help| format!(" ({})", safe(help)));
        format!("line {}, column {}: error[{code}]: {}{help}", place.line, place.column, safe(message))
    };
    let mut lines: Vec<String> = errors.map(line).collect();
    let more = lines.len().saturating_sub(MISTAKES_MAX);
    if more > 0 {
        lines.truncate(MISTAKES_MAX);
        lines.push(format!("and {more} more, which `concsim check` shows"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Span;

    #[test]
    fn a_script_that_is_called_like_an_option_is_played_all_the_same() {
        let witness = Witness {
            params: Vec::new(),
            cores: Some(1),
            length: None,
            lanes: Vec::new(),
            replay: "--cores 1".to_owned(),
        };
        let way = Way::new("--help.conc", &witness);
        let want = ["How it comes to that: 1 core.", "Play it: concsim run ./--help.conc --cores 1"];
        assert_eq!(way.lines(), want);
        let command = Way::new("a b;rm *.conc", &witness).command;
        assert_eq!(command.as_deref(), Some("concsim run 'a b;rm *.conc' --cores 1"));
        let silent = Witness { cores: None, replay: String::new(), ..witness };
        assert!(Way::new("a.conc", &silent).lines().is_empty(), "there is nothing to be played");
    }

    #[test]
    fn of_very_many_mistakes_the_first_are_told_and_warnings_are_none() {
        let source = Source::new("x.conc", "x");
        let mut diagnostics = vec![Diagnostic::warning("W001", Span::new(0, 1), "odd")];
        diagnostics.extend(vec![Diagnostic::error("E000", Span::new(0, 1), "wrong\u{202e}"); 7]);
        let lines = mistakes(&source, &diagnostics);
        assert_eq!(lines.len(), MISTAKES_MAX + 1);
        assert_eq!(lines[0], "line 1, column 1: error[E000]: wrong\\u{202e}");
        assert_eq!(lines[MISTAKES_MAX], "and 2 more, which `concsim check` shows");
    }
}

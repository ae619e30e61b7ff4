//! What `concsim test` prints for people: a line for each script, then what is wrong, then how many came to what.

use crate::base::diagnostic::Severity;
use crate::base::printable::{safe, shell_word};
use crate::cli::output;
use crate::cli::render::{Snippets, headline};
use crate::cli::test::args::TestArgs;
use crate::export::tested::text::{list, summary, written};
use crate::export::tested::{Problem, Script, Test, Verdict};

/// How many scripts are named in the command that blesses them.
const NAMED_MAX: usize = 8;

/// All of it.
pub(super) fn results(args: &TestArgs, scripts: &[Script]) -> String {
    let colour = output::colour_on_stdout(args.color);
    let is_shown = |script: &&Script| !args.quiet || script.verdict() != Verdict::Ok;
    let shown: Vec<Script> = scripts.iter().filter(is_shown).cloned().collect();
    let mut text = list(&shown) + &written(scripts);
    for script in scripts {
        for test in script.tests.iter().filter(|test| !test.problems.is_empty()) {
            text.push_str(&problems(script, test, colour));
        }
    }
    let gap = if text.is_empty() { "" } else { "\n" };
    format!("{text}{gap}{}\n{}", summary(scripts), advice(scripts))
}

/// What is wrong with a test.
fn problems(script: &Script, test: &Test, colour: bool) -> String {
    let mut text = String::new();
    for problem in &test.problems {
        match problem {
            Problem::Changed(_) if test.written.is_some() => {}
            Problem::Changed(_)
            | Problem::Missing(_)
            | Problem::Limit(_)
            | Problem::Unusable(..)
            | Problem::Crashed(_) => {
                text.push_str(&headline(Severity::Error, None, &problem.message(), colour));
                text.push('\n');
                let details = problem.details(None);
                let help = if matches!(problem, Problem::Unusable(..)) { "  help: " } else { "" };
                if !details.is_empty() {
                    text.push_str(&format!("{help}{}\n", details.trim_end()));
                }
            }
            Problem::Found(finding) => match &script.source {
                Some(source) => text.push_str(&Snippets::new(source, colour).finding(finding)),
                None => text.push_str(&format!("{}\n", problem.message())),
            },
            Problem::Mistakes(source, diagnostics) => {
                text.push_str(Snippets::new(source, colour).diagnostics(diagnostics).trim_end());
                text.push('\n');
            }
        }
    }
    if text.is_empty() {
        return text;
    }
    let golden = test.golden.as_deref().map_or(String::new(), |golden| format!(", {}", safe(golden)));
    format!("\n{}{golden}:\n{text}", safe(&script.path))
}

/// What to do about goldens that have changed.
fn advice(scripts: &[Script]) -> String {
    let has_changed = |script: &&Script| script.tests.iter().any(|test| test.verdict() == Verdict::Changed);
    let changed: Vec<String> =
        scripts.iter().filter(has_changed).map(|script| shell_word(&script.path)).collect();
    match changed.len() {
        0 => String::new(),
        1..=NAMED_MAX => format!("if the changes are meant: concsim test --bless {}\n", changed.join(" ")),
        _ => "if the changes are meant: the same command with --bless\n".to_owned(),
    }
}

//! `concsim check`: all that can be said of scripts, without a run.

use std::ffi::OsStr;

use crate::analysis::{Analysis, analyse};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::cli::args::CheckArgs;
use crate::cli::failure::Failure;
use crate::cli::prepare::{latest, prepare, refuse_unknown};
use crate::cli::render::Snippets;
use crate::cli::{input, output, status};

/// A script and all that is to be said of it.
#[derive(Debug)]
struct Checked {
    source: Source,
    /// In the order of the text.
    diagnostics: Vec<Diagnostic>,
    /// Warnings beyond those.
    unlisted: usize,
}

/// Looks at every script, whatever is wrong with the ones before it; says what
/// is wrong or suspicious on standard error and, unless it is to be quiet, one
/// line for each script on standard output.
///
/// # Errors
///
/// If standard output can't be written.
pub(super) fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let mut result = status::SUCCESS;
    let mut lines = String::new();
    for file in &args.files {
        match look(file, args) {
            Ok(checked) => {
                checked.say(output::colour_on_stderr(args.color));
                result = result.max(checked.status());
                lines.push_str(&checked.summary());
            }
            Err(failure) => result = result.max(failure.report(args.color)),
        }
    }
    // A script with mistakes leaves standard output empty, also when others have none.
    if result == status::SUCCESS && !args.quiet {
        output::print(&lines)?;
    }
    Ok(result)
}

/// Mistakes of the `machine` block and of the options show once the rest of a script is right.
fn look(file: &OsStr, args: &CheckArgs) -> Result<Checked, Failure> {
    let source = input::read(file)?;
    let Analysis { script, mut diagnostics, unlisted, .. } = analyse(&source, &latest(&args.model.set));
    if diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error) {
        refuse_unknown(&script, &args.model.set)?;
        match prepare(&source, &script, &args.model) {
            Ok(_) => {}
            Err(Failure::Mistakes(origin, mistakes)) if origin.text == source.text => {
                diagnostics.extend(mistakes);
                diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(Checked { source, diagnostics, unlisted })
}

impl Checked {
    fn say(&self, colour: bool) {
        output::say(&Snippets::new(&self.source, colour).diagnostics(&self.diagnostics));
        if self.unlisted > 0 {
            output::say(&format!("… and {} warnings beyond those\n", self.unlisted));
        }
    }

    /// How many there are of that severity.
    fn count(&self, severity: Severity) -> usize {
        let unlisted = if severity == Severity::Warning { self.unlisted } else { 0 };
        unlisted + self.diagnostics.iter().filter(|found| found.severity == severity).count()
    }

    fn status(&self) -> u8 {
        if self.count(Severity::Error) > 0 { status::WRONG } else { status::SUCCESS }
    }

    /// `bank.conc: 2 warnings, 1 note`
    fn summary(&self) -> String {
        let named = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
        let counted = named.map(|(severity, word)| match self.count(severity) {
            0 => None,
            1 => Some(format!("1 {word}")),
            many => Some(format!("{many} {word}s")),
        });
        let parts: Vec<String> = counted.into_iter().flatten().collect();
        let all = if parts.is_empty() { "no errors".to_string() } else { parts.join(", ") };
        format!("{}: {all}\n", safe(&self.source.name))
    }
}

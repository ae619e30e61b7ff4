//! `concsim fix`: the sure mends, applied.

use std::ffi::OsStr;
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::mend::{apply, fit};
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::cli::args::FixArgs;
use crate::cli::check::{counted, remarks};
use crate::cli::difference::{Reader, unified};
use crate::cli::examine::{Examined, examine};
use crate::cli::failure::Failure;
use crate::cli::mend::{change, is_sure};
use crate::cli::write_back::write_back;
use crate::cli::{input, output, status};
use crate::machine::choose::Choice;

/// How often a text is looked at. Each look tells at most some twenty mistakes in a text, and
/// a mend can uncover the next mistake.
const LOOKS_MAX: usize = 100;
/// Bytes that are looked at in all, so that a very long text does not take minutes.
const BYTES_MAX: usize = 1 << 25;

/// Mends each file in its place, and shows what is left as `check` does.
///
/// # Errors
///
/// If standard output can't be written.
pub(super) fn fix(args: &FixArgs) -> Result<u8, Failure> {
    input::stdin_once(&args.files)?;
    let mut result = status::SUCCESS;
    let mut told = String::new();
    let mut left = String::new();
    // A mended text has standard output to itself.
    let gives_text = !args.diff && args.files.iter().any(|file| file == "-");
    for file in &args.files {
        match fix_one(file, args) {
            Ok(Fixed { results, done, examined }) => {
                if examined.tally().errors > 0 {
                    result = status::WRONG;
                }
                told.push_str(&results);
                if gives_text { &mut left } else { &mut told }.push_str(&done);
                left.push_str(&remarks(&examined, output::colour_on_stderr(args.color)));
            }
            Err(failure) => result = result.max(failure.report(args.color)),
        }
    }
    if result != status::WRONG {
        output::print(&told)?;
    } else if !gives_text {
        // With this status standard output is empty, whatever has been done.
        output::say(&told);
    }
    output::say(&left);
    Ok(result)
}

/// What came of one file.
struct Fixed {
    /// Its mended text, or the changes, where that is what was asked for.
    results: String,
    /// What was mended, a line each, then how many mends and what is left.
    done: String,
    /// What is left.
    examined: Examined,
}

fn fix_one(file: &OsStr, args: &FixArgs) -> Result<Fixed, Failure> {
    let text = input::read_text(file)?;
    let (mark, before) = (text.mark(), text.source.text.clone());
    let look = |source| examine(file, source, &Choice::NOTHING, &[]);
    let Mended { examined, lines } = mend(text.source, look);
    let after = &examined.source.text;
    let results = if args.diff {
        unified(&examined.source.name, &before, after, Reader::of_stdout(args.color))
    } else if file == "-" {
        after.clone()
    } else {
        if *after != before {
            write_back(Path::new(file), &format!("{mark}{after}"))?;
        }
        String::new()
    };
    let done = if args.quiet || args.diff { String::new() } else { done(&examined, &lines) };
    Ok(Fixed { results, done, examined })
}

fn done(examined: &Examined, lines: &[String]) -> String {
    let mends = match lines.len() {
        0 => "nothing to mend".to_string(),
        1 => "1 mend".to_string(),
        many => format!("{many} mends"),
    };
    let left = counted(examined.tally());
    format!("{}{}: {mends}, {left}\n", lines.concat(), safe(&examined.source.name))
}

/// A text with all sure mends in it.
struct Mended {
    /// What is left to be said of it.
    examined: Examined,
    /// What was mended, in order.
    lines: Vec<String>,
}

/// Mends until `look` finds no more that can be.
fn mend(mut source: Source, look: impl Fn(Source) -> Examined) -> Mended {
    let mut lines = Vec::new();
    for _ in 0..(BYTES_MAX / source.text.len().max(1)).min(LOOKS_MAX) {
        let examined = look(source);
        let sure: Vec<&Diagnostic> =
            examined.diagnostics.iter().filter(|diagnostic| is_sure(diagnostic)).collect();
        let fixes: Vec<&Fix> = sure.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).collect();
        let text = apply(&examined.source.text, fixes.iter().copied());
        if text == examined.source.text {
            return Mended { examined, lines };
        }
        let made = fit(&examined.source.text, fixes.iter().copied());
        let made = sure.iter().zip(fixes).zip(made).filter(|(_, made)| *made);
        lines.extend(made.map(|((diagnostic, fix), _)| line(diagnostic, fix, &examined.source)));
        source = Source::new(examined.source.name, text);
    }
    Mended { examined: look(source), lines }
}

/// ``bank.conc:4:10 E016 `else if` → `elif` ``, a line.
fn line(diagnostic: &Diagnostic, fix: &Fix, source: &Source) -> String {
    let start = fix.edits.first().map_or(diagnostic.primary.span, |edit| edit.span).start;
    let place = source.locate(start);
    let (name, change) = (safe(&source.name), change(fix, source));
    format!("{name}:{}:{} {} {change}\n", place.line, place.column, diagnostic.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Span;
    use crate::syntax::ast::Script;

    /// Finds the first `x`, which is to be a `y`, and the first two `y`, which are to be one. And it is never
    /// happy with a `z`.
    fn look(source: Source) -> Examined {
        let fix = |at: usize, end: usize, text: &str| {
            let fix = Fix::sure(Span::new(at, end), text);
            Diagnostic::error("E000", Span::new(at, end), "wrong").with_fix(fix)
        };
        let mut diagnostics = Vec::new();
        diagnostics.extend(source.text.find('x').map(|at| fix(at, at + 1, "y")));
        diagnostics.extend(source.text.find("yy").map(|at| fix(at, at + 2, "y")));
        diagnostics.extend(source.text.find('z').map(|at| fix(at, at + 1, "zz")));
        Examined { path: "a.conc".into(), source, script: Script::default(), diagnostics }
    }

    fn check(text: &str, want: &str, lines: &[&str]) {
        let mended = mend(Source::new("a.conc", text), look);
        assert_eq!(mended.examined.source.text, want);
        assert_eq!(mended.lines, lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>());
    }

    #[test]
    fn a_mend_can_uncover_the_next_mistake() {
        check("a\n xy", "a\n y", &["a.conc:2:2 E000 `x` → `y`", "a.conc:2:2 E000 `yy` → `y`"]);
        check("ab", "ab", &[]);
    }

    #[test]
    fn what_is_never_right_is_left_after_a_while() {
        let mended = mend(Source::new("a.conc", "z"), look);
        assert_eq!(mended.examined.source.text.len(), LOOKS_MAX + 1);
        assert_eq!(mended.examined.diagnostics.len(), 1);
    }

    #[test]
    fn how_many_mends_and_what_is_left_is_told() {
        let examined = look(Source::new("a.conc", "z"));
        assert_eq!(done(&examined, &["line\n".to_string()]), "line\na.conc: 1 mend, 1 error\n");
        assert_eq!(done(&examined, &[]), "a.conc: nothing to mend, 1 error\n");
    }
}

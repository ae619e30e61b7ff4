//! Mends in words.

use std::ffi::OsStr;

use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use crate::base::printable::{push_safe, safe};
use crate::base::span::Source;

/// Characters of a piece of text that are shown.
const SHOWN_MAX: usize = 60;

/// Whether `concsim fix` mends it.
pub(super) fn is_sure(diagnostic: &Diagnostic) -> bool {
    diagnostic.fix.as_ref().is_some_and(|fix| fix.certainty == Certainty::Sure)
}

/// How many of these `concsim fix` mends, a line, or nothing if it mends none; with the words for
/// that file if it is known.
pub(super) fn offer(diagnostics: &[Diagnostic], file: Option<&OsStr>) -> String {
    let file = file.map_or(String::new(), |file| format!(" {}", argument(file)));
    match diagnostics.iter().filter(|diagnostic| is_sure(diagnostic)).count() {
        0 => String::new(),
        mended => format!("{mended} of these can be mended by `concsim fix{file}`\n"),
    }
}

/// A file as a shell would take it.
pub(super) fn argument(path: &OsStr) -> String {
    let text = path.to_string_lossy();
    let plain = |character: char| character.is_alphanumeric() || "._-/\\:+,@%".contains(character);
    let shown = safe(&text);
    if text.chars().all(plain) { shown } else { format!("'{}'", shown.replace('\'', "'\\''")) }
}

/// What was changed: `` `else if` → `elif` ``.
pub(super) fn change(fix: &Fix, source: &Source) -> String {
    let change = |edit: &Edit| match (source.slice(edit.span), edit.text.as_str()) {
        ("", new) => format!("{} put in", quoted(new)),
        (old, "") => format!("{} taken out", quoted(old)),
        (old, new) => format!("{} → {}", quoted(old), quoted(new)),
    };
    fix.edits.iter().map(change).collect::<Vec<_>>().join(", ")
}

/// What to change, for a diagnostic that has no words of its own for it.
pub(super) fn advice(fix: &Fix, source: &Source) -> String {
    let advice = |edit: &Edit| match (source.slice(edit.span), edit.text.as_str()) {
        ("", new) => format!("put {} in", quoted(new)),
        (old, "") => format!("take {} out", quoted(old)),
        (old, new) => format!("write {} in place of {}", quoted(new), quoted(old)),
    };
    let advice = fix.edits.iter().map(advice).collect::<Vec<_>>().join(", ");
    match fix.certainty {
        Certainty::Sure => advice,
        Certainty::Maybe => format!("perhaps {advice}"),
    }
}

/// Between back-quotes, without the end of its line, and of very much only the beginning.
fn quoted(text: &str) -> String {
    let line = text.trim_end_matches(['\n', '\r']);
    let line = if line.is_empty() { text } else { line };
    let cut = line.char_indices().nth(SHOWN_MAX).map_or(line.len(), |(at, _)| at);
    let more = if cut < line.len() { "…" } else { "" };
    format!("`{}{more}`", seen(&line[..cut]))
}

/// The text with all that looks like a space and is none as an escape.
fn seen(text: &str) -> String {
    let mut seen = String::new();
    for character in text.chars() {
        if character.is_whitespace() && character != ' ' {
            seen.extend(character.escape_unicode());
        } else {
            push_safe(&mut seen, character.encode_utf8(&mut [0; 4]));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Span;

    fn check(text: &str, fix: &Fix, want: [&str; 2]) {
        let source = Source::new("bank.conc", text);
        assert_eq!([change(fix, &source), advice(fix, &source)], want);
    }

    #[test]
    fn a_mend_is_told_as_what_was_changed_and_as_what_to_change() {
        let sure = |start, end, text: &str| Fix::sure(Span::new(start, end), text);
        check("else if x", &sure(0, 7, "elif"), ["`else if` → `elif`", "write `elif` in place of `else if`"]);
        check("if x:", &sure(4, 5, " {"), ["`:` → ` {`", "write ` {` in place of `:`"]);
        check("f(1", &sure(3, 3, ")"), ["`)` put in", "put `)` in"]);
        check("x;\r\n", &sure(1, 4, ""), ["`;` taken out", "take `;` out"]);
        check("\u{a0}", &sure(0, 2, " "), ["`\\u{a0}` → ` `", "write ` ` in place of `\\u{a0}`"]);
        let both = sure(0, 1, "[").and(Span::new(2, 3), "]");
        check("(1)", &both, ["`(` → `[`, `)` → `]`", "write `[` in place of `(`, write `]` in place of `)`"]);
    }

    #[test]
    fn those_that_are_sure_are_offered() {
        let wrong = || Diagnostic::error("E000", Span::new(0, 1), "wrong");
        let nowhere = Span::new(0, 0);
        let all =
            [wrong(), wrong().with_fix(Fix::sure(nowhere, "x")), wrong().with_fix(Fix::maybe(nowhere, "x"))];
        assert_eq!(offer(&all, None), "1 of these can be mended by `concsim fix`\n");
        assert_eq!(
            offer(&all, Some(OsStr::new("a b.conc"))),
            "1 of these can be mended by `concsim fix 'a b.conc'`\n"
        );
        assert_eq!(offer(&all[..1], None), "");
    }

    #[test]
    fn a_file_is_named_as_it_has_to_be_typed() {
        let check = |path: &str, want: &str| assert_eq!(argument(OsStr::new(path)), want);
        check("lessons/bank-2.conc", "lessons/bank-2.conc");
        check("my bank.conc", "'my bank.conc'");
        check("it's\u{1b}.conc", "'it'\\''s\\u{1b}.conc'");
    }

    #[test]
    fn a_guess_says_so_and_a_long_text_is_cut() {
        let guess = Fix::maybe(Span::new(0, 0), "x".repeat(80));
        let want = format!("perhaps put `{}…` in", "x".repeat(60));
        assert_eq!(advice(&guess, &Source::new("bank.conc", "")), want);
    }
}

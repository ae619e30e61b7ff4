//! Mends in words.

use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use crate::base::printable::push_safe;
use crate::base::span::Source;

/// Characters of a piece of text that are shown.
const SHOWN_MAX: usize = 60;

/// Whether `concsim fix` mends it.
pub(super) fn is_sure(diagnostic: &Diagnostic) -> bool {
    diagnostic.fix.as_ref().is_some_and(|fix| fix.certainty == Certainty::Sure)
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
    fn a_guess_says_so_and_a_long_text_is_cut() {
        let guess = Fix::maybe(Span::new(0, 0), "x".repeat(80));
        let want = format!("perhaps put `{}…` in", "x".repeat(60));
        assert_eq!(advice(&guess, &Source::new("bank.conc", "")), want);
    }
}

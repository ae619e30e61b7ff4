//! Pages of Markdown on a terminal.
//!
//! It knows the few forms that the pages of `docs/explain/` have: headings,
//! paragraphs and fenced blocks. Lines stay as they are written.

use anstyle::Style;

use crate::syntax::token::{Token, TokenKind, tokens};

const INDENT: &str = "    ";

/// A page without its marks: headings bold, blocks indented, comments of scripts dimmed.
pub(super) fn terminal(page: &str, colour: bool) -> String {
    let mut text = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(fence) = line.strip_prefix("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            text.push_str(&block(fence, &code.join("\n"), colour));
        } else if line.starts_with('#') {
            text.push_str(&heading(line.trim_start_matches('#').trim_start(), colour));
            text.push('\n');
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// A heading, without the end of its line.
pub(super) fn heading(words: &str, colour: bool) -> String {
    styled(words, Style::new().bold(), colour)
}

fn styled(text: &str, style: Style, colour: bool) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.to_string() }
}

/// A block whose fence goes on like that.
fn block(fence: &str, code: &str, colour: bool) -> String {
    let mut words = fence.split(' ');
    let shown = if words.next() == Some("conc") { with_dim_comments(code, colour) } else { code.to_string() };
    let mut text = String::new();
    for line in shown.lines() {
        text.push_str(if line.is_empty() { "" } else { INDENT });
        text.push_str(line);
        text.push('\n');
    }
    if let Some(times) = words.find_map(|word| word.strip_prefix("times=")) {
        text.push_str(&format!("{INDENT}… {times} such lines\n"));
    }
    text
}

fn with_dim_comments(script: &str, colour: bool) -> String {
    let shown = |token: Token| {
        let word = &script[token.span.range()];
        styled(word, Style::new().dimmed(), colour && token.kind == TokenKind::Comment)
    };
    tokens(script).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# E001: too large

Words of `a` paragraph.

## Broken

```conc times=3
main { print \"#\" }  # a comment

```
";

    #[test]
    fn marks_become_layout() {
        let want = "\
E001: too large

Words of `a` paragraph.

Broken

    main { print \"#\" }  # a comment
    … 3 such lines
";
        assert_eq!(terminal(PAGE, false), want);
    }

    #[test]
    fn colours_are_for_headings_and_comments() {
        let text = terminal(PAGE, true);
        assert!(text.contains("\u{1b}[1mBroken\u{1b}[0m\n"), "{text:?}");
        assert!(text.contains("main { print \"#\" }  \u{1b}[2m# a comment\u{1b}[0m\n"), "{text:?}");
        assert_eq!(text.matches('\u{1b}').count(), 6);
    }
}

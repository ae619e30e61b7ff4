//! The same script with blanks, ends of lines and comments put wherever the grammar lets them stand.

use concsim::syntax::token::{Token, TokenKind, tokens};

/// Between two words in brackets.
const IN_BRACKETS: [&str; 10] =
    [" ", "", "\n", "\t", " # a\n", "\n#b  \n", "\n\n\n", " # c\n# d\t\n", "  ", "\r\n"];
/// Where a line ends, or may end.
const LINE_ENDS: [&str; 8] = [
    "\n",
    "\n\n",
    " # e\n",
    "\n  # f\n\n",
    "\n\n\n# g\n# h\n",
    "\r\n",
    " #i \r\n",
    "\n# concsim: allow W101\n",
];

/// The text with its blanks drawn anew: one number for each place, again from the first when they are used up.
pub(crate) fn scattered(text: &str, choices: &[u8]) -> String {
    let words: Vec<Token> = tokens(text).collect();
    let mut choices = choices.iter().cycle().map(|choice| usize::from(*choice));
    let mut choose = move || choices.next().expect("there is at least one choice");
    let mut out = String::new();
    let mut brackets = 0_usize;
    for (index, Token { kind, span }) in words.iter().copied().enumerate() {
        let word = &text[span.range()];
        match kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => brackets += 1,
            TokenKind::RightParen | TokenKind::RightBracket => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        let choice = choose();
        match kind {
            TokenKind::Whitespace | TokenKind::Newline if brackets > 0 => {
                out.push_str(if kind == TokenKind::Newline { "\n" } else { " " });
                out.push_str(IN_BRACKETS[choice % IN_BRACKETS.len()]);
            }
            TokenKind::Whitespace => out.push_str([" ", "\t", "   "][choice % 3]),
            TokenKind::Newline if index > 0 && words[index - 1].kind == TokenKind::Comment => out.push('\n'),
            TokenKind::Newline if choice % 4 > 0 => out.push_str(LINE_ENDS[choice / 4 % LINE_ENDS.len()]),
            TokenKind::Newline => out.push_str(line_end(&words[index + 1..], choice)),
            // A line may end before a block and on both sides of its braces.
            TokenKind::LeftBrace | TokenKind::RightBrace => {
                let ends = |choice: usize| {
                    if choice.is_multiple_of(3) { LINE_ENDS[choice / 3 % LINE_ENDS.len()] } else { " " }
                };
                out.push_str(ends(choice));
                out.push_str(word);
                out.push_str(ends(choose()));
            }
            _ => {
                out.push_str(word);
                if brackets > 0 && choice.is_multiple_of(4) {
                    out.push_str(IN_BRACKETS[choice / 4 % IN_BRACKETS.len()]);
                }
            }
        }
    }
    out
}

/// A semicolon in place of the end of a line, where that is one.
fn line_end(rest: &[Token], choice: usize) -> &'static str {
    let next = rest.iter().map(|token| token.kind).find(|kind| !kind.is_trivia());
    let comment_first = rest.iter().find(|token| token.kind != TokenKind::Whitespace);
    let comment_first = comment_first.is_some_and(|token| token.kind == TokenKind::Comment);
    let clause = matches!(
        next,
        Some(
            TokenKind::LeftBrace
                | TokenKind::KwElif
                | TokenKind::KwElse
                | TokenKind::KwExcept
                | TokenKind::KwFinally
        ) | None
    );
    if clause || comment_first { "\n" } else { ["; ", " ;; ", ";\n", "\n;\n"][choice / 4 % 4] }
}

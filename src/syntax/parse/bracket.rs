//! Brackets, matched before the grammar is asked: how deep they go bounds every recursion that follows.

use crate::base::diagnostic::Diagnostic;
use crate::syntax::code;
use crate::syntax::parse::{BRACKET_DEPTH_MAX, Errors};
use crate::syntax::token::{Token, TokenKind};

/// Which bracket closes which: indices into the tokens.
pub(super) struct Brackets {
    /// For each token the index of its other half, or its own if it is no bracket.
    pub(super) partner: Vec<usize>,
    /// For each token the index of the innermost bracket that is open before it.
    pub(super) inside: Vec<Option<usize>>,
}

/// Matches the brackets of `tokens`.
///
/// `None` if they do not match or are too deep, with an error for each.
pub(super) fn matched(text: &str, tokens: &[Token], errors: &mut Errors) -> Option<Brackets> {
    let mut brackets =
        Brackets { partner: (0..tokens.len()).collect(), inside: Vec::with_capacity(tokens.len()) };
    let mut open: Vec<usize> = Vec::new();
    let mut sound = true;
    for (index, token) in tokens.iter().enumerate() {
        brackets.inside.push(open.last().copied());
        if closer(token.kind).is_some() {
            if open.len() == BRACKET_DEPTH_MAX {
                errors.push(too_deep(*token));
                return None;
            }
            open.push(index);
            continue;
        }
        if !matches!(token.kind, TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace) {
            continue;
        }
        let Some(&top) = open.last() else {
            errors.push(stray(text, *token));
            sound = false;
            continue;
        };
        if closer(tokens[top].kind) == Some(token.kind) {
            open.pop();
            brackets.partner[index] = top;
            brackets.partner[top] = index;
            continue;
        }
        // One wrong bracket throws out of step all that follow, so the first one is the last word.
        // No block stands in round or square brackets, so such a closer means nothing to an open block.
        let alone = tokens[top].kind == TokenKind::LeftBrace && token.kind != TokenKind::RightBrace;
        if alone {
            errors.push(stray(text, *token));
            sound = false;
            continue;
        }
        let elsewhere = open.iter().any(|&outer| closer(tokens[outer].kind) == Some(token.kind));
        errors.push(if elsewhere {
            unclosed(text, tokens[top]).with_label(token.span, "something else ends here")
        } else {
            mismatch(text, tokens[top], *token)
        });
        return None;
    }
    if let Some(&last) = open.last() {
        errors.push(unclosed(text, tokens[last]));
        sound = false;
    }
    sound.then_some(brackets)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "there are three opening brackets among many tokens")]
fn closer(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::LeftParen => Some(TokenKind::RightParen),
        TokenKind::LeftBracket => Some(TokenKind::RightBracket),
        TokenKind::LeftBrace => Some(TokenKind::RightBrace),
        _ => None,
    }
}

fn too_deep(token: Token) -> Diagnostic {
    let message = format!("brackets can stand in one another up to {BRACKET_DEPTH_MAX} deep");
    Diagnostic::error(code::TOO_DEEP, token.span, message)
        .at("one bracket too many is open here")
        .with_help("move the inner part into a function or give it a name with `let`")
}

fn stray(text: &str, token: Token) -> Diagnostic {
    let word = &text[token.span.range()];
    Diagnostic::error(code::STRAY_BRACKET, token.span, format!("this `{word}` closes nothing"))
        .at("no bracket is open here")
        .with_help(format!("delete it, or open a `{}` before it", twin(word)))
}

fn unclosed(text: &str, token: Token) -> Diagnostic {
    let word = &text[token.span.range()];
    Diagnostic::error(code::UNCLOSED_BRACKET, token.span, format!("this `{word}` is never closed"))
        .at("opened here")
        .with_help(format!("put a `{}` where it ends", twin(word)))
}

fn mismatch(text: &str, opened: Token, closed: Token) -> Diagnostic {
    let (left, right) = (&text[opened.span.range()], &text[closed.span.range()]);
    Diagnostic::error(code::BRACKET_MISMATCH, closed.span, format!("`{right}` can't close `{left}`"))
        .at(format!("`{}` is missing before it", twin(left)))
        .with_label(opened.span, "opened here")
}

fn twin(word: &str) -> &'static str {
    match word {
        "(" => ")",
        ")" => "(",
        "[" => "]",
        "]" => "[",
        "{" => "}",
        _ => "{",
    }
}

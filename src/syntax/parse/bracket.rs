//! Brackets that match: how deep they go bounds every recursion that follows.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::parse::BRACKET_DEPTH_MAX;
use crate::syntax::token::{Token, TokenKind};

/// Which bracket closes which: indices into the tokens.
pub(super) struct Brackets {
    /// For each token the index of its other half, or its own if it is no bracket or has none.
    pub(super) partner: Vec<usize>,
    /// For each token the index of the innermost bracket that is open before it.
    pub(super) inside: Vec<Option<usize>>,
}

/// Whether every bracket of `tokens` has its other half and none stands too deep.
pub(super) fn are_sound(tokens: &[Token]) -> bool {
    let mut open: Vec<TokenKind> = Vec::new();
    for token in tokens {
        if let Some(closer) = closer(token.kind) {
            if open.len() == BRACKET_DEPTH_MAX {
                return false;
            }
            open.push(closer);
        } else if is_closer(token.kind) && open.pop() != Some(token.kind) {
            return false;
        }
    }
    open.is_empty()
}

/// Pairs the brackets of tokens; one without its other half is its own.
pub(super) fn pairs(tokens: &[Token]) -> Brackets {
    let mut brackets =
        Brackets { partner: (0..tokens.len()).collect(), inside: Vec::with_capacity(tokens.len()) };
    let mut open: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        brackets.inside.push(open.last().copied());
        if closer(token.kind).is_some() {
            open.push(index);
        } else if is_closer(token.kind)
            && let Some(&top) = open.last()
            && closer(tokens[top].kind) == Some(token.kind)
        {
            open.pop();
            brackets.partner[index] = top;
            brackets.partner[top] = index;
        }
    }
    brackets
}

/// What closes an opening bracket.
#[expect(clippy::wildcard_enum_match_arm, reason = "there are three opening brackets among many tokens")]
pub(super) fn closer(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::LeftParen => Some(TokenKind::RightParen),
        TokenKind::LeftBracket => Some(TokenKind::RightBracket),
        TokenKind::LeftBrace => Some(TokenKind::RightBrace),
        _ => None,
    }
}

pub(super) fn is_closer(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace)
}

/// The sign of a bracket, for one that is to be put in.
#[expect(clippy::wildcard_enum_match_arm, reason = "there are six brackets among many tokens")]
pub(super) fn sign(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::LeftParen => "(",
        TokenKind::RightParen => ")",
        TokenKind::LeftBracket => "[",
        TokenKind::RightBracket => "]",
        TokenKind::LeftBrace => "{",
        TokenKind::RightBrace => "}",
        _ => "",
    }
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("brackets can stand in one another up to {BRACKET_DEPTH_MAX} deep");
    Diagnostic::error(code::TOO_DEEP, span, message)
        .at("one bracket too many is open here")
        .with_help("move the inner part into a function or give it a name with `let`")
}

/// A closing bracket that closes nothing.
pub(super) fn stray(token: Token) -> Diagnostic {
    let word = sign(token.kind);
    let twin = match word {
        ")" => "(",
        "]" => "[",
        _ => "{",
    };
    Diagnostic::error(code::STRAY_BRACKET, token.span, format!("this `{word}` closes nothing"))
        .at("no bracket is open here")
        .with_help(format!("delete it, or open a `{twin}` before it"))
}

/// An opening bracket that nothing closes.
pub(super) fn unclosed(token: Token) -> Diagnostic {
    let twin = closer(token.kind).map_or("", sign);
    let message = format!("this `{}` is never closed", sign(token.kind));
    Diagnostic::error(code::UNCLOSED_BRACKET, token.span, message)
        .at("opened here")
        .with_help(format!("put a `{twin}` where it ends"))
}

/// A bracket that is closed by one of another kind.
pub(super) fn mismatch(opened: Token, closed: Token) -> Diagnostic {
    let (left, right) = (sign(opened.kind), sign(closed.kind));
    let twin = closer(opened.kind).map_or("", sign);
    Diagnostic::error(code::BRACKET_MISMATCH, closed.span, format!("`{right}` can't close `{left}`"))
        .at(format!("`{twin}` is missing before it"))
        .with_label(opened.span, "opened here")
}

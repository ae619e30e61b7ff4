//! Lines and calls of Python that say here what other words say: what is in them is not looked at.

#![expect(clippy::wildcard_enum_match_arm, reason = "only brackets and what ends lines matter here")]

use super::Scanner;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::token::{Token, TokenKind};

/// How many tokens a call may have that is looked at.
const CALL_TOKENS_MAX: usize = 200;
/// How many tokens a block may have that is left out.
const BLOCK_TOKENS_MAX: usize = 2000;

impl Scanner<'_, '_, '_> {
    /// `if __name__ == "__main__":` at the start of a line, with its block; false if it is something else.
    pub(super) fn main_guard(&mut self, index: usize) -> bool {
        let start = self.tokens[index].span.start as usize;
        let at_start = start == 0 || self.text[..start].ends_with('\n');
        let guard = self.behind(index).is_some_and(|name| self.word(name.span) == "__name__");
        if !at_start || !guard {
            return false;
        }
        let line = self.line_end(start);
        let Some(end) = self.end_of_guard(index, line) else { return false };
        let newline = self.text[end..].find('\n').filter(|gap| self.text[end..end + gap].trim().is_empty());
        let last = newline.map_or(end, |gap| end + gap + 1);
        let at = Span::new(start, start + 2);
        let error = Diagnostic::error(code::OUTSIDE, at, "the run begins at `main` by itself");
        let error = error.at("not needed").with_help("leave out the whole `if`");
        self.errors.push(error.with_fix(Fix::sure(Span::new(start, last), "")));
        self.mask(Span::new(start, end), "");
        self.end = end;
        true
    }

    /// One past a block in braces, or past the indented lines behind the first.
    fn end_of_guard(&self, index: usize, line: usize) -> Option<usize> {
        let rest = &self.tokens[index..];
        let brace = rest.iter().take_while(|token| (token.span.start as usize) < line);
        if let Some(offset) = brace.into_iter().position(|token| token.kind == TokenKind::LeftBrace) {
            let mut depth = 0_usize;
            for token in rest[offset..].iter().take(BLOCK_TOKENS_MAX) {
                match token.kind {
                    TokenKind::LeftBrace => depth += 1,
                    TokenKind::RightBrace if depth == 1 => return Some(token.span.end as usize),
                    TokenKind::RightBrace => depth -= 1,
                    _ => {}
                }
            }
            return None;
        }
        let mut end = line;
        let mut offset = line;
        for line in self.text[line..].split_inclusive('\n') {
            let content = line.trim_end();
            if offset > end && !content.is_empty() && !content.starts_with([' ', '\t']) {
                break;
            }
            if !content.is_empty() {
                end = offset + content.len();
            }
            offset += line.len();
        }
        Some(end)
    }

    /// `Thread(target=f, args=(1,))`, whose tuple is no mistake of its own; false if it is something else.
    pub(super) fn unit_made_by_call(&mut self, index: usize) -> bool {
        let token = self.tokens[index];
        let unit = match self.word(token.span) {
            "Thread" => "thread",
            "Process" => "process",
            _ => return false,
        };
        let Some((open, close)) = self.call(index) else { return false };
        let inner = &self.text[open.span.end as usize..close.span.start as usize];
        let Some(target) = named(inner, "target") else { return false };
        let target = target.split(',').next().unwrap_or_default().trim();
        let args = named(inner, "args").filter(|args| args.starts_with('('));
        if args.is_none() {
            return false;
        }
        let args = args.map(|args| args.trim_start_matches(['(', '[']));
        let args = args.and_then(|args| args.split([')', ']']).next()).unwrap_or_default();
        let mend = format!("spawn {unit} {target}({})", args.trim().trim_end_matches(','));
        let before = &self.text[..token.span.start as usize];
        let module =
            ["threading.", "multiprocessing.", "mp."].iter().find(|module| before.ends_with(**module));
        let start = before.len() - module.map_or(0, |module| module.len());
        let span = Span::new(start, close.span.end as usize);
        let message = format!("a {unit} is started by `spawn`, not made by a call");
        let error = Diagnostic::error(code::FOREIGN_STATEMENT, span, message).at("made as in Python");
        let error = error.with_help(format!("write `{mend}`, which starts it at once"));
        self.errors.push(error.with_fix(Fix::maybe(span, mend)));
        self.doubt(span);
        self.mask(Span::new(open.span.end as usize, close.span.start as usize), "");
        self.end = span.end as usize;
        true
    }

    /// `assert(condition, "text")`
    pub(super) fn assert_in_brackets(&mut self, index: usize) {
        let token = self.tokens[index];
        let Some((open, close)) = self.call(index) else { return };
        let first = self.tokens.partition_point(|token| token.span.end <= open.span.start);
        let last = self.tokens.partition_point(|token| token.span.end <= close.span.start);
        let mut depth = 0_usize;
        let mut commas = 0;
        for token in &self.tokens[first..last] {
            match token.kind {
                TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
                TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
                TokenKind::Comma if depth == 1 => commas += 1,
                TokenKind::Newline => return,
                _ => {}
            }
        }
        let ends = self.behind(last).is_none_or(|behind| super::operator::ends_statement(behind.kind));
        if commas != 1 || !ends {
            return;
        }
        let inner = self.text[open.span.end as usize..close.span.start as usize].trim();
        let span = open.span.to(close.span);
        let error =
            Diagnostic::error(code::TUPLE, span, "`assert` has no brackets around its condition and text");
        let error = error.at("brackets around both").with_help(format!("write `assert {inner}`"));
        let gap = if token.span.end == open.span.start { " " } else { "" };
        self.errors.push(error.with_fix(Fix::sure(open.span, gap).and(close.span, "")));
        self.mask(open.span, "");
        self.mask(close.span, "");
    }

    /// The round brackets right behind a word.
    fn call(&self, index: usize) -> Option<(Token, Token)> {
        let open = self.behind(index).filter(|open| open.kind == TokenKind::LeftParen)?;
        let mut depth = 0_usize;
        for token in self.tokens[index + 1..].iter().take(CALL_TOKENS_MAX) {
            match token.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen if depth == 1 => return Some((open, *token)),
                TokenKind::RightParen => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// `100µs`, whose first letter is Greek; false if it is something else.
    pub(super) fn micro(&mut self, index: usize) -> bool {
        let number = self.tokens[index];
        let behind = &self.text[number.span.end as usize..];
        let unit = behind.trim_start_matches(' ');
        let length = "µs".len();
        let whole = unit
            .get(length..)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        if !whole || !(unit.starts_with("\u{B5}s") || unit.starts_with("\u{3BC}s")) {
            return false;
        }
        let end = number.span.end as usize + behind.len() - unit.len() + length;
        let span = Span::new(number.span.start as usize, end);
        let mend = format!("{}us", self.word(number.span));
        if crate::syntax::literal::number(&mend).is_err() {
            return false;
        }
        let error = Diagnostic::error(code::CHARACTER, span, "microseconds are written `us`");
        let error = error.at("not a letter from a to z").with_help(format!("write `{mend}`"));
        self.errors.push(error.with_fix(Fix::sure(span, mend.clone())));
        self.mask(span, &mend);
        self.end = end;
        true
    }

    /// `\\` at the end of a line, which Python goes on behind.
    pub(super) fn continued_line(&mut self, token: Token) -> bool {
        let start = token.span.end as usize;
        let rest = self.text[start..].trim_start_matches([' ', '\t', '\r']);
        if self.word(token.span) != "\\" || !(rest.is_empty() || rest.starts_with(['#', '\n'])) {
            return false;
        }
        let end = self.line_end(start);
        let error = Diagnostic::error(code::CHARACTER, token.span, "`\\` does not continue a line");
        let error = error.at("expected nothing here");
        self.errors.push(error.with_help("put brackets around all of it: in them a line may end anywhere"));
        let next = self.text[end..].find('\n').map_or(end, |newline| end + newline + 1);
        self.masked[token.span.start as usize..next].fill(b' ');
        self.end = next;
        true
    }
}

/// What stands behind `name=` in a call.
fn named<'t>(inner: &'t str, name: &str) -> Option<&'t str> {
    let (_, behind) = inner.split_once(name)?;
    Some(behind.trim_start().strip_prefix('=')?.trim())
}

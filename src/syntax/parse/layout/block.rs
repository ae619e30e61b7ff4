//! Blocks: by braces, and by colons and indentation as in Python.

use super::line::Line;
use super::{How, Open, Settler};
use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::parse::bracket;
use crate::syntax::token::{Token, TokenKind};

/// The content of a brace that begins on its own line is as deep as one can be.
const INLINE: usize = usize::MAX;

/// A block that its indentation ends.
pub(super) struct Indented {
    /// The indentation of its first line; none yet if it has none.
    body: Option<usize>,
    /// Whether it begins behind the colon, and so ends with the line.
    inline: bool,
    /// Whether all its lines are indented alike.
    consistent: bool,
    /// The error that told it, among those of the text.
    error: Option<usize>,
    /// What comes in the place of its colon.
    opening: (Span, &'static str),
}

impl Settler<'_, '_> {
    /// Blocks that a line so far to the left can't belong to.
    pub(super) fn end_blocks(&mut self, indent: usize, first: Token) {
        let closes = first.kind == TokenKind::RightBrace;
        while let Some(top) = self.open.last() {
            match &top.how {
                How::Indent(_) if indent == top.indent && self.is_end_word() => {
                    self.close_indented(Some(first.span));
                    self.skipped = Some(first.span.start);
                    return;
                }
                How::Indent(_) if indent <= top.indent => self.close_indented(None),
                How::Brace { body } if self.surplus > 0 => {
                    let deeper = body.is_some_and(|body| body > top.indent);
                    let outer = self
                        .open
                        .iter()
                        .rev()
                        .skip(1)
                        .any(|open| matches!(open.how, How::Brace { .. }) && open.indent <= indent);
                    let left_open = if closes {
                        indent < top.indent && outer
                    } else {
                        deeper && indent <= top.indent && first.kind != TokenKind::LeftBrace
                    };
                    if !left_open {
                        return;
                    }
                    self.leave_open(Some((first.span, "by its indentation this stands behind it")));
                }
                How::Indent(_) | How::Brace { .. } | How::Round { .. } => return,
            }
        }
    }

    /// A line of the innermost block.
    pub(super) fn note_body(&mut self, indent: usize) {
        match self.open.last_mut().map(|open| &mut open.how) {
            Some(How::Brace { body }) => {
                body.get_or_insert(indent);
            }
            Some(How::Indent(block)) => {
                let body = *block.body.get_or_insert(indent);
                block.consistent &= body == indent;
            }
            Some(How::Round { .. }) | None => {}
        }
    }

    pub(super) fn open_brace(&mut self, index: usize) -> Option<()> {
        let line = self.lines[self.line];
        if self.in_rounds() && line.is_head && index == line.last {
            self.close_rounds(self.out.len(), None);
        }
        self.has_block = true;
        let body = (index != line.last).then_some(INLINE);
        self.push(self.tokens[index], How::Brace { body })
    }

    pub(super) fn close_brace(&mut self, token: Token) {
        let Some(brace) = self.open.iter().rposition(|open| matches!(open.how, How::Brace { .. })) else {
            return self.stray(token);
        };
        let line = self.lines[self.line];
        let top = &self.open[brace];
        let first = self.tokens[line.first] == token;
        // In a text with too many closing braces, one where none is due is the one too many, or the
        // other half of a round bracket that should have been a brace.
        if self.surplus < 0 && top.line != self.line && (!first || line.indent > top.indent) {
            self.surplus += 1;
            return if self.in_rounds() { self.close_round_by_brace(token) } else { self.stray(token) };
        }
        while self.open.len() > brace + 1 {
            match self.open.last().map(|open| &open.how) {
                Some(How::Indent(_)) => self.close_indented(None),
                _ => self.close_rounds(self.out.len(), Some((token.span, "something else ends here"))),
            }
        }
        self.open.pop();
        self.out.push(token);
    }

    /// `with m ( … }` on one line: the round bracket was to be a brace.
    fn close_round_by_brace(&mut self, token: Token) {
        let Some(opened) = self.open.pop().map(|open| open.token) else { return };
        let error = bracket::mismatch(opened, token).with_fix(Fix::maybe(opened.span, "{"));
        self.errors.push_bracket(error);
        self.rewrite_opened(opened, TokenKind::LeftBrace);
        self.out.push(token);
    }

    /// The innermost brace is never closed: told, and closed before what comes next.
    pub(super) fn leave_open(&mut self, behind: Option<(Span, &str)>) {
        let Some(top) = self.open.pop() else { return };
        self.surplus -= 1;
        let error = bracket::unclosed(top.token);
        let error = match behind {
            Some((span, text)) => error.with_label(span, text),
            None => error,
        };
        let edit = self.closing(&top, top.line == self.line_of_last());
        self.errors.push_bracket(match edit {
            Some(edit) => error.with_fix(Fix { certainty: Certainty::Maybe, edits: vec![edit] }),
            None => error,
        });
        self.insert(self.out.len(), TokenKind::RightBrace);
    }

    /// The number of the line in which the last token came out.
    fn line_of_last(&self) -> usize {
        let last = self.out.iter().rfind(|token| !token.kind.is_trivia());
        let start = last.map_or(0, |token| token.span.start);
        self.lines.partition_point(|line| self.tokens[line.first].span.start <= start).saturating_sub(1)
    }

    /// The edit that closes a block behind its last line.
    fn closing(&self, open: &Open, inline: bool) -> Option<Edit> {
        let last = self.out.iter().rfind(|token| !token.kind.is_trivia())?.span.end as usize;
        if inline {
            return Some(Edit { span: Span::new(last, last), text: " }".to_owned() });
        }
        let rest = &self.text[last..];
        let line = rest.split('\n').next().unwrap_or_default().trim_end();
        let place = last + line.len();
        let head = self.lines[open.line];
        let blank = self.tokens[head.start].span.start as usize..self.tokens[head.first].span.start as usize;
        let text = format!("\n{}}}", self.text[blank].trim_start_matches('\u{FEFF}'));
        Some(Edit { span: Span::new(place, place), text })
    }

    /// A colon outside round brackets: the start of a block, or a sign like any other.
    pub(super) fn colon(&mut self, index: usize) -> Option<()> {
        let line = self.lines[self.line];
        let token = self.tokens[index];
        let at_end = index == line.last;
        let next = self.lines.get(self.line + 1);
        let deeper = next.is_some_and(|next| next.indent > line.indent);
        let head = line.is_head && !self.has_block;
        let opens = head || (at_end && deeper);
        if !opens {
            self.out.push(token);
            return Some(());
        }
        let error = Diagnostic::error(code::COLON, token.span, "a block opens with `{`, not with `:`");
        let behind = self.tokens[index + 1..].iter().find(|token| !token.kind.is_trivia());
        let braced = behind.is_some_and(|behind| behind.kind == TokenKind::LeftBrace)
            && (!at_end || next.is_some_and(|next| self.tokens[next.first].kind == TokenKind::LeftBrace));
        if braced {
            let error = error.at("one sign too many").with_help("leave out the `:`");
            self.errors.push(error.with_fix(Fix::sure(token.span, "")));
            let blank = self.write(token, TokenKind::Whitespace);
            self.out.push(blank);
            return Some(());
        }
        let error = error.at("write `{` here").with_help("put the block in braces: `{ … }`");
        let before = self.out.iter().rfind(|token| !token.kind.is_trivia());
        let start = before.map_or(token.span.start, |before| before.span.end) as usize;
        let opening = Span::new(start, token.span.end as usize);
        let error = self.errors.push_numbered(error);
        self.has_block = true;
        let brace = self.write(token, TokenKind::LeftBrace);
        self.open_indented(brace, error, (opening, " {"), !at_end)
    }

    fn open_indented(
        &mut self,
        brace: Token,
        error: Option<usize>,
        opening: (Span, &'static str),
        inline: bool,
    ) -> Option<()> {
        let block = Indented { body: None, inline, consistent: true, error, opening };
        self.push(brace, How::Indent(block))
    }

    /// At the end of a line: blocks behind a colon end; a head without any sign of its block gets one.
    pub(super) fn end_line(&mut self, line: Line) -> Option<()> {
        if self.in_rounds() {
            return Some(());
        }
        while let Some(Open { how: How::Indent(Indented { inline: true, .. }), line, .. }) = self.open.last()
            && *line == self.line
        {
            self.close_indented(None);
        }
        let next = self.lines.get(self.line + 1).copied();
        let deeper = next
            .filter(|next| next.indent > line.indent && self.tokens[next.first].kind != TokenKind::LeftBrace);
        let last = self.tokens[line.last];
        if deeper.is_none() || !line.is_head || self.has_block || last.kind == TokenKind::Comma {
            return Some(());
        }
        self.block_without_sign(last)
    }

    /// Whether the line is a word that ends blocks in other languages.
    fn is_end_word(&self) -> bool {
        let line = self.lines[self.line];
        let word = &self.text[self.tokens[line.first].span.range()];
        line.first == line.last && matches!(word, "end" | "endif" | "endwhile" | "endfor" | "fi" | "done")
    }

    /// `if x` with an indented block behind it, perhaps with a `then`.
    fn block_without_sign(&mut self, last: Token) -> Option<()> {
        let end = last.span.end as usize;
        let place = Span::new(end, end);
        let word = &self.text[last.span.range()];
        if matches!(word, "then" | "do" | "begin") {
            let message = format!("a block opens with `{{`, not with `{word}`");
            let error = Diagnostic::error(code::FOREIGN_STATEMENT, last.span, message).at("write `{` here");
            let error = self.errors.push_numbered(error.with_help("put the block in braces: `{ … }`"));
            self.blank_last(last);
            let brace = Token { kind: TokenKind::LeftBrace, span: place };
            return self.open_indented(brace, error, (last.span, "{"), false);
        }
        let error = Diagnostic::error(code::MISSING_BLOCK, last.span, "a block `{ … }` is missing")
            .at("expected `{` after this")
            .with_help("put the block in braces: `{ … }`");
        let brace = Token { kind: TokenKind::LeftBrace, span: place };
        if self.surplus < 0 {
            self.surplus += 1;
            self.errors.push_bracket(error.with_fix(Fix::sure(place, " {")));
            return self.push(brace, How::Brace { body: None });
        }
        let error = self.errors.push_numbered(error);
        self.open_indented(brace, error, (place, " {"), false)
    }

    /// Writes blanks over the last token that came out.
    fn blank_last(&mut self, last: Token) {
        let found = self.out.iter().rposition(|token| *token == last);
        if let Some(index) = found {
            self.out[index].kind = TokenKind::Whitespace;
            self.written.extend(last.span.range().map(|place| (Span::new(place, place).start, b' ')));
        }
    }

    /// The innermost block ends by its indentation.
    ///
    /// `word` is a word like `end` that shows it.
    pub(super) fn close_indented(&mut self, word: Option<Span>) {
        let Some(open) = self.open.pop() else { return };
        let How::Indent(block) = &open.how else { return };
        let edit = match word {
            Some(span) => Some(Edit { span, text: "}".to_owned() }),
            None => self.closing(&open, block.inline),
        };
        let empty = block.body.is_none() && !block.inline;
        let (span, text) = block.opening;
        let fix = if empty { Fix::maybe(span, format!("{text} pass }}")) } else { Fix::sure(span, text) };
        let fix = match edit {
            Some(edit) if !empty => fix.and(edit.span, edit.text),
            Some(_) | None => fix,
        };
        let certainty = if block.consistent && !empty { fix.certainty } else { Certainty::Maybe };
        self.errors.mend(block.error, Fix { certainty, ..fix });
        self.insert(self.out.len(), TokenKind::RightBrace);
    }
}

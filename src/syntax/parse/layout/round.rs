//! Round and square brackets: closed within their statement, or told where they opened.

use super::{How, Settler};
use crate::base::diagnostic::Fix;
use crate::base::span::Span;
use crate::syntax::parse::bracket::{self, closer, is_closer, sign};
use crate::syntax::token::{Token, TokenKind};

impl Settler<'_, '_> {
    /// Whether the innermost open bracket is a round or square one, so that line ends mean nothing.
    pub(super) fn in_rounds(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.how, How::Round { .. }))
    }

    pub(super) fn open_round(&mut self, index: usize) -> Option<()> {
        let token = self.tokens[index];
        if self.opens_block_instead(index) {
            let error = bracket::mismatch(token, Token { kind: TokenKind::LeftBrace, ..token });
            let error = crate::base::diagnostic::Diagnostic {
                message: format!("a block opens with `{{`, not with `{}`", sign(token.kind)),
                labels: Vec::new(),
                ..error
            };
            self.errors.push_bracket(error.at("write `{` here").with_fix(Fix::sure(token.span, "{")));
            self.surplus += 1;
            self.has_block = true;
            let brace = self.write(token, TokenKind::LeftBrace);
            return self.push(brace, How::Brace { body: None });
        }
        self.push(token, How::Round { soft: None })
    }

    /// `if x (` at the end of a line, or a line with nothing but it behind the head of a block.
    fn opens_block_instead(&self, index: usize) -> bool {
        let line = self.lines[self.line];
        let deeper = self.lines.get(self.line + 1).is_some_and(|next| next.indent > line.indent);
        let head = if line.first == index {
            self.line.checked_sub(1).is_some_and(|before| self.lines[before].is_head)
        } else {
            line.is_head && !self.has_block
        };
        self.surplus < 0 && head && index == line.last && deeper && !self.in_rounds()
    }

    pub(super) fn close_round(&mut self, token: Token) {
        let Some(top) = self.open.last() else { return self.stray(token) };
        if matches!(top.how, How::Round { .. }) {
            return self.close_open_round(token);
        }
        let line = self.lines[self.line];
        let alone = top.indent == line.indent && self.tokens[line.first] == token;
        let closes_block =
            matches!(top.how, How::Brace { .. }) && self.surplus > 0 && (top.line == self.line || alone);
        if !closes_block {
            return self.stray(token);
        }
        let (opened, is_call) = (top.token, top.line == self.line && !line.is_head);
        let kind = if is_call { token.kind } else { TokenKind::RightBrace };
        let mend = if is_call { opener(token.kind) } else { "}" };
        let wrong = if is_call { opened.span } else { token.span };
        let error = bracket::mismatch(opened, token).with_fix(Fix::maybe(wrong, mend));
        self.errors.push_bracket(error);
        self.surplus -= 1;
        self.open.pop();
        if is_call {
            let round =
                if kind == TokenKind::RightParen { TokenKind::LeftParen } else { TokenKind::LeftBracket };
            self.rewrite_opened(opened, round);
            self.out.push(token);
        } else {
            let brace = self.write(token, kind);
            self.out.push(brace);
        }
    }

    /// Makes a bracket that came out one of another kind.
    pub(super) fn rewrite_opened(&mut self, opened: Token, kind: TokenKind) {
        let index = self.out.partition_point(|token| token.span.start < opened.span.start);
        let found = self.out[index..].iter().position(|token| *token == opened);
        if let Some(found) = found {
            self.out[index + found] = self.write(opened, kind);
        }
    }

    fn close_open_round(&mut self, token: Token) {
        let fits = |open: &super::Open| closer(open.token.kind) == Some(token.kind);
        let rounds = self.open.iter().rev().take_while(|open| matches!(open.how, How::Round { .. }));
        let depth = rounds.clone().position(fits);
        match depth {
            Some(depth) if depth > 0 && self.is_one_too_many(token.kind) => self.stray(token),
            Some(depth) => {
                for _ in 0..depth {
                    let top = self.open.pop().expect("a round bracket was found there");
                    self.tell_unclosed_round(
                        top.token,
                        self.out.len(),
                        Some((token.span, "something else ends here")),
                    );
                    self.insert_closer(self.out.len(), top.token.kind);
                }
                let closed = self.open.pop().expect("a round bracket was found there");
                // What was open at the end of a line and is closed now shows that the line did not end
                // the brackets around it.
                if matches!(closed.how, How::Round { soft: Some(_) }) {
                    self.goes_on();
                }
                self.out.push(token);
            }
            None => {
                let top = self.open.pop().expect("the innermost bracket is a round one");
                let kind = closer(top.token.kind).expect("what is open is an opening bracket");
                let error = bracket::mismatch(top.token, token).with_fix(Fix::maybe(token.span, sign(kind)));
                self.errors.push_bracket(error);
                let closing = self.write(token, kind);
                self.out.push(closing);
            }
        }
    }

    /// Whether the region closes more brackets of that kind than it opens.
    fn is_one_too_many(&mut self, kind: TokenKind) -> bool {
        let opens = |token: &&Token| closer(token.kind) == Some(kind);
        let closes = |token: &&Token| token.kind == kind;
        // Asked once for each kind: the answer does not change much with what has been mended.
        let known = if kind == TokenKind::RightParen { &mut self.too_many[0] } else { &mut self.too_many[1] };
        *known.get_or_insert_with(|| {
            self.tokens.iter().filter(closes).count() > self.tokens.iter().filter(opens).count()
        })
    }

    /// The round brackets on top go on behind the line that they may have ended with.
    fn goes_on(&mut self) {
        for open in self.open.iter_mut().rev() {
            match &mut open.how {
                How::Round { soft } => *soft = None,
                How::Brace { .. } | How::Indent(_) => break,
            }
        }
    }

    /// A line begins inside round brackets: perhaps they were to end before it.
    pub(super) fn may_end_rounds(&mut self, indent: usize, first: TokenKind) {
        if is_closer(first) {
            return;
        }
        let end = self.out.len();
        let rounds = self.open.iter_mut().rev().map_while(|open| match &mut open.how {
            How::Round { soft } => Some((soft, open.indent)),
            How::Brace { .. } | How::Indent(_) => None,
        });
        for (soft, opened) in rounds {
            if indent <= opened && soft.is_none() {
                *soft = Some(end);
            }
        }
    }

    /// Closes and tells all round brackets on top, at `end` or where their line may have ended.
    pub(super) fn close_rounds(&mut self, end: usize, behind: Option<(Span, &str)>) {
        let mut end = end;
        while let Some(&How::Round { soft }) = self.open.last().map(|open| &open.how) {
            let top = self.open.pop().expect("a round bracket is open");
            end = soft.unwrap_or(end).min(end);
            self.tell_unclosed_round(top.token, end, behind);
            self.insert_closer(end, top.token.kind);
            // What closes an outer bracket stands behind what closes the inner one.
            end += 1;
        }
    }

    fn tell_unclosed_round(&mut self, token: Token, end: usize, behind: Option<(Span, &str)>) {
        let last = self.out[..end].iter().rfind(|token| !token.kind.is_trivia());
        let place = last.map_or(token.span.end, |last| last.span.end) as usize;
        let twin = closer(token.kind).map_or("", sign);
        let error = bracket::unclosed(token).with_fix(Fix::maybe(Span::new(place, place), twin));
        self.errors.push_bracket(match behind {
            Some((span, text)) => error.with_label(span, text),
            None => error,
        });
    }

    fn insert_closer(&mut self, end: usize, opened: TokenKind) {
        let kind = closer(opened).expect("what is open is an opening bracket");
        self.insert(end, kind);
    }
}

fn opener(kind: TokenKind) -> &'static str {
    if kind == TokenKind::RightParen { "(" } else { "[" }
}

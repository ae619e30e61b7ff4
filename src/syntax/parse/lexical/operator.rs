//! Operators that scripts do not have.

use super::Scanner;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::token::{Token, TokenKind};

impl Scanner<'_, '_, '_> {
    pub(super) fn operator(&mut self, index: usize) {
        let token = self.tokens[index];
        match self.word(token.span) {
            "@" if self.is_line_start => self.decorator(index),
            "->" => self.result_type(index),
            "?" => self.question_mark(token),
            // A loop that counts with `i++` has a text of its own.
            "++" if self.is_for => self.mask(token.span, ""),
            "&&" | "||" if self.is_apart(token.span) => self.logical(token),
            word => {
                let (means, mask) = foreign(word);
                let error = no_operator(word, token.span).with_help(means);
                let fix = self.fix(index, word);
                // `x++` reads like a call, so that it ends where it ends in the text.
                let is_behind = word == "++" && fix.as_ref().is_some_and(|fix| fix.edits.len() == 1);
                let mask = if is_behind { "()" } else { mask };
                self.errors.push(match fix {
                    Some(fix) => error.with_fix(fix),
                    None => error,
                });
                self.mask(token.span, mask);
                if mask.trim().is_empty() && word != "++" {
                    self.doubt(token.span);
                }
            }
        }
    }

    /// Whether blanks stand on both sides.
    fn is_apart(&self, span: Span) -> bool {
        let blank = |character: Option<char>| character.is_none_or(char::is_whitespace);
        blank(self.text[..span.start as usize].chars().next_back())
            && blank(self.text[span.end as usize..].chars().next())
    }

    fn logical(&mut self, token: Token) {
        let word = self.word(token.span);
        let right = if word == "&&" { "and" } else { "or" };
        let error = no_operator(word, token.span).with_help(format!("write `{right}`"));
        self.errors.push(error.with_fix(Fix::sure(token.span, right)));
        self.mask(token.span, "or");
    }

    fn fix(&self, index: usize, word: &str) -> Option<Fix> {
        let token = self.tokens[index];
        match word {
            "&&" => Some(Fix::sure(token.span, self.spaced(token.span, "and"))),
            "||" => Some(Fix::sure(token.span, self.spaced(token.span, "or"))),
            "&" => Some(Fix::maybe(token.span, self.spaced(token.span, "and"))),
            "|" => Some(Fix::maybe(token.span, self.spaced(token.span, "or"))),
            "!" => Some(self.not(index)),
            "~" => Some(Fix::maybe(token.span, "not ")),
            "/" => Some(Fix::maybe(token.span, "//")),
            "/=" => Some(Fix::maybe(token.span, "//=")),
            "^" => Some(Fix::maybe(token.span, "!=")),
            "++" => self.increment(index),
            ":=" if self.is_statement_sign(index) => Some(Fix::sure(token.span, "=")),
            "$" => Some(Fix::maybe(token.span, "")),
            _ => None,
        }
    }

    /// A word with blanks where it would touch another.
    fn spaced(&self, span: Span, word: &str) -> String {
        let touches = |character: Option<char>| character.is_some_and(|found| !found.is_whitespace());
        let before = touches(self.text[..span.start as usize].chars().next_back());
        let behind = touches(self.text[span.end as usize..].chars().next());
        format!("{}{word}{}", if before { " " } else { "" }, if behind { " " } else { "" })
    }

    /// `!` is `not`, which stands where a condition can begin, and not behind an operator like `+`.
    fn not(&self, index: usize) -> Fix {
        let span = self.tokens[index].span;
        let gap = self.text[span.end as usize..].starts_with(char::is_whitespace);
        let word = if gap { "not" } else { "not " };
        let tight = self.before(index).is_some_and(|before| {
            (TokenKind::Equal..=TokenKind::Percent).contains(&before.kind) || before.kind == TokenKind::KwIn
        });
        if tight { Fix::maybe(span, word) } else { Fix::sure(span, word) }
    }

    /// `x++` and `++x` as statements.
    fn increment(&self, index: usize) -> Option<Fix> {
        let token = self.tokens[index];
        let behind = self.behind(index);
        if behind.is_none_or(|behind| ends_statement(behind.kind)) {
            let place = matches!(self.before(index)?.kind, TokenKind::Name | TokenKind::RightBracket);
            return place.then(|| Fix::sure(token.span, " += 1"));
        }
        let name = behind.filter(|name| name.kind == TokenKind::Name)?;
        let next = self.tokens.partition_point(|token| token.span.start < name.span.end);
        let alone = self.tokens.get(next).is_none_or(|next| ends_statement(next.kind));
        let end = name.span.end as usize;
        (alone && self.is_line_start).then(|| {
            Fix::sure(Span { start: token.span.start, end: name.span.start }, "")
                .and(Span::new(end, end), " += 1")
        })
    }

    /// Whether it stands behind a name that begins a line.
    fn is_statement_sign(&self, index: usize) -> bool {
        let solid: Vec<TokenKind> = self.tokens[..index]
            .iter()
            .rev()
            .map(|token| token.kind)
            .filter(|kind| *kind != TokenKind::Whitespace)
            .take(2)
            .collect();
        let begins = |kind: &TokenKind| {
            matches!(
                kind,
                TokenKind::Newline | TokenKind::Semicolon | TokenKind::LeftBrace | TokenKind::KwLet
            )
        };
        solid.first() == Some(&TokenKind::Name) && solid.get(1).is_none_or(begins)
    }

    /// The end of the line that holds a token, or of the text.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let line = self.text[from..].split('\n').next().unwrap_or_default();
        from + line.trim_end_matches('\r').len()
    }

    fn decorator(&mut self, index: usize) {
        let token = self.tokens[index];
        let end = self.line_end(token.span.start as usize);
        let line = Span::new(token.span.start as usize, end);
        let error = Diagnostic::error(code::FOREIGN_OPERATOR, token.span, "functions have no decorators");
        let mend = Fix::maybe(Span::new(line.range().start, (end + 1).min(self.text.len())), "");
        self.errors.push(error.at("a decorator").with_help("leave out the line").with_fix(mend));
        self.mask(line, "");
        self.end = end;
    }

    /// `def f(x) -> int {`: the type goes up to the block.
    fn result_type(&mut self, index: usize) {
        let token = self.tokens[index];
        let rest = &self.tokens[index + 1..];
        let ends = |token: &&Token| {
            matches!(
                token.kind,
                TokenKind::LeftBrace | TokenKind::Colon | TokenKind::Newline | TokenKind::Semicolon
            )
        };
        let count = rest.iter().take_while(|token| !ends(token)).count();
        let last = rest[..count].iter().rfind(|token| !token.kind.is_trivia());
        let span = last.map_or(token.span, |last| token.span.to(last.span));
        let start = self.text[..token.span.start as usize].trim_end_matches([' ', '\t']).len();
        let error = Diagnostic::error(
            code::FOREIGN_OPERATOR,
            span,
            "functions do not say the type of what they give",
        );
        let mend = Fix::sure(Span::new(start, span.end as usize), "");
        self.errors.push(error.at("a type").with_help("leave it out").with_fix(mend));
        self.mask(span, "");
        self.end = span.end as usize;
    }

    /// `c ? a : b`
    fn question_mark(&mut self, token: Token) {
        let error =
            Diagnostic::error(code::FOREIGN_OPERATOR, token.span, "there is no `? :` that chooses a value");
        let help = "write `if … { … } else { … }` with a statement in each block";
        self.errors.push(error.at("an operator of other languages").with_help(help));
        self.mask(token.span, "");
        self.doubt(token.span);
    }
}

fn no_operator(word: &str, span: Span) -> Diagnostic {
    let message = format!("`{word}` is no operator of this language");
    Diagnostic::error(code::FOREIGN_OPERATOR, span, message).at("an operator of other languages")
}

pub(super) fn ends_statement(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Newline | TokenKind::Semicolon | TokenKind::RightBrace | TokenKind::Comment)
}

/// What to write instead of an operator of another language, and what stands for it while reading goes on.
fn foreign(word: &str) -> (&'static str, &'static str) {
    match word {
        "&&" => ("write `and`", " +"),
        "||" => ("write `or`", " +"),
        "!" => ("write `not`", "-"),
        "/" => ("write `//`, which rounds down", "*"),
        "/=" => ("write `//=`, which rounds down", "+="),
        "**" => ("multiply with `*`", "*"),
        "++" => ("write `+= 1`", ""),
        ":=" => ("assign in a statement of its own", "="),
        "&" => ("write `and`", "+"),
        "|" => ("write `or`", "+"),
        "^" => ("write `!=`", "+"),
        "~" => ("write `not`", "-"),
        "@" => ("leave it out", ""),
        _ => ("leave it out", ""),
    }
}

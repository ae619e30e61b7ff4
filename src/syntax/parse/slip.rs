//! A place where the grammar stops, with the tokens around it.

use pest::error::{Error, ErrorVariant, InputLocation};

use crate::base::span::Span;
use crate::syntax::parse::bracket::Brackets;
use crate::syntax::parse::grammar::Rule;
use crate::syntax::token::{Token, TokenKind};

/// Where the grammar stops and what could have stood there.
pub(super) struct Slip<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) brackets: &'a Brackets,
    /// What could have stood there, by the names of the rules.
    pub(super) expected: Vec<String>,
    /// Index of the token that can't stand there; the number of tokens at the end of the text.
    pub(super) found: usize,
    /// Index of the token before it that is no trivia.
    pub(super) previous: Option<usize>,
}

impl<'a> Slip<'a> {
    /// Of pest's refusal only the place and the names of the rules are used.
    pub(super) fn new(
        text: &'a str,
        tokens: &'a [Token],
        brackets: &'a Brackets,
        refusal: &Error<Rule>,
    ) -> Self {
        let place = match refusal.location {
            InputLocation::Pos(place) | InputLocation::Span((place, _)) => place,
        };
        let expected = match &refusal.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
            ErrorVariant::CustomError { .. } => &[],
        };
        let expected = expected.iter().map(|rule| format!("{rule:?}")).collect();
        let at = tokens.partition_point(|token| token.span.end as usize <= place);
        let mut slip = Self { text, tokens, brackets, expected, found: at, previous: None };
        slip.previous = slip.solid_before(at);
        slip.found = slip.not_blank_from(at);
        // A block that does not come is missing at the end of its line, not at the start of the next statement.
        if slip.expects("left_brace") || slip.expects("block") {
            slip.found = slip
                .previous
                .map_or(slip.found, |previous| slip.not_blank_from(previous + 1).min(slip.found));
        }
        slip
    }

    /// The first token from `index` on that is neither blank nor comment; ends of lines count.
    fn not_blank_from(&self, index: usize) -> usize {
        let blank = |token: &&Token| token.kind.is_trivia() && token.kind != TokenKind::Newline;
        index + self.tokens[index..].iter().take_while(blank).count()
    }

    /// The last token before `index` that is no trivia.
    pub(super) fn solid_before(&self, index: usize) -> Option<usize> {
        self.tokens[..index].iter().rposition(|token| !token.kind.is_trivia())
    }

    /// The first token from `index` on that is no trivia.
    pub(super) fn solid_from(&self, index: usize) -> Option<usize> {
        let found = self.tokens.get(index..)?.iter().position(|token| !token.kind.is_trivia());
        found.map(|offset| index + offset)
    }

    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    pub(super) fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.text[token.span.range()])
    }

    pub(super) fn span(&self, index: usize) -> Span {
        self.tokens.get(index).map_or_else(|| Span::new(self.text.len(), self.text.len()), |token| token.span)
    }

    pub(super) fn expects(&self, rule: &str) -> bool {
        self.expected.iter().any(|expected| expected == rule)
    }

    /// Whether what was found ends a statement: the end of a line, of a block or of the text.
    pub(super) fn at_end(&self) -> bool {
        matches!(
            self.kind(self.found),
            None | Some(TokenKind::Newline | TokenKind::Semicolon | TokenKind::RightBrace)
        )
    }

    /// Whether an operand ends right before the place.
    pub(super) fn after_operand(&self) -> bool {
        self.expects("kw_and")
    }

    /// The first token of the statement or item that holds the place.
    pub(super) fn statement_start(&self) -> usize {
        self.start_of(self.found)
    }

    /// The first token of the statement or item that holds the token at `at`.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only brackets and ends of statements matter among many tokens"
    )]
    pub(super) fn start_of(&self, at: usize) -> usize {
        let mut index = at;
        while let Some(before) = index.checked_sub(1) {
            match self.tokens[before].kind {
                TokenKind::RightParen | TokenKind::RightBracket => index = self.brackets.partner[before],
                TokenKind::LeftBrace | TokenKind::RightBrace | TokenKind::Semicolon => break,
                TokenKind::Newline if !self.in_brackets(before) => break,
                _ => index = before,
            }
        }
        let end = at.min(self.tokens.len());
        let blank = |token: &&Token| token.kind.is_trivia();
        index + self.tokens[index..end].iter().take_while(blank).count()
    }

    /// Whether the innermost bracket around a token is round or square, where newlines don't count.
    pub(super) fn in_brackets(&self, index: usize) -> bool {
        self.opener(index).is_some_and(|kind| kind != TokenKind::LeftBrace)
    }

    /// The innermost bracket that is open before a token.
    pub(super) fn opener(&self, index: usize) -> Option<TokenKind> {
        let inside = if index < self.tokens.len() { self.brackets.inside[index] } else { None };
        inside.map(|bracket| self.tokens[bracket].kind)
    }
}

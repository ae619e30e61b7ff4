//! A place where the grammar stops, with the tokens around it.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};

use crate::base::diagnostic::Fix;
use crate::base::span::Span;
use crate::syntax::parse::bracket::{self, Brackets};
use crate::syntax::parse::grammar::{Grammar, Rule};
use crate::syntax::parse::piece::Piece;
use crate::syntax::token::{Token, TokenKind};

/// What a piece stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Nothing: it should be an item.
    Top,
    /// A block: it should be a statement.
    Block,
}

/// What is around a piece.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) level: Level,
    /// The first word of the statement or item before it in the same block.
    pub(super) before: Option<TokenKind>,
    /// What stands behind it.
    pub(super) behind: Option<TokenKind>,
    /// All of its tokens, those in its blocks included.
    pub(super) whole: &'a [Token],
}

/// What a mend comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The grammar stops where it did, or before.
    Nothing,
    /// It stops behind that place.
    Further,
    /// It takes the piece.
    All,
}

/// Where the grammar stops and what could have stood there.
pub(super) struct Slip<'a> {
    pub(super) text: &'a str,
    piece: &'a Piece,
    pub(super) around: Surroundings<'a>,
    pub(super) tokens: &'a [Token],
    pub(super) brackets: Brackets,
    /// What could have stood there, by the names of the rules.
    pub(super) expected: Vec<String>,
    /// Index of the token that can't stand there; the number of tokens at the end of the piece.
    pub(super) found: usize,
    /// Index of the token before it that is no trivia.
    pub(super) previous: Option<usize>,
}

impl<'a> Slip<'a> {
    /// Of pest's refusal only the place and the names of the rules are used.
    pub(super) fn new(
        text: &'a str,
        piece: &'a Piece,
        around: Surroundings<'a>,
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
        let at = piece.token_at(place);
        let tokens = piece.tokens.as_slice();
        let brackets = bracket::pairs(tokens);
        let mut slip = Self { text, piece, around, tokens, brackets, expected, found: at, previous: None };
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

    /// How far the grammar gets with that edit in the piece.
    pub(super) fn with(&self, fix: &Fix) -> Progress {
        let Some(piece) = self.piece.mended(fix) else { return Progress::Nothing };
        let rule = match self.around.level {
            Level::Top => Rule::script,
            Level::Block => Rule::body,
        };
        let Err(refusal) = Grammar::parse(rule, &piece.text) else { return Progress::All };
        let place = match refusal.location {
            InputLocation::Pos(place) | InputLocation::Span((place, _)) => place,
        };
        let stopped = piece.tokens.get(piece.token_at(place)).map_or(u32::MAX, |token| token.span.start);
        if stopped > self.span(self.found).end { Progress::Further } else { Progress::Nothing }
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

    /// What a token is; at the end of the piece what stands behind it, if that ends a statement.
    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        if let Some(token) = self.tokens.get(index) {
            return Some(token.kind);
        }
        let ends = |kind: &TokenKind| matches!(kind, TokenKind::RightBrace | TokenKind::Semicolon);
        self.around.behind.map(|kind| if ends(&kind) { kind } else { TokenKind::Newline })
    }

    /// The word as it was typed.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.text[token.span.range()])
    }

    /// The place of a token; the end of the piece if there is none.
    pub(super) fn span(&self, index: usize) -> Span {
        let end = || self.tokens.last().map_or(0, |last| last.span.end);
        self.tokens.get(index).map_or_else(|| Span { start: end(), end: end() }, |token| token.span)
    }

    /// The text at a place of the script.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The text behind a token, up to the end of the script.
    pub(super) fn text_behind(&self, index: usize) -> &'a str {
        &self.text[self.span(index).end as usize..]
    }

    /// The words from one token to another, both included, as they were typed.
    pub(super) fn words(&self, first: usize, last: usize) -> &'a str {
        &self.text[self.span(first).to(self.span(last)).range()]
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

    /// The innermost bracket that is open before a token; that of the block around the piece included.
    pub(super) fn opener(&self, index: usize) -> Option<TokenKind> {
        let inside = self.brackets.inside.get(index).copied().flatten();
        inside.map(|bracket| self.tokens[bracket].kind).or(match self.around.level {
            Level::Top => None,
            Level::Block => Some(TokenKind::LeftBrace),
        })
    }
}

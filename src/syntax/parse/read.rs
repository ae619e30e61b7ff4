//! Items and statements, each read for itself where the whole can't be read.

use std::ops::Range;

use pest::Parser as _;
use pest::error::{Error, ErrorVariant};

use crate::base::diagnostic::{Certainty, Diagnostic};
use crate::base::span::{Source, Span};
use crate::syntax::ast::{Item, Script, Statement};
use crate::syntax::code;
use crate::syntax::parse::bracket;
use crate::syntax::parse::cut::{self, Cut, Sound};
use crate::syntax::parse::errors::{Errors, Stage};
use crate::syntax::parse::grammar::{Grammar, Rule};
use crate::syntax::parse::piece::{Piece, Places, aligned};
use crate::syntax::parse::slip::{Level, Slip, Surroundings};
use crate::syntax::parse::{ERRORS_MAX, Lost, Parsed, build, explain, fill, layout, region};
use crate::syntax::token::{Token, TokenKind};

/// The tree of `masked`, whose bad words have good ones in their place, and all errors.
pub(super) fn script(source: &Source, masked: String, errors: Errors<'_>) -> Parsed {
    let tokens = aligned(&source.text, &masked);
    let regions = region::regions(&masked, &tokens);
    let mut reader = Reader::new(source, masked, errors);
    for batch in region::batches(&tokens, &regions) {
        reader.batch(&tokens, &regions[batch]);
    }
    let (errors, lines) = reader.errors.sorted();
    Parsed { script: Script { items: reader.items }, errors, lost: Lost { lines, ..reader.lost } }
}

struct Reader<'a> {
    text: &'a str,
    masked: String,
    errors: Errors<'a>,
    items: Vec<Item>,
    lost: Lost,
    /// How many more bytes may be parsed again with a mend in them.
    effort: usize,
    /// How many more refusals are looked into: most are told or follow from what has been told.
    refusals: usize,
}

/// How many refusals of pest are looked into.
const REFUSALS_MAX: usize = 5 * ERRORS_MAX;

/// What a piece is read as.
enum Built {
    Items(Vec<Item>),
    Statements(Vec<Statement>),
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, masked: String, errors: Errors<'a>) -> Self {
        let effort = 2 * masked.len() + 4096;
        let (items, lost) = (Vec::new(), Lost::default());
        Self { text: &source.text, masked, errors, items, lost, effort, refusals: REFUSALS_MAX }
    }

    /// Some regions: in one go if nothing is wrong with them, else one by one.
    fn batch(&mut self, tokens: &[Token], regions: &[Range<usize>]) {
        let (Some(first), Some(last)) = (regions.first(), regions.last()) else { return };
        if self.whole(&tokens[first.start..last.end]) {
            return;
        }
        let mut rest = regions;
        while let Some((region, behind)) = rest.split_first() {
            rest = behind;
            if regions.len() > 1 && self.whole(&tokens[region.clone()]) {
                continue;
            }
            let mut region = region.clone();
            // A declaration in the middle of a block that is not indented begins no region.
            if let Some(next) = behind.first()
                && bracket::are_sound(&tokens[region.start..next.end])
                && !bracket::are_sound(&tokens[region.clone()])
            {
                region.end = next.end;
                rest = &behind[1..];
            }
            self.region(&tokens[region.clone()], tokens.get(region.end).copied());
        }
    }

    /// Reads tokens as they are; false if nothing came of it.
    fn whole(&mut self, tokens: &[Token]) -> bool {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return true };
        let start = first.span.start as usize;
        if !bracket::are_sound(tokens) {
            return false;
        }
        match Grammar::parse(Rule::script, &self.masked[start..last.span.end as usize]) {
            Ok(pairs) => {
                self.items.extend(build::items(pairs, Places::Shifted(self.text, start), &mut self.errors));
                true
            }
            Err(_) => false,
        }
    }

    fn region(&mut self, tokens: &[Token], next: Option<Token>) {
        self.errors.enter(Stage::Layout);
        let layout = layout::settle(&self.masked, tokens, next, &mut self.errors);
        self.errors.enter(Stage::Structure);
        let Some(layout) = layout.filter(|layout| bracket::are_sound(&layout.tokens)) else {
            self.lost.items = true;
            return self.lose(tokens);
        };
        for (place, sign) in layout.written {
            let place = place as usize;
            self.masked.replace_range(place..=place, char::from(sign).encode_utf8(&mut [0; 4]));
        }
        let brackets = bracket::pairs(&layout.tokens);
        let region = Sound { tokens: layout.tokens, brackets };
        let mut rest = 0..region.tokens.len();
        let mut before = None;
        while let Some(cut) = cut::next(&self.masked, &region, rest.clone()) {
            rest.start = cut.range.end;
            let items = self.item(&region, &cut, before);
            self.items.extend(items);
            before = Some(region.tokens[cut.range.start].kind);
        }
    }

    fn item(&mut self, region: &Sound, cut: &Cut, before: Option<TokenKind>) -> Vec<Item> {
        let first = region.tokens[cut.range.start];
        let word = self.masked.get(first.span.range()).unwrap_or_default();
        // What stands between the braces of these are no statements.
        let flat = first.kind == TokenKind::LeftBrace || word == "machine";
        let blocks = if flat { &[][..] } else { &cut.blocks };
        let built = self.piece(region, cut, blocks, (Level::Top, before));
        let bodies = self.bodies(region, blocks);
        match built {
            Some(Built::Items(mut items)) => {
                if fill::items(&mut items, bodies) {
                    return items;
                }
            }
            Some(Built::Statements(_)) | None => {}
        }
        self.lost.items = true;
        self.lose(&region.tokens[cut.range.clone()]);
        Vec::new()
    }

    /// The statements between two braces, and what can be read of them.
    fn statements(&mut self, region: &Sound, mut rest: Range<usize>) -> Vec<Statement> {
        let mut statements = Vec::new();
        let mut before = None;
        let mut broken = false;
        while let Some(cut) = cut::next(&self.masked, region, rest.clone()) {
            rest.start = cut.range.end;
            let first = region.tokens[cut.range.start].kind;
            if broken && is_clause(first) {
                // It has most likely lost what it belongs to, which has been told.
                self.bodies(region, &cut.blocks);
                self.lose(&region.tokens[cut.range.clone()]);
                continue;
            }
            let found = self.errors.count();
            statements.extend(self.statement(region, &cut, before));
            broken = self.errors.count() > found;
            before = Some(first);
        }
        statements
    }

    fn statement(&mut self, region: &Sound, cut: &Cut, before: Option<TokenKind>) -> Vec<Statement> {
        let built = self.piece(region, cut, &cut.blocks, (Level::Block, before));
        let bodies = self.bodies(region, &cut.blocks);
        match built {
            Some(Built::Statements(mut statements)) => {
                if fill::statements(&mut statements, bodies) {
                    return statements;
                }
            }
            Some(Built::Items(_)) | None => {}
        }
        self.lose(&region.tokens[cut.range.clone()]);
        Vec::new()
    }

    fn bodies(&mut self, region: &Sound, blocks: &[Range<usize>]) -> Vec<Vec<Statement>> {
        blocks.iter().map(|block| self.statements(region, block.start + 1..block.end - 1)).collect()
    }

    /// Reads one statement or item with empty blocks. A mistake in it is told, and if its mend makes
    /// the parser go on, so is the next one.
    fn piece(
        &mut self,
        region: &Sound,
        cut: &Cut,
        blocks: &[Range<usize>],
        (level, before): (Level, Option<TokenKind>),
    ) -> Option<Built> {
        if self.errors.is_full() {
            return None;
        }
        let behind = region.tokens.get(cut.range.end).map(|token| token.kind);
        let around = Surroundings { level, before, behind, whole: &region.tokens[cut.range.clone()] };
        let mut piece = Piece::new(&self.masked, &region.tokens, cut.range.clone(), blocks);
        let mut mended = 0;
        loop {
            let refusal = match self.attempt(&piece, level) {
                Ok(built) => {
                    self.doubt(&piece);
                    return Some(built);
                }
                Err(refusal) => refusal,
            };
            if matches!(refusal.variant, ErrorVariant::CustomError { .. }) {
                self.errors.push(stack_used_up(cut, &region.tokens));
                return None;
            }
            self.refusals = self.refusals.checked_sub(1)?;
            let slip = Slip::new(self.text, &piece, around, &refusal);
            if slip.span(slip.found).end <= mended {
                return None;
            }
            let error = explain::explain(&slip);
            let next = error.fix.as_ref().and_then(|fix| piece.mended(fix));
            // What is only guessed may have been meant otherwise.
            if error.fix.as_ref().is_none_or(|fix| fix.certainty == Certainty::Maybe) {
                self.lose(&piece.tokens);
            }
            mended = error.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.end).max().unwrap_or(0);
            self.errors.push_if_first(error);
            self.effort = self.effort.checked_sub(piece.text.len())?;
            piece = next?;
        }
    }

    fn attempt(&mut self, piece: &Piece, level: Level) -> Result<Built, Box<Error<Rule>>> {
        let places = Places::Of(self.text, piece);
        match level {
            Level::Top => {
                let pairs = Grammar::parse(Rule::script, &piece.text)?;
                Ok(Built::Items(build::items(pairs, places, &mut self.errors)))
            }
            Level::Block => {
                let pairs = Grammar::parse(Rule::body, &piece.text)?;
                Ok(Built::Statements(build::statements(pairs, places, &mut self.errors)))
            }
        }
    }

    /// What is read on a line where another mistake was found may have been meant otherwise.
    fn doubt(&mut self, piece: &Piece) {
        let ends = [piece.tokens.first(), piece.tokens.last()];
        if ends.into_iter().flatten().any(|token| self.errors.is_taken(token.span)) {
            self.lose(&piece.tokens);
        }
    }

    /// What stood here is not in the tree: nothing can be said of its words.
    fn lose(&mut self, tokens: &[Token]) {
        for token in tokens {
            if matches!(token.kind, TokenKind::Name | TokenKind::KwMain) {
                let word = &self.masked[token.span.range()];
                if !self.lost.words.contains(word) {
                    self.lost.words.insert(word.to_owned());
                }
            }
        }
    }
}

/// Whether it goes on behind a block of another statement.
fn is_clause(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::KwElif | TokenKind::KwElse | TokenKind::KwExcept | TokenKind::KwFinally)
}

/// pest stops before it overflows the stack; on an ordinary stack the bound on brackets comes first.
fn stack_used_up(cut: &Cut, tokens: &[Token]) -> Diagnostic {
    let first = tokens[cut.range.start].span;
    let all = first.to(tokens[cut.range.end - 1].span);
    Diagnostic::error(
        code::TOO_DEEP,
        Span { start: all.start, end: all.end },
        "the brackets of this script are too deep for the stack of this thread",
    )
    .at("too deep")
    .with_help("nest less, or give the thread a larger stack")
}

#[cfg(test)]
pub(in crate::syntax) mod tests {
    use super::*;

    /// The tree of a script that is cut at every statement, though nothing is wrong with it.
    pub(in crate::syntax) fn in_pieces(source: &Source) -> Script {
        let tokens = aligned(&source.text, &source.text);
        let mut reader = Reader::new(source, source.text.clone(), Errors::new(source));
        reader.region(&tokens, None);
        assert!(reader.errors.sorted().0.is_empty(), "{}", source.text);
        Script { items: reader.items }
    }
}

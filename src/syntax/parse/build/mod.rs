//! Pairs to tree. What the grammar leaves loose is refused here, in its own words.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

mod argument;
mod expression;
mod item;
mod statement;

use pest::iterators::{Pair, Pairs};

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Item, Literal, Name, Statement};
use crate::syntax::code;
use crate::syntax::literal;
use crate::syntax::parse::errors::Errors;
use crate::syntax::parse::grammar::Rule;
use crate::syntax::parse::piece::Places;

/// The items of an accepted text. Where `errors` gets an error, the tree is only a stand-in.
pub(super) fn items(mut pairs: Pairs<'_, Rule>, places: Places<'_>, errors: &mut Errors<'_>) -> Vec<Item> {
    let script = pairs.next().expect("an accepted text is one script");
    let items = script.into_inner().next().expect("a script holds its items");
    let mut builder = Builder { errors, places };
    items.into_inner().filter_map(|pair| builder.item(pair)).collect()
}

/// The statements of an accepted text, likewise.
pub(super) fn statements(
    mut pairs: Pairs<'_, Rule>,
    places: Places<'_>,
    errors: &mut Errors<'_>,
) -> Vec<Statement> {
    let body = pairs.next().expect("an accepted text is the body of a block");
    let statements = body.into_inner().next().expect("a body holds its statements");
    let mut builder = Builder { errors, places };
    statements.into_inner().filter_map(|pair| builder.statement_or_sign(pair)).collect()
}

struct Builder<'a, 's> {
    errors: &'a mut Errors<'s>,
    places: Places<'a>,
}

impl Builder<'_, '_> {
    /// A literal of `machine` and `param`: with its minus folded in.
    fn literal(&mut self, pair: Pair<'_, Rule>) -> Literal {
        let span = self.span_of(&pair);
        let mut parts = pair.into_inner().peekable();
        let negative = parts.next_if(|part| part.as_rule() == Rule::minus).is_some();
        let word = parts.next().expect("a literal has a word");
        self.word(&word, negative, span)
    }

    /// A word that is a value.
    fn word(&mut self, word: &Pair<'_, Rule>, negative: bool, span: Span) -> Literal {
        match word.as_rule() {
            Rule::kw_true => Literal::Bool(true),
            Rule::kw_false => Literal::Bool(false),
            Rule::kw_none => Literal::None,
            Rule::string => Literal::Str(literal::string(word.as_str()).unwrap_or_default()),
            _ => self.number(word, negative, span),
        }
    }

    fn number(&mut self, word: &Pair<'_, Rule>, negative: bool, span: Span) -> Literal {
        // A number without a value has been reported with the other bad words.
        let Ok(number) = literal::number(word.as_str()) else { return Literal::None };
        number.literal(negative).unwrap_or_else(|| {
            self.errors.push(super::lexical::number::too_large(word.as_str(), span));
            Literal::None
        })
    }

    /// The place of a leaf, or of all that a pair holds without the blanks that pest leaves at its end.
    fn span_of(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = pair.as_span().start();
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        self.places.span(start, last.as_span().end())
    }

    fn name_of(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: pair.as_str().to_owned(), span: self.span_of(pair) }
    }

    fn refuse(&mut self, code: &'static str, span: Span, [message, label, help]: [&str; 3]) {
        self.errors.push(Diagnostic::error(code, span, message).at(label).with_help(help));
    }

    /// Says once in a row that an expression is too deep: a long chain is so at each further link.
    fn too_deep(&mut self, span: Span) {
        if self.errors.last().is_none_or(|error| error.code != code::TOO_DEEP) {
            let message = format!(
                "an expression can be {} operations deep: this one goes on for longer",
                super::EXPRESSION_DEPTH_MAX
            );
            let help = "compute it in several steps, or in a loop";
            let end = self.places.last_character(span);
            self.errors
                .push(Diagnostic::error(code::TOO_DEEP, end, message).at("too deep here").with_help(help));
        }
    }
}

/// The first child of a kind, taken out of the rest.
fn take<'i>(parts: &mut std::iter::Peekable<Pairs<'i, Rule>>, rule: Rule) -> Option<Pair<'i, Rule>> {
    parts.next_if(|part| part.as_rule() == rule)
}

//! Expressions: operands, and the operators between them.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

use pest::iterators::Pair;

use super::Builder;
use crate::syntax::ast::BinaryOp;
use crate::syntax::format::shape::Mode;
use crate::syntax::level;
use crate::syntax::parse::grammar::Rule;

/// An expression in its parts, each with what it is there for.
pub(super) struct Chain<'a> {
    parts: Vec<(Pair<'a, Rule>, Role)>,
    /// The level of the operators that bind loosest; none if there is no operator of two operands.
    loosest: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// `not`, `-` or `await` before an operand.
    Prefix,
    Operand,
    /// A call, an index or an attribute.
    Suffix,
    /// An operator of that level between two operands.
    Infix(u8),
    /// The second word of `not in` and `is not`.
    Second,
}

impl<'a> Chain<'a> {
    pub(super) fn new(pair: Pair<'a, Rule>) -> Self {
        let mut parts: Vec<(Pair<'a, Rule>, Role)> = Vec::new();
        for part in pair.into_inner() {
            let role = role(&part, parts.last());
            parts.push((part, role));
        }
        let levels = parts
            .iter()
            .filter_map(|(_, role)| if let Role::Infix(level) = role { Some(*level) } else { None });
        Self { loosest: levels.min(), parts }
    }

    /// Whether there is an operator to break before.
    pub(super) const fn can_break(&self) -> bool {
        self.loosest.is_some()
    }

    fn is_second(&self, index: usize) -> bool {
        self.parts.get(index).is_some_and(|(_, role)| *role == Role::Second)
    }
}

fn role(part: &Pair<'_, Rule>, before: Option<&(Pair<'_, Rule>, Role)>) -> Role {
    let wants_operand =
        before.is_none_or(|(_, role)| matches!(role, Role::Prefix | Role::Infix(_) | Role::Second));
    let behind =
        |rule| before.is_some_and(|(part, role)| matches!(role, Role::Infix(_)) && part.as_rule() == rule);
    match part.as_rule() {
        Rule::kw_in if behind(Rule::kw_not) => Role::Second,
        Rule::kw_not if behind(Rule::word_is) => Role::Second,
        Rule::kw_not | Rule::minus | Rule::kw_await if wants_operand => Role::Prefix,
        Rule::arguments | Rule::index | Rule::attribute => Role::Suffix,
        _ if wants_operand => Role::Operand,
        Rule::kw_not => Role::Infix(level::binary(BinaryOp::NotIn)),
        _ => Role::Infix(BinaryOp::from_word(part.as_str()).map_or(level::LOOSEST, level::binary)),
    }
}

impl<'a> Builder<'a> {
    /// An expression that stands in no bracket of its own: it is never broken between operands.
    pub(super) fn expression(&mut self, pair: Pair<'a, Rule>) {
        self.chain(Chain::new(pair), false);
    }

    /// An entry of a list: if it has to be broken, it is broken before its loosest operators.
    pub(super) fn entry_of_list(&mut self, pair: Pair<'a, Rule>) {
        let chain = Chain::new(pair);
        if !chain.can_break() {
            return self.chain(chain, false);
        }
        let wrapped = self.is_wrapped(&chain);
        self.open(false, if wrapped { Mode::Fit } else { Mode::Rigid });
        self.chain(chain, true);
        if wrapped {
            self.keep_broken();
        }
        self.close();
    }

    /// Whether the author ended a line before or behind one of the operators of a chain that begins here.
    pub(super) fn is_wrapped(&self, chain: &Chain<'a>) -> bool {
        let infix = chain.parts.iter().filter(|(_, role)| matches!(role, Role::Infix(_)));
        infix
            .map(|(part, _)| self.last_of(part))
            .any(|word| self.words.begins_line(word) || self.words.begins_line(word + 1))
    }

    /// Writes the parts; if it `breaks`, the operators that bind loosest are places to break.
    pub(super) fn chain(&mut self, chain: Chain<'a>, breaks: bool) {
        let doubles: Vec<bool> = (0..chain.parts.len()).map(|index| chain.is_second(index + 1)).collect();
        let loosest = chain.loosest;
        let mut after_minus = false;
        for ((part, role), double) in chain.parts.into_iter().zip(doubles) {
            let minus = role == Role::Prefix && part.as_rule() == Rule::minus;
            if minus && after_minus {
                self.text(" ");
            }
            after_minus = minus;
            match role {
                Role::Prefix => {
                    self.word(&part);
                    if !minus {
                        self.text(" ");
                    }
                }
                Role::Operand => self.operand(part),
                Role::Suffix => self.suffix(part),
                Role::Infix(level) => {
                    // The comments around an operator end the line before it.
                    self.notes_up_to(self.at + 1 + usize::from(double));
                    if breaks && loosest == Some(level) {
                        self.break_or(" ");
                    } else {
                        self.text(" ");
                    }
                    self.infix(&part, double);
                }
                Role::Second => self.second(&part),
            }
        }
    }

    /// An operator of one word or of two, and the space behind it.
    fn infix(&mut self, part: &Pair<'a, Rule>, double: bool) {
        self.skip();
        self.text(match (part.as_rule(), double) {
            (Rule::word_is, true) => "!=",
            (Rule::word_is, false) => "==",
            _ => part.as_str(),
        });
        self.text(" ");
    }

    /// The second word of `not in`; that of `is not` is written with the first.
    fn second(&mut self, part: &Pair<'a, Rule>) {
        self.skip();
        if part.as_rule() == Rule::kw_in {
            self.text("in ");
        }
    }

    fn operand(&mut self, part: Pair<'a, Rule>) {
        match part.as_rule() {
            Rule::parentheses | Rule::list => self.bracket(part),
            Rule::spawn => {
                for (index, part) in part.into_inner().enumerate() {
                    if part.as_rule() == Rule::arguments {
                        self.bracket(part);
                    } else {
                        self.text(if index > 0 { " " } else { "" });
                        self.word(&part);
                    }
                }
            }
            _ => self.word(&part),
        }
    }

    fn suffix(&mut self, part: Pair<'a, Rule>) {
        match part.as_rule() {
            Rule::attribute => part.into_inner().for_each(|part| self.word(&part)),
            _ => self.bracket(part),
        }
    }
}

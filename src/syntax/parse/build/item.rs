//! What stands at the top level.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

use pest::iterators::Pair;

use super::{Builder, take};
use crate::syntax::ast::{
    Declarator, Function, Item, Machine, Main, ObjectKind, Objects, Param, Property, PropertyKind, Setting,
    Shared, SharedCell,
};
use crate::syntax::parse::grammar::Rule;

impl Builder<'_, '_> {
    /// An item; `None` for the signs between items.
    pub(super) fn item(&mut self, pair: Pair<'_, Rule>) -> Option<Item> {
        Some(match pair.as_rule() {
            Rule::machine => Item::Machine(self.machine(pair)),
            Rule::param => Item::Param(self.param(pair)),
            Rule::objects => Item::Objects(self.objects(pair)),
            Rule::shared => Item::Shared(self.shared(pair)),
            Rule::function => Item::Function(self.function(pair)),
            Rule::main => Item::Main(self.main(pair)),
            Rule::invariant | Rule::finally | Rule::expect => Item::Property(self.property(pair)),
            _ => return None,
        })
    }

    fn machine(&mut self, pair: Pair<'_, Rule>) -> Machine {
        let span = self.span_of(&pair);
        let settings = pair.into_inner().filter(|part| part.as_rule() == Rule::setting);
        Machine { settings: settings.map(|setting| self.setting(setting)).collect(), span }
    }

    fn setting(&mut self, pair: Pair<'_, Rule>) -> Setting {
        let (mut name, mut value) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name_of(&part)),
                Rule::literal => value = Some((self.span_of(&part), self.literal(part))),
                _ => {}
            }
        }
        let name = name.expect("a setting has a name");
        let (value_span, value) = value.expect("a setting has a value");
        Setting { name, value, value_span }
    }

    fn param(&mut self, pair: Pair<'_, Rule>) -> Param {
        let Setting { name, value, value_span } = self.setting(pair);
        Param { name, value, value_span }
    }

    fn objects(&mut self, pair: Pair<'_, Rule>) -> Objects {
        let mut parts = pair.into_inner().peekable();
        let process = take(&mut parts, Rule::word_process).map(|word| self.span_of(&word));
        let kind = parts.next().expect("a declaration names a kind");
        let declarators = parts.filter(|part| part.as_rule() == Rule::declarator);
        Objects {
            process,
            kind: ObjectKind::from_word(kind.as_str()).expect("the grammar and the tree know the same kinds"),
            kind_span: self.span_of(&kind),
            declarators: declarators.map(|part| self.declarator(part)).collect(),
        }
    }

    fn declarator(&mut self, pair: Pair<'_, Rule>) -> Declarator {
        let mut parts = pair.into_inner().peekable();
        let name = self.name_of(&parts.next().expect("a declarator has a name"));
        let length = take(&mut parts, Rule::index).map(|index| self.index(index).expr);
        let args = parts.next().map(|arguments| self.arguments(arguments).0);
        Declarator { name, length, args }
    }

    fn shared(&mut self, pair: Pair<'_, Rule>) -> Shared {
        let mut parts = pair.into_inner().peekable();
        let process = take(&mut parts, Rule::word_process).map(|word| self.span_of(&word));
        let atomic = take(&mut parts, Rule::kw_atomic).map(|word| self.span_of(&word));
        let cells = parts.filter(|part| part.as_rule() == Rule::cell);
        Shared { process, atomic, cells: cells.map(|cell| self.cell(cell)).collect() }
    }

    fn cell(&mut self, pair: Pair<'_, Rule>) -> SharedCell {
        let mut parts = pair.into_inner().peekable();
        let name = self.name_of(&parts.next().expect("a cell has a name"));
        let length = take(&mut parts, Rule::index).map(|index| self.index(index).expr);
        let value = parts.nth(1).expect("a value stands behind the sign");
        SharedCell { name, length, value: self.expression(value).expr }
    }

    fn function(&mut self, pair: Pair<'_, Rule>) -> Function {
        let (mut name, mut params, mut body) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name_of(&part)),
                Rule::parameters => {
                    let names = part.into_inner().filter(|part| part.as_rule() == Rule::name);
                    params = names.map(|name| self.name_of(&name)).collect();
                }
                Rule::block => body = Some(self.block(part)),
                _ => {}
            }
        }
        let name = name.expect("a function has a name");
        Function { name, params, body: body.expect("a function has a body") }
    }

    fn main(&mut self, pair: Pair<'_, Rule>) -> Main {
        let mut parts = pair.into_inner();
        let span = self.span_of(&parts.next().expect("main starts with its word"));
        Main { span, body: self.block(parts.next().expect("main has a body")) }
    }

    fn property(&mut self, pair: Pair<'_, Rule>) -> Property {
        let (rule, span) = (pair.as_rule(), self.span_of(&pair));
        let claim = pair.into_inner().nth(1).expect("a property says something");
        let kind = match rule {
            Rule::expect => PropertyKind::Expect(self.name_of(&claim)),
            Rule::invariant => PropertyKind::Invariant(self.expression(claim).expr),
            _ => PropertyKind::Finally(self.expression(claim).expr),
        };
        Property { kind, span }
    }
}

//! Tree to text: the canonical form, four spaces and one statement a line.
//!
//! Comments and blank lines of the original are not in the tree, so they are
//! not here either; reading the text again gives the same tree.

mod expression;
mod head;
mod statement;

use crate::syntax::ast::{
    Declarator, Function, Item, Machine, Objects, Property, PropertyKind, Script, Shared,
};

pub use self::expression::{expression, literal};
pub use self::head::head;
pub(in crate::syntax) use self::statement::INDENT;

/// The canonical text of a script, with a newline at its end unless it is empty.
#[must_use]
pub fn script(script: &Script) -> String {
    let mut text = String::new();
    let mut before: Option<&Item> = None;
    for item in &script.items {
        if before.is_some_and(|before| is_large(before) || is_large(item) || kind(before) != kind(item)) {
            text.push('\n');
        }
        write_item(&mut text, item);
        text.push('\n');
        before = Some(item);
    }
    text
}

/// Items with a block stand apart from their neighbours.
fn is_large(item: &Item) -> bool {
    matches!(item, Item::Machine(_) | Item::Function(_) | Item::Main(_))
}

/// Items of one kind stand together; objects and shared data count as one.
fn kind(item: &Item) -> u8 {
    match item {
        Item::Machine(_) => 0,
        Item::Param(_) => 1,
        Item::Objects(_) | Item::Shared(_) => 2,
        Item::Function(_) => 3,
        Item::Property(_) => 4,
        Item::Main(_) => 5,
    }
}

fn write_item(text: &mut String, item: &Item) {
    match item {
        Item::Machine(machine) => write_machine(text, machine),
        Item::Param(param) => {
            text.push_str(&format!("param {} = {}", param.name.text, literal(&param.value)));
        }
        Item::Objects(objects) => write_objects(text, objects),
        Item::Shared(shared) => write_shared(text, shared),
        Item::Function(function) => write_function(text, function),
        Item::Property(property) => write_property(text, property),
        Item::Main(main) => {
            text.push_str("main ");
            statement::write_block(text, &main.body, 0);
        }
    }
}

fn write_machine(text: &mut String, machine: &Machine) {
    if machine.settings.is_empty() {
        text.push_str("machine {}");
        return;
    }
    text.push_str("machine {\n");
    for setting in &machine.settings {
        text.push_str(&format!("    {}: {}\n", setting.name.text, literal(&setting.value)));
    }
    text.push('}');
}

fn write_objects(text: &mut String, objects: &Objects) {
    if objects.process.is_some() {
        text.push_str("process ");
    }
    text.push_str(objects.kind.word());
    text.push(' ');
    let declarators: Vec<String> = objects.declarators.iter().map(declarator).collect();
    text.push_str(&declarators.join(", "));
}

fn declarator(declarator: &Declarator) -> String {
    let mut text = declarator.name.text.clone();
    if let Some(length) = &declarator.length {
        text.push_str(&format!("[{}]", expression(length)));
    }
    if let Some(args) = &declarator.args {
        text.push_str(&format!("({})", expression::arguments(args)));
    }
    text
}

fn write_shared(text: &mut String, shared: &Shared) {
    if shared.process.is_some() {
        text.push_str("process ");
    }
    if shared.atomic.is_some() {
        text.push_str("atomic ");
    }
    text.push_str("shared ");
    for (index, cell) in shared.cells.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&cell.name.text);
        if let Some(length) = &cell.length {
            text.push_str(&format!("[{}]", expression(length)));
        }
        text.push_str(&format!(" = {}", expression(&cell.value)));
    }
}

fn write_function(text: &mut String, function: &Function) {
    let params: Vec<&str> = function.params.iter().map(|param| param.text.as_str()).collect();
    text.push_str(&format!("def {}({}) ", function.name.text, params.join(", ")));
    statement::write_block(text, &function.body, 0);
}

fn write_property(text: &mut String, property: &Property) {
    text.push_str(&match &property.kind {
        PropertyKind::Invariant(claim) => format!("invariant {}", expression(claim)),
        PropertyKind::Finally(claim) => format!("finally {}", expression(claim)),
        PropertyKind::Expect(kind) => format!("expect {}", kind.text),
    });
}

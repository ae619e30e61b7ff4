//! The tables of the language page that list words.

use concsim::ir::exception;
use concsim::ir::signature::{Builtin, Receiver, can_be_entered, constructor, methods};
use concsim::syntax::ast::ObjectKind;
use concsim::syntax::word::{CONTEXTUAL, RESERVED, Role};

use crate::vocabulary::{call, object_kinds, parameter, unit_kinds};

/// The page with that table between its marks; `None` if it has no such marks.
pub(crate) fn with(page: &str, name: &str, table: &str) -> Option<String> {
    let mark = format!("<!-- generated: {name} -->\n");
    let start = page.find(&mark)? + mark.len();
    let end = start + page[start..].find("<!-- end -->")?;
    Some(format!("{}\n{table}\n{}", &page[..start], &page[end..]))
}

/// The names and the texts of all tables.
pub(crate) fn tables() -> [(&'static str, String); 5] {
    [
        ("reserved words", table(["words", "they"], reserved())),
        ("words by place", table(["word", "place"], by_place())),
        ("objects", table(["declared", "operations"], objects())),
        ("built-in functions", table(["function", "gives"], functions())),
        ("exceptions", table(["exception", "raised when"], exceptions())),
    ]
}

type Row = [String; 2];

fn table(heading: [&str; 2], rows: Vec<Row>) -> String {
    let heading = format!("| {} |\n| --- | --- |\n", heading.join(" | "));
    heading + &rows.iter().map(|row| format!("| {} |\n", row.join(" | "))).collect::<String>()
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(code).collect::<Vec<_>>().join(" ")
}

fn reserved() -> Vec<Row> {
    let row = |role: &Role| {
        let does = match role {
            Role::Item => "begin an item",
            Role::Statement => "begin a statement",
            Role::Clause => "begin a later part of a statement",
            Role::Operator => "stand before an operand or between two",
            Role::Literal => "are values",
        };
        let words = RESERVED.iter().filter(|word| word.roles.contains(role));
        [list(words.map(|word| word.text)), does.to_owned()]
    };
    Role::ALL.iter().map(row).collect()
}

fn by_place() -> Vec<Row> {
    let kinds = [list(object_kinds()), "before the names of objects: `lock m`".to_owned()];
    let units = [list(unit_kinds()), "behind `spawn`: `spawn thread f()`".to_owned()];
    let words = CONTEXTUAL.iter().map(|word| [code(word.text), code(word.example)]);
    [kinds, units].into_iter().chain(words).collect()
}

fn objects() -> Vec<Row> {
    ObjectKind::ALL.iter().map(|kind| [code(&declaration(*kind)), operations(*kind)]).collect()
}

fn declaration(kind: ObjectKind) -> String {
    let parameters: Vec<String> = constructor(kind).parameters.iter().map(parameter).collect();
    let brackets = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
    format!("{} x{brackets}", kind.word())
}

fn operations(kind: ObjectKind) -> String {
    let entered = can_be_entered(kind).then(|| code("with x { … }"));
    let used = (kind == ObjectKind::Device).then(|| code("io … on x"));
    let called = methods(Receiver::Object(kind)).iter().map(|method| code(&format!("x.{}", call(method))));
    entered.into_iter().chain(used).chain(called).collect::<Vec<_>>().join(", ")
}

fn functions() -> Vec<Row> {
    let row = |builtin: &Builtin| {
        let written = format!("{}({})", builtin.word(), builtin.parameters().join(", "));
        [code(&written), builtin.gives().to_owned()]
    };
    Builtin::ALL.iter().map(row).collect()
}

fn exceptions() -> Vec<Row> {
    exception::ALL.iter().map(|exception| [code(exception.name), exception.when.to_owned()]).collect()
}

#[test]
fn a_table_takes_the_place_of_the_one_before_it() {
    let page = "a\n<!-- generated: x -->\n\nold\n\n<!-- end -->\nb\n";
    let want = "a\n<!-- generated: x -->\n\nnew\n\n<!-- end -->\nb\n";
    assert_eq!(with(page, "x", "new\n").as_deref(), Some(want));
    assert_eq!(with(page, "y", "new\n"), None);
}

//! The tree of keywords: what an editor has to know to complete and explain words.

use concsim::base::{size, time};
use concsim::ir::check::findings::FINDINGS;
use concsim::ir::exception;
use concsim::ir::signature::{
    Builtin, Receiver, Signature, can_be_entered, constructor, methods, spawn_options,
};
use concsim::machine::choose::WORDS;
use concsim::machine::setting::SETTINGS;
use concsim::syntax::ast::{ObjectKind, UnitKind};
use concsim::syntax::word::{CONTEXTUAL, RESERVED, Role, SIGNS};
use serde_json::{Value, json};

use crate::vocabulary::default;

/// One line for each entry, so that a difference shows what has changed.
pub(crate) fn text() -> String {
    let sections = [
        ("reserved", by_role(reserved)),
        ("by_place", by_role(contextual)),
        ("signs", Section::List(SIGNS.iter().map(|(_, sign)| json!(sign)).collect())),
        ("objects", Section::List(ObjectKind::ALL.iter().map(object).collect())),
        ("units", Section::List(UnitKind::ALL.iter().map(unit).collect())),
        ("handle_methods", Section::List(methods(Receiver::Handle).iter().map(signature).collect())),
        ("list_methods", Section::List(methods(Receiver::List).iter().map(signature).collect())),
        ("functions", Section::List(Builtin::ALL.iter().map(function).collect())),
        ("settings", Section::List(settings())),
        ("exceptions", Section::List(exception::ALL.iter().map(exception).collect())),
        ("findings", Section::List(FINDINGS.iter().map(|word| finding(word)).collect())),
        ("durations", Section::List(time::UNITS.iter().map(|(unit, _)| json!(unit)).collect())),
        ("sizes", Section::List(size::UNITS.iter().map(|(unit, _)| json!(unit)).collect())),
    ];
    let sections = sections.map(|(name, section)| format!("  \"{name}\": {}", section.text()));
    format!("{{\n  \"schema\": 1,\n{}\n}}\n", sections.join(",\n"))
}

enum Section {
    List(Vec<Value>),
    Roles(Vec<(&'static str, Vec<Value>)>),
}

impl Section {
    fn text(&self) -> String {
        match self {
            Self::List(entries) => {
                let lines: Vec<String> = entries.iter().map(|entry| format!("    {entry}")).collect();
                format!("[\n{}\n  ]", lines.join(",\n"))
            }
            Self::Roles(roles) => {
                let line = |(role, words): &(&str, Vec<Value>)| {
                    format!("    \"{role}\": {}", Value::Array(words.clone()))
                };
                format!("{{\n{}\n  }}", roles.iter().map(line).collect::<Vec<_>>().join(",\n"))
            }
        }
    }
}

fn by_role(words: impl Fn(Role) -> Vec<Value>) -> Section {
    let roles = Role::ALL.iter().map(|role| (plural(*role), words(*role)));
    Section::Roles(roles.filter(|(_, words)| !words.is_empty()).collect())
}

const fn plural(role: Role) -> &'static str {
    match role {
        Role::Item => "items",
        Role::Statement => "statements",
        Role::Clause => "clauses",
        Role::Operator => "operators",
        Role::Literal => "literals",
    }
}

fn reserved(role: Role) -> Vec<Value> {
    RESERVED.iter().filter(|word| word.roles.contains(&role)).map(|word| json!(word.text)).collect()
}

fn contextual(role: Role) -> Vec<Value> {
    let words = CONTEXTUAL.iter().filter(|word| word.role == role);
    words.map(|word| json!({ "word": word.text, "example": word.example })).collect()
}

fn parameters(signature: &Signature) -> Vec<Value> {
    let parameter = |parameter: &concsim::ir::signature::Parameter| match default(parameter.default) {
        Some(value) => json!({ "name": parameter.name, "default": value }),
        None => json!({ "name": parameter.name }),
    };
    signature.parameters.iter().map(parameter).collect()
}

fn signature(signature: &Signature) -> Value {
    json!({ "name": signature.name, "parameters": parameters(signature) })
}

fn object(kind: &ObjectKind) -> Value {
    json!({
        "word": kind.word(),
        "with": can_be_entered(*kind),
        "parameters": parameters(constructor(*kind)),
        "methods": methods(Receiver::Object(*kind)).iter().map(signature).collect::<Vec<_>>(),
    })
}

fn unit(kind: &UnitKind) -> Value {
    json!({ "word": kind.word(), "options": parameters(spawn_options(*kind)) })
}

fn function(builtin: &Builtin) -> Value {
    let (least, most) = builtin.arity();
    json!({
        "word": builtin.word(),
        "parameters": builtin.parameters(),
        "least": least,
        "most": most,
        "gives": builtin.gives(),
    })
}

fn settings() -> Vec<Value> {
    let profiles = WORDS.iter().map(|name| json!({ "name": name, "kind": "name" }));
    let numbers = SETTINGS.iter().map(|setting| {
        json!({
            "name": setting.name,
            "kind": setting.kind().word(),
            "least": setting.text(setting.least),
            "most": setting.text(setting.most),
            "meaning": setting.meaning,
        })
    });
    profiles.chain(numbers).collect()
}

fn exception(exception: &exception::BuiltIn) -> Value {
    json!({ "name": exception.name, "when": exception.when })
}

fn finding(word: &'static str) -> Value {
    json!({ "word": word.replace('-', "_") })
}

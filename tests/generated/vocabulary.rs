//! What the tables of the code have in common: their words as lists and as scripts write them.

use concsim::ir::check::findings::FINDINGS;
use concsim::ir::signature::{
    DefaultValue, Parameter, Receiver, Signature, constructor, methods, spawn_options,
};
use concsim::machine::choose::WORDS;
use concsim::machine::setting::SETTINGS;
use concsim::syntax::ast::{ObjectKind, UnitKind};
use concsim::syntax::word::{RESERVED, Role};

/// The reserved words that play a part first of all.
pub(crate) fn reserved(role: Role) -> Vec<&'static str> {
    RESERVED.iter().filter(|word| word.roles[0] == role).map(|word| word.text).collect()
}

pub(crate) fn object_kinds() -> Vec<&'static str> {
    ObjectKind::ALL.iter().map(|kind| kind.word()).collect()
}

pub(crate) fn unit_kinds() -> Vec<&'static str> {
    UnitKind::ALL.iter().map(|kind| kind.word()).collect()
}

/// Every receiver of methods.
pub(crate) fn receivers() -> impl Iterator<Item = Receiver> {
    let objects = ObjectKind::ALL.iter().map(|kind| Receiver::Object(*kind));
    objects.chain([Receiver::Handle, Receiver::List])
}

/// The names of all methods, each once, in order.
pub(crate) fn method_names() -> Vec<&'static str> {
    distinct(receivers().flat_map(methods).map(|signature| signature.name))
}

/// The names of all parameters and options, each once, in order.
pub(crate) fn parameter_names() -> Vec<&'static str> {
    let declared = ObjectKind::ALL.iter().map(|kind| constructor(*kind));
    let options = UnitKind::ALL.iter().map(|kind| spawn_options(*kind));
    let all = receivers().flat_map(methods).chain(declared).chain(options);
    distinct(all.flat_map(|signature| signature.parameters).map(|parameter| parameter.name))
}

/// The names that a `machine` block can set.
pub(crate) fn setting_names() -> Vec<&'static str> {
    WORDS.into_iter().chain(SETTINGS.iter().map(|setting| setting.name)).collect()
}

/// The kinds of findings as `expect` names them.
pub(crate) fn findings() -> Vec<String> {
    FINDINGS.iter().map(|word| word.replace('-', "_")).collect()
}

/// `timeout=None`, or the name alone if it must be given.
pub(crate) fn parameter(parameter: &Parameter) -> String {
    match default(parameter.default) {
        Some(value) => format!("{}={value}", parameter.name),
        None => parameter.name.to_owned(),
    }
}

/// A default as scripts write it; none if there is none.
pub(crate) fn default(value: DefaultValue) -> Option<String> {
    match value {
        DefaultValue::Required => None,
        DefaultValue::None => Some("None".to_owned()),
        DefaultValue::Int(number) => Some(number.to_string()),
        DefaultValue::Bool(true) => Some("True".to_owned()),
        DefaultValue::Bool(false) => Some("False".to_owned()),
        DefaultValue::Str(text) => Some(format!("\"{text}\"")),
    }
}

/// `acquire(blocking=True, timeout=None)`
pub(crate) fn call(signature: &Signature) -> String {
    let parameters: Vec<String> = signature.parameters.iter().map(parameter).collect();
    format!("{}({})", signature.name, parameters.join(", "))
}

fn distinct(words: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    words
}

//! The words that a fuzzer puts into texts, in the form of libFuzzer.

use concsim::base::{size, time};
use concsim::ir::exception;
use concsim::ir::signature::Builtin;
use concsim::syntax::word::{CONTEXTUAL, RESERVED, SIGNS};

use crate::vocabulary::{findings, method_names, object_kinds, parameter_names, setting_names, unit_kinds};

pub(crate) fn text() -> String {
    let mut text =
        String::from("# The words of the language, made from the tables of the code by tests/generated.\n");
    let units = time::UNITS.iter().map(|(unit, _)| unit).chain(size::UNITS.iter().map(|(unit, _)| unit));
    let sections: [(&str, Vec<String>); 11] = [
        ("Reserved words", RESERVED.iter().map(|word| word.text.to_owned()).collect()),
        ("Words by their place", CONTEXTUAL.iter().map(|word| word.text.to_owned()).collect()),
        ("Signs", SIGNS.iter().map(|(_, sign)| (*sign).to_owned()).collect()),
        ("Numbers", units.map(|unit| format!("1{unit}")).collect()),
        ("Strings, escapes and blanks", ["\"\"", "\\n", "\\u{e9}", "#", "\n"].map(str::to_owned).into()),
        ("Objects and units", owned(&[object_kinds(), unit_kinds()].concat())),
        ("Methods and parameters", owned(&[method_names(), parameter_names()].concat())),
        ("Built-in functions", Builtin::ALL.iter().map(|builtin| builtin.word().to_owned()).collect()),
        ("Settings", owned(&setting_names())),
        ("Exceptions", exception::ALL.iter().map(|exception| exception.name.to_owned()).collect()),
        ("Findings", findings()),
    ];
    for (heading, words) in sections {
        text.push_str(&format!("\n# {heading}\n"));
        words.iter().for_each(|word| text.push_str(&format!("\"{}\"\n", escaped(word))));
    }
    text
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn escaped(word: &str) -> String {
    let escape = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02X}"),
    };
    word.bytes().map(escape).collect()
}

//! Scripts as Python programs: what a script says, in the words of `threading`, `asyncio`, `multiprocessing` and
//! `subprocess`, to be tried for real.
//!
//! It works from the tree, so that the program reads as somebody would have written it. What would mean something
//! else in Python is refused.

mod call;
mod comment;
mod expression;
mod item;
mod kind;
mod method;
mod object;
mod part;
mod place;
mod script;
mod start;
mod statement;
mod text;
mod types;
mod unlike;
mod writer;

use crate::base::diagnostic::Diagnostic;
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::ir::terms::Terms;
use crate::syntax::ast::{Item, Literal, Script};

use comment::Comments;
use place::Places;
use script::Names;
use types::Types;
use writer::Writer;

/// The Python program that does what a script says, with these values for its params.
///
/// # Errors
///
/// What of the script can't be written in Python, in the order of the text.
pub fn program(
    source: &Source,
    script: &Script,
    set: &[(String, Literal)],
    terms: Terms,
) -> Result<String, Vec<Diagnostic>> {
    let names = Names::of(script, set, terms);
    let types = Types::of(&names);
    let places = Places::of(&names, &types);
    let forms = unlike::forms(&names, &types);
    let mut comments = Comments::of(source);
    let story = comments.head();
    let mut writer = Writer::new(&names, &types, &places, forms, comments);
    for item in &script.items {
        writer.item(item, start(item));
    }
    writer.comments_before(u32::MAX);
    let body = writer.take_lines();
    writer.guard();
    let guard = writer.take_lines();
    if !writer.refused.is_empty() {
        let mut refused = writer.refused;
        refused.sort_by_key(|told| told.primary.span);
        return Err(refused);
    }
    Ok(assembled(source, &story, &mut writer, &body, &guard))
}

/// Where an item begins.
fn start(item: &Item) -> u32 {
    match item {
        Item::Machine(machine) => machine.span.start,
        Item::Param(param) => param.name.span.start,
        Item::Objects(objects) => objects.process.unwrap_or(objects.kind_span).start,
        Item::Shared(shared) => {
            let words = shared.process.or(shared.atomic).map(|span| span.start);
            words.unwrap_or_else(|| shared.cells.first().map_or(0, |cell| cell.name.span.start))
        }
        Item::Function(function) => function.name.span.start,
        Item::Property(property) => property.span.start,
        Item::Main(main) => main.span.start,
    }
}

/// The whole program: what it is, its story, what it needs, and what the script says.
fn assembled(
    source: &Source,
    story: &[String],
    writer: &mut Writer<'_>,
    body: &[String],
    guard: &[String],
) -> String {
    let awaited = writer.places.in_loop.iter().next().is_some();
    let parts = part::with_needs(&{
        let mut parts = writer.parts.clone();
        if parts.contains("print") {
            parts.remove("print_plain");
        }
        if writer.forms.sizes && (parts.contains("stream") || parts.contains("program")) {
            parts.insert("size");
        }
        if awaited && ["thread", "process", "program"].iter().any(|part| parts.contains(part)) {
            parts.insert("awaitable");
        }
        parts
    });
    writer.parts.clone_from(&parts);
    writer.modules.extend(part::modules(&parts));
    let results = writer.asks_for_results
        || ["group", "task_group", "joined", "awaited_join"].iter().any(|part| parts.contains(part));
    let (durations, sizes) = (writer.forms.durations, writer.forms.sizes);
    let chosen = part::text(&parts, |condition| match condition {
        "durations" => durations,
        "sizes" => sizes,
        "awaited" => awaited,
        "results" => results,
        other => unreachable!("no part asks for {other}"),
    });
    let constants = writer.constants();
    let mut exceptions: Vec<String> = Vec::new();
    for name in writer.exceptions.clone() {
        exceptions.push(format!("class {}(Exception):\n    pass", writer.word_of_exception(name)));
    }
    let regions = writer.regions();
    let name = safe(&source.name).replace(['\\', '"'], "_");
    let mut out = format!(
        "#!/usr/bin/env python3\n\"\"\"The script {name} as a program, written by `concsim export python`. For Python 3.8 and later.\"\"\"\n\n"
    );
    let section = |out: &mut String, lines: &[String], between: &str, behind: &str| {
        if !lines.is_empty() {
            out.push_str(&lines.join(between));
            out.push_str(behind);
        }
    };
    section(&mut out, story, "\n", "\n\n");
    let modules: Vec<String> = writer.modules.iter().map(|module| format!("import {module}")).collect();
    section(
        &mut out,
        &modules,
        "\n",
        if constants.is_empty() && !chosen.is_empty() { "\n\n\n" } else { "\n\n" },
    );
    section(&mut out, &constants, "\n", if chosen.is_empty() { "\n\n" } else { "\n\n\n" });
    section(&mut out, &chosen, "\n\n", "\n\n");
    section(&mut out, &exceptions, "\n\n\n", "\n\n\n");
    section(&mut out, &regions, "\n", "\n");
    section(&mut out, body, "\n", "\n\n\n");
    section(&mut out, guard, "\n", "\n");
    tidy(&out)
}

/// At most two empty lines in a row.
fn tidy(text: &str) -> String {
    let mut out = String::new();
    let mut empty = 0;
    for line in text.lines() {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

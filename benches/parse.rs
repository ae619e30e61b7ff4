//! How long it takes from a script's text to its flat code, and to its text in the settled style.
//!
//! `cargo bench --bench parse`

use std::collections::BTreeSet;
use std::fmt::Write as _;

use concsim::base::span::Source;
use concsim::ir::check::check;
use concsim::ir::lower::lower;
use concsim::syntax::ast::UnitKind;
use concsim::syntax::format::format;
use concsim::syntax::parse::parse;
use divan::Bencher;
use divan::counter::BytesCount;

const TYPICAL: &str = include_str!("workloads/typical.conc");

fn main() {
    divan::main();
}

/// A script of at least ten thousand lines: many functions, one `main` that starts them all.
fn long() -> String {
    let mut text = String::from("lock m, n\nshared total = 0\n");
    let mut calls = String::new();
    for number in 0..770 {
        write!(
            text,
            "
def work{number}(count, amount) {{
    let sum = {number}
    for i in 0..count {{
        with m {{
            total += amount * i
            if total > 1_000 {{ print \"over\", total }}
        }}
        io 1.5ms
        sum += min(i, amount)
    }}
    return sum
}}
"
        )
        .expect("writing to a string cannot fail");
        writeln!(calls, "    spawn thread work{number}({number}, 3)")
            .expect("writing to a string cannot fail");
    }
    write!(text, "\nmain {{\n{calls}}}\n").expect("writing to a string cannot fail");
    text
}

/// The same with twenty mistakes, evenly spread.
fn long_with_mistakes() -> String {
    let text = long();
    let each = text.lines().count() / 20;
    let spoil = |(number, line): (usize, &str)| {
        let mistake = number % each == 0;
        format!("{line}{}\n", if mistake { "\nsum sum" } else { "" })
    };
    text.lines().enumerate().map(spoil).collect()
}

fn measure(bencher: Bencher<'_, '_>, text: &str, stage: impl Fn(&Source)) {
    let source = Source::new("bench.conc", text);
    bencher.counter(BytesCount::of_str(text)).bench_local(|| stage(divan::black_box(&source)));
}

fn read(source: &Source) {
    divan::black_box(parse(source).whole().expect("the script is sound"));
}

fn tidy(source: &Source) {
    divan::black_box(format(source).expect("the script is sound"));
}

fn compile(source: &Source) {
    let script = parse(source).whole().expect("the script is sound");
    let diagnostics = check(&script, &BTreeSet::new(), UnitKind::Thread);
    let program = lower(&script, &[]).expect("the script is sound");
    divan::black_box((diagnostics, program));
}

#[divan::bench(sample_count = 1_000)]
fn typical_parse(bencher: Bencher<'_, '_>) {
    measure(bencher, TYPICAL, read);
}

#[divan::bench(sample_count = 1_000)]
fn typical_parse_check_lower(bencher: Bencher<'_, '_>) {
    measure(bencher, TYPICAL, compile);
}

#[divan::bench(sample_count = 1_000)]
fn typical_format(bencher: Bencher<'_, '_>) {
    measure(bencher, TYPICAL, tidy);
}

#[divan::bench(sample_count = 10)]
fn long_parse(bencher: Bencher<'_, '_>) {
    measure(bencher, &long(), read);
}

#[divan::bench(sample_count = 10)]
fn long_parse_with_mistakes(bencher: Bencher<'_, '_>) {
    measure(bencher, &long_with_mistakes(), |source| {
        divan::black_box(parse(source).errors.len());
    });
}

#[divan::bench(sample_count = 10)]
fn long_parse_check_lower(bencher: Bencher<'_, '_>) {
    measure(bencher, &long(), compile);
}

#[divan::bench(sample_count = 10)]
fn long_format(bencher: Bencher<'_, '_>) {
    measure(bencher, &long(), tidy);
}

/// One statement whose list fills the largest script that there can be.
#[divan::bench(sample_count = 10)]
fn list_format(bencher: Bencher<'_, '_>) {
    let text = format!("main {{ let xs = [{}] }}\n", "f(1, 2), # why\n".repeat(1 << 15));
    measure(bencher, &text, tidy);
}

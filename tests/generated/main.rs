//! Texts that are made from tables of the project: the words for editors, for fuzzing and for the pages.
//!
//! Each is built from the code and compared with what stands in the repository. `CONCSIM_GENERATE=1 cargo test
//! --test generated` writes them. In a page only what stands between `<!-- generated: NAME -->` and
//! `<!-- end -->` is made so.

mod dictionary;
mod keywords;
mod lesson;
mod limits;
mod models;
mod pages;
mod textmate;
mod vocabulary;

use std::path::Path;

use concsim::ir::exception;

/// What to run when a text is not what the code says.
const MEND: &str = "CONCSIM_GENERATE=1 cargo test --test generated";

#[expect(
    clippy::disallowed_methods,
    reason = "a test has no command line: whoever wants files written says so here"
)]
fn is_asked_to_write() -> bool {
    std::env::var("CONCSIM_GENERATE").is_ok_and(|value| value == "1")
}

fn read(path: &str) -> String {
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default();
    String::from_utf8(bytes).expect("our files are UTF-8")
}

/// Holds a file to the text that the code makes of it.
fn check(path: &str, want: &str) {
    let got = read(path);
    if got == want {
        return;
    }
    if is_asked_to_write() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        return std::fs::write(file, want).expect("the file can be written");
    }
    let same = got.lines().zip(want.lines()).take_while(|(got, want)| got == want).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    panic!("{path}:{}: it says\n    {}\nand the code\n    {}\nrun {MEND}", same + 1, line(&got), line(want));
}

#[test]
fn the_grammar_for_editors_is_that_of_the_code() {
    check("grammar/conc.tmLanguage.json", &textmate::text());
    // An extension may not reach outside its folder.
    check("editors/vscode/syntaxes/conc.tmLanguage.json", &textmate::text());
}

#[test]
fn the_tree_of_keywords_is_that_of_the_code() {
    check("grammar/keywords.json", &keywords::text());
}

#[test]
fn the_dictionary_for_fuzzing_is_that_of_the_code() {
    check("fuzz/conc.dict", &dictionary::text());
}

/// The code of a file without its tests, and of the files in a folder.
fn code(path: &Path) -> String {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("the folder can be read");
        return entries.map(|entry| code(&entry.expect("the folder can be read").path())).collect();
    }
    let text =
        String::from_utf8(std::fs::read(path).expect("a source can be read")).expect("sources are UTF-8");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// A new exception has to be told to editors and on the page; one that is in the table has to exist.
#[test]
fn the_exceptions_of_the_table_are_those_that_are_raised() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let code = code(&sources.join("semantics"))
        + &code(&sources.join("machine/profile.rs"))
        + &code(&sources.join("ir/value.rs"))
        + &code(&sources.join("ir/arithmetic.rs"));
    let literals = code.split('"').skip(1).step_by(2);
    let mut raised: Vec<&str> = literals
        .filter(|text| exception::ALL.iter().any(|row| row.name == *text) || is_error(text))
        .collect();
    raised.sort_unstable();
    raised.dedup();
    let mut told: Vec<&str> = exception::ALL.iter().map(|row| row.name).collect();
    told.sort_unstable();
    assert_eq!(raised, told, "src/ir/exception.rs lists what can be raised");
}

/// Whether a text looks like the name of an exception.
fn is_error(text: &str) -> bool {
    text.ends_with("Error") && text.chars().all(|character| character.is_ascii_alphabetic())
}

#[test]
fn the_tables_of_the_language_page_are_those_of_the_code() {
    check_parts("docs/language.md", &pages::tables());
}

#[test]
fn the_page_on_the_machine_model_gives_every_setting_and_the_source_of_every_fact() {
    check_parts("docs/machine-model.md", &models::parts());
}

#[test]
fn the_lesson_shows_what_a_comparison_prints() {
    check_parts("docs/lesson.md", &lesson::parts());
}

#[test]
fn the_page_on_fidelity_lists_what_the_model_does_not_follow() {
    check_parts("docs/fidelity.md", &limits::parts());
}

/// Holds the parts of a page that are made to the texts that the code makes of them.
fn check_parts(path: &str, parts: &[(&'static str, String)]) {
    let mut page = read(path);
    for (name, table) in parts {
        page = pages::with(&page, name, table).unwrap_or_else(|| {
            panic!(
                "{path}: write `<!-- generated: {name} -->` and `<!-- end -->` where the table is to stand"
            )
        });
    }
    check(path, &page);
}

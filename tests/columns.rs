//! Arrows stand under what they are about, whatever else is on the line; columns count characters.
//!
//! What a terminal makes of a line is taken from the widths of `unicode-width`, by character and by text: terminals
//! that draw each character on its own go by the first, those that join them by the second.

#[expect(dead_code, reason = "only what is said on standard error counts here")]
mod command;
mod golden;

use concsim::base::span::Source;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use command::concsim;
use golden::golden;

/// Lines of `main`, each with one mistake: nothing is called `nope`.
const LINES: [(&str, &str); 22] = [
    ("tabs", "\tprint\t\"a\tb\"\t+ nope"),
    ("a tab behind a wide character", "    print \"世\t界\"\t+ nope"),
    ("full width", "    print \"世界の状態\" + nope"),
    ("full width letters and an ideographic space", "    print \"ＡＢＣ\u{3000}ｱ\" + nope"),
    ("Hangul", "    print \"한글 \u{1112}\u{1161}\u{11ab}\" + nope"),
    ("emoji", "    print \"😀🚀\" + nope"),
    ("emoji that are joined", "    print \"👨\u{200d}👩\u{200d}👧\" + nope"),
    ("flags", "    print \"🇩🇪🇫🇷\" + nope"),
    ("skin tones", "    print \"👍🏽👋🏿\" + nope"),
    ("keycaps and a heart", "    print \"1\u{fe0f}\u{20e3} ❤\u{fe0f}\" + nope"),
    ("accents of their own", "    print \"e\u{301}te\u{301}\" + nope"),
    ("many accents on one letter", "    print \"a\u{300}\u{301}\u{302}\u{303}\" + nope"),
    ("Thai", "    print \"สวัสดีชาวโลก\" + nope"),
    ("Hindi", "    print \"नमस्ते\" + nope"),
    ("Hebrew", "    print \"שלום 5 עולם\" + nope"),
    ("Arabic", "    print \"مرحبا\" + nope"),
    ("no width", "    print \"a\u{200b}b\u{200d}c\u{2060}d\" + nope"),
    ("soft hyphens and special blanks", "    print \"a\u{ad}b\u{a0}c\u{2003}d\" + nope"),
    ("mathematics", "    print \"𝐱 ≤ ∑ → ½\" + nope"),
    ("box drawing", "    print \"│ ─ ┬ ╰\" + nope"),
    ("private use", "    print \"\u{e000}\u{f8ff}\" + nope"),
    ("a comment behind it", "    print nope # 世界 e\u{301} 👍🏽"),
];

/// The line of the script and the line of arrows as they are drawn, without the margin.
fn picture(text: &str) -> (String, Vec<String>) {
    let drawn = concsim("check --color never -").input(text).run().err;
    let mut lines = drawn.lines().filter_map(|line| line.split_once('│')).map(|(_, rest)| rest.to_owned());
    let shown =
        lines.find(|line| line.contains("nope")).unwrap_or_else(|| panic!("{text:?} is drawn:\n{drawn}"));
    (shown, lines.collect())
}

#[test]
fn arrows_stand_under_what_they_are_about() {
    for (name, line) in LINES {
        let (shown, arrows) = picture(&format!("main {{\n{line}\n}}\n"));
        let before = &shown[..shown.find("nope").expect("it is on the line")];
        let by_character: usize = before.chars().map(|character| character.width().unwrap_or(0)).sum();
        let arrow = arrows[0].chars().position(|drawn| drawn == '─').expect("it is underlined");
        assert_eq!((by_character, before.width()), (arrow, arrow), "{name}:\n{shown}\n{}", arrows[0]);
    }
}

#[test]
fn columns_count_characters_from_one() {
    for (name, line) in LINES {
        let text = format!("main {{\n{line}\n}}\n");
        let offset = text.find("nope").expect("it is on the line");
        let characters = line[..line.find("nope").expect("it is there")].chars().count();
        let place = Source::new("x.conc", text.as_str()).locate(u32::try_from(offset).expect("it is short"));
        assert_eq!((place.line as usize, place.column as usize), (2, characters + 1), "{name}");
        let drawn = concsim("check --color never -").input(text).run().err;
        assert!(drawn.contains(&format!(":2:{} ]", characters + 1)), "{name}:\n{drawn}");
    }
}

/// What is said of a script, with colours or without.
fn drawn(text: &str, color: &str) -> String {
    concsim(&format!("check --color {color} -")).input(text).run().err
}

#[test]
fn lines_of_all_kinds_with_colours_and_without() {
    let lines: Vec<&str> = LINES.iter().take(16).map(|(_, line)| *line).collect();
    let text = format!("main {{\n{}\n}}\n", lines.join("\n"));
    golden("columns-plain", &drawn(&text, "never"));
    golden("columns-colour", &drawn(&text, "always"));
}

/// Scripts whose mistakes stand at places that are easily drawn wrongly.
const EDGES: [(&str, &str); 8] = [
    ("nothing at all", ""),
    ("only a comment, with no end of line", "# e\u{301} 世界"),
    ("the end of the file, with no end of line", "main { print nope"),
    (
        "a bracket that stays open over wide lines",
        "main {\n    let xs = [\"世界\",\n        \"e\u{301}\",\n    print xs\n}\n",
    ),
    ("ends of lines as on Windows", "main {\r\n    print \"世界\", nope\r\n}\r\n"),
    ("an accent in the code", "main {\n    print a\u{301}\n}\n"),
    ("an accent at the start of a line", "main {\n\u{301}\n}\n"),
    ("an emoji in the code", "main {\n    print 👍🏽\n}\n"),
];

#[test]
fn places_at_the_edge() {
    let all: String =
        EDGES.iter().map(|(name, text)| format!("# {name}\n\n{}\n", drawn(text, "never"))).collect();
    golden("columns-edges", &all);
}

#[test]
fn the_width_of_the_terminal_changes_nothing() {
    let line = format!("main {{ print \"{}\" + nope }}\n", "世".repeat(100));
    let at = |columns: &str| concsim("check -").input(line.as_str()).with("COLUMNS", columns).run().err;
    assert_eq!(at("20"), at("400"));
    assert!(at("20").contains("──┬─"), "a line of 300 bytes is drawn whole");
}

#[test]
fn a_place_on_a_line_too_long_to_draw_is_given_by_its_column() {
    let line = format!("main {{ print \"{}\" + nope }}\n", "世".repeat(1_000));
    assert!(drawn(&line, "never").contains("<stdin>:1:1019"), "{}", drawn(&line, "never"));
}

//! Holds the list of classic bugs in `docs/limits.md` to the cases: each bug has some, or the page says what a script
//! would need to show it.

mod scripts;

use scripts::scripts_in;

const PAGE: &str = include_str!("../docs/limits.md");

/// A row of the table of bugs.
struct Bug {
    number: usize,
    cases: Vec<String>,
    /// What the row says a script would need for it, or for a part of it.
    missing: Vec<String>,
    /// What this version does not run.
    not_yet: Vec<String>,
}

/// The words between the back-quotes of a text.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows below the heading row that begins with this text.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let from_heading = PAGE.lines().skip_while(|line| !line.starts_with(heading));
    let rows = from_heading.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" |").map(str::trim).collect()).collect()
}

fn bug(row: &[&str]) -> Bug {
    let number = row[0].parse().expect("a row begins with a number");
    let (told, missing) = match row[2].split_once("; not with ") {
        Some((told, missing)) => (told, Some(missing)),
        None => (row[2], row[2].strip_prefix("none: ")),
    };
    let not_yet = told.strip_prefix("not yet: ").map(quoted).unwrap_or_default();
    let cases = if told.starts_with('`') { quoted(told) } else { Vec::new() };
    Bug { number, cases, missing: missing.map(str::to_owned).into_iter().collect(), not_yet }
}

fn bugs() -> Vec<Bug> {
    rows("| bug |").iter().map(|row| bug(row)).collect()
}

#[test]
fn the_sixty_bugs_stand_in_order_and_each_row_says_something() {
    let bugs = bugs();
    let numbers: Vec<usize> = bugs.iter().map(|bug| bug.number).collect();
    assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
    let empty: Vec<usize> = bugs
        .iter()
        .filter(|bug| bug.cases.is_empty() && bug.missing.is_empty() && bug.not_yet.is_empty())
        .map(|bug| bug.number)
        .collect();
    assert!(empty.is_empty(), "say of these which cases show them, or what is missing: {empty:?}");
}

#[test]
fn each_bug_names_its_cases_and_no_others() {
    let names: Vec<String> = scripts_in("tests/cases/bugs")
        .iter()
        .map(|case| case.name.trim_end_matches(".conc").to_owned())
        .collect();
    for bug in bugs() {
        let of_it = format!("{:02}_", bug.number);
        let want: Vec<&String> = names.iter().filter(|name| name.starts_with(&of_it)).collect();
        assert_eq!(bug.cases.iter().collect::<Vec<_>>(), want, "bug {:02}", bug.number);
    }
    let numbered = |name: &&String| name[..2].parse().is_ok_and(|number: usize| (1..=60).contains(&number));
    let lost: Vec<&String> = names.iter().filter(|name| !numbered(name)).collect();
    assert!(lost.is_empty(), "these cases have no number of a bug: {lost:?}");
}

#[test]
fn what_is_missing_for_a_bug_stands_in_a_table_of_its_own() {
    let tables = [rows("| not there |"), rows("| left out |")].concat();
    let known: Vec<&str> = tables.iter().map(|row| row[0]).collect();
    for bug in bugs() {
        for missing in &bug.missing {
            assert!(
                known.contains(&&**missing),
                "bug {:02}: no table explains `{missing}`: {known:?}",
                bug.number
            );
        }
    }
}

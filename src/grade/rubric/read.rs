//! A rubric's text: what it says, or all that is wrong with it.

use std::collections::BTreeSet;

use toml::de::DeTable;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::{Source, Span};
use crate::grade::points::Points;
use crate::grade::result::{self, Explain, Visibility};
use crate::grade::rubric::kind::{self, Kind};
use crate::grade::rubric::sections::{limits, run, solutions};
use crate::grade::rubric::table::{Mistakes, Table, Value, mistake};
use crate::grade::rubric::{CHECKS_MAX, Check, NO_ATOMIC, Named, Rubric, Share};

/// The form of rubrics that this version reads.
const FORM: u64 = 1;

/// Bytes that an id may have.
const ID_MAX: usize = 64;

const SHARES: [(&str, Share); 3] = [("zero", Share::Zero), ("half", Share::Half), ("full", Share::Full)];

const VISIBILITIES: [(&str, Visibility); 4] = [
    ("visible", Visibility::Visible),
    ("hidden", Visibility::Hidden),
    ("after_due_date", Visibility::AfterDueDate),
    ("after_published", Visibility::AfterPublished),
];

const EXPLAINS: [(&str, Explain); 4] = [
    ("none", Explain::None),
    ("verdict", Explain::Verdict),
    ("summary", Explain::Summary),
    ("counterexample", Explain::Counterexample),
];

/// A check as it is read: its links are names yet.
pub(super) struct Draft {
    pub(super) id: Named,
    span: Span,
    /// None if they can't be read.
    points: Option<Points>,
    /// None if it can't be read, which was said.
    check: Option<Check>,
    requires: Vec<Named>,
}

/// Reads a rubric.
///
/// # Errors
///
/// All that is wrong with it, in the order of the text.
pub fn read(source: &Source) -> Result<Rubric, Vec<Diagnostic>> {
    let table = DeTable::parse(&source.text).map_err(|error| {
        let place = error.span().map_or_else(Span::default, |bytes| Span::new(bytes.start, bytes.end));
        vec![mistake(place, format!("this is no TOML: {}", error.message()))]
    })?;
    let mut mistakes = Mistakes::default();
    let top = Table::new("the rubric", table.get_ref(), Span::default());
    let rubric = rubric(top, &mut mistakes);
    let mut wrong = mistakes.0;
    wrong.sort_by_key(|diagnostic| diagnostic.primary.span);
    match rubric {
        Some(rubric) if wrong.is_empty() => Ok(rubric),
        Some(_) | None => Err(wrong),
    }
}

fn rubric(mut top: Table<'_>, mistakes: &mut Mistakes) -> Option<Rubric> {
    form(&mut top, mistakes);
    let takes = "what people read above the results";
    let title = top.need("title", takes, mistakes).and_then(|value| value.named("title", takes, mistakes));
    let total = top.take("points");
    let starter = top.take("starter");
    let starter = starter.and_then(|value| value.named("starter", "the file of a script", mistakes));
    let run = run(top.take("run"), mistakes);
    let limits = limits(top.take("limits"), mistakes);
    let inconclusive = top
        .take("inconclusive")
        .map_or(Some(Share::Zero), |value| value.word("inconclusive", &SHARES, mistakes));
    let allow_atomic =
        top.take("allow_atomic").map_or(Some(false), |value| value.truth("allow_atomic", mistakes));
    let mut drafts = checks(&mut top, mistakes);
    let points: Points = drafts.iter().filter_map(|draft| draft.points).sum();
    if let Some(value) = total {
        // Where the points of a check are not known, neither is the sum.
        let is_known = drafts.iter().all(|draft| draft.points.is_some());
        add_up(value, points, is_known, mistakes);
    }
    no_atomic(&mut drafts, allow_atomic == Some(true), mistakes);
    let links = links(&drafts, mistakes);
    let solutions = solutions(top.take("solution"), &drafts, points, mistakes);
    top.finish(mistakes);
    let checks: Option<Vec<Check>> = drafts.into_iter().map(|draft| draft.check).collect();
    let link = |(check, requires): (Check, Vec<usize>)| Check { requires, ..check };
    let checks = checks?.into_iter().zip(links).map(link).collect();
    let (title, inconclusive) = (title?.text, inconclusive?);
    Some(Rubric { title, points, starter, run: run?, limits: limits?, inconclusive, checks, solutions })
}

fn form(top: &mut Table<'_>, mistakes: &mut Mistakes) {
    let Some(value) = top.need("rubric", "the number of its form, which is 1", mistakes) else { return };
    if value.whole("rubric", 1..=u64::from(u32::MAX), mistakes).is_some_and(|form| form != FORM) {
        mistakes.add(value.span, format!("this version of concsim reads rubrics of the form {FORM} only"));
    }
}

fn add_up(value: Value<'_>, sum: Points, is_known: bool, mistakes: &mut Mistakes) {
    let told = value.points("points", mistakes);
    if is_known && told.is_some_and(|told| told != sum) {
        mistakes.add_with_help(
            value.span,
            format!("the checks are worth {sum} in all"),
            "`points` of a rubric is their sum; it can be left out",
        );
    }
}

fn checks(top: &mut Table<'_>, mistakes: &mut Mistakes) -> Vec<Draft> {
    let takes = "at least one `[[check]]`";
    let Some(value) = top.need("check", takes, mistakes) else { return Vec::new() };
    let Some(list) = value.list("check", "a list of tables: write `[[check]]`", mistakes) else {
        return Vec::new();
    };
    if list.is_empty() || list.len() > CHECKS_MAX {
        mistakes.add(value.span, format!("a rubric has from 1 to {CHECKS_MAX} checks"));
        return Vec::new();
    }
    let mut drafts: Vec<Draft> = Vec::new();
    for value in list {
        let Some(table) = value.table("check", "a check", mistakes) else { continue };
        let draft = check(table, mistakes);
        if let Some(other) = drafts.iter().find(|other| other.id.text == draft.id.text) {
            let twice = mistake(draft.id.span, format!("two checks have the id \"{}\"", draft.id.text));
            mistakes.0.push(twice.with_label(other.id.span, "the other one"));
        }
        drafts.push(draft);
    }
    drafts
}

fn check(mut table: Table<'_>, mistakes: &mut Mistakes) -> Draft {
    let span = table.span;
    let id = id(&mut table, mistakes);
    if let Some(id) = &id {
        table.call(format!("the check \"{}\"", id.text));
    }
    let takes = "what the check is worth, such as 3 or 2.5";
    let points = table.need("points", takes, mistakes).and_then(|value| value.points("points", mistakes));
    let title = table.take("title").and_then(|value| value.named("title", "what people read", mistakes));
    let hint = table.take("hint").and_then(|value| value.named("hint", "what a student is told", mistakes));
    let visibility = table.take("visibility");
    let visibility = visibility
        .map_or(Some(Visibility::Visible), |value| value.word("visibility", &VISIBILITIES, mistakes));
    let explain = table.take("explain");
    let explain =
        explain.map_or(Some(Explain::Counterexample), |value| value.word("explain", &EXPLAINS, mistakes));
    let requires = requires(table.take("requires"), mistakes);
    let wrong = mistakes.0.len();
    let kind = kind::read(&mut table, mistakes);
    if let Some(kind) = &kind {
        let named = id.as_ref().map_or("a check".to_owned(), |id| format!("the check \"{}\"", id.text));
        table.call(format!("{named} of the kind \"{}\"", kind.word()));
    }
    let is_safety = kind.as_ref().is_some_and(Kind::is_safety);
    let activity = if is_safety { table.take("activity") } else { None };
    let activity = activity.map_or(Some(is_safety), |value| value.truth("activity", mistakes));
    // Of a kind that is wrong it is not known which keys it has.
    if kind.is_some() || mistakes.0.len() == wrong {
        table.finish(mistakes);
    }
    let id_text = id.as_ref().map_or_else(String::new, |id| id.text.clone());
    let made = || {
        let kind = kind?;
        let public = result::Check {
            id: id_text,
            title: title.map_or_else(|| kind.title(), |title| title.text),
            kind: kind.word(),
            points: points?,
            visibility: visibility?,
            explain: explain?,
            hint: hint.map(|hint| hint.text),
        };
        Some(Check { public, kind, activity: activity?, requires: Vec::new() })
    };
    let check = if id.is_some() { made() } else { None };
    let id = id.unwrap_or(Named { text: String::new(), span });
    Draft { id, span, points, check, requires }
}

fn id(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Named> {
    let takes = "a short name in quotes, such as \"no-deadlock\"";
    let id = table.need("id", takes, mistakes)?.named("id", takes, mistakes)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !id.text.bytes().all(is_plain) || id.text.len() > ID_MAX {
        mistakes.add(
            id.span,
            format!("an id has up to {ID_MAX} letters, digits, `-`, `_` and `.`, and nothing else"),
        );
        return None;
    }
    Some(id)
}

fn requires(value: Option<Value<'_>>, mistakes: &mut Mistakes) -> Vec<Named> {
    let Some(value) = value else { return Vec::new() };
    let entries = value.list("requires", "a list of ids, such as [\"no-deadlock\"]", mistakes);
    let ids = entries.into_iter().flatten();
    ids.filter_map(|entry| entry.named("requires", "ids of checks", mistakes)).collect()
}

/// Every rubric has a check that nothing was made atomic, on which all depend that try the script.
fn no_atomic(drafts: &mut Vec<Draft>, is_allowed: bool, mistakes: &mut Mistakes) {
    let own = |draft: &Draft| draft.check.as_ref().is_some_and(|check| check.kind == Kind::NoAtomic);
    if is_allowed || drafts.is_empty() || drafts.iter().any(own) {
        return;
    }
    if let Some(draft) = drafts.iter().find(|draft| draft.id.text == NO_ATOMIC) {
        mistakes.add_with_help(
            draft.id.span,
            format!("the id \"{NO_ATOMIC}\" is that of a check which every rubric has"),
            "take another one, or say `allow_atomic = true` at the top of the rubric",
        );
    }
    let public = result::Check {
        id: NO_ATOMIC.to_owned(),
        title: Kind::NoAtomic.title(),
        kind: Kind::NoAtomic.word(),
        points: Points::ZERO,
        visibility: Visibility::Visible,
        explain: Explain::Summary,
        hint: None,
    };
    let check = Check { public, kind: Kind::NoAtomic, activity: false, requires: Vec::new() };
    let id = Named { text: NO_ATOMIC.to_owned(), span: Span::default() };
    let asks_runs = |draft: &&mut Draft| draft.check.as_ref().is_some_and(|check| !check.kind.asks_code());
    for draft in drafts.iter_mut().filter(asks_runs) {
        draft.requires.push(id.clone());
    }
    let own = Draft {
        id,
        span: Span::default(),
        points: Some(Points::ZERO),
        check: Some(check),
        requires: Vec::new(),
    };
    drafts.insert(0, own);
}

/// What each check requires, by its place.
fn links(drafts: &[Draft], mistakes: &mut Mistakes) -> Vec<Vec<usize>> {
    let mut links: Vec<Vec<usize>> = Vec::new();
    for draft in drafts {
        let mut own = Vec::new();
        for named in &draft.requires {
            match drafts.iter().position(|other| other.id.text == named.text) {
                Some(at) if !own.contains(&at) => own.push(at),
                Some(_) => {}
                None => unknown_check(named, drafts, mistakes),
            }
        }
        links.push(own);
    }
    for circle in circles(&links) {
        let ids: Vec<String> = circle.iter().map(|&at| format!("\"{}\"", drafts[at].id.text)).collect();
        let draft = &drafts[circle[0]];
        let span = draft.requires.iter().find(|named| named.text == drafts[circle[1]].id.text);
        let message = match ids.as_slice() {
            [one, _] => format!("the check {one} requires itself"),
            _ => format!("checks require each other: {}", ids.join(" requires ")),
        };
        mistakes.add(span.map_or(draft.span, |named| named.span), message);
    }
    links
}

/// Says that no check has that id.
pub(super) fn unknown_check(named: &Named, drafts: &[Draft], mistakes: &mut Mistakes) {
    let mut known: Vec<&str> = drafts.iter().map(|draft| draft.id.text.as_str()).collect();
    known.retain(|id| !id.is_empty());
    known.dedup();
    let found = mistake(named.span, format!("there is no check \"{}\"", named.text));
    mistakes.0.push(match crate::base::suggest::nearest(&named.text, known.iter().copied()) {
        Some(meant) => found.with_help(format!("did you mean \"{meant}\"?")),
        None => found.with_help(format!("the checks are {}", known.join(", "))),
    });
}

/// A way round each circle, from a check back to it.
fn circles(links: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut left: BTreeSet<usize> = (0..links.len()).collect();
    let mut circles = Vec::new();
    loop {
        while let Some(free) =
            left.iter().find(|&&at| links[at].iter().all(|next| !left.contains(next))).copied()
        {
            left.remove(&free);
        }
        let Some(&start) = left.first() else { return circles };
        let mut way = vec![start];
        let circle = loop {
            let last = way[way.len() - 1];
            let next = links[last].iter().find(|next| left.contains(next)).copied();
            let next = next.expect("who is left requires somebody who is");
            let before = way.iter().position(|&at| at == next);
            way.push(next);
            if let Some(first) = before {
                break way.split_off(first);
            }
        };
        circle.iter().for_each(|at| _ = left.remove(at));
        circles.push(circle);
    }
}

//! `concsim.diff/1`: what differs between two runs as a JSON document. Nothing is left out.

use serde::Serialize;

use crate::compare::{Change, Comparison, Edit, EditKind, Edits, Order, Seen, Times, UnitChange};

/// The document, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: a comparison has text keys and finite numbers only.
#[must_use]
pub fn document(comparison: &Comparison, [before, after]: [&str; 2]) -> String {
    let view = View {
        schema: "concsim.diff/1",
        before,
        after,
        same: comparison.is_same(),
        inputs: comparison.inputs.iter().map(ChangeView::new).collect(),
        figures: comparison.figures.iter().map(ChangeView::new).collect(),
        findings: findings(comparison),
        parting: parting(comparison),
        edits: comparison.edits.iter().flat_map(edits).collect(),
        orders: comparison.orders.iter().map(OrderView::new).collect(),
        times: comparison.times.iter().map(TimesView::new).collect(),
        moved: comparison.moved,
        units: units(comparison),
    };
    serde_json::to_string_pretty(&view).expect("a comparison has text keys and finite numbers only") + "\n"
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    before: &'a str,
    after: &'a str,
    same: bool,
    inputs: Vec<ChangeView<'a>>,
    figures: Vec<ChangeView<'a>>,
    findings: Vec<FindingView<'a>>,
    parting: Option<PartingView<'a>>,
    edits: Vec<EditsView<'a>>,
    orders: Vec<OrderView<'a>>,
    times: Vec<TimesView<'a>>,
    moved: usize,
    units: Vec<UnitView<'a>>,
}

#[derive(Serialize)]
struct ChangeView<'a> {
    name: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    difference: Option<&'a str>,
}

impl<'a> ChangeView<'a> {
    fn new(change: &'a Change) -> Self {
        Self {
            name: &change.name,
            before: change.before.as_deref(),
            after: change.after.as_deref(),
            difference: change.difference.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct FindingView<'a> {
    state: &'static str,
    text: &'a str,
}

fn findings(comparison: &Comparison) -> Vec<FindingView<'_>> {
    let findings = comparison.findings.iter();
    findings.map(|finding| FindingView { state: finding.state.word(), text: &finding.text }).collect()
}

#[derive(Serialize)]
struct PartingView<'a> {
    sentence: &'a str,
    context: Vec<SeenView<'a>>,
    before: Vec<SeenView<'a>>,
    after: Vec<SeenView<'a>>,
}

fn parting(comparison: &Comparison) -> Option<PartingView<'_>> {
    let parting = comparison.parting.as_ref()?;
    Some(PartingView {
        sentence: &parting.sentence,
        context: parting.context.iter().map(SeenView::new).collect(),
        before: parting.before.iter().map(SeenView::new).collect(),
        after: parting.after.iter().map(SeenView::new).collect(),
    })
}

#[derive(Serialize)]
struct SeenView<'a> {
    at_ns: u64,
    unit: &'a str,
    event: &'static str,
    detail: &'a str,
    place: &'a str,
}

impl<'a> SeenView<'a> {
    fn new(seen: &'a Seen) -> Self {
        Self {
            at_ns: seen.at.0,
            unit: &seen.unit,
            event: seen.word.text(),
            detail: &seen.detail,
            place: &seen.place,
        }
    }
}

#[derive(Serialize)]
struct EditsView<'a> {
    units: &'a [String],
    change: &'static str,
    event: &'static str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    from_place: Option<&'a str>,
    place: &'a str,
    count: usize,
}

fn edits(group: &Edits) -> impl Iterator<Item = EditsView<'_>> {
    group.edits.iter().map(|edit| EditsView::new(group, edit))
}

impl<'a> EditsView<'a> {
    fn new(group: &'a Edits, edit: &'a Edit) -> Self {
        Self {
            units: &group.units,
            change: edit.kind.word(),
            event: edit.word.text(),
            before: match edit.kind {
                EditKind::Removed | EditKind::Altered | EditKind::Elsewhere | EditKind::EndGone => {
                    Some(&edit.before)
                }
                EditKind::Added | EditKind::EndNew => None,
            },
            after: match edit.kind {
                EditKind::Added | EditKind::Altered | EditKind::Elsewhere | EditKind::EndNew => {
                    Some(&edit.after)
                }
                EditKind::Removed | EditKind::EndGone => None,
            },
            from_place: edit.from.as_deref(),
            place: &edit.place,
            count: edit.count,
        }
    }
}

#[derive(Serialize)]
struct OrderView<'a> {
    thing: &'a str,
    same_turns: usize,
    before: &'a [String],
    after: &'a [String],
    more_before: usize,
    more_after: usize,
}

impl<'a> OrderView<'a> {
    fn new(order: &'a Order) -> Self {
        let [more_before, more_after] = order.more;
        Self {
            thing: &order.thing,
            same_turns: order.same,
            before: &order.before,
            after: &order.after,
            more_before,
            more_after,
        }
    }
}

#[derive(Serialize)]
struct TimesView<'a> {
    place: &'a str,
    event: &'static str,
    waited: bool,
    units: &'a [String],
    count: usize,
    before_ns: u64,
    after_ns: u64,
}

impl<'a> TimesView<'a> {
    fn new(times: &'a Times) -> Self {
        Self {
            place: &times.place,
            event: times.word.text(),
            waited: times.waited,
            units: &times.units,
            count: times.count,
            before_ns: times.before.0,
            after_ns: times.after.0,
        }
    }
}

#[derive(Serialize)]
struct UnitView<'a> {
    name: &'a str,
    state: &'static str,
    kept: usize,
    retimed: usize,
    altered: usize,
    removed: usize,
    added: usize,
}

fn units(comparison: &Comparison) -> Vec<UnitView<'_>> {
    comparison.units.iter().map(UnitView::new).collect()
}

impl<'a> UnitView<'a> {
    fn new(unit: &'a UnitChange) -> Self {
        let UnitChange { name, state, kept, retimed, altered, removed, added } = unit;
        Self {
            name,
            state: state.word(),
            kept: *kept,
            retimed: *retimed,
            altered: *altered,
            removed: *removed,
            added: *added,
        }
    }
}

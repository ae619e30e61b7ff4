//! `concsim.seeds/1`: what many runs came to, as a JSON document.

use serde::Serialize;

use crate::base::span::Source;
use crate::export::json::{FindingView, SharedView};
use crate::export::seeds::Surveyed;
use crate::export::seeds::bins::{Bin, bins};
use crate::observe::report::{Outcome, Report};
use crate::observe::survey::{Seen, Share, Survey};

/// The document of a survey, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: it has text keys and finite numbers only.
#[must_use]
pub fn document(surveyed: &Surveyed<'_>) -> String {
    let Surveyed { source, inputs, seeds, survey, ends } = *surveyed;
    let view = View {
        schema: "concsim.seeds/1",
        script: &inputs.script,
        seeds: SeedsView { from: seeds.start, to: seeds.end },
        runtime: &inputs.runtime,
        cores: inputs.cores,
        machine: &inputs.machine,
        scheduler: &inputs.scheduler,
        complete: surveyed.is_complete(),
        runs: survey.runs,
        outcomes: survey.outcomes.iter().map(|(outcome, share)| OutcomeView::new(*outcome, *share)).collect(),
        findings: survey.gravest().into_iter().map(|seen| SeenView::new(seen, source)).collect(),
        missing: survey.never_found().collect(),
        elapsed_ns: (survey.runs > 0).then(|| ElapsedView::new(survey)),
        interleavings: survey.orders.len(),
        finals: survey.ends.len(),
        frequent_finals: ends.iter().map(|(share, run)| FinalView::new(*share, run)).collect(),
    };
    serde_json::to_string_pretty(&view).expect("it has text keys and finite numbers only") + "\n"
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    script: &'a str,
    seeds: SeedsView,
    runtime: &'a str,
    cores: u32,
    machine: &'a str,
    scheduler: &'a str,
    complete: bool,
    runs: u64,
    outcomes: Vec<OutcomeView>,
    findings: Vec<SeenView<'a>>,
    missing: Vec<&'a str>,
    elapsed_ns: Option<ElapsedView>,
    interleavings: usize,
    finals: usize,
    frequent_finals: Vec<FinalView<'a>>,
}

#[derive(Serialize)]
struct SeedsView {
    from: u64,
    to: u64,
}

#[derive(Serialize)]
struct OutcomeView {
    outcome: Outcome,
    runs: u64,
    first_seed: u64,
}

impl OutcomeView {
    const fn new(outcome: Outcome, share: Share) -> Self {
        Self { outcome, runs: share.runs, first_seed: share.first }
    }
}

/// A finding, as its first seed shows it.
#[derive(Serialize)]
struct SeenView<'a> {
    #[serde(flatten)]
    finding: FindingView<'a>,
    runs: u64,
    first_seed: u64,
}

impl<'a> SeenView<'a> {
    fn new(seen: &'a Seen, source: &'a Source) -> Self {
        let Share { runs, first } = seen.share;
        Self { finding: FindingView::new(&seen.finding, source), runs, first_seed: first }
    }
}

#[derive(Serialize)]
struct ElapsedView {
    min: u64,
    quartile_1: u64,
    median: u64,
    quartile_3: u64,
    max: u64,
    histogram: Vec<Bin>,
}

impl ElapsedView {
    fn new(survey: &Survey) -> Self {
        let [min, quartile_1, median, quartile_3, max] = [0, 1, 2, 3, 4].map(|at| survey.elapsed_at(at).0);
        Self { min, quartile_1, median, quartile_3, max, histogram: bins(survey) }
    }
}

#[derive(Serialize)]
struct FinalView<'a> {
    outcome: Outcome,
    shared: SharedView<'a>,
    output: &'a [String],
    runs: u64,
    first_seed: u64,
}

impl<'a> FinalView<'a> {
    fn new(share: Share, run: &'a Report) -> Self {
        Self {
            outcome: run.outcome,
            shared: SharedView(&run.shared),
            output: &run.output,
            runs: share.runs,
            first_seed: share.first,
        }
    }
}

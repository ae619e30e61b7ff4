//! A comparison as the document `concsim.compare/1`.

use serde::Serialize;

use crate::base::span::Source;
use crate::base::time::SimDuration;
use crate::export::choice::advice::advice;
use crate::export::choice::figures::{choice, hundredths, parts};
use crate::export::choice::{Comparison, Point, Sweep};
use crate::export::json::FindingView;
use crate::observe::choice::verdict::{Verdict, optimises_waiting, uses_all_cores};
use crate::observe::choice::{Group, Measured, Row, Standing, Stopped};
use crate::observe::overlap::Together;
use crate::observe::report::Outcome;
use crate::observe::times::Activity;

/// The document of a comparison.
///
/// # Panics
///
/// Never: it has text keys and finite numbers only.
#[must_use]
pub fn document(comparison: &Comparison<'_>) -> String {
    pretty(&View::new(comparison, None))
}

/// The document of a sweep.
///
/// # Panics
///
/// Never, likewise.
#[must_use]
pub fn swept(sweep: &Sweep<'_>) -> String {
    pretty(&View::new(&sweep.of, Some(SweepView::new(sweep))))
}

fn pretty(view: &View<'_>) -> String {
    serde_json::to_string_pretty(view).expect("it has text keys and finite numbers only") + "\n"
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    script: &'a str,
    seed: u64,
    machine: &'a str,
    settings: &'a [String],
    complete: bool,
    crowd: Option<&'a str>,
    groups: Vec<GroupView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sweep: Option<SweepView<'a>>,
}

impl<'a> View<'a> {
    fn new(comparison: &Comparison<'a>, sweep: Option<SweepView<'a>>) -> Self {
        let Comparison { source, seed, machine, settings, crowd, groups, complete } = *comparison;
        Self {
            schema: "concsim.compare/1",
            script: &source.name,
            seed,
            machine,
            settings,
            complete,
            crowd,
            groups: groups.iter().map(|group| GroupView::new(group, source)).collect(),
            sweep,
        }
    }
}

#[derive(Serialize)]
struct SweepView<'a> {
    param: &'a str,
    points: Vec<PointView<'a>>,
}

#[derive(Serialize)]
struct PointView<'a> {
    value: &'a str,
    number: i64,
    groups: Vec<GroupView<'a>>,
}

impl<'a> SweepView<'a> {
    fn new(sweep: &Sweep<'a>) -> Self {
        let source = sweep.of.source;
        let point = |point: &'a Point| PointView {
            value: &point.value,
            number: point.number,
            groups: point.groups.iter().map(|group| GroupView::new(group, source)).collect(),
        };
        Self { param: sweep.param, points: sweep.points.iter().map(point).collect() }
    }
}

#[derive(Serialize)]
struct GroupView<'a> {
    runtime: &'static str,
    cores: u32,
    start_method: &'static str,
    base_ns: Option<u64>,
    best: Option<&'static str>,
    advice: String,
    rows: Vec<RowView<'a>>,
}

impl<'a> GroupView<'a> {
    fn new(group: &'a Group, source: &'a Source) -> Self {
        Self {
            runtime: group.runtime,
            cores: group.cores,
            start_method: group.start_method,
            base_ns: group.base().map(|base| base.0),
            best: Some(choice(group)).filter(|_| group.best().is_some()),
            advice: advice(group),
            rows: group.rows.iter().map(|row| RowView::new(group, row, source)).collect(),
        }
    }
}

#[derive(Serialize)]
struct RowView<'a> {
    unit: Option<&'static str>,
    outcome: Option<Outcome>,
    why_not: Option<&'a str>,
    elapsed_ns: Option<u64>,
    speed_up: Option<f64>,
    overhead_ns: Option<u64>,
    peak_memory_bytes: Option<u64>,
    start_ns: Option<u64>,
    first_start_ns: Option<u64>,
    units: Option<u64>,
    end_hung_on: Vec<PartView>,
    times: Option<TimesView>,
    differs: Option<String>,
    optimises_waiting: Option<Verdict>,
    waits_at_once: Option<f64>,
    uses_all_cores: Option<Verdict>,
    cores_at_once: Option<f64>,
    scales_to: Option<u64>,
    scale_stopped_by: Option<&'static str>,
    findings: Vec<FindingView<'a>>,
}

#[derive(Serialize)]
struct PartView {
    what: &'static str,
    ns: u64,
    percent: u64,
}

#[derive(Serialize)]
struct TimesView {
    cpu_ns: u64,
    gil_wait_ns: u64,
    lock_wait_ns: u64,
    io_wait_ns: u64,
    sleep_ns: u64,
    run_queue_ns: u64,
    start_ns: u64,
}

impl TimesView {
    fn new(measured: &Measured) -> Self {
        let of = |activities: &[Activity]| measured.times.of(activities).0;
        Self {
            cpu_ns: of(&[Activity::Work]),
            gil_wait_ns: of(&[Activity::Gil]),
            lock_wait_ns: of(&[Activity::Object]),
            io_wait_ns: of(&[Activity::Io, Activity::Channel]),
            sleep_ns: of(&[Activity::Sleep]),
            run_queue_ns: of(&[Activity::Queue, Activity::Switch]),
            start_ns: of(&[Activity::Start]),
        }
    }
}

impl<'a> RowView<'a> {
    fn new(group: &'a Group, row: &'a Row, source: &'a Source) -> Self {
        let measured = row.measured();
        let sound = row.sound();
        let free = sound.and_then(|measured| measured.free);
        let mean = |together: Together| together.hundredths().map(decimal);
        let why_not = match &row.standing {
            Standing::Impossible(why) => Some(why.as_str()),
            Standing::Measured(_) | Standing::Skipped => None,
        };
        Self {
            unit: row.unit,
            outcome: measured.map(|measured| measured.outcome),
            why_not,
            elapsed_ns: measured.map(|measured| measured.elapsed.0),
            speed_up: sound.and_then(|measured| group.speed_up(measured)).map(decimal),
            overhead_ns: measured.and_then(Measured::overhead).map(|overhead| overhead.0),
            peak_memory_bytes: measured.map(|measured| measured.peak_memory),
            start_ns: row.start.map(|start| start.next.0),
            first_start_ns: row.start.map(|start| start.first.0),
            units: measured.map(|measured| measured.units),
            end_hung_on: measured.map_or(Vec::new(), hung_on),
            times: measured.map(TimesView::new),
            differs: group.differs(row),
            optimises_waiting: sound.and_then(optimises_waiting),
            waits_at_once: free.and_then(|free| mean(free.waits)),
            uses_all_cores: sound.and_then(|measured| uses_all_cores(measured, group.cores)),
            cores_at_once: free.and_then(|free| mean(free.cores)),
            scales_to: row.scale.map(|scale| scale.units),
            scale_stopped_by: row.scale.map(|scale| stopped(scale.stopped)),
            findings: measured.map_or(Vec::new(), |measured| {
                measured.findings.iter().map(|finding| FindingView::new(finding, source)).collect()
            }),
        }
    }
}

const fn stopped(stopped: Stopped) -> &'static str {
    match stopped {
        Stopped::Enough => "enough",
        Stopped::Time => "time",
        Stopped::Memory => "memory",
        Stopped::Limit => "limit",
        Stopped::Failed => "failed",
    }
}

fn hung_on(measured: &Measured) -> Vec<PartView> {
    let parts = measured.chain.as_deref().map_or(Vec::new(), parts);
    let view = |(what, length): (&'static str, SimDuration)| PartView {
        what,
        ns: length.0,
        percent: hundredths(length, measured.elapsed),
    };
    parts.into_iter().map(view).collect()
}

/// Hundredths as a number with two decimals.
fn decimal(hundredths: u64) -> f64 {
    f64::from(u32::try_from(hundredths).unwrap_or(u32::MAX)) / 100.0
}

//! `concsim compare`: one script with units of every kind, on runtimes and numbers of cores side by side.

mod args;
mod field;
mod range;
mod scale;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::base::parallel::in_parallel;
use crate::base::time::SimDuration;
use crate::cli::args::Format;
pub(super) use crate::cli::compare::args::{CompareArgs, EXAMPLES};
use crate::cli::compare::field::Field;
use crate::cli::compare::range::{Swept, number};
use crate::cli::compare::scale::{Crowd, Tried};
use crate::cli::face::face;
use crate::cli::failure::Failure;
use crate::cli::literal::literal_text;
use crate::cli::place::Place;
use crate::cli::prepare::latest;
use crate::cli::progress::Tally;
use crate::cli::seeds::jobs;
use crate::cli::status::{FOUND, LIMIT, SUCCESS};
use crate::cli::{input, interrupt, output};
use crate::export::choice::document::{document, swept};
use crate::export::choice::svg::svg;
use crate::export::choice::text::{brief, growth, growth_in_brief, text};
use crate::export::choice::{Comparison, Point, Sweep};
use crate::observe::choice::{Group, Standing};
use crate::observe::report::Outcome;
use crate::syntax::ast::Literal;

/// Runs a script with units of every kind, and shows what came of it; or the same for several values of a param.
///
/// # Errors
///
/// If something can't be read or written, the script has mistakes, or something is asked for that there is not.
pub(super) fn compare(args: &CompareArgs) -> Result<u8, Failure> {
    let jobs = jobs(args.jobs)?;
    let source = input::read(&args.file)?;
    let field = Field::new(args, &source)?;
    let open = |path| Place::open("--svg", path, Path::new(&args.file));
    let picture = args.svg.as_deref().map(open).transpose()?;
    let stop = interrupt::watch();
    match &args.sweep {
        Some(sweep) => growing(&field, sweep, picture, (jobs, stop)),
        None => side_by_side(&field, (jobs, stop)),
    }
}

/// The comparison with the script's own values.
fn side_by_side(field: &Field<'_>, (jobs, stop): (usize, &AtomicBool)) -> Result<u8, Failure> {
    let args = field.args;
    let tally = Tally::new((field.places() + 1) * field.kinds.len(), "runs");
    let mut groups = field.run(&[None], (jobs, stop), &|| tally.count())?.remove(0);
    let crowd = Crowd::of(field, stop);
    if let Some(crowd) = &crowd {
        let rows = &mut groups[field.main()].rows;
        let elapsed: Vec<Option<SimDuration>> =
            rows.iter().map(|row| row.sound().map(|measured| measured.elapsed)).collect();
        let scales = in_parallel(
            jobs,
            elapsed.len(),
            || (),
            |(), at| {
                let tried = elapsed[at].map(|elapsed| Tried { kind: field.kinds[at], elapsed });
                let scale = tried.and_then(|tried| crowd.scale(field, tried, stop));
                tally.count();
                scale
            },
        );
        for (row, scale) in rows.iter_mut().zip(scales) {
            row.scale = scale;
        }
    }
    tally.clear();
    let settings = settings(field);
    let comparison = Comparison {
        crowd: crowd.as_ref().map(|crowd| crowd.name.as_str()),
        groups: &groups,
        complete: is_complete(&groups) && !interrupt::happened(),
        ..common(field, &settings)
    };
    say_if_interrupted(comparison.complete);
    output::print(&match (args.format, args.quiet) {
        (Format::Json, _) => document(&comparison),
        (Format::Text, true) => brief(&comparison),
        (Format::Text, false) => text(&comparison, face(args.color)),
    })?;
    Ok(status(groups.iter(), comparison.complete))
}

/// The comparison for each value of a param.
fn growing(
    field: &Field<'_>,
    asked: &Swept,
    picture: Option<Place>,
    (jobs, stop): (usize, &AtomicBool),
) -> Result<u8, Failure> {
    let args = field.args;
    if args.set.iter().any(|(name, _)| *name == asked.name) {
        return Err(Failure::message(format!("--set and --sweep both give `{}` a value", asked.name)));
    }
    let values: Vec<Option<(String, Literal)>> =
        asked.values.iter().map(|value| Some((asked.name.clone(), value.clone()))).collect();
    let tally = Tally::new(values.len() * field.places() * field.kinds.len(), "runs");
    let runs = field.run(&values, (jobs, stop), &|| tally.count())?;
    tally.clear();
    let point = |(value, groups): (&Literal, Vec<Group>)| Point {
        value: literal_text(value),
        number: number(value).expect("only what counts something is swept"),
        groups,
    };
    let points: Vec<Point> = asked.values.iter().zip(runs).map(point).collect();
    let settings = settings(field);
    let complete = points.iter().all(|point| is_complete(&point.groups)) && !interrupt::happened();
    let sweep = Sweep {
        of: Comparison { complete, ..common(field, &settings) },
        param: &asked.name,
        points: &points,
    };
    say_if_interrupted(complete);
    if let Some((place, drawn)) = picture.zip(svg(&sweep)) {
        place.write(&drawn)?;
    }
    output::print(&match (args.format, args.quiet) {
        (Format::Json, _) => swept(&sweep),
        (Format::Text, true) => growth_in_brief(&sweep),
        (Format::Text, false) => growth(&sweep, face(args.color)),
    })?;
    Ok(status(points.iter().flat_map(|point| &point.groups), complete))
}

/// What is the same for all that is told of a field.
fn common<'a>(field: &'a Field<'_>, settings: &'a [String]) -> Comparison<'a> {
    Comparison {
        source: field.source,
        seed: field.args.seed,
        machine: field.machine(),
        settings,
        crowd: None,
        groups: &[],
        complete: true,
    }
}

/// The params that the command line sets, as `name=value`.
fn settings(field: &Field<'_>) -> Vec<String> {
    let set = latest(&field.args.set).into_iter();
    set.map(|(name, value)| format!("{name}={}", literal_text(&value))).collect()
}

fn is_complete(groups: &[Group]) -> bool {
    groups.iter().flat_map(|group| &group.rows).all(|row| row.standing != Standing::Skipped)
}

fn say_if_interrupted(complete: bool) {
    if !complete {
        output::say("interrupted: this is what the runs so far came to\n");
    }
}

/// The status: a finding that the script does not expect, or an end that is another one with other units, weighs
/// most; then a limit, or that not all was run.
fn status<'a>(groups: impl Iterator<Item = &'a Group>, complete: bool) -> u8 {
    let mut status = if complete { SUCCESS } else { LIMIT };
    for group in groups {
        for row in &group.rows {
            let found = row.measured().is_some_and(|measured| measured.unexpected().next().is_some());
            if found || group.differs(row).is_some() {
                return FOUND;
            }
            let limited = row.measured().is_some_and(|measured| measured.outcome == Outcome::Limit);
            if limited {
                status = LIMIT;
            }
        }
    }
    status
}

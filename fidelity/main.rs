//! Holds the model to what real interpreters did: `cargo run --release --example fidelity`.
//!
//! Each measurement is a *cell*: an experiment with its parameters, under an interpreter, and a metric. A *twin* is the
//! experiment as a script; it takes the cell's parameters by their names and prints the metric by its name. The model
//! runs the twin under the same runtime, on as many cores, and its figure stands beside the measured one. What was
//! measured is looked at only then.

#![expect(clippy::disallowed_methods, reason = "measurements and twins are files of the project")]

mod limits;
mod measured;
mod orders;
mod picture;
mod plan;
mod predict;
mod score;
mod table;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use measured::read;
use predict::predictions;
use score::Scored;

/// Predicts every measurement and says how far off that is.
#[derive(Debug, Parser)]
#[command(name = "fidelity")]
struct Args {
    /// Measurements, one JSON document a line.
    #[arg(default_values = ["fidelity/measurements.jsonl", "fidelity/published.jsonl"])]
    measurements: Vec<PathBuf>,
    /// Only these experiments, by their names.
    #[arg(long = "experiment", value_name = "NAME")]
    experiments: Vec<String>,
    /// Only these runtimes, by the model's names.
    #[arg(long = "runtime", value_name = "NAME")]
    runtimes: Vec<String>,
    /// Only these metrics.
    #[arg(long = "metric", value_name = "NAME")]
    metrics: Vec<String>,
    /// Runs of each twin; a prediction is their median.
    #[arg(long, default_value_t = 20, value_parser = parse_seeds)]
    seeds: usize,
    /// Only the medians and the worst, and not each cell.
    #[arg(long)]
    summary: bool,
    /// Predicted against measured, as a picture.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

fn parse_seeds(text: &str) -> Result<usize, String> {
    let seeds: usize = text.parse().map_err(|_| "it is no number".to_owned())?;
    if seeds > 0 { Ok(seeds) } else { Err("at least one".to_owned()) }
}

fn main() -> ExitCode {
    match work(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn work(args: &Args) -> Result<(), String> {
    let limits = limits::limits(include_str!("limits.toml"))?;
    let mut cells = Vec::new();
    for path in &args.measurements {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        cells.extend(read(&text).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    let wanted = |list: &[String], name: &str| list.is_empty() || list.iter().any(|one| one == name);
    cells.retain(|cell| {
        wanted(&args.experiments, &cell.experiment)
            && wanted(&args.metrics, &cell.metric)
            && wanted(&args.runtimes, &plan::runtime_of(&cell.interpreter))
    });
    let predicted = predictions(&cells, args.seeds);
    let scored: Vec<Scored<'_>> =
        cells.iter().zip(predicted).map(|(cell, predicted)| Scored::new(cell, predicted)).collect();
    let orders = orders::orders(&scored);
    let mut out = io::stdout().lock();
    let told = if args.summary {
        Ok(())
    } else {
        table::cells(&mut out, &scored).and_then(|()| table::wrong(&mut out, &orders))
    };
    told.and_then(|()| table::summary(&mut out, &scored, &orders, &limits))
        .map_err(|error| error.to_string())?;
    if let Some(path) = &args.svg {
        let drawn = picture::picture(&scored)?;
        fs::write(path, drawn).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

//! The files that `concsim explore` writes: a picture of all states, and the witness of the first finding.

use std::ffi::OsStr;
use std::path::Path;

use crate::base::span::Source;
use crate::cli::explore::args::ExploreArgs;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::place::Place;
use crate::explore::Exploration;
use crate::explore::graph::{Graph, NODES_MAX, graph};
use crate::export::explore::file::listing;
use crate::export::explore::graph::Drawing;
use crate::export::explore::graph::dot::dot;
use crate::export::explore::graph::svg::svg;
use crate::ir::program::Program;

/// The files that were asked for, opened before the search: one that can't be written is told at once.
#[derive(Debug)]
pub(super) struct Files {
    graph: Option<(Graph, Form, Place)>,
    schedule: Option<Place>,
}

/// The form of a picture.
#[derive(Clone, Copy, Debug)]
enum Form {
    Dot,
    Svg,
}

impl Files {
    /// Opens what was asked for.
    ///
    /// # Errors
    ///
    /// If a file can't be written, or the script has too many states for a picture.
    pub(super) fn open(args: &ExploreArgs, program: &Program) -> Result<Self, Failure> {
        let script = Path::new(&args.file);
        let graph = args.graph.as_deref().map(|path| {
            let form = form(path)?;
            let graph = graph(program).ok_or_else(too_large)?;
            Ok((graph, form, Place::open("--graph", path, script)?))
        });
        let schedule = args.schedule.as_deref().map(|path| Place::open("--schedule", path, script));
        Ok(Self { graph: graph.transpose()?, schedule: schedule.transpose()? })
    }

    /// Writes them.
    ///
    /// # Errors
    ///
    /// If one can't be written.
    pub(super) fn write(
        self,
        found: &Exploration,
        program: &Program,
        source: &Source,
    ) -> Result<(), Failure> {
        if let Some((graph, form, place)) = self.graph {
            let drawing = Drawing::new(&graph, program, source, &found.findings);
            place.write(&match form {
                Form::Dot => dot(&drawing),
                Form::Svg => svg(&drawing),
            })?;
        }
        match (self.schedule, found.findings.first()) {
            (None, _) => Ok(()),
            (Some(place), Some(first)) => place.write(&listing(program, source, first)),
            (Some(place), None) => {
                output::say(&format!("nothing was found, so that {} is not written\n", place.path.display()));
                Ok(())
            }
        }
    }
}

fn form(path: &Path) -> Result<Form, Failure> {
    match path.extension().and_then(OsStr::to_str) {
        Some("dot" | "gv") => Ok(Form::Dot),
        Some("svg") => Ok(Form::Svg),
        Some(_) | None => Err(Failure::Message {
            text: format!("`--graph {}`: the name of a picture ends in .dot or .svg", path.display()),
            help: Some(".dot is for Graphviz, .svg is shown by a browser".to_owned()),
        }),
    }
}

fn too_large() -> Failure {
    Failure::Message {
        text: format!("--graph: the script has more than {NODES_MAX} states, which no picture can show"),
        help: Some(
            "make it smaller, with fewer units or rounds: `--set` gives a `param` another value".to_owned(),
        ),
    }
}
